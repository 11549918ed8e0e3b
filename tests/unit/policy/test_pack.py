"""The same rules, asked with the policy SDK's own types."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

import pytest
from pulumi_policy import (
    PolicyCustomTimeouts,
    PolicyProviderResource,
    PolicyResource,
    PolicyResourceOptions,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, unknown_checking_proxy

from oneup.plan import UNKNOWN, Json, JsonMap, Plan, Resource
from oneup.plan.resource_types.cluster import CLUSTERS, NODE_GROUPS
from oneup.policy import RULES, Severity, pack

from .plans import Case, made
from .test_rules import CASES

ASKED = {rule.id for rule in RULES if not rule.offline_only_reason}
PROVIDER = PolicyProviderResource(
    "pulumi:providers:x", {}, "urn:pulumi:test::oneup::pulumi:providers:x::x", "x"
)


def as_the_sdk_has_it(value: Json) -> Json:
    """The value with the SDK's mark of what is not known yet."""
    if isinstance(value, Mapping):
        return {key: as_the_sdk_has_it(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [as_the_sdk_has_it(inner) for inner in value]
    return UNKNOWN_STRING_VALUE if value == UNKNOWN else value


def as_the_engine_has_it(plan: Sequence[Resource]) -> Sequence[Resource]:
    """The plan with what the components of pulumi-eks make; what those were given is kept out of sight."""
    providers = {one.type: one for one in plan if one.type.startswith("pulumi:providers:")}
    maker = providers.get("pulumi:providers:aws")
    return [part for one in plan for part in (one, *made_inside(one, maker))]


def made_inside(component: Resource, maker: Resource | None) -> Iterator[Resource]:
    natives = dict([CLUSTERS, NODE_GROUPS])
    if component.type not in natives:
        return
    given = component.inputs
    ignored = ("scalingConfig.desiredSize",) if given.get("ignoreScalingChanges") else ()
    access = {"accessConfig": {"authenticationMode": given.get("authenticationMode")}}
    network = {key: given.get(key) for key in ("endpointPublicAccess", "publicAccessCidrs") if key in given}
    native = made(
        natives[component.type],
        component.name,
        {**given, **access, "vpcConfig": network, "encryptionConfig": given.get("encryptionConfigKeyArn")},
        provider=maker,
        parent=component,
        ignore_changes=ignored,
    )
    yield native


def props(inputs: JsonMap) -> Mapping[str, object]:
    return unknown_checking_proxy({key: as_the_sdk_has_it(value) for key, value in inputs.items()})


def options(resource: Resource) -> PolicyResourceOptions:
    return PolicyResourceOptions(
        resource.protect,
        list(resource.ignore_changes),
        None,
        [],
        PolicyCustomTimeouts(
            *(resource.custom_timeouts.get(step, 0) for step in ("create", "update", "delete"))
        ),
        [],
        resource.parent or None,
    )


def provider(resource: Resource, plan: Sequence[Resource]) -> PolicyProviderResource | None:
    if not resource.custom or resource.type.startswith("pulumi:providers:"):
        return None
    named = next((one for one in plan if one.urn == resource.provider.rpartition("::")[0]), None)
    return (
        PolicyProviderResource(named.type, props(named.inputs), named.urn, named.name) if named else PROVIDER
    )


def stack_args(plan: Sequence[Resource], outputs: Callable[[Resource], JsonMap]) -> StackValidationArgs:
    """A stack as the engine gives it: outputs for props, in an arbitrary order, references resolved."""
    parts = {one.urn: stack_part(one, plan, outputs(one)) for one in reversed(plan)}
    for one in plan:
        part = parts[one.urn]
        part.parent = parts.get(one.parent)
        part.dependencies = [parts[urn] for urn in one.dependencies if urn in parts]
        part.property_dependencies = {
            key: [parts[urn] for urn in urns if urn in parts]
            for key, urns in one.property_dependencies.items()
        }
    return StackValidationArgs(list(parts.values()))


def stack_part(one: Resource, plan: Sequence[Resource], outputs: JsonMap) -> PolicyResource:
    made_by = provider(one, plan)
    return PolicyResource(one.type, props(outputs), one.urn, one.name, options(one), made_by, None, [], {})


def resource_args(one: Resource, plan: Sequence[Resource]) -> ResourceValidationArgs:
    made_by = provider(one, plan)
    return ResourceValidationArgs(one.type, props(one.inputs), one.urn, one.name, options(one), made_by)


def reports(
    plan: Sequence[Resource], outputs: Callable[[Resource], JsonMap], rules: Collection[str] = ASKED
) -> Mapping[str, Sequence[str]]:
    """What rules of the pack report; all are asked about each resource first, then these about the stack."""
    plan = as_the_engine_has_it(plan)
    whole = stack_args(plan, outputs)
    said: dict[str, list[str]] = defaultdict(list)
    policies = pack.policies()
    for policy in policies:
        if isinstance(policy, ResourceValidationPolicy):
            for one in plan:
                policy.validate(resource_args(one, plan), into(said[policy.name]))  # pyright: ignore[reportUnknownMemberType] - the SDK returns a bare Awaitable
    for policy in policies:
        if isinstance(policy, StackValidationPolicy) and policy.name in rules:
            policy.validate(whole, into(said[policy.name]))  # pyright: ignore[reportUnknownMemberType] - the SDK returns a bare Awaitable
    return said


def into(heard: list[str]) -> ReportViolation:
    return lambda message, _: heard.append(message)


def only_id(resource: Resource) -> JsonMap:
    """The outputs of a component, or nearly so: nothing that a rule could read."""
    return {"id": resource.id}


def everything(resource: Resource) -> JsonMap:
    """The outputs of a resource of the AWS provider, which repeat its inputs."""
    return {**resource.inputs, "id": resource.id}


@pytest.mark.parametrize("case", [case for case in CASES if case.rule in ASKED], ids=str)
def test_the_pack_says_what_the_rule_says(case: Case) -> None:
    for outputs in (only_id, everything):
        assert not reports(case.good, outputs, [case.rule])[case.rule]
        (message,) = reports(case.bad, outputs, [case.rule])[case.rule]
        assert case.says in message


def test_the_pack_lets_a_real_stack_pass(staging: Plan) -> None:
    stops = [rule.id for rule in RULES if rule.id in ASKED and rule.severity is Severity.MANDATORY]
    said = reports(staging.resources, only_id)
    assert not [message for rule in stops for message in said[rule]]


def test_outputs_stand_in_for_inputs_that_were_never_seen() -> None:
    case = next(case for case in CASES if case.rule == "cni-configured")
    policy = next(policy for policy in pack.policies() if policy.name == case.rule)
    assert isinstance(policy, StackValidationPolicy)
    said: list[str] = []
    good, bad = as_the_engine_has_it(case.good), as_the_engine_has_it(case.bad)
    policy.validate(stack_args(good, everything), into(said))  # pyright: ignore[reportUnknownMemberType] - the SDK returns a bare Awaitable
    assert not said
    policy.validate(stack_args(bad, everything), into(said))  # pyright: ignore[reportUnknownMemberType] - the SDK returns a bare Awaitable
    assert len(said) == 1


def test_a_rule_that_the_engine_cannot_ask_says_why() -> None:
    assert {rule.id for rule in RULES} - ASKED == {rule.id for rule in RULES if rule.offline_only_reason}
    assert {policy.name for policy in pack.policies()} == ASKED
