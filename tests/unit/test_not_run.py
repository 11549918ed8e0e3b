"""What did not run: a failure in CI, and said elsewhere."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT

SKIPS = """
import pytest

@pytest.mark.skip("no charts")
def test_marked(): pass

def test_called(): pytest.skip("no charts")

@pytest.mark.parametrize("one", [])
def test_of_nothing(one): pass

@pytest.mark.xfail
def test_expected(): assert False
"""
MODULE = "import pytest\n\npytest.importorskip('there_is_no_such_module')"


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    (tmp_path / "pytest.ini").touch()
    (tmp_path / "test_skips.py").write_text(SKIPS)
    (tmp_path / "test_module.py").write_text(MODULE)
    return tmp_path


def run(suite: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "tests.support.not_run", "-p", "no:cacheprovider"]
    without = {name: value for name, value in os.environ.items() if name != "CI"}
    return subprocess.run(
        [*command, "--continue-on-collection-errors", str(suite)],
        env={**without, "PYTHONPATH": str(ROOT), **environment},
        cwd=suite,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_fails_in_ci(suite: Path) -> None:
    done = run(suite, CI="true")
    assert done.returncode
    assert "1 failed, 1 xfailed, 3 errors" in done.stdout
    for why in ("no charts", "could not import 'there_is_no_such_module'", "got empty parameter set"):
        assert f"not run, which is a failure in CI: {why}" in done.stdout


def test_it_is_said_elsewhere(suite: Path) -> None:
    done = run(suite)
    assert done.returncode == 0
    assert " NOT RUN " in done.stdout
    assert "2 tests: no charts." in done.stdout
    assert "1 tests: could not import 'there_is_no_such_module'" in done.stdout


def test_ci_on_this_machine_asks_for_it_too(root: Path) -> None:
    assert "\nexport CI=true\n" in (root / ".ci" / "run").read_text()


def test_this_suite_is_judged_by_it_and_so_is_every_suite_beside_it(pytestconfig: pytest.Config) -> None:
    plugin = pytestconfig.pluginmanager.get_plugin("tests.support.not_run")
    assert plugin
    above = pytestconfig.pluginmanager.get_plugin(str(ROOT / "tests" / "conftest.py"))
    assert above
    assert "tests.support.not_run" in above.pytest_plugins
