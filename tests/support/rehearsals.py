"""The rehearsals of one run of the suite: each done once, by the process that asks first."""

import json
import os
import pickle
from hashlib import sha256
from pathlib import Path
from typing import Final

from oneup.plan import Plan
from oneup.rehearsal.run import rehearse
from oneup.settings.stackfile import StackFile

SHARED: Final = "ONEUP_TEST_PLANS"
"""The variable with the folder where the processes of a run leave plans for one another."""

_known: dict[str, Plan] = {}


def rehearsed(program: Path, stackfile: StackFile, *, preview: bool = False) -> Plan:
    """The plan of a program with a stack's configuration: a value, and never changed."""
    asked = [str(program), stackfile.stack, dict(stackfile.config), sorted(stackfile.secret_keys), preview]
    key = sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
    if key not in _known:
        _known[key] = _shared(Path(os.environ[SHARED]) / key) or _made(program, stackfile, key, preview)
    return _known[key]


def _shared(path: Path) -> Plan | None:
    return pickle.loads(path.read_bytes()) if path.exists() else None


def _made(program: Path, stackfile: StackFile, key: str, preview: bool) -> Plan:
    plan = rehearse(program, stackfile, preview=preview).plan
    path = Path(os.environ[SHARED]) / key
    # Under another name until it is whole: others look for it meanwhile.
    part = path.with_suffix(f".{os.getpid()}")
    part.write_bytes(pickle.dumps(plan))
    part.rename(path)
    return plan
