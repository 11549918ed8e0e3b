"""Pod Identity in place of IRSA: the same rights by another way, and nothing else."""

import json
from collections.abc import Mapping, Sequence
from typing import Final, cast

import pytest

from oneup.plan import Json, JsonMap, Plan, Resource
from oneup.policy import violations
from tests.support.plans import RehearseWith
from tests.unit.foundation.graph import all_of, direct, earlier, find

AGENT: Final = "Addon eks-pod-identity-agent"
AGENT_OPENED: Final = json.dumps(
    {
        "ports": [{"port": 80, "protocol": "TCP"}],
        "to": [{"ipBlock": {"cidr": "169.254.170.23/32"}}],
    },
    sort_keys=True,
)
"""The rule that lets a pod ask the agent on its node for credentials."""

TRUST: Final = "assumeRolePolicy"
CLUSTER: Final = "arn:aws:eks:eu-central-1:111122223333:cluster/oneup-staging"


IRSA_ONLY: Final = {"sealedSecretsKeys": {"enabled": False}}
"""What is refused with Pod Identity."""


@pytest.fixture(scope="module")
def staging(rehearse_with: RehearseWith) -> Plan:
    """By IRSA."""
    return rehearse_with("staging", addons=IRSA_ONLY)


@pytest.fixture(scope="module")
def tied(rehearse_with: RehearseWith) -> Plan:
    return rehearse_with("staging", cluster={"identity": "podIdentity"}, addons=IRSA_ONLY)


def by_urn(plan: Plan) -> Mapping[str, Resource]:
    return {resource.urn: resource for resource in plan.resources}


def pods_roles(plan: Plan) -> tuple[Resource, ...]:
    return tuple(role for role in all_of(plan, "Role") if "pods.eks" in str(role.inputs[TRUST]))


def without(inputs: JsonMap, *keys: str) -> JsonMap:
    return {key: value for key, value in inputs.items() if key not in keys}


def outgoing(policy: Resource) -> frozenset[str]:
    """The rules of a network policy for what its pods say, each as text."""
    spec = cast(Mapping[str, Sequence[Json]], policy.inputs["spec"])
    return frozenset(json.dumps(rule, sort_keys=True) for rule in spec.get("egress", ()))


def unannotated(account: JsonMap) -> Json:
    metadata = account["metadata"]
    assert isinstance(metadata, Mapping)
    return {**account, "metadata": without(metadata, "annotations")}


def test_no_rule_is_broken(tied: Plan) -> None:
    assert [one for one in violations(tied) if one.severity == "mandatory"] == []


def test_only_associations_come_and_nothing_goes(staging: Plan, tied: Plan) -> None:
    assert by_urn(staging).keys() <= by_urn(tied).keys()
    added = [tied_one for urn, tied_one in by_urn(tied).items() if urn not in by_urn(staging)]
    assert added
    assert {resource.type for resource in added} == {"aws:eks/podIdentityAssociation:PodIdentityAssociation"}


def test_what_changes_is_trust_annotation_tie_and_issuer(staging: Plan, tied: Plan) -> None:
    before = by_urn(staging)
    changed = [one for one in tied.resources if one.urn in before and one.inputs != before[one.urn].inputs]
    kinds = {one.type.rpartition(":")[2] for one in changed}
    assert kinds == {"Role", "ServiceAccount", "Addon", "Cluster", "NetworkPolicy"}
    for one in changed:
        old = before[one.urn].inputs
        match one.type.rpartition(":")[2]:
            case "Role":
                assert without(one.inputs, TRUST) == without(old, TRUST)
            case "ServiceAccount":
                assert one.inputs == unannotated(old)
            case "Addon":
                tie = ("serviceAccountRoleArn", "podIdentityAssociations")
                assert without(one.inputs, *tie) == without(old, *tie)
            case "NetworkPolicy":
                assert outgoing(one) - outgoing(before[one.urn]) == {AGENT_OPENED}
                assert outgoing(before[one.urn]) < outgoing(one)
            case _:
                assert one.inputs["createOidcProvider"] is False
                assert without(one.inputs, "createOidcProvider") == without(old, "createOidcProvider")


def test_every_addons_values_stay_as_they_are(staging: Plan, tied: Plan) -> None:
    before = by_urn(staging)
    releases = all_of(tied, "Release")
    assert len(releases) > 10
    assert all(release.inputs == before[release.urn].inputs for release in releases)


def test_a_role_is_trusted_for_one_service_account_of_this_cluster(tied: Plan) -> None:
    (clause,) = json.loads(str(find(tied, "Role", "external-dns").inputs[TRUST]))["Statement"]
    assert clause == {
        "Effect": "Allow",
        "Principal": {"Service": "pods.eks.amazonaws.com"},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
        "Condition": {
            "StringEquals": {
                "aws:RequestTag/eks-cluster-arn": CLUSTER,
                "aws:RequestTag/kubernetes-namespace": "external-dns",
                "aws:RequestTag/kubernetes-service-account": "external-dns",
            }
        },
    }


def test_each_role_of_pods_is_tied_once(tied: Plan) -> None:
    bound = [one.inputs["roleArn"] for one in all_of(tied, "PodIdentityAssociation")]
    for addon in all_of(tied, "Addon"):
        ties = addon.inputs.get("podIdentityAssociations") or []
        assert isinstance(ties, list)
        bound += [tie["roleArn"] for tie in ties if isinstance(tie, Mapping)]
        assert "serviceAccountRoleArn" not in addon.inputs
    roles = [role.outputs["arn"] for role in pods_roles(tied)]
    assert len(roles) > 5
    assert sorted(map(str, bound)) == sorted(map(str, roles))


def test_no_role_trusts_the_clusters_issuer_any_more(tied: Plan) -> None:
    assert not [role.name for role in all_of(tied, "Role") if "oidc.eks" in str(role.inputs[TRUST])]


def test_an_association_names_the_service_account_that_the_stack_makes(tied: Plan) -> None:
    for tie in all_of(tied, "PodIdentityAssociation"):
        (account,) = [one for one in all_of(tied, "ServiceAccount") if one.parent == tie.parent]
        metadata = account.inputs["metadata"]
        assert isinstance(metadata, Mapping)
        assert tie.inputs["clusterName"] == "oneup-staging"
        assert tie.inputs["namespace"] == metadata["namespace"]
        assert tie.inputs["serviceAccount"] == metadata["name"]


def test_credentials_are_there_before_the_pods(tied: Plan) -> None:
    release = find(tied, "Release", "external-dns")
    assert {"PodIdentityAssociation external-dns", "RolePolicy external-dns", AGENT} <= earlier(tied, release)
    assert {AGENT, "RolePolicyAttachment vpc-cni-AmazonEKS_CNI_Policy"} <= direct(
        tied, find(tied, "Addon", "vpc-cni")
    )
    # The CNI needs credentials before a node is ready: the agent runs on the node's own network.
    assert AGENT in earlier(tied, find(tied, "NodeGroup", "workers"))
