"""What External Secrets brings of Secrets Manager for the platform itself."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final, cast

from oneup.addonkit.addon import Addon, AddonName, Capability, Manifest
from oneup.addons import argo_cd, kube_prometheus_stack
from oneup.checks import ChartLibrary, schema_errors
from oneup.installation import select
from oneup.plan import Json
from oneup.policy import Severity, violations
from oneup.settings.model import AwsSettings
from oneup.settings.required_secrets import required_secrets
from tests.support.plans import RehearseWith
from tests.support.stacks import settings
from tests.unit.addons.monitoring.knobs import EVERYTHING

OIDC: Final[Mapping[str, Json]] = {"issuer": "https://login.example.com", "clientId": "argo-cd"}
SIGNED_IN: Final[dict[str, Json]] = {
    "kubePrometheusStack": EVERYTHING,
    "argoCd": {"oidc": OIDC},
}
OF_MONITORING: Final = {
    "remote",
    "grafana-oidc",
    *(f"alertmanager-{kind}" for kind in ("pagerduty", "slack", "email", "heartbeat")),
}


def addons(stack: str, **more: Json) -> Mapping[AddonName, Addon]:
    return {addon.name: addon for addon in select(settings(stack, addons={**SIGNED_IN, **more})).addons}


def brought(addon: Addon) -> dict[str, Manifest]:
    return {
        each.name: each
        for each in (*addon.prerequisite_manifests, *addon.post_install_manifests)
        if each.kind == "ExternalSecret"
    }


def spec(manifest: Manifest) -> dict[str, Json]:
    return cast("dict[str, Json]", json.loads(json.dumps(manifest.body["spec"])))


def test_each_secret_that_is_named_is_brought_of_its_own_in_secrets_manager() -> None:
    there = addons("staging")
    monitoring = brought(there[kube_prometheus_stack.NAME])
    assert set(monitoring) == OF_MONITORING
    for name, manifest in monitoring.items():
        assert manifest.namespace == "monitoring"
        assert spec(manifest)["dataFrom"] == [{"extract": {"key": f"oneup/staging/{name}"}}]
    assert set(brought(there[argo_cd.NAME])) == {"argocd-notifications", "argocd-oidc"}


def test_argo_cd_finds_the_label_without_which_it_reads_nothing() -> None:
    template = spec(brought(addons("staging")[argo_cd.NAME])["argocd-oidc"])["target"]
    labels = {"app.kubernetes.io/part-of": "argocd"}
    assert template == {"name": "argocd-oidc", "template": {"metadata": {"labels": labels}}}


def test_whoever_reads_them_waits_for_the_store_and_nobody_else() -> None:
    assert Capability.SECRETS in addons("staging")[kube_prometheus_stack.NAME].uses
    own = {addon.name: addon for addon in select(settings("staging")).addons}
    assert Capability.SECRETS not in own[kube_prometheus_stack.NAME].uses


def test_without_aws_or_external_secrets_they_are_made_by_hand() -> None:
    off: dict[str, Json] = {"enabled": False}
    for there in (addons("baremetal"), addons("staging", externalSecrets=off, sealedSecretsKeys=off)):
        assert not [each for addon in there.values() for each in brought(addon)]


def test_the_documentation_lists_each_with_its_keys(root: Path) -> None:
    stack = settings("staging", addons=SIGNED_IN)
    assert isinstance(stack, AwsSettings)
    lines = (root / "docs" / "secrets.md").read_text("utf-8").splitlines()
    for secret in required_secrets(stack):
        written = "its `credentials`" if secret.name == "remote" else f"`{secret.name}`"
        (line,) = (line for line in lines if f"| {written} | `{secret.namespace}` |" in line)
        assert all(f"`{key}`" in line for key in secret.keys), secret.name


def test_the_plan_breaks_no_rule_and_all_of_it_is_real(
    rehearse_with: RehearseWith, charts: ChartLibrary
) -> None:
    made = rehearse_with("staging", addons=SIGNED_IN)
    assert not [one for one in violations(made) if one.severity is Severity.MANDATORY]
    assert list(schema_errors(made, charts, "1.35")) == []
