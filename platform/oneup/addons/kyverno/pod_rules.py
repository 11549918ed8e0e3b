"""Kyverno policies for application pods, in CEL, and their exceptions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from oneup.settings.model import AwsSettings, Settings
from oneup.values import Value, Values
from oneup.workspace.manifest import Manifest
from oneup.workspace.namespace import APPLICATION_LABEL, KYVERNO

API: Final = "policies.kyverno.io/v1"

_CONTAINERS: Final = "object.spec.containers + object.spec.?initContainers.orValue([])"
_CONTROLLERS: Final[Value] = ["deployments", "statefulsets", "daemonsets", "jobs", "cronjobs"]


@dataclass(frozen=True, kw_only=True)
class PodRule:
    """One rule for application pods."""

    name: str
    holds: str
    """CEL that is true for a compliant pod; ``variables.containers`` are all containers."""

    message: str
    """The violation and how to fix it."""


RUN_AS_NON_ROOT: Final = PodRule(
    name="run-as-non-root",
    holds="variables.containers.all(c, c.?securityContext.?runAsNonRoot.orValue("
    "object.spec.?securityContext.?runAsNonRoot.orValue(false)))",
    message="A container may run as root; set securityContext.runAsNonRoot: true.",
)
READ_ONLY_ROOT: Final = PodRule(
    name="read-only-root",
    holds="variables.containers.all(c, c.?securityContext.?readOnlyRootFilesystem.orValue(false))",
    message="A container can write to its image's files; set securityContext.readOnlyRootFilesystem: true, "
    "and mount an emptyDir where it must write.",
)
DROP_CAPABILITIES: Final = PodRule(
    name="drop-capabilities",
    holds="variables.containers.all(c, 'ALL' in c.?securityContext.?capabilities.?drop.orValue([]))",
    message="A container has root capabilities; set securityContext.capabilities.drop: [ALL].",
)
RESOURCES_SET: Final = PodRule(
    name="resources-set",
    holds="variables.containers.all(c, c.?resources.?requests.?cpu.hasValue() && "
    "c.?resources.?requests.?memory.hasValue() && c.?resources.?limits.?memory.hasValue())",
    message="A container has no requests; set requests for cpu and memory, and a memory limit.",
)
EXACT_IMAGE: Final = PodRule(
    name="exact-image",
    holds="variables.containers.all(c, c.image.contains('@sha256:') || "
    "(c.image.matches(':[^/]+$') && !c.image.endsWith(':latest')))",
    message="An image has no tag, or latest; set a version or a digest.",
)
PROBES: Final = PodRule(
    name="probes",
    holds="object.spec.?restartPolicy.orValue('Always') != 'Always' || object.spec.containers.all(c, "
    "c.?readinessProbe.hasValue() && c.?livenessProbe.hasValue())",
    message="A long-running container has no probes; set readinessProbe and livenessProbe.",
)


@dataclass(frozen=True, kw_only=True)
class Exemption:
    """An exemption of a workload from a rule."""

    rule: PodRule
    workload: str
    """The label ``app.kubernetes.io/name`` of its pods."""

    reason: str


EXEMPTIONS: Final[tuple[Exemption, ...]] = ()


def rules(settings: Settings) -> tuple[PodRule, ...]:
    """All rules of a stack."""
    fixed = (RUN_AS_NON_ROOT, READ_ONLY_ROOT, DROP_CAPABILITIES, RESOURCES_SET, EXACT_IMAGE, PROBES)
    return (*fixed, _registries(settings), _labels(settings))


def _registries(settings: Settings) -> PodRule:
    knobs = settings.addons.kyverno
    own = (f"{settings.aws.registry}/",) if isinstance(settings, AwsSettings) else ()
    allowed = (*own, *knobs.registries)
    return PodRule(
        name="known-registries",
        holds=f"variables.containers.all(c, {_texts(allowed)}.exists(r, c.image.startsWith(r)))",
        message=f"An image is not from {', '.join(allowed)}; copy it to one of these registries.",
    )


def _labels(settings: Settings) -> PodRule:
    wanted = settings.addons.kyverno.labels
    return PodRule(
        name="labels-set",
        holds=f"{_texts(wanted)}.all(l, l in object.metadata.?labels.orValue({{}}))",
        message=f"A label is missing; set {', '.join(wanted)}.",
    )


def _texts(items: Sequence[str]) -> str:
    """A list of strings in CEL."""
    return f"[{', '.join(repr(item) for item in items)}]"


def manifests(settings: Settings) -> Iterator[Manifest]:
    """The policies, and an exception for each exemption."""
    for rule in rules(settings):
        yield Manifest(
            api_version=API,
            kind="ValidatingPolicy",
            name=rule.name,
            annotations={"policies.kyverno.io/description": rule.message},
            body={"spec": _policy(rule, refuses=settings.addons.kyverno.refuses(settings.environment))},
        )
    for exemption in EXEMPTIONS:
        yield _exception(exemption)


def _policy(rule: PodRule, *, refuses: bool) -> Values:
    """Pods and workloads in the application namespaces.

    If Kyverno times out, pods start anyway: Pod Security, which is part of the API
    server, still applies, and a background scan reports violations.
    """
    pods: Value = {
        "apiGroups": [""],
        "apiVersions": ["v1"],
        "operations": ["CREATE", "UPDATE"],
        "resources": ["pods"],
    }
    return {
        "validationActions": ["Deny" if refuses else "Audit"],
        "failurePolicy": "Ignore",
        "webhookConfiguration": {"timeoutSeconds": 5},
        "autogen": {"podControllers": {"controllers": _CONTROLLERS}},
        "matchConstraints": {
            "namespaceSelector": {"matchLabels": APPLICATION_LABEL},
            "resourceRules": [pods],
        },
        "variables": [{"name": "containers", "expression": _CONTAINERS}],
        "validations": [{"expression": rule.holds, "message": rule.message}],
    }


def _exception(exemption: Exemption) -> Manifest:
    name = "app.kubernetes.io/name"
    spec: Values = {
        "policyRefs": [{"kind": "ValidatingPolicy", "name": exemption.rule.name}],
        "matchConditions": [
            {
                "name": "workload",
                "expression": f"object.metadata.?labels['{name}'].orValue('') == '{exemption.workload}'",
            }
        ],
    }
    return Manifest(
        api_version=API,
        kind="PolicyException",
        name=f"{exemption.rule.name}.{exemption.workload}",
        namespace=KYVERNO.name,
        annotations={"oneup.dev/reason": exemption.reason},
        body={"spec": spec},
    )
