"""What the stack tells its user."""

import pulumi

from oneup.addonkit import ingress
from oneup.addons import sealed_secrets_keys
from oneup.foundation.cluster_reference import ClusterReference
from oneup.installation import Chosen, capacity_by_role
from oneup.installation.addresses import taken
from oneup.installation.capacity import load
from oneup.installation.sizing import sizing_warnings
from oneup.settings.addons.enabled import buckets
from oneup.settings.model import AwsSettings, Settings


def export(settings: Settings, cluster: ClusterReference, chosen: Chosen) -> None:
    """Export the cluster's name, the command for its kubeconfig, and the platform's addresses.

    ``capacity`` is what is asked for and what the first nodes offer; nothing where it is not known.
    Where the nodes are too full or too empty for that, a warning names better sizes.
    """
    pulumi.export("environment", settings.environment)
    pulumi.export("cluster", cluster.name)
    pulumi.export("kubeconfigCommand", kubeconfig_command(settings, cluster.name))
    pulumi.export("addresses", addresses(settings))
    pulumi.export("keptOnDestroy", kept(settings))
    pulumi.export("capacity", capacity(settings, chosen))
    for problem in sizing_warnings(settings, chosen.addons):
        pulumi.log.warn(str(problem))


def capacity(settings: Settings, chosen: Chosen) -> list[str]:
    """Pods, CPU, memory and addresses that are asked for, of what the first nodes offer."""
    if isinstance(settings, AwsSettings) and settings.cluster.auto_mode:
        return ["EKS Auto Mode makes nodes for what is asked for; there is nothing to add up"]
    if not isinstance(settings, AwsSettings):
        return capacity_by_role.lines(settings, chosen.addons)
    found = load(settings, chosen.addons)
    if not found:
        return []
    of_subnet = taken(settings, found.asked.pods, found.nodes)
    return [*found.lines, *([of_subnet.line] if of_subnet else [])]


def kubeconfig_command(settings: Settings, cluster: str) -> str:
    """The command after which ``kubectl`` talks to the cluster."""
    if not isinstance(settings, AwsSettings):
        return f"kubectl config use-context {settings.existing.context}"
    role = f" --role-arn {settings.aws.role_arn}" if settings.aws.role_arn else ""
    return f"aws eks update-kubeconfig --name {cluster} --region {settings.aws.region}{role}"


def addresses(settings: Settings) -> dict[str, str]:
    """Where each page of the platform is: its URL, or the command that brings it to this machine."""
    pages = {"argocd": "kubectl -n argocd port-forward service/argocd-server 8080:443"}
    if not settings.addons.argo_cd.enabled:
        return {}
    if not ingress.balanced(settings):
        return pages
    return {name: f"https://{ingress.host(settings, name)}" for name in pages}


def kept(settings: Settings) -> list[str]:
    """What stays on purpose when the stack is destroyed, and how it is found."""
    if not isinstance(settings, AwsSettings):
        return []
    stays: list[str] = []
    tags = f"Name=tag:project,Values=oneup Name=tag:stack,Values={settings.stack}"
    if settings.cluster.volumes == "Retain":
        stays.append(f"the volumes of persistent claims: aws ec2 describe-volumes --filters {tags}")
    if settings.storage.on_destroy == "Retain":
        records = {"trail": settings.audit.trail, "access-logs": settings.edge.access_logs}
        kept_records = (purpose for purpose, made in records.items() if made)
        purposes = (*buckets(settings), *kept_records)
        stays += [f"the bucket s3://{settings.bucket(purpose)}" for purpose in purposes]
    if settings.addons.velero.enabled:
        owned = f"--owner-ids self --filters {tags}"
        stays.append(f"the snapshots of volumes in backups: aws ec2 describe-snapshots {owned}")
    if settings.addons.sealed_secrets_keys.enabled:
        named = f"Key=name,Values={sealed_secrets_keys.folder(settings)}/"
        stays.append(f"the keys of Sealed Secrets: aws secretsmanager list-secrets --filters {named}")
    return stays
