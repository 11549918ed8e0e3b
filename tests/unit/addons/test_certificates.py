"""external-dns and cert-manager: whose zones they write to, and how names are proved."""

from collections.abc import Mapping, Sequence
from typing import cast

import pytest

from oneup.addonkit.addon import Addon, AddonContext
from oneup.addons import cert_manager, external_dns
from oneup.foundation.iam import Statement
from oneup.plan import Plan
from oneup.settings.model import Settings
from oneup.values import Value
from tests.support.stacks import settings

ZONES = ["arn:aws:route53:::hostedzone/Z0123456789STAGING", "arn:aws:route53:::hostedzone/ZSHOP"]
TWO_ZONES = settings(
    "staging", domain={"furtherZones": [{"name": "shop.example.com", "hostedZone": "ZSHOP"}]}
)


def context(stack: Settings) -> AddonContext:
    return AddonContext(stack, frozenset())


def statements(addon: Addon) -> Sequence[Statement]:
    assert addon.identity
    return addon.identity.statements


def test_records_are_written_in_the_stacks_zones_only() -> None:
    addon = external_dns.addon(context(TWO_ZONES))
    writing = [item for item in statements(addon) if "route53:ChangeResourceRecordSets" in item.actions]
    assert [list(item.resources) for item in writing] == [ZONES]
    assert addon.values["domainFilters"] == ["staging.example.com", "shop.example.com"]
    assert addon.values["extraArgs"] == [
        "--zone-id-filter=Z0123456789STAGING",
        "--zone-id-filter=ZSHOP",
    ]


def test_records_that_are_not_ours_are_never_touched_and_ours_go_with_their_hosts() -> None:
    values = external_dns.addon(context(settings("production"))).values
    assert (values["policy"], values["registry"], values["txtOwnerId"]) == ("sync", "txt", "oneup-production")


@pytest.mark.parametrize("stack", ["staging", "production"])
def test_one_writer_of_records_whatever_the_availability(stack: str) -> None:
    assert external_dns.addon(context(settings(stack))).requests.pods == 1


def test_whoever_proves_names_may_write_nothing_but_the_proof() -> None:
    writing, waiting = statements(cert_manager.addon(context(TWO_ZONES)))
    assert list(writing.resources) == ZONES
    assert writing.conditions["ForAllValues:StringEquals"] == {
        "route53:ChangeResourceRecordSetsRecordTypes": "TXT"
    }
    assert waiting.actions == ("route53:GetChange",)


def solvers(stack: Settings, issuer: str) -> Sequence[Mapping[str, Value]]:
    made = {item.name: item for item in cert_manager.addon(context(stack)).post_install_manifests}
    assert set(made) == {"letsencrypt-prod", "letsencrypt-staging", "selfsigned"}
    spec = cast("Mapping[str, Mapping[str, Sequence[Mapping[str, Value]]]]", made[issuer].body["spec"])
    return spec["acme"]["solvers"]


@pytest.mark.parametrize("issuer", ["letsencrypt-prod", "letsencrypt-staging"])
def test_names_in_a_zone_are_proved_by_dns_and_all_others_over_http(issuer: str) -> None:
    *dns, http = solvers(TWO_ZONES, issuer)
    assert [one["selector"] for one in dns] == [
        {"dnsZones": ["staging.example.com"]},
        {"dnsZones": ["shop.example.com"]},
    ]
    assert http == {"http01": {"ingress": {"ingressClassName": "alb", "serviceType": "ClusterIP"}}}


def test_over_http_names_are_proved_behind_a_class_of_the_stack(staging: Plan) -> None:
    classes = staging.of_type("kubernetes:networking.k8s.io/v1:IngressClass")
    *_, http = solvers(settings("staging"), "letsencrypt-prod")
    asked = cast("Mapping[str, Mapping[str, Mapping[str, Value]]]", http)["http01"]["ingress"]
    assert asked["ingressClassName"] in {one.name.rpartition("/")[2] for one in classes}


def test_without_a_certificate_of_the_balancers_nothing_answers_over_http() -> None:
    bare = settings("staging", domain={"certificate": False})
    assert not [one for one in solvers(bare, "letsencrypt-prod") if "http01" in one]


def test_without_a_zone_there_is_no_role_and_the_chart_makes_the_account() -> None:
    stack = settings("baremetal", addons={"certManager": {"httpClass": "nginx"}})
    addon = cert_manager.addon(context(stack))
    assert addon.identity is None
    assert addon.values["serviceAccount"] == {"create": True, "name": "cert-manager"}
    nginx = {"ingressClassName": "nginx", "serviceType": "ClusterIP"}
    assert solvers(stack, "letsencrypt-prod") == [{"http01": {"ingress": nginx}}]


@pytest.mark.parametrize("part", ["controller", "webhook", "cainjector"])
def test_two_of_each_part_where_availability_is_high(part: str) -> None:
    values = cert_manager.addon(context(settings("production"))).values
    about = values if part == "controller" else cast("Mapping[str, Value]", values[part])
    assert about["replicaCount"] == 2
    assert about["podDisruptionBudget"] == {"enabled": True}
