"""oneup: a whole Kubernetes platform, step by step."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "platform"))

from oneup import foundation, gitops, installation, outputs, settings, workspace

stack = settings.load()
chosen = installation.select(stack)
cluster = foundation.build(stack)
space = workspace.prepare(stack, cluster, chosen.namespaces, chosen.policies)
installed = installation.install(chosen, cluster, space)
gitops.bootstrap(stack, cluster, space, installed)
outputs.export(stack, cluster, chosen)
