"""What every suite shares."""

import os

pytest_plugins = ["tests.support.not_run", "tests.support.plans"]
# Kubernetes versions go out of support; the tests, and the programs that they start, do not.
os.environ["ONEUP_TODAY"] = "2026-11-21"
