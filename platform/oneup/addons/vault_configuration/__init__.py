"""Vault's roles, policies, secret engines and databases, reconciled by a job."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Manifest
from oneup.addonkit.alert import Alert
from oneup.addonkit.assets import read_text
from oneup.addonkit.backup import ScriptCronJob
from oneup.addonkit.flow import Peer, allow_egress
from oneup.addonkit.pods import ContainerRequests, pod_requests
from oneup.addonkit.rbac import service_account
from oneup.addons import external_secrets, vault
from oneup.addons.vault.names import ADDRESS, AUDIENCE, CONFIGURATION_PODS, TLS, hosts
from oneup.addons.vault_configuration.declared import configuration, external_secrets_role
from oneup.foundation.iam import Identity, Statement
from oneup.settings.model import AwsSettings, Settings
from oneup.values import DeferredOutput, FoundationOutput, Values
from oneup.workspace.namespace import SECRETS, VAULT
from oneup.workspace.prepare import application_namespaces

NAME: Final = AddonName("vault-configuration")
SNAPSHOTS: Final = AddonName("vault-snapshots")
"""Its service account has a Vault role."""

SIZE: Final = ContainerRequests(25, 192)

_TRUST: Final = read_text("vault_configuration/trust.sh")
_RUNS: Final = f'{{namespace="{VAULT.name}", cronjob="{NAME}"}}'

ALERTS: Final = (
    Alert(
        name="VaultNotConfigured",
        expr=(
            f"time() - (kube_cronjob_status_last_successful_time{_RUNS} or kube_cronjob_created{_RUNS})"
            " > 3600"
        ),
        minutes=15,
        summary="Vault's configuration has not been applied for an hour",
        runbook="vault-not-configured",
    ),
)


def addon(context: AddonContext) -> Addon:
    """A job in ``vault``, and a SecretStore for each application namespace."""
    settings = context.settings
    identity = _identity(settings)
    stores = external_secrets.NAME in context.enabled
    return Addon(
        name=NAME,
        namespace=VAULT,
        requires=(vault.NAME,),
        uses=(Capability.SECRETS,),
        reads_settings_of=(external_secrets.NAME, SNAPSHOTS),
        has_services=False,
        identity=identity,
        prerequisite_manifests=() if identity else (service_account(NAME, VAULT.name),),
        post_install_manifests=(*_job(settings).manifests(), *(_stores(settings) if stores else ())),
        alerts=ALERTS,
        requests=pod_requests((SIZE, 1)),
        pod_selectors=(CONFIGURATION_PODS,),
        network_flows=allow_egress(CONFIGURATION_PODS, *((Peer.AWS,) if identity else ())),
    )


def recovery(settings: AwsSettings) -> str:
    """The secret in Secrets Manager for the recovery keys, outside the ExternalSecrets' prefix."""
    return f"oneup-{settings.stack}-vault-recovery"


def _identity(settings: Settings) -> Identity | None:
    """Write-only permission for the recovery keys."""
    if not isinstance(settings, AwsSettings):
        return None
    put = Statement(
        sid="PutRecoveryKeysAway",
        actions=(
            "secretsmanager:CreateSecret",
            "secretsmanager:DescribeSecret",
            "secretsmanager:PutSecretValue",
        ),
        resources=(settings.aws.arn("secretsmanager", f"secret:{recovery(settings)}-*"),),
    )
    key = Statement(
        sid="UseTheKey",
        actions=("kms:Decrypt", "kms:GenerateDataKey"),
        resources=(DeferredOutput(FoundationOutput.KMS_KEY_ARN),),
    )
    return Identity(service_account=NAME, statements=(put, key))


def _job(settings: Settings) -> ScriptCronJob:
    databases = settings.addons.vault_configuration.databases
    return ScriptCronJob(
        name=NAME,
        namespace=VAULT.name,
        schedule="*/10 * * * *",
        size=SIZE,
        environment={"VAULT_ADDR": ADDRESS, "HOSTS": " ".join(hosts(settings)), **_aws(settings)},
        secrets={
            "CA": (TLS, "ca.crt"),
            **{
                f"{database.name.replace('-', '_').upper()}_{key.upper()}": (database.credentials, key)
                for database in databases
                for key in ("username", "password")
            },
        },
        files={"trust.sh": _TRUST, "configuration.tsv": configuration(settings)},
        token_audience=AUDIENCE,
        timeout_minutes=9,
    )


def _aws(settings: Settings) -> dict[str, str | DeferredOutput]:
    """On AWS the job also initialises Vault, which auto-unseals."""
    if not isinstance(settings, AwsSettings):
        return {}
    return {
        "AWS_REGION": settings.aws.region,
        "RECOVERY": recovery(settings),
        "KEY": DeferredOutput(FoundationOutput.KMS_KEY_ARN),
    }


def _stores(settings: Settings) -> tuple[Manifest, ...]:
    """``vault-<namespace>``: usable only from that namespace, reads only its path."""
    return tuple(_store(space.name) for space in application_namespaces(settings))


def _store(namespace: str) -> Manifest:
    account: Values = {"name": external_secrets.NAME, "namespace": SECRETS.name, "audiences": [AUDIENCE]}
    signs_in: Values = {
        "mountPath": "kubernetes",
        "role": external_secrets_role(namespace),
        "serviceAccountRef": account,
    }
    provider: Values = {
        "server": ADDRESS,
        "path": "kv",
        "version": "v2",
        "caProvider": {"type": "Secret", "namespace": VAULT.name, "name": TLS, "key": "ca.crt"},
        "auth": {"kubernetes": signs_in},
    }
    return Manifest(
        api_version="external-secrets.io/v1",
        kind="ClusterSecretStore",
        name=f"vault-{namespace}",
        body={"spec": {"conditions": [{"namespaces": [namespace]}], "provider": {"vault": provider}}},
    )
