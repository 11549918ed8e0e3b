import stat
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pytest

from tests import ROOT

GO = """#!/bin/sh
case "$1" in
env) echo {release} ;;
build)
    echo "$@" >> "$GO_LOG"
    [ -z "$GO_FAILS" ] || exit 1
    while [ "$1" != -o ]; do shift; done
    target=$2
    shift 2
    for package in "$@"; do echo built > "$target${{package##*/}}"; done
    ;;
esac
"""


@dataclass(frozen=True)
class Checkout:
    """A checkout with one tool, a cache of its own, and a Go that only notes what it is asked."""

    folder: Path

    @property
    def builds(self) -> list[str]:
        log = self.folder / "go.log"
        return log.read_text().splitlines() if log.exists() else []

    def write_go(self, release: str = "go1.26.8") -> None:
        go = self.folder / "bin" / "go"
        go.parent.mkdir(exist_ok=True)
        go.write_text(GO.format(release=release))
        go.chmod(go.stat().st_mode | stat.S_IXUSR)

    def run(self, *names: str, **environment: str) -> subprocess.CompletedProcess[str]:
        settings = {
            "PATH": str(self.folder / "bin"),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "GO_LOG": str(self.folder / "go.log"),
        }
        command = [sys.executable, str(self.folder / "tools" / "build.py"), *names]
        return subprocess.run(
            command, env={**settings, **environment}, capture_output=True, text=True, check=False
        )


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    tool = tmp_path / "tools" / "server"
    tool.mkdir(parents=True)
    (tmp_path / "tools" / "build.py").write_text((ROOT / "tools" / "build.py").read_text())
    (tool / "go.mod").write_text(
        "module t\n\ngo 1.26\n\ntool (\n\texample.com/m/v2/cmd/one\n\texample.com/m/v2/cmd/two\n)\n\n"
        "require (\n\texample.com/m v0.9.0 // indirect\n\texample.com/m/v2 v2.35.4 // indirect\n)\n"
    )
    (tool / "go.sum").write_text("")
    (tool / "ldflags").write_text("-X m.version={version}\n-X m.minor={minor}\n")
    made = Checkout(tmp_path)
    made.write_go()
    return made


def test_it_builds_all_commands_of_a_tool_and_links_them(checkout: Checkout) -> None:
    done = checkout.run()
    assert done.returncode == 0, done.stderr
    links = checkout.folder / "build" / "tools"
    assert {link.name: link.read_text() for link in links.iterdir()} == {
        "one": "built\n",
        "two": "built\n",
    }


def test_the_version_is_that_of_the_module_that_holds_the_command(checkout: Checkout) -> None:
    checkout.run()
    assert "-s -w -X m.version=v2.35.4 -X m.minor=35" in checkout.builds[0]


@pytest.fixture
def command_of_ours(checkout: Checkout) -> Path:
    """A tool whose folder holds the command itself."""
    tool = checkout.folder / "tools" / "plugin"
    tool.mkdir()
    (tool / "go.mod").write_text(
        "module p\n\ngo 1.26\n\nrequire example.com/long/provider v4.1.2\n\n"
        "require (\n\texample.com/long/provider/other v9.9.9 // indirect\n)\n"
    )
    (tool / "go.sum").write_text("")
    (tool / "main.go").write_text("package main\n")
    (tool / "ldflags").write_text("-X p.version={version}\n")
    return tool


def test_a_command_of_ours_is_built_where_it_is(checkout: Checkout, command_of_ours: Path) -> None:
    done = checkout.run("plugin")
    assert done.returncode == 0, done.stderr
    (build,) = checkout.builds
    assert "-X p.version=v4.1.2" in build
    assert build.endswith(" .")
    assert (checkout.folder / "build" / "tools" / "plugin").is_symlink()
    (command_of_ours / "main.go").write_text("package main\n// changed\n")
    checkout.run("plugin")
    assert len(checkout.builds) == 2


def test_what_is_built_is_not_built_again(checkout: Checkout) -> None:
    checkout.run()
    checkout.run()
    assert len(checkout.builds) == 1


@pytest.mark.parametrize("file", ["go.mod", "go.sum", "ldflags"])
def test_a_changed_pin_is_built(checkout: Checkout, file: str) -> None:
    checkout.run()
    with (checkout.folder / "tools" / "server" / file).open("a") as text:
        text.write("\n")
        text.write("// changed\n" if file != "ldflags" else "-X m.more=1\n")
    checkout.run()
    assert len(checkout.builds) == 2


def test_another_go_builds_anew(checkout: Checkout) -> None:
    checkout.run()
    checkout.write_go("go1.27.0")
    checkout.run()
    assert len(checkout.builds) == 2


def test_a_failed_build_leaves_nothing_that_looks_built(checkout: Checkout) -> None:
    failed = checkout.run(GO_FAILS="1")
    assert failed.returncode == 1
    assert "server was not built" in failed.stderr
    assert checkout.run().returncode == 0
    assert len(checkout.builds) == 2


def test_without_go_it_says_what_to_install(checkout: Checkout) -> None:
    (checkout.folder / "bin" / "go").unlink()
    done = checkout.run()
    assert done.returncode == 1
    assert "Go is missing: install Go 1.26 or newer" in done.stderr


def test_an_old_go_is_refused_by_its_name(checkout: Checkout) -> None:
    checkout.write_go("go1.25.4")
    done = checkout.run()
    assert done.returncode == 1
    assert "`go` on PATH is go1.25.4" in done.stderr


def test_an_unknown_tool_is_refused_with_the_names_of_those_there_are(checkout: Checkout) -> None:
    done = checkout.run("sever")
    assert done.returncode == 1
    assert done.stderr == "tools: no such tool: sever; there are server\n"


def test_the_kubernetes_provider_answers_the_sdk_of_the_lock() -> None:
    stamped = (ROOT / "tools" / "pulumi-resource-kubernetes" / "ldflags").read_text().strip()
    assert stamped.endswith(f".Version=v{version('pulumi-kubernetes')}")
