"""kwok: plays the kubelets, and sets the statuses that only a cloud or a controller of the platform would."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from tests.cluster.harness.access import Access
from tests.cluster.harness.api import Api
from tests.cluster.harness.crds import await_description
from tests.cluster.harness.nodes import SIMULATED
from tests.cluster.harness.objects import Object, parse
from tests.cluster.harness.processes import Servers

PORT = 10247
STAGES = Path(__file__).parent.parent / "stages"


@dataclass(frozen=True)
class Stage:
    """A stage of ours: what becomes of a kind's status without its controller."""

    name: str
    api_version: str
    kind: str
    text: str

    @property
    def says(self) -> str:
        """For the summary."""
        return f"{self.kind} ({self.name})"


def stages() -> tuple[Stage, ...]:
    """All stages in the folder ``stages``."""
    return tuple(
        _stage(each, file) for file in sorted(STAGES.glob("*.yaml")) for each in parse(file.read_text())
    )


def _stage(each: Object, file: Path) -> Stage:
    ref = Object(each.map("spec", "resourceRef"))
    return Stage(file.stem, ref.text("apiGroup"), ref.text("kind"), file.read_text())


def needed(api: Api, real: Collection[str]) -> tuple[Stage, ...]:
    """The stages of all kinds that the server serves, but for those whose real controller runs."""
    served = {(kind.api_version, kind.kind) for kind in api.kinds()}
    found = [
        stage for stage in stages() if (stage.api_version, stage.kind) in served and stage.kind not in real
    ]
    for stage in found:
        await_description(api, stage.api_version, stage.kind)
    return tuple(found)


def start(servers: Servers, access: Access, played: tuple[Stage, ...]) -> tuple[Stage, ...]:
    """Start kwok with stages; return them."""
    config = servers.logs / "kwok.yaml"
    config.write_text("\n---\n".join(dict.fromkeys(stage.text for stage in played)))
    options = [
        f"--manage-nodes-with-annotation-selector={SIMULATED}=true",
        f"--server-address=127.0.0.1:{PORT}",
    ]
    command = ["kwok", f"--kubeconfig={access.kubeconfig}", f"--config={config}", *options]
    servers.start("kwok", [*command, "--node-lease-duration-seconds=40"]).await_port(PORT)
    return played
