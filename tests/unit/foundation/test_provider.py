"""The providers: which account, which cluster, and how they prove who they are."""

import json
from typing import cast

from oneup.plan import JsonMap, Plan
from tests.unit.foundation.conftest import Planner
from tests.unit.foundation.graph import find

ROLE = "arn:aws:iam::444455556666:role/deployer"


def kubeconfig(plan: Plan) -> dict[str, JsonMap]:
    """The parts of the provider's kubeconfig."""
    config = json.loads(str(find(plan, "kubernetes", "kubernetes").inputs["kubeconfig"]))
    assert [len(config[part]) for part in ("clusters", "users", "contexts")] == [1, 1, 1]
    return {
        "cluster": config["clusters"][0]["cluster"],
        "user": config["users"][0]["user"],
        "exec": config["users"][0]["user"]["exec"],
    }


def test_only_the_account_of_the_settings_can_be_touched(plan: Planner) -> None:
    provider = find(plan(), "aws", "aws").inputs
    assert json.loads(str(provider["allowedAccountIds"])) == ["444455556666"]
    assert provider["region"] == "eu-central-1"
    assert "assumeRoles" not in provider


def test_everything_is_tagged_by_default(plan: Planner) -> None:
    provider = find(plan({"aws.tags": {"owner": "me", "project": "shop"}}), "aws", "aws").inputs
    assert json.loads(str(provider["defaultTags"]))["tags"] == {
        "managed-by": "pulumi",
        "project": "shop",
        "stack": "production",
        "environment": "production",
        "owner": "me",
    }


def test_every_aws_resource_goes_through_the_one_provider(plan: Planner) -> None:
    made = plan()
    provider = find(made, "aws", "aws").urn
    by = {resource.name: resource.provider for resource in made.resources if resource.type.startswith("aws:")}
    assert len(by) > 40
    elsewhere = {name for name, used in by.items() if used.rsplit("::", 1)[0] != provider}
    assert elsewhere <= {"backups-copy", "copy"}  # in the second region


def test_copies_go_through_a_provider_of_the_second_region_alike_in_all_else(plan: Planner) -> None:
    made = plan({"storage": {"buckets": ["backups"], "copyRegion": "eu-west-1"}})
    providers = {provider.urn: provider for provider in made.of_type("pulumi:providers:aws")}
    first = find(made, "aws", "aws")
    (second,) = (provider for urn, provider in providers.items() if urn != first.urn)
    assert {**first.inputs, "region": "eu-west-1"} == second.inputs
    through = {
        resource.name
        for resource in made.resources
        if resource.custom and resource.provider.rsplit("::", 1)[0] == second.urn
    }
    assert through == {"backups-copy", "copy"}


def test_the_kubernetes_provider_survives_a_new_endpoint(plan: Planner) -> None:
    provider = find(plan(), "kubernetes", "kubernetes").inputs
    assert provider["clusterIdentifier"] == "oneup-production"
    assert str(provider["enableServerSideApply"]).lower() == "true"
    assert str(provider["enablePatchForce"]).lower() == "true"


def test_the_kubeconfig_fetches_tokens_and_holds_none(plan: Planner) -> None:
    parts = kubeconfig(plan())
    assert set(parts["user"]) == {"exec"}
    command = parts["exec"]
    assert command["command"] == "aws"
    assert command["args"] == [
        "--region", "eu-central-1", "eks", "get-token",
        "--cluster-name", "oneup-production", "--output", "json",
    ]  # fmt: skip
    assert "env" not in command
    assert "server" in parts["cluster"]


def test_a_configured_role_is_named_wherever_it_is_needed(plan: Planner) -> None:
    made = plan({"aws.roleArn": ROLE})
    assert cast("list[str]", kubeconfig(made)["exec"]["args"])[-2:] == ["--role-arn", ROLE]
    assumed = json.loads(str(find(made, "aws", "aws").inputs["assumeRoles"]))
    assert [role["roleArn"] for role in assumed] == [ROLE]
    assert find(made, "Cluster", "cluster").inputs["providerCredentialOpts"] == {"roleArn": ROLE}


def test_the_component_is_kept_from_using_a_profile(plan: Planner) -> None:
    assert find(plan(), "Cluster", "cluster").inputs["providerCredentialOpts"] == {}
