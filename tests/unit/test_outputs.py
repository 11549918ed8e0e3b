"""Stack outputs."""

import pulumi
import pytest

from oneup.installation import select
from oneup.outputs import export, kubeconfig_command, page_urls, retained_resources
from oneup.plan import Json
from oneup.settings.model import Settings
from tests.support.recorder import handle, record
from tests.support.stacks import settings

AWS = {
    "region": "eu-central-1",
    "account": "111122223333",
    "roleArn": "arn:aws:iam::111122223333:role/deploy",
}


def test_the_command_for_the_kubeconfig_assumes_the_role_that_the_stack_does() -> None:
    assert kubeconfig_command(settings("staging"), "oneup-staging") == (
        "aws eks update-kubeconfig --name oneup-staging --region eu-central-1"
    )
    with_role = kubeconfig_command(settings("staging", aws=AWS), "oneup-staging")
    assert with_role.endswith(" --role-arn arn:aws:iam::111122223333:role/deploy")
    assert kubeconfig_command(settings("baremetal"), "any") == "kubectl config use-context baremetal"


def test_a_page_is_a_url_behind_the_balancer_and_a_command_elsewhere() -> None:
    assert page_urls(settings("production")) == {"argocd": "https://argocd.example.com"}
    assert page_urls(settings("baremetal"))["argocd"].startswith("kubectl -n argocd port-forward ")
    assert page_urls(settings("baremetal", addons={"argoCd": {"enabled": False}})) == {}


def stays(of: Settings) -> list[str]:
    return retained_resources(of, select(of))


def test_kinds_that_helm_leaves_in_a_cluster_that_stays_are_named() -> None:
    lines = {line.partition(":")[0]: line for line in stays(settings("baremetal"))}
    assert lines["the kinds of rook-ceph"].endswith("grep -E '[.](ceph.rook.io|objectbucket.io)$'")
    assert "the kinds of argo-cd" in lines
    assert "the kinds of metallb" not in lines
    gone: dict[str, Json] = {"argoCd": {"values": {"crds": {"keep": False}}}}
    assert not any("argo-cd" in line for line in stays(settings("baremetal", addons=gone)))


def test_what_is_kept_on_purpose_is_named() -> None:
    without: dict[str, Json] = {name: {"enabled": False} for name in ("velero", "sealedSecretsKeys")}
    assert stays(settings("staging", addons=without)) == []
    snapshots, keys = stays(settings("staging"))
    assert "aws ec2 describe-snapshots --owner-ids self --filters" in snapshots
    assert "Values=oneup-staging-sealed-secrets/" in keys
    volumes, *buckets = stays(settings("production"))
    assert "Name=tag:stack,Values=production" in volumes
    assert "the bucket s3://oneup-production-backups-444455556666-eu-central-1" in buckets
    assert "the bucket s3://oneup-production-trail-444455556666-eu-central-1" in buckets


@pytest.mark.parametrize(
    ("stack", "idle", "said"), [("staging", False, 0), ("production", False, 0), ("production", True, 1)]
)
def test_nodes_that_are_too_empty_are_warned_of(
    stack: str, idle: bool, said: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    none: dict[str, Json] = dict.fromkeys(("pods", "cpuMillis", "memoryMib"), 0)
    stacks_own = settings(stack, workload=none) if idle else settings(stack)
    warned: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", warned.append)
    record(lambda: export(stacks_own, handle(), select(stacks_own)))
    assert len(warned) == said
    assert all(text.startswith("nodeGroups: 4 nodes at desired size provide ") for text in warned)
