"""The zone and its certificate, the firewall, and the classes of load balancers."""

import json
from typing import cast

import pytest

from oneup.plan import JsonMap, Plan
from tests.support.plans import RehearseWith
from tests.unit.foundation.conftest import Planner
from tests.unit.foundation.graph import all_of, direct, find

MADE = {"domain": {"name": "apps.example.com", "makeZone": True, "parentZone": "Z0PARENT"}}


def spec(plan: Plan, name: str) -> JsonMap:
    return cast(
        "JsonMap", find(plan, "IngressClassParams", f"aws-load-balancer-controller/{name}").inputs["spec"]
    )


def rules(plan: Plan) -> dict[str, JsonMap]:
    found = cast("list[JsonMap]", find(plan, "WebAcl", "firewall").inputs["rules"])
    return {str(rule["name"]): rule for rule in found}


def test_a_given_zone_proves_the_certificate_and_nothing_is_delegated(plan: Planner) -> None:
    made = plan()
    assert not all_of(made, "Zone")
    (proof,) = all_of(made, "Record")
    assert (proof.inputs["zoneId"], proof.inputs["name"]) == ("Z0123456789PRODUCT", "_proof.example.com.")
    certificate = find(made, "Certificate", "platform").inputs
    assert (certificate["domainName"], certificate["subjectAlternativeNames"]) == (
        "example.com",
        ["*.example.com"],
    )
    assert certificate["validationMethod"] == "DNS"


def test_a_made_zone_is_pointed_to_before_its_certificate_is_waited_for(plan: Planner) -> None:
    made = plan(MADE)
    zone = find(made, "Zone", "apps.example.com")
    pointer = find(made, "Record", "delegation")
    assert (pointer.inputs["type"], pointer.inputs["zoneId"]) == ("NS", "Z0PARENT")
    assert pointer.inputs["records"] == zone.outputs["nameServers"]
    waits = direct(made, find(made, "CertificateValidation", "platform"))
    assert {"Record delegation", "Record proof-apps.example.com", "Certificate platform"} <= waits
    assert zone.protect


def test_a_made_zone_without_a_certificate_needs_no_zone_above(plan: Planner) -> None:
    made = plan({"domain": {"name": "apps.example.com", "makeZone": True, "certificate": False}})
    assert all_of(made, "Zone")
    assert not all_of(made, "Record")
    assert not all_of(made, "Certificate")


def test_each_further_zone_proves_its_own_names(plan: Planner) -> None:
    further = [{"name": "example.org", "hostedZone": "Z0OTHER"}]
    made = plan({"domain.furtherZones": further})
    zones = {str(record.inputs["name"]): record.inputs["zoneId"] for record in all_of(made, "Record")}
    assert zones == {"_proof.example.com.": "Z0123456789PRODUCT", "_proof.example.org.": "Z0OTHER"}


def test_a_first_preview_knows_nothing_of_the_proof_and_succeeds(plan: Planner) -> None:
    assert all_of(plan(MADE, preview=True), "CertificateValidation")


def test_the_firewall_has_awss_rules_and_a_rate_limit_and_blocks(plan: Planner) -> None:
    found = rules(plan())
    assert next(iter(found)) == "rate-limit"
    limit = cast("JsonMap", cast("JsonMap", found["rate-limit"]["statement"])["rateBasedStatement"])
    assert (limit["limit"], limit["aggregateKeyType"]) == (2000, "IP")
    assert found.pop("rate-limit")["action"] == {"block": {}}
    assert set(found) == {
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesKnownBadInputsRuleSet",
        "AWSManagedRulesSQLiRuleSet",
        "AWSManagedRulesCommonRuleSet",
    }
    assert all(rule["overrideAction"] == {"none": {}} for rule in found.values())
    assert len({str(rule["priority"]) for rule in rules(plan()).values()}) == 5


def test_what_it_blocks_goes_encrypted_to_a_group_that_waf_accepts_without_credentials(plan: Planner) -> None:
    made = plan()
    group = find(made, "LogGroup", "firewall")
    log = find(made, "WebAclLoggingConfiguration", "firewall")
    assert str(group.inputs["name"]).startswith("aws-waf-logs-")
    assert group.inputs["kmsKeyId"] == find(made, "Key", "encryption").outputs["arn"]
    assert log.inputs["logDestinationConfigs"] == [group.outputs["arn"]]
    assert "LogResourcePolicy firewall" in direct(made, log)
    assert {"authorization", "cookie"} <= set(json.dumps(log.inputs["redactedFields"]).split('"'))


def test_both_classes_have_the_certificate_and_tls_and_the_public_one_the_firewall(production: Plan) -> None:
    arn = find(production, "WebAcl", "firewall").outputs["arn"]
    certificate = find(production, "Certificate", "platform").outputs["arn"]
    public, internal = spec(production, "alb"), spec(production, "alb-internal")
    assert (public["scheme"], internal["scheme"]) == ("internet-facing", "internal")
    assert public["wafv2AclArn"] == arn
    assert "wafv2AclArn" not in internal
    assert public["group"] != internal["group"]
    for each in (public, internal):
        assert each["certificateArn"] == [certificate]
        assert str(each["sslPolicy"]).startswith("ELBSecurityPolicy-TLS13-1-2")
        assert each["sslRedirectPort"] == "443"


@pytest.fixture(scope="module")
def switched(rehearse_with: RehearseWith) -> Plan:
    """Staging with Shield in the firewall's place, and a zone that it makes."""
    return rehearse_with(
        "staging",
        edge={"shield": True, "firewall": False},
        domain={**MADE["domain"], "hostedZone": None},
        addons={"externalDns": {"enabled": True}},
    )


def test_the_chart_makes_no_class_of_its_own_and_shield_is_a_switch(switched: Plan) -> None:
    made = switched
    release = find(made, "Release", "aws-load-balancer-controller")
    values = cast("JsonMap", release.inputs["values"])
    assert values["ingressClassParams"] == {"create": False}
    assert values["createIngressClassResource"] is False
    assert (values["enableShield"], values["enableWafv2"]) == (True, False)
    assert not all_of(made, "WebAcl")
    assert "shield-advanced-protection" in json.dumps(find(made, "Release", "argo-cd").inputs["values"])


def test_addons_write_to_a_zone_that_the_stack_makes(switched: Plan) -> None:
    made = switched
    zone = str(find(made, "Zone", "apps.example.com").outputs["zoneId"])
    assert f"--zone-id-filter={zone}" in json.dumps(find(made, "Release", "external-dns").inputs["values"])
    rights = [one for one in all_of(made, "RolePolicy") if zone in str(one.inputs["policy"])]
    assert any("external-dns" in one.name for one in rights)


def test_requests_are_kept_in_a_bucket_that_balancers_can_write(production: Plan) -> None:
    bucket = find(production, "Bucket", "access-logs")
    written = json.loads(str(find(production, "BucketPolicy", "access-logs").inputs["policy"]))["Statement"]
    (clause,) = [one for one in written if one["Effect"] == "Allow"]
    assert clause["Principal"] == {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
    assert clause["Resource"] == f"{bucket.outputs['arn']}/AWSLogs/444455556666/*"
    kind = "BucketServerSideEncryptionConfiguration"
    assert "aws:kms" not in json.dumps(find(production, kind, "access-logs").inputs)
    for name in ("alb", "alb-internal"):
        attributes = cast("list[dict[str, str]]", spec(production, name)["loadBalancerAttributes"])
        found = {one["key"]: one["value"] for one in attributes}
        assert found["access_logs.s3.enabled"] == "true"
        assert found["access_logs.s3.bucket"] == bucket.inputs["bucket"]


def test_keeping_requests_is_a_switch(staging: Plan) -> None:
    assert "access_logs" not in json.dumps(spec(staging, "alb"))
    assert not [one for one in all_of(staging, "Bucket") if one.name == "access-logs"]


PRIVATE = {
    "domain": {
        "name": "example.com",
        "hostedZone": "Z0PUBLIC",
        "privateZone": "internal.example.com",
        "furtherZones": [{"name": "corp.example.com", "hostedZone": "Z0CORP", "private": True}],
    }
}


def test_a_private_zone_is_seen_by_the_vpc_alone_and_may_be_joined_to_others(plan: Planner) -> None:
    made = plan(PRIVATE)
    zone = find(made, "Zone", "internal.example.com")
    assert zone.inputs["vpcs"] == [{"vpcId": find(made, "Vpc", "vpc").id}]
    assert zone.ignore_changes == ("vpcs",)
    assert zone.protect
    assert "Vpc vpc" in direct(made, zone)


def test_private_zones_get_no_certificate(plan: Planner) -> None:
    made = plan(PRIVATE)
    assert [record.inputs["zoneId"] for record in all_of(made, "Record")] == ["Z0PUBLIC"]
    names = find(made, "Certificate", "platform").inputs["subjectAlternativeNames"]
    assert names == ["*.example.com"]


def test_external_dns_writes_to_private_zones_and_nobody_proves_names_there(
    rehearse_with: RehearseWith,
) -> None:
    made = rehearse_with("staging", domain=PRIVATE["domain"])
    zone = str(find(made, "Zone", "internal.example.com").outputs["zoneId"])
    said = json.dumps(find(made, "Release", "external-dns").inputs["values"])
    rights = str(find(made, "RolePolicy", "external-dns").inputs["policy"])
    proving = str(find(made, "RolePolicy", "cert-manager").inputs["policy"])
    solvers = json.dumps([one.inputs for one in all_of(made, "ClusterIssuer")])
    for private in (zone, "Z0CORP"):
        assert f"--zone-id-filter={private}" in said
        assert f"hostedzone/{private}" in rights
        assert private not in proving
        assert private not in solvers
    assert "Z0PUBLIC" in proving
