"""What the repository declares: every Application's objects, as kustomize renders them."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.cluster.harness.objects import Object, parse, read


def sources(application: Object) -> tuple[Object, ...]:
    """The sources of an Application: one or several."""
    single = application.map("spec", "source")
    return (Object(single),) if single else application.each("spec", "sources")


def rendered(folder: Path) -> tuple[Object, ...]:
    """The objects of one folder."""
    if not any((folder / name).exists() for name in ("kustomization.yaml", "kustomization.yml")):
        return read(folder)
    done = subprocess.run(["kustomize", "build", str(folder)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"kustomize build {folder}: {done.stderr.strip()}")
    return parse(done.stdout)


def tree(copy: Path, root: Object) -> Iterator[tuple[Object, tuple[Object, ...]]]:
    """Each Application from the root down, with the objects that it declares."""
    waiting, met = [root], {root.name}
    while waiting:
        application = waiting.pop(0)
        objects = tuple(
            each for source in sources(application) for each in rendered(copy / source.text("path"))
        )
        yield application, objects
        below = [each for each in objects if each.kind == "Application" and each.name not in met]
        met.update(each.name for each in below)
        waiting.extend(below)
