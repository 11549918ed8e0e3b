"""Who may do what in Argo CD: people of the settings' groups administer, everyone else reads."""

from collections.abc import Mapping
from typing import cast

import pytest

from oneup.addonkit.addon import AddonContext
from oneup.addons.argo_cd import addon
from oneup.plan import Json
from tests.support.stacks import settings

OIDC: Json = {"issuer": "https://login.example.com", "clientId": "argo-cd"}


def configs(**knobs: Json) -> Mapping[str, Mapping[str, object]]:
    made = addon(AddonContext(settings("staging", addons={"argoCd": knobs}), frozenset()))
    return cast("Mapping[str, Mapping[str, object]]", made.values["configs"])


@pytest.mark.parametrize(("oidc", "password"), [(None, True), (OIDC, False)])
def test_the_shared_password_ends_with_single_sign_on(oidc: Json, password: bool) -> None:
    assert configs(oidc=oidc)["cm"]["admin.enabled"] is password


def test_only_the_groups_that_are_named_administer() -> None:
    found = configs(oidc=OIDC, adminGroups=["platform", "on-call"])["rbac"]
    assert found == {
        "policy.default": "role:readonly",
        "policy.csv": "g, platform, role:admin\ng, on-call, role:admin\n",
    }
