"""Whether objects are still what they were: their identity and content, without what controllers report."""

import hashlib
import json
from collections.abc import Mapping

from tests.cluster.harness.objects import Identity, Object

REPORTED = ("status", "operation")
BOOKKEEPING = ("managedFields", "resourceVersion", "generation")

Fingerprints = Mapping[Identity, str]


def fingerprints(objects: Mapping[Identity, Object], argo_cd: str) -> Fingerprints:
    """A digest of each object, but for jobs, which come and go, and what is in Argo CD's namespace."""
    return {
        key: _digest(each) for key, each in objects.items() if key.namespace != argo_cd and not _passing(each)
    }


def _passing(each: Object) -> bool:
    owners = {reference.text("kind") for reference in each.each("metadata", "ownerReferences")}
    return each.kind in ("Job", "Node") or bool(owners & {"Job", "CronJob"})


def _digest(each: Object) -> str:
    content = {key: value for key, value in each.raw.items() if key not in REPORTED}
    content["metadata"] = {
        key: value for key, value in each.map("metadata").items() if key not in BOOKKEEPING
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def differences(before: Fingerprints, after: Fingerprints) -> list[str]:
    """What has gone, come or changed, in words."""
    gone = [f"gone: {key}" for key in before.keys() - after.keys()]
    come = [f"new: {key}" for key in after.keys() - before.keys()]
    changed = [f"changed: {key}" for key in before.keys() & after.keys() if before[key] != after[key]]
    return sorted((*gone, *come, *changed))
