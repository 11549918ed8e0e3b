"""How a rehearsal grows with what the settings list: the registry, up to a thousand repositories."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.bench.measure import Cost, least

STACK: Final = "staging"
KEY: Final = "oneup:registry"
MANY: Final = 1000
RUNS: Final = 2


@dataclass(frozen=True)
class Growth:
    """What none, half and all of many repositories cost."""

    none: Cost
    half: Cost
    all: Cost

    @property
    def ratio(self) -> float:
        """The second half against the first, in time of the processor: 1 where the growth is linear."""
        return (self.all.processor - self.half.processor) / (self.half.processor - self.none.processor)


def growth(root: Path) -> Growth:
    """Measure a stack with registries of three sizes."""
    none, half, every = (least(RUNS, rehearse_with, root, count) for count in (0, MANY // 2, MANY))
    return Growth(none, half, every)


def rehearse_with(root: Path, repositories: int) -> None:
    """Rehearse the stack with this number of repositories: plan, rules and timeline."""
    # Only where it is run, in a process of its own: these bring the SDK.
    from oneup.policy import violations
    from oneup.rehearsal.durations import durations
    from oneup.rehearsal.run import rehearse
    from oneup.rehearsal.timeline import predict
    from oneup.settings.stackfile import StackFile, read_stack_file

    given = read_stack_file(root / f"Pulumi.{STACK}.yaml")
    names = [f"team-{number // 20}/service-{number}" for number in range(repositories)]
    config = {**given.config, KEY: json.dumps({"repositories": names})}
    plan = rehearse(root / "__main__.py", StackFile(STACK, config, given.secret_keys)).plan
    violations(plan)
    predict(plan, durations(None))
