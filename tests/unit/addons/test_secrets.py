"""Mounted and sealed secrets, and the page that shows each way by an example."""

from collections.abc import Iterator
from typing import Final, cast

import pytest
import yaml

from oneup.addonkit.addon import Addon, AddonContext, AddonModule
from oneup.addonkit.flow import Peer
from oneup.addons import external_secrets, sealed_secrets, secrets_store_csi_driver
from oneup.checks import ChartLibrary
from oneup.checks.findings import object_errors
from oneup.plan import Json, JsonMap
from oneup.values import Value, Values
from tests import ROOT
from tests.support.stacks import settings

PAGE: Final = ROOT / "docs" / "secrets.md"


def built(module: AddonModule, **knobs: Json) -> Addon:
    """An addon of staging with these knobs."""
    field = module.NAME.replace("-", "_")
    alias = "".join(part.capitalize() if count else part for count, part in enumerate(field.split("_")))
    return module.addon(AddonContext(settings("staging", addons={alias: knobs}), frozenset()))


def at(values: Values, path: str) -> Value:
    """What stands at a place of the values."""
    found: Value = values
    for key in path.split("/"):
        found = cast(Values, found)[key]
    return found


def examples() -> Iterator[JsonMap]:
    """The objects that the page shows."""
    for block in PAGE.read_text().split("```yaml\n")[1:]:
        yield cast(JsonMap, yaml.safe_load(block.partition("```")[0]))


def test_a_mounted_secret_is_read_again_and_may_become_a_secret() -> None:
    values = built(secrets_store_csi_driver, rotationSeconds=45).values
    assert at(values, "secrets-store-csi-driver/enableSecretRotation") is True
    assert at(values, "secrets-store-csi-driver/rotationPollInterval") == "45s"
    assert at(values, "secrets-store-csi-driver/syncSecret/enabled") is True


def test_a_mounted_secret_is_read_with_the_pods_role_and_with_none_of_the_drivers() -> None:
    addon = built(secrets_store_csi_driver)
    assert addon.identity is None
    assert at(addon.values, "awsRegion") == "eu-central-1"
    asked = {
        flow.destination
        for flow in addon.network_flows
        if flow.source == secrets_store_csi_driver.PROVIDER_PODS
    }
    assert Peer.AWS in asked


@pytest.mark.parametrize("days", [7, 30])
def test_a_new_sealing_key_is_made_as_often_as_the_stack_says(days: int) -> None:
    assert at(built(sealed_secrets, renewDays=days).values, "keyrenewperiod") == f"{days * 24}h"


def test_secrets_are_opened_in_every_namespace() -> None:
    """The scope of a sealed secret is its own affair: the controller is not bound to some namespaces."""
    values = built(sealed_secrets).values
    assert not {"rbac", "additionalNamespaces", "updateStatus"} & set(values)


def test_the_pages_examples_are_what_their_kinds_take(charts: ChartLibrary) -> None:
    shown = list(examples())
    assert [thing["kind"] for thing in shown] == ["ExternalSecret", "SecretProviderClass", "SealedSecret"]
    assert [problem for thing in shown for problem in object_errors(thing, charts, "1.35")] == []


def test_the_pages_examples_read_what_the_platform_has() -> None:
    external, mounted, _ = examples()
    spec = cast(Values, external["spec"])
    assert at(spec, "secretStoreRef/name") in {
        store.name for store in built(external_secrets).post_install_manifests
    }
    assert at(spec, "secretStoreRef/kind") in {
        store.kind for store in built(external_secrets).post_install_manifests
    }
    named = cast(
        "list[dict[str, str]]", yaml.safe_load(str(at(cast(Values, mounted["spec"]), "parameters/objects")))
    )
    assert [one["objectType"] for one in named] == ["secretsmanager", "ssmparameter"]
    aliases = {one["objectAlias"] for one in named}
    synced = cast("list[Values]", at(cast(Values, mounted["spec"]), "secretObjects"))
    keys = {str(entry["objectName"]) for one in synced for entry in cast("list[Values]", one["data"])}
    assert keys <= aliases
