"""The rules as a Pulumi policy pack: the engine evaluates them before it changes anything."""

from collections.abc import Callable, Iterator
from typing import Final

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

from oneup.plan import JsonMap
from oneup.plan.graph import REMOTE, DependencyGraph
from oneup.policy import RULES
from oneup.policy.engine import resource_of, stack_of
from oneup.policy.rule import PlanRule, ResourceRule, Severity

NAME: Final = "oneup"
DESCRIPTION: Final = "What every plan of the platform must obey"
LEVELS: Final = {
    Severity.MANDATORY: EnforcementLevel.MANDATORY,
    Severity.ADVISORY: EnforcementLevel.ADVISORY,
}


def policies() -> list[Policy]:
    """A policy for each rule that the engine passes enough data for.

    The engine hands over inputs when it asks about a resource, and only outputs when it asks about the
    stack. So the inputs seen on the way are kept for the stack's turn. A component of pulumi-eks is asked
    about nothing: what it was given reaches the engine or not, as the SDK in its process has it; what it
    makes tells all.
    """
    seen: dict[str, JsonMap] = {}
    return list(_policies(seen))


def _policies(seen: dict[str, JsonMap]) -> Iterator[Policy]:
    for rule in RULES:
        if rule.offline_only_reason:
            continue
        if isinstance(rule, ResourceRule):
            yield ResourceValidationPolicy(
                name=rule.id,
                description=rule.description,
                validate=_asked_of_a_resource(rule, seen),
                enforcement_level=LEVELS[rule.severity],
            )
        else:
            yield StackValidationPolicy(
                name=rule.id,
                description=rule.description,
                validate=_asked_of_the_stack(rule, seen),
                enforcement_level=LEVELS[rule.severity],
            )


def _asked_of_a_resource(
    rule: ResourceRule, seen: dict[str, JsonMap]
) -> Callable[[ResourceValidationArgs, ReportViolation], None]:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        resource = resource_of(args)
        if resource.type.startswith(REMOTE):
            return
        seen[resource.urn] = resource.inputs
        for message in rule.check(resource):
            report(message, None)

    return validate


def _asked_of_the_stack(
    rule: PlanRule, seen: dict[str, JsonMap]
) -> Callable[[StackValidationArgs, ReportViolation], None]:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        for resource, message in rule.check(DependencyGraph(stack_of(args, seen))):
            report(message, resource.urn if resource else None)

    return validate
