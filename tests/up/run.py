"""`make up-test`: the real engine on a control plane, each stack in a network of its own."""

import sys
from pathlib import Path

from tests.cluster.harness.suite import Suite

SUITE = Suite(
    name="up-test",
    folder=Path(__file__).resolve().parent,
    module="tests.up.run",
    tools=("etcd", "kubernetes", "kwok", "helm", "pulumi", "pulumi-resource-kubernetes"),
    programs=("openssl", "make"),
    # Those on AWS wait for a plug-in that plays it.
    stacks=("local", "baremetal"),
)

if __name__ == "__main__":
    sys.exit(SUITE.main(sys.argv[1:]))
