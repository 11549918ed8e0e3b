"""A machine for `make local` whose programs only note what they are asked."""

import importlib
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from tests import ROOT

FILES = ("tools/local.py", "tools/local_machine.py", "kind.yaml", "Pulumi.local.yaml")
SHOP = "apps/local/shop/kustomization.yaml"
NOTED = '#!/bin/sh\necho "${0##*/} $*" >> "$WORLD/log"\n'
FAKES = {
    "docker": '[ "$1" != info ] || [ ! -e "$WORLD/asleep" ]',
    "kind": """case "$1 $2" in
"get clusters") [ ! -e "$WORLD/cluster" ] || echo oneup ;;
"create cluster") touch "$WORLD/cluster" ;;
"delete cluster") rm -f "$WORLD/cluster" "$WORLD/installed" ;;
esac""",
    "git": '[ ! -e "$WORLD/private" ]',
    "kubectl": """[ "$3" = get ] || exit 0
echo namespace/default
[ ! -e "$WORLD/installed" ] || echo namespace/argocd""",
    "pulumi": """state=${PULUMI_BACKEND_URL#file://}
state=${state%%\\?*}
[ ! -e "$WORLD/$1 fails" ] || exit 255
case "$1 $2" in
"version ") echo v99.0.0 ;;
"stack --show-name") [ -e "$state/stack" ] ;;
"stack init") echo "encryptionsalt: v1:salt" >> Pulumi.local.yaml
    [ ! -e "$WORLD/init fails" ] && touch "$state/stack" ;;
"up "*) touch "$WORLD/installed" ;;
"destroy "*) [ -e "$WORLD/leaves" ] || rm -f "$WORLD/installed" ;;
esac""",
}


class World:
    """A checkout and a machine whose programs are fakes."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder, self.bin, self.checkout = folder, folder / "bin", folder / "checkout"
        self.bin.mkdir()
        for name, does in FAKES.items():
            self.program(self.bin / name, does)
        for name in (*FILES, SHOP):
            (self.checkout / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, self.checkout / name)
        images = self.checkout / "apps" / "shop" / "images.sh"
        images.parent.mkdir(parents=True)
        self.program(images, "")
        for tool in ("touch", "rm", "sh", "dirname"):
            (self.bin / tool).symlink_to(cast(str, shutil.which(tool)))
        patch.setenv("WORLD", str(folder))
        patch.setenv("PATH", str(self.bin))
        patch.setattr(sys, "path", [str(self.checkout / "tools"), *sys.path])
        for name in ("local", "local_machine"):
            patch.delitem(sys.modules, name, raising=False)
        module = importlib.import_module("local")
        patch.setattr(module, "PAUSE_SECONDS", 0)
        self.make = cast("Callable[[list[str]], int]", module.main)

    def program(self, path: Path, does: str) -> None:
        path.write_text(f"{NOTED}{does}\n")
        path.chmod(0o755)

    def mark(self, name: str) -> Path:
        """Something about the world that the fakes look at."""
        path = self.folder / name
        path.touch()
        return path

    def did(self) -> list[str]:
        """What has been done since it was last asked; not what has been looked up."""
        log = self.folder / "log"
        lines = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        looks = ("docker info", "kind get", "git", "kubectl --context kind-oneup get")
        looks += ("pulumi version", "pulumi stack --show-name")
        return [line for line in lines if not line.startswith(looks)]

    @property
    def home(self) -> Path:
        return self.checkout / ".local"
