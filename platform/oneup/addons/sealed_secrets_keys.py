"""A backup of the Sealed Secrets keys in Secrets Manager, so that another cluster can decrypt the same secrets."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Manifest
from oneup.addonkit.alert import Alert
from oneup.addons import external_secrets, sealed_secrets
from oneup.foundation.cluster_reference import Stage
from oneup.foundation.iam import Identity, Statement
from oneup.settings.model import AwsSettings
from oneup.values import DeferredOutput, FoundationOutput, Value, Values
from oneup.workspace.namespace import SECRETS

NAME: Final = AddonName("sealed-secrets-keys")

READER: Final = f"{NAME}-reader"
"""The account that reads the keys in the cluster; it cannot write to Secrets Manager."""

_LABEL: Final = {"sealedsecrets.bitnami.com/sealed-secrets-key": "active"}
_GROUP: Final = "external-secrets.io"
_ACCESS: Final = "rbac.authorization.k8s.io"

ALERTS: Final = (
    Alert(
        name="SealedSecretsKeysNotKept",
        expr=(
            'pushsecret_status_condition{name="sealed-secrets-keys", condition="Ready", status="False"} == 1'
            ' or absent(pushsecret_status_condition{name="sealed-secrets-keys", condition="Ready"})'
        ),
        minutes=180,
        summary="New Sealed Secrets keys are not backed up to Secrets Manager",
        runbook="sealed-secrets-keys-not-kept",
    ),
)


def addon(context: AddonContext) -> Addon:
    """PushSecrets of External Secrets: collects the keys every hour, and pushes each to its own secret.

    One secret per key, because Secrets Manager limits a secret to 64 KiB and keys are never deleted.
    """
    settings = context.aws
    kept_in = regions(settings)
    return Addon(
        name=NAME,
        namespace=SECRETS,
        requires=(sealed_secrets.NAME, external_secrets.NAME),
        has_services=False,
        identity=Identity(service_account=NAME, statements=_rights(settings, kept_in)),
        post_install_manifests=(
            *_reader(),
            _cluster_store(),
            _collected_keys(),
            *(_secrets_manager_store(region) for region in kept_in),
            _push_secret(settings),
        ),
        alerts=ALERTS,
        stage=Stage.CONTROL_PLANE,
    )


def secrets_manager_prefix(settings: AwsSettings) -> str:
    """The keys' path: outside the prefix of the cluster's stores, so that no ExternalSecret can read them."""
    return f"oneup-{settings.stack}-sealed-secrets"


def regions(settings: AwsSettings) -> tuple[str, ...]:
    """The stack's region, and the second region if configured."""
    copy = settings.storage.copy_region
    return (settings.aws.region, *((copy,) if copy else ()))


def _rights(settings: AwsSettings, regions: tuple[str, ...]) -> tuple[Statement, ...]:
    """Create and update secrets under the path; reading is needed to detect changes."""
    here = settings.aws
    return (
        Statement(
            sid="KeepKeys",
            actions=(
                "secretsmanager:CreateSecret",
                "secretsmanager:DescribeSecret",
                "secretsmanager:GetSecretValue",
                "secretsmanager:PutSecretValue",
                "secretsmanager:TagResource",
            ),
            resources=tuple(
                here.model_copy(update={"region": region}).arn(
                    "secretsmanager", f"secret:{secrets_manager_prefix(settings)}/*"
                )
                for region in regions
            ),
        ),
        Statement(
            sid="UseTheKey",
            actions=("kms:Decrypt", "kms:GenerateDataKey"),
            resources=(DeferredOutput(FoundationOutput.KMS_KEY_ARN),),
        ),
    )


def _reader() -> tuple[Manifest, ...]:
    """May list the namespace's Secrets; External Secrets requests its token."""
    rule: Values = {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get", "list", "watch"]}
    subject: Values = {"kind": "ServiceAccount", "name": READER, "namespace": SECRETS.name}
    role: Values = {"apiGroup": _ACCESS, "kind": "Role", "name": READER}
    return (
        _object("v1", "ServiceAccount", READER, {"automountServiceAccountToken": False}),
        _object(f"{_ACCESS}/v1", "Role", READER, {"rules": [rule]}),
        _object(f"{_ACCESS}/v1", "RoleBinding", READER, {"roleRef": role, "subjects": [subject]}),
    )


def _cluster_store() -> Manifest:
    """The cluster as a SecretStore."""
    authority: Values = {"type": "ConfigMap", "name": "kube-root-ca.crt", "key": "ca.crt"}
    cluster: Values = {
        "remoteNamespace": SECRETS.name,
        "server": {"url": "https://kubernetes.default.svc", "caProvider": authority},
        "auth": {"serviceAccount": {"name": READER}},
    }
    return _object(f"{_GROUP}/v1", "SecretStore", READER, {"spec": {"provider": {"kubernetes": cluster}}})


def _collected_keys() -> Manifest:
    """All keys in one Secret, one entry each, with certificate and key as JSON."""
    return _object(
        f"{_GROUP}/v1",
        "ExternalSecret",
        NAME,
        {
            "spec": {
                "refreshInterval": "1h0m0s",
                "secretStoreRef": {"kind": "SecretStore", "name": READER},
                "target": {"name": NAME, "creationPolicy": "Owner"},
                "dataFrom": [{"find": {"tags": _LABEL}}],
            }
        },
    )


def _secrets_manager_store(region: str) -> Manifest:
    """Secrets Manager in one region, with this addon's role instead of External Secrets'."""
    aws: Values = {
        "service": "SecretsManager",
        "region": region,
        "auth": {"jwt": {"serviceAccountRef": {"name": NAME}}},
    }
    return _object(f"{_GROUP}/v1", "SecretStore", _store(region), {"spec": {"provider": {"aws": aws}}})


def _push_secret(settings: AwsSettings) -> Manifest:
    """Pushes every entry to a secret under the path, in each region; keys deleted here remain there."""
    stores: list[Value] = [{"kind": "SecretStore", "name": _store(region)} for region in regions(settings)]
    below: Values = {"regexp": {"source": "^", "target": f"{secrets_manager_prefix(settings)}/"}}
    targets: list[Value] = [
        {
            "storeRef": {"kind": "SecretStore", "name": _store(region)},
            "rewrite": [below],
            "metadata": _metadata(at_home=region == settings.aws.region),
        }
        for region in regions(settings)
    ]
    return _object(
        f"{_GROUP}/v1alpha1",
        "PushSecret",
        NAME,
        {
            "spec": {
                "refreshInterval": "1h0m0s",
                "deletionPolicy": "None",
                "secretStoreRefs": stores,
                "selector": {"secret": {"name": NAME}},
                "dataTo": targets,
            }
        },
    )


def _metadata(*, at_home: bool) -> Values:
    """Encrypted with the stack's KMS key in its region; in others with the AWS managed key."""
    key: Values = {"kmsKeyId": DeferredOutput(FoundationOutput.KMS_KEY_ARN)} if at_home else {}
    return {
        "apiVersion": "kubernetes.external-secrets.io/v1alpha1",
        "kind": "PushSecretMetadata",
        "spec": {"secretPushFormat": "string", "description": "A key of Sealed Secrets", **key},
    }


def _store(region: str) -> str:
    return f"{NAME}-{region}"


def _object(api_version: str, kind: str, name: str, body: Values) -> Manifest:
    return Manifest(api_version=api_version, kind=kind, name=name, namespace=SECRETS.name, body=body)
