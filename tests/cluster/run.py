"""`make cluster-test`: provides what the proofs need, then runs them, each stack in a network of its own."""

import sys
from pathlib import Path

from tests.cluster.harness.suite import Suite

SUITE = Suite(
    name="cluster-test",
    folder=Path(__file__).resolve().parent,
    module="tests.cluster.run",
    tools=("etcd", "kubernetes", "kwok", "kustomize", "argocd"),
    programs=("redis-server", "git", "openssl"),
    shares="all listen on loopback, but for Argo CD's metrics on port 18082",
)

if __name__ == "__main__":
    sys.exit(SUITE.main(sys.argv[1:]))
