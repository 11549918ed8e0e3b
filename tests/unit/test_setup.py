"""How `.venv` is set up: `tools/venv.sh` and the target that calls it, with fake programs on PATH."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

OLD = """#!/bin/sh
case "$1" in --version) echo "Python 3.9.6";; *) exit 1;; esac
"""
UV = """#!/bin/sh
echo "uv $*" >> "$LOG"
case "$1" in
venv) mkdir -p .venv/bin .venv/lib/python3.11/site-packages; ln -sf "$REAL_PYTHON" .venv/bin/python;;
pip) exit "${UV_FAILS:-0}";;
esac
"""
# A new enough Python, of which only `-m venv` is acted: it brings a pip that installs our uv.
PYTHON = """#!/bin/sh
case "$1 $2" in
"-m venv")
    echo "python $*" >> "$LOG"
    mkdir -p "$3/bin"
    printf '%s\\n' '#!/bin/sh' 'echo "pip $*" >> "$LOG"; cp "$FAKE_UV" .cache/uv/bin/uv' > "$3/bin/python"
    chmod +x "$3/bin/python";;
*) exec "$REAL_PYTHON" "$@";;
esac
"""
TOOLS = ("sh", "make", "cmp", "cp", "rm", "mkdir", "ln", "chmod", "dirname")


class Checkout:
    """The files that set up, in a folder of their own, and a PATH with what a test puts there."""

    def __init__(self, folder: Path, root: Path) -> None:
        self.folder, self.bin, self.log = folder / "oneup", folder / "bin", folder / "log"
        (self.folder / "tools").mkdir(parents=True)
        self.bin.mkdir()
        self.log.touch()
        shutil.copy(root / "tools" / "venv.sh", self.folder / "tools")
        shutil.copy(root / "Makefile", self.folder)
        (self.folder / "tools" / "bytecode.py").touch()
        (self.folder / "requirements-dev.lock").write_text("one==1\n")
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found, f"{tool} is needed"
            (self.bin / tool).symlink_to(found)
        self.uv = folder / "uv"
        self.write(self.uv, UV)

    def write(self, path: Path, script: str) -> None:
        path.write_text(script)
        path.chmod(0o755)

    def install(self, name: str, script: str) -> None:
        self.write(self.bin / name, script)

    def make(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": str(self.bin),
            "LOG": str(self.log),
            "REAL_PYTHON": os.path.realpath(sys.executable),
            "FAKE_UV": str(self.uv),
            **variables,
        }
        command = [str(self.bin / "make"), "venv", *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )

    @property
    def calls(self) -> list[str]:
        return self.log.read_text().splitlines()

    @property
    def stamp(self) -> Path:
        return self.folder / ".venv" / ".installed"


@pytest.fixture
def checkout(tmp_path: Path, root: Path) -> Checkout:
    checkout = Checkout(tmp_path, root)
    checkout.install("python3", PYTHON)
    return checkout


INSTALL = "uv pip sync --quiet --require-hashes --python .venv/bin/python requirements-dev.lock"


def test_uv_installs_the_lock_with_its_hashes(checkout: Checkout) -> None:
    checkout.install("uv", UV)
    assert checkout.make().returncode == 0
    assert checkout.calls[-1] == INSTALL
    assert checkout.stamp.read_text() == "one==1\n"


def test_the_command_and_its_package_are_found_where_the_folder_is(checkout: Checkout) -> None:
    checkout.install("uv", UV)
    checkout.make()
    moved = checkout.folder.rename(checkout.folder.parent / "moved")
    package = moved / "platform" / "oneup"
    package.mkdir(parents=True)
    (package / "__main__.py").write_text("import sys; print(sys.argv[1:])")
    added = moved / ".venv" / "lib" / "python3.11" / "site-packages"
    folder = (added / (added / "oneup.pth").read_text().strip()).resolve()
    assert folder == package.parent.resolve()
    path = {"PATH": str(checkout.bin), "PYTHONPATH": str(folder)}
    command = [str(moved / ".venv" / "bin" / "oneup"), "up", "a b"]
    done = subprocess.run(command, env=path, capture_output=True, text=True, check=False)
    assert done.stdout == "['up', 'a b']\n", done.stderr


def test_nothing_is_done_while_the_lock_is_the_same(checkout: Checkout) -> None:
    checkout.install("uv", UV)
    checkout.make()
    before = checkout.calls
    assert checkout.make().returncode == 0
    assert checkout.calls == before


def test_another_lock_is_installed_into_the_same_environment(checkout: Checkout) -> None:
    checkout.install("uv", UV)
    checkout.make()
    checkout.log.write_text("")
    (checkout.folder / "requirements-dev.lock").write_text("one==2\n")
    assert checkout.make().returncode == 0
    assert [call for call in checkout.calls if "--version" not in call] == [INSTALL]
    assert checkout.stamp.read_text() == "one==2\n"


def test_an_installation_that_broke_off_is_tried_again(checkout: Checkout) -> None:
    checkout.install("uv", UV)
    assert checkout.make(UV_FAILS="2").returncode != 0
    assert not checkout.stamp.exists()
    assert checkout.make().returncode == 0
    assert checkout.stamp.exists()


def test_an_environment_whose_python_is_gone_is_made_anew(checkout: Checkout) -> None:
    checkout.install("uv", UV)
    checkout.make()
    python = checkout.folder / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("gone")
    checkout.log.write_text("")
    assert checkout.make().returncode == 0
    assert "uv venv --quiet --python" in checkout.log.read_text()


def test_without_uv_ours_comes_from_pip_by_its_hash(checkout: Checkout) -> None:
    assert checkout.make().returncode == 0
    assert checkout.calls[:2] == [
        "python -m venv .cache/uv",
        "pip -m pip install --quiet --require-hashes -r requirements-uv.lock",
    ]
    assert checkout.calls[-1] == INSTALL


def test_a_python_too_old_is_named_with_what_to_install(checkout: Checkout) -> None:
    checkout.install("python3", OLD)
    done = checkout.make()
    assert done.returncode != 0
    assert "needs Python 3.11 or newer, and finds Python 3.9.6." in done.stderr
    assert "brew install python" in done.stderr
    assert "apt-get install python3" in done.stderr


def test_a_newer_python_beside_an_old_one_is_found(checkout: Checkout) -> None:
    checkout.install("python3", OLD)
    checkout.install("python3.12", PYTHON)
    checkout.install("uv", UV)
    assert checkout.make().returncode == 0
    assert f"uv venv --quiet --python {checkout.bin}/python3.12 .venv" in checkout.calls


def test_a_python_that_is_named_is_taken_or_refused(checkout: Checkout) -> None:
    checkout.install("uv", UV)
    checkout.install("mine", PYTHON)
    checkout.install("old", OLD)
    refused = checkout.make(PYTHON="old")
    assert "PYTHON=old is not a Python 3.11 or newer" in refused.stderr
    assert checkout.make(PYTHON="mine").returncode == 0
    assert f"uv venv --quiet --python {checkout.bin}/mine .venv" in checkout.calls


def test_a_system_without_venv_says_so(checkout: Checkout) -> None:
    checkout.install("python3", PYTHON.replace('echo "python $*" >> "$LOG"', "echo no ensurepip >&2; exit 1"))
    done = checkout.make()
    assert done.returncode != 0
    assert "sudo apt-get install python3-venv" in done.stderr


def test_help_lists_every_target_that_is_for_people(root: Path) -> None:
    listed = subprocess.run(["make"], cwd=root, capture_output=True, text=True, check=True).stdout
    for target in ("rehearse", "test", "check", "preview", "up", "destroy", "lock"):
        assert f"\n  {target} " in listed
