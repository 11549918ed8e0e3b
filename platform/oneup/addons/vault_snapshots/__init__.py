"""Hourly snapshots of Vault in the bucket ``backups``."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName
from oneup.addonkit.alert import Alert
from oneup.addonkit.backup import ScriptCronJob
from oneup.addonkit.object_store import CREDENTIAL_VARIABLES, Bucket, bucket_for, write_only_statements
from oneup.addonkit.pods import ContainerRequests, pod_requests
from oneup.addonkit.rbac import service_account
from oneup.addons import vault, vault_configuration
from oneup.addons.vault.names import ADDRESS, AUDIENCE, CONSUL_HOST, CONSUL_TLS, SNAPSHOT_PODS, TLS
from oneup.foundation.iam import Identity
from oneup.settings.model import AwsSettings, Settings
from oneup.values import DeferredOutput
from oneup.workspace.namespace import VAULT

NAME: Final = AddonName("vault-snapshots")

SIZE: Final = ContainerRequests(50, 192)

PREFIX: Final = "vault"
"""Its prefix in the bucket."""

_RUNS: Final = f'{{namespace="{VAULT.name}", cronjob="{NAME}"}}'

ALERTS: Final = (
    Alert(
        name="VaultSnapshotTooOld",
        expr=(
            f"time() - (kube_cronjob_status_last_successful_time{_RUNS} or kube_cronjob_created{_RUNS})"
            " > 6 * 3600"
        ),
        minutes=30,
        summary="No Vault snapshot has been uploaded for six hours",
        runbook="vault-snapshot-too-old",
    ),
)


def addon(context: AddonContext) -> Addon:
    """A job in ``vault``; snapshots are encrypted by Vault and need its seal."""
    settings = context.settings
    store = bucket_for(settings, "backups", PREFIX)
    identity = _identity(settings)
    account = () if identity else (service_account(NAME, VAULT.name),)
    return Addon(
        name=NAME,
        namespace=VAULT,
        requires=(vault.NAME, vault_configuration.NAME, *store.requires),
        has_services=False,
        identity=identity,
        prerequisite_manifests=(*account, *store.claims(VAULT)),
        post_install_manifests=_job(settings, store).manifests(),
        alerts=ALERTS,
        requests=pod_requests((SIZE, 1)),
        pod_selectors=(SNAPSHOT_PODS,),
        network_flows=store.allow_egress_from(SNAPSHOT_PODS),
    )


def _identity(settings: Settings) -> Identity | None:
    """Permission to add snapshots; None if access keys are used."""
    if not isinstance(settings, AwsSettings):
        return None
    return Identity(service_account=NAME, statements=write_only_statements(settings, "backups", PREFIX))


def _job(settings: Settings, store: Bucket) -> ScriptCronJob:
    knobs = settings.addons
    consul = knobs.vault.storage == "consul"
    where: dict[str, str | DeferredOutput] = {"VAULT_ADDR": ADDRESS}
    if consul:
        where["CONSUL"] = f"https://{CONSUL_HOST}:8501"
    if store.claim:
        # Ceph's gateway does not support the checksums that newer clients send by default.
        where |= {"AWS_ENDPOINT_URL": store.url, "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required"}
    return ScriptCronJob(
        name=NAME,
        namespace=VAULT.name,
        schedule=knobs.vault_snapshots.schedule,
        size=SIZE,
        environment={**where, "AWS_REGION": store.region, "BUCKET": store.bucket, "PREFIX": PREFIX},
        secrets={
            "CA": (CONSUL_TLS if consul else TLS, "ca.crt"),
            **{key: (store.claim, key) for key in CREDENTIAL_VARIABLES if store.claim},
        },
        token_audience=AUDIENCE,
        timeout_minutes=50,
    )
