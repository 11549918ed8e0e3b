"""The tables of facts agree with what others publish."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from oneup.settings.cluster import DEFAULT_VERSION, SUPPORT
from oneup.settings.formats.aws import REGIONS
from oneup.settings.instances import instance_type


def test_every_region_of_the_provider_is_known() -> None:
    provider = find_spec("pulumi_aws")
    assert provider
    assert provider.origin
    listed = re.findall(r'= "([a-z]+-[a-z]+-\d)"', Path(provider.origin).with_name("_enums.py").read_text())
    assert set(listed) == {region for region in REGIONS if not region.startswith("us-gov-")}


@pytest.mark.parametrize(
    ("name", "plain", "delegated"),
    [
        ("t2.micro", 4, 4),
        ("t3.micro", 4, 34),
        ("t3.small", 11, 110),
        ("t3.medium", 17, 110),
        ("t3a.small", 8, 98),
        ("m6g.medium", 8, 98),
        ("m6i.large", 29, 110),
        ("m6i.xlarge", 58, 110),
        ("c6a.4xlarge", 110, 110),
        ("r7i.8xlarge", 234, 250),
        ("m5.16xlarge", 250, 250),
    ],
)
def test_pods_are_what_eks_reckons(name: str, plain: int, delegated: int) -> None:
    """Sources: the CNI's own table of pods, with EKS' limits of 110 below 30 vCPUs, and 250."""
    kind = instance_type(name)
    assert kind
    assert kind.pods(prefix_delegation=False) == plain
    assert kind.pods(prefix_delegation=True) == delegated


@pytest.mark.parametrize(
    ("name", "vcpus", "gib"),
    [
        ("t3.micro", 2, 1),
        ("t4g.large", 2, 8),
        ("c7i.xlarge", 4, 8),
        ("m6g.medium", 1, 4),
        ("r6a.2xlarge", 8, 64),
    ],
)
def test_processors_and_memory(name: str, vcpus: int, gib: int) -> None:
    kind = instance_type(name)
    assert kind
    assert (kind.vcpus, kind.memory_mib) == (vcpus, gib * 1024)


@pytest.mark.parametrize("name", ["m5.medium", "c5.8xlarge", "m6i.nano", "p5.48xlarge", "large", ""])
def test_a_type_that_is_not_in_the_table_has_no_figures(name: str) -> None:
    assert instance_type(name) is None


def test_support_ends_once_and_later_for_later_versions() -> None:
    dated = [support for support in SUPPORT.values() if support]
    assert all(support.standard < support.extended for support in dated)
    assert [support.standard for support in dated] == sorted(support.standard for support in dated)
    assert DEFAULT_VERSION in SUPPORT
