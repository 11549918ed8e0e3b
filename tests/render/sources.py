"""Where the charts come from: a folder that is at hand, else their repositories, once for each version."""

import os
import tempfile
from pathlib import Path
from typing import Final

from charts import CACHE, ROOT, ChartError, Pin, about, fetch

SOURCES: Final = "ONEUP_CHART_SOURCES"
"""Names a folder of charts, each in a folder called as the chart; what is there is not fetched."""

KEPT: Final = CACHE.with_name("chart-sources")


def source(pin: Pin, helm: str, cache: Path = KEPT) -> Path:
    """The chart, unpacked and with what it depends on. Raises ``ChartError`` where it cannot be had."""
    if named := os.environ.get(SOURCES):
        at_hand = ROOT / named / pin.name
        if (at_hand / "Chart.yaml").is_file():
            return _of_version(pin, at_hand)
    kept = cache / f"{pin.name}-{pin.version}"
    if not kept.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix=".") as scratch:
            fetched = fetch(helm, pin, Path(scratch))
            if not kept.is_dir():
                fetched.rename(kept)
    return kept


def _of_version(pin: Pin, at_hand: Path) -> Path:
    """The folder, if it holds what the plan asks for: another version's objects would prove nothing."""
    version = str(about(at_hand)["version"])
    if version == pin.version:
        return at_hand
    raise ChartError(
        f"{SOURCES}: {at_hand} holds {pin.name} {version}, and the plan asks for {pin.version}; put "
        f"{pin.version} there, or remove the folder, so that it is fetched from {pin.repository}"
    )
