"""The plans of the stacks, as the other suites have them."""

import gc
import os

from oneup.rehearsal.side_by_side import GC_THRESHOLD

pytest_plugins = ["tests.support.plans"]

os.environ["ONEUP_TODAY"] = "2026-11-21"
gc.set_threshold(GC_THRESHOLD)
