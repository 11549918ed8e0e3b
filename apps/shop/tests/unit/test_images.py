import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from running.shop import ROOT, SERVICES, SOURCE

DOCKERFILES = (ROOT / "Dockerfile", SOURCE / "web" / "Dockerfile")
SHELL = (*ROOT.glob("*.sh"), *(ROOT / "database").glob("*.sh"), SOURCE / "web" / "serve.sh")
OURS = {path.name for path in SOURCE.iterdir()}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported(folder: Path) -> set[str]:
    names = set[str]()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.partition(".")[0])
    return names - set(sys.stdlib_module_names)


@pytest.mark.parametrize("path", DOCKERFILES, ids=["services", "web"])
def test_dockerfiles_pass_hadolint(path: Path) -> None:
    linter = Path(sys.executable).parent / "hadolint"
    done = subprocess.run([linter, "--no-color", path], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", DOCKERFILES, ids=["services", "web"])
def test_images_are_pinned_have_stages_and_are_not_root(path: Path) -> None:
    text = path.read_text()
    bases = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert len(bases) == 2
    assert all(
        re.fullmatch(r"[\w./-]+:[\w.-]*\d+\.\d+\.\d+[\w.-]*@sha256:[0-9a-f]{64}", base) for base in bases
    )
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", text.split("\nFROM ")[-1], re.MULTILINE)


def test_the_image_s_python_is_the_one_that_runs_these_tests() -> None:
    versions = set(re.findall(r"^FROM python:(\d+\.\d+)\.", DOCKERFILES[0].read_text(), re.MULTILINE))
    assert versions == {f"{sys.version_info.major}.{sys.version_info.minor}"}


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_holds_all_that_its_service_imports(service: str) -> None:
    package = service.replace("-", "_")
    parts = ("storekit", "contracts", package)
    needed = set[str]().union(*(imported(SOURCE / part) for part in parts))
    assert needed & OURS == set(parts)
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    distributions = packages_distributions()
    for name in needed - OURS:
        # A namespace package (opentelemetry) comes from several distributions: one that we declare is enough.
        found = {normal(distribution) for distribution in distributions[name]}
        assert found & {normal(dependency.partition("==")[0]) for dependency in declared}, name


def test_every_copied_path_exists_and_is_let_through_to_the_builder() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    allowed = [line[1:] for line in ignored if line.startswith("!")]
    for path in DOCKERFILES:
        for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", path.read_text(), re.MULTILINE):
            for source in sources.split():
                concrete = source.replace("${PACKAGE}", "order")
                assert (ROOT / concrete).exists(), concrete
                assert any(concrete == entry or concrete.startswith(f"{entry}/") for entry in allowed), (
                    concrete
                )


def test_the_runtime_lock_is_the_tests_lock_without_the_tests() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^([\w.-]+==[^\s;]+)", (ROOT / name).read_text(), re.MULTILINE))

    made_by = (ROOT / "requirements.lock").read_text().splitlines()[1].removeprefix("#    apps/shop/")
    assert (ROOT / made_by).name == "lock.sh" and (ROOT / made_by).is_file()
    runtime, tests = pins("requirements.lock"), pins("requirements-dev.lock")
    assert runtime < tests
    assert not any(pin.startswith("pytest==") for pin in runtime)


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", "src/web/package-lock.json"])
def test_locks_name_no_host(name: str) -> None:
    text = (ROOT / name).read_text()
    hosts = set(re.findall(r"https?://([^/\"\s]+)", text)) - {"opencollective.com", "github.com"}
    assert '"resolved"' not in text
    assert not {host for host in hosts if "registry" in host or "pypi" in host}


@pytest.mark.parametrize("path", SHELL, ids=lambda path: path.name)
def test_scripts_are_plain_sh_and_stop_at_the_first_mistake(path: Path) -> None:
    text = path.read_text()
    assert text.startswith("#!/bin/sh\n")
    assert "\nset -eu\n" in text
    subprocess.run(["sh", "-n", path], check=True)


def test_images_are_built_for_every_service_and_for_the_page(tmp_path: Path) -> None:
    docker = tmp_path / "docker"
    docker.write_text(f'#!/bin/sh\necho "$@" >>{tmp_path}/calls\n')
    docker.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "PUSH": "1"}
    subprocess.run([ROOT / "images.sh", "example.org/shop", "1.2.3"], env=environment, check=True)
    calls = (tmp_path / "calls").read_text().splitlines()
    pushed = [line.removeprefix("push ") for line in calls if line.startswith("push ")]
    assert pushed == [f"example.org/shop/{name}:1.2.3" for name in (*SERVICES, "web")]
    packages = [re.search(r"PACKAGE=(\S+)|SERVICE=(\S+)", line) for line in calls if "SERVICE=" in line]
    assert len(packages) == len(SERVICES)
    assert any("--build-arg SERVICE=store-api --build-arg PACKAGE=store_api" in line for line in calls)
