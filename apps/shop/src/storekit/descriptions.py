"""Writes the OpenAPI description of every service: `python -m storekit.descriptions <directory>`."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from storekit.catalogue import NAMES, load
from storekit.service import described


def descriptions() -> Iterator[tuple[str, str]]:
    """Each service's name and its description as JSON text. store-api's is made of the others': the last."""
    for name in NAMES:
        yield name, json.dumps(described(load(name)).openapi(), indent=2) + "\n"


if __name__ == "__main__":
    for owner, text in descriptions():
        (Path(sys.argv[1]) / f"{owner}.json").write_text(text)
