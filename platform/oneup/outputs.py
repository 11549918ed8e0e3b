"""The stack's outputs."""

from collections.abc import Iterator, Mapping

import pulumi

from oneup.addonkit import ingress
from oneup.addons import sealed_secrets_keys
from oneup.foundation.cluster_reference import ClusterReference
from oneup.installation import SelectedAddons, capacity_by_role
from oneup.installation.addresses import address_usage
from oneup.installation.capacity import utilization
from oneup.installation.sizing import sizing_warnings
from oneup.settings.addons.enabled import bucket_purposes
from oneup.settings.model import AwsSettings, Settings


def export(settings: Settings, cluster: ClusterReference, chosen: SelectedAddons) -> None:
    """Export the cluster's name, the command for its kubeconfig, and the platform's addresses.

    ``capacity`` is what is requested and what the first nodes provide; empty if unknown.
    A sizing warning proposes better sizes if utilization is out of range.
    """
    pulumi.export("environment", settings.environment)
    pulumi.export("cluster", cluster.name)
    pulumi.export("kubeconfigCommand", kubeconfig_command(settings, cluster.name))
    pulumi.export("addresses", page_urls(settings))
    pulumi.export("keptOnDestroy", retained_resources(settings, chosen))
    pulumi.export("capacity", capacity(settings, chosen))
    for problem in sizing_warnings(settings, chosen.addons):
        pulumi.log.warn(str(problem))


def capacity(settings: Settings, chosen: SelectedAddons) -> list[str]:
    """Requested pods, CPU, memory and addresses, and what the first nodes provide."""
    if isinstance(settings, AwsSettings) and settings.cluster.auto_mode:
        return ["EKS Auto Mode creates nodes on demand; capacity is not calculated"]
    if not isinstance(settings, AwsSettings):
        return capacity_by_role.lines(settings, chosen.addons)
    found = utilization(settings, chosen.addons)
    if not found:
        return []
    of_subnet = address_usage(settings, found.requested.pods, found.nodes)
    return [*found.lines, *([of_subnet.line] if of_subnet else [])]


def kubeconfig_command(settings: Settings, cluster: str) -> str:
    """The command that configures ``kubectl`` for the cluster."""
    if not isinstance(settings, AwsSettings):
        return f"kubectl config use-context {settings.existing.context}"
    role = f" --role-arn {settings.aws.role_arn}" if settings.aws.role_arn else ""
    return f"aws eks update-kubeconfig --name {cluster} --region {settings.aws.region}{role}"


def page_urls(settings: Settings) -> dict[str, str]:
    """The URL of each UI, or the command that forwards its port."""
    pages = {"argocd": "kubectl -n argocd port-forward service/argocd-server 8080:443"}
    if not settings.addons.argo_cd.enabled:
        return {}
    if not ingress.uses_load_balancer(settings):
        return pages
    return {name: f"https://{ingress.host(settings, name)}" for name in pages}


def retained_resources(settings: Settings, chosen: SelectedAddons) -> list[str]:
    """What a destroy retains on purpose, and how to find it."""
    if not isinstance(settings, AwsSettings):
        return list(_kinds_left(chosen))
    stays: list[str] = []
    tags = f"Name=tag:project,Values=oneup Name=tag:stack,Values={settings.stack}"
    if settings.cluster.volumes == "Retain":
        stays.append(f"the volumes of persistent claims: aws ec2 describe-volumes --filters {tags}")
    if settings.storage.on_destroy == "Retain":
        records = {"trail": settings.audit.trail, "access-logs": settings.edge.access_logs}
        kept_records = (purpose for purpose, made in records.items() if made)
        purposes = (*bucket_purposes(settings), *kept_records)
        stays += [f"the bucket s3://{settings.bucket(purpose)}" for purpose in purposes]
    if settings.addons.velero.enabled:
        owned = f"--owner-ids self --filters {tags}"
        stays.append(f"the snapshots of volumes in backups: aws ec2 describe-snapshots {owned}")
    if settings.addons.sealed_secrets_keys.enabled:
        named = f"Key=name,Values={sealed_secrets_keys.secrets_manager_prefix(settings)}/"
        stays.append(f"the keys of Sealed Secrets: aws secretsmanager list-secrets --filters {named}")
    return stays


def _kinds_left(chosen: SelectedAddons) -> Iterator[str]:
    """The kinds that Helm leaves in a cluster which stays: with them would go all objects of these kinds."""
    for addon in chosen.addons:
        crds = addon.values.get("crds")
        if (
            addon.chart
            and addon.chart.leaves
            and not (isinstance(crds, Mapping) and crds.get("keep") is False)
        ):
            groups = "|".join(addon.chart.leaves)
            yield f"the kinds of {addon.name}: kubectl get crds --output name | grep -E '[.]({groups})$'"
