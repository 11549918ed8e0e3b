"""External Secrets: which secrets it may read, and from where."""

from oneup.addonkit.addon import Addon, AddonContext
from oneup.addons.external_secrets import addon
from oneup.values import DeferredOutput, FoundationOutput
from tests.support.stacks import settings


def made(prefix: str | None = None) -> Addon:
    return addon(
        AddonContext(settings("staging", addons={"externalSecrets": {"prefix": prefix}}), frozenset())
    )


def readable(prefix: str | None = None) -> list[str | DeferredOutput]:
    identity = made(prefix).identity
    assert identity
    return [item for statement in identity.statements for item in statement.resources if item != "*"]


def test_a_stack_reads_its_own_secrets_only() -> None:
    assert readable() == [
        "arn:aws:secretsmanager:eu-central-1:111122223333:secret:oneup/staging/*",
        "arn:aws:ssm:eu-central-1:111122223333:parameter/oneup/staging",
        "arn:aws:ssm:eu-central-1:111122223333:parameter/oneup/staging/*",
        DeferredOutput(FoundationOutput.KMS_KEY_ARN),
    ]


def test_the_path_can_be_another() -> None:
    assert all("team-a/" in item for item in readable("team-a/x") if isinstance(item, str))


def test_there_is_a_store_for_each_service_without_a_key() -> None:
    stores = {store.name: store.body["spec"] for store in made().post_install_manifests}
    assert stores == {
        "secrets-manager": {"provider": {"aws": {"service": "SecretsManager", "region": "eu-central-1"}}},
        "parameter-store": {"provider": {"aws": {"service": "ParameterStore", "region": "eu-central-1"}}},
    }


def test_elsewhere_it_has_neither_role_nor_store_and_makes_its_own_account() -> None:
    found = addon(AddonContext(settings("baremetal"), frozenset()))
    assert found.identity is None
    assert found.post_install_manifests == ()
    assert found.values["serviceAccount"] == {"create": True, "name": "external-secrets"}
