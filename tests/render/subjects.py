"""What is rendered: the releases of every stack, and of the variants that turn everything else on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeAlias

from charts import ROOT, helm_binary
from oneup.addonkit.addon import Addon
from oneup.plan import JsonMap, Plan
from oneup.settings.model import AwsSettings
from tests.render.rendering import Release, made, rendered
from tests.render.sources import source
from tests.support.stacks import STACKS
from tests.support.variants import Variant, variants
from tests.unit.addons.monitoring.knobs import ARGO_CD, EVERYTHING

TOOLS: Final = ROOT / "build" / "tools"
TOLD: Final = Variant(
    "staging",
    changes={"addons": {"kubePrometheusStack": EVERYTHING, "argoCd": ARGO_CD}},
    label="staging with every knob of monitoring and Argo CD",
)
SUBJECTS: Final = (*(Variant(stack) for stack in STACKS), *variants(), TOLD)

RehearseWith: TypeAlias = Callable[..., Plan]
RenderedOf: TypeAlias = "Callable[[Variant], Rendered]"


@cache
def addons(subject: Variant) -> Mapping[str, Addon]:
    """A subject's addons by name."""
    return {str(addon.name): addon for addon in subject.chosen().addons}


def kubernetes(subject: Variant) -> str:
    """The Kubernetes minor version for validation."""
    own = subject.settings
    return own.cluster.version if isinstance(own, AwsSettings) else own.existing.version


@dataclass(frozen=True)
class Rendered:
    """A subject's plan, and what each of its addons puts into the cluster."""

    plan: Plan
    releases: Mapping[str, Release]

    def released(self, addon: str) -> Sequence[JsonMap]:
        """The objects of an addon's release; none where it has no chart."""
        release = self.releases.get(addon)
        helm = helm_binary()
        return rendered(release, source(release.pin, helm), helm) if release else ()

    def objects(self, addon: str) -> Sequence[JsonMap]:
        """All objects of an addon: release and manifests."""
        return [*self.released(addon), *made(self.plan, addon)]
