"""kwok: plays the kubelets, and sets the statuses that only a cloud or a controller of the platform would."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from harness.access import Access
from harness.api import Api
from harness.crds import await_description
from harness.nodes import SIMULATED
from harness.objects import Object, parse
from harness.processes import Servers

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


def start(servers: Servers, access: Access, folder: Path) -> tuple[Stage, ...]:
    """Start kwok with the stages of all kinds that the server serves; return these."""
    api = Api(access)
    served = {(kind.api_version, kind.kind) for kind in api.kinds()}
    played = tuple(stage for stage in stages() if (stage.api_version, stage.kind) in served)
    for stage in played:
        await_description(api, stage.api_version, stage.kind)
    config = folder / "kwok.yaml"
    config.write_text("\n---\n".join(_texts(played)))
    options = [
        f"--manage-nodes-with-annotation-selector={SIMULATED}=true",
        f"--server-address=127.0.0.1:{PORT}",
    ]
    command = ["kwok", f"--kubeconfig={access.kubeconfig}", f"--config={config}", *options]
    servers.start("kwok", [*command, "--node-lease-duration-seconds=40"]).await_port(PORT)
    return played


def _texts(played: Iterable[Stage]) -> list[str]:
    return list(dict.fromkeys(stage.text for stage in played))
