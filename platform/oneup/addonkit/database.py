"""A PostgreSQL database of an addon, managed by CloudNativePG."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from oneup.addonkit.addon import Manifest
from oneup.addonkit.object_store import CREDENTIAL_VARIABLES, Bucket
from oneup.addonkit.pods import ContainerRequests, topology_spread
from oneup.values import Value, Values
from oneup.workspace.namespace import Namespace
from oneup.workspace.priority import CRITICAL

IMAGE: Final = "ghcr.io/cloudnative-pg/postgresql:18.4-system-trixie"
"""The image line tested with CloudNativePG 1.30; ``system``, because only it includes the backup tools."""

API: Final = "postgresql.cnpg.io/v1"


@dataclass(frozen=True, kw_only=True)
class PostgresDatabase:
    """One database; its owner has the same name."""

    name: str
    namespace: Namespace
    owner: str
    size: ContainerRequests
    instances: int
    gibibytes: int
    backups: Bucket | None
    """The bucket for nightly backups and WAL; None: no backups."""

    @property
    def host(self) -> str:
        """The Service of the primary."""
        return f"{self.name}-rw.{self.namespace.name}.svc.cluster.local"

    @property
    def secret(self) -> str:
        """The Secret with ``username`` and ``password``, which CloudNativePG makes."""
        return f"{self.name}-app"

    def manifests(self, *, monitored: bool) -> Iterator[Manifest]:
        """The bucket claim, the Cluster, the ScheduledBackup and the PodMonitor."""
        if self.backups:
            yield from self.backups.claims(self.namespace)
        yield self._cluster()
        if self.backups:
            yield self._nightly()
        if monitored:
            yield self._monitor()

    def _cluster(self) -> Manifest:
        """Ready only when every instance is; its clients wait for this."""
        spec: dict[str, Value] = {
            "instances": self.instances,
            "imageName": IMAGE,
            "enablePDB": self.instances > 1,
            "resources": self.size.resources,
            "priorityClassName": CRITICAL.name,
            "storage": {"size": f"{self.gibibytes}Gi"},
            "topologySpreadConstraints": topology_spread({"cnpg.io/cluster": self.name}),
            "affinity": {"podAntiAffinityType": "preferred", "topologyKey": "kubernetes.io/hostname"},
            "bootstrap": {"initdb": {"database": self.owner, "owner": self.owner}},
        }
        if self.backups:
            spec["backup"] = self._backup(self.backups)
        return Manifest(
            api_version=API,
            kind="Cluster",
            name=self.name,
            namespace=self.namespace.name,
            annotations={
                "pulumi.com/waitFor": "condition=Ready",
                "pulumi.com/timeoutSeconds": "900",
            },
            body={"spec": spec},
        )

    def _backup(self, store: Bucket) -> Values:
        """Base backups and WAL, compressed, with the bucket's retention."""
        access, secret = ({"name": store.claim, "key": key} for key in CREDENTIAL_VARIABLES)
        return {
            "retentionPolicy": f"{max(store.retention_days - 1, 1)}d",
            "barmanObjectStore": {
                "destinationPath": f"s3://{store.bucket}/",
                "endpointURL": store.url,
                "s3Credentials": {"accessKeyId": access, "secretAccessKey": secret},
                "data": {"compression": "gzip"},
                "wal": {"compression": "gzip"},
            },
        }

    def _nightly(self) -> Manifest:
        return Manifest(
            api_version=API,
            kind="ScheduledBackup",
            name=self.name,
            namespace=self.namespace.name,
            body={
                "spec": {
                    # Six fields: the first one is seconds.
                    "schedule": "0 40 1 * * *",
                    "immediate": True,
                    "backupOwnerReference": "cluster",
                    "cluster": {"name": self.name},
                }
            },
        )

    def _monitor(self) -> Manifest:
        return Manifest(
            api_version="monitoring.coreos.com/v1",
            kind="PodMonitor",
            name=self.name,
            namespace=self.namespace.name,
            body={
                "spec": {
                    "selector": {"matchLabels": {"cnpg.io/cluster": self.name}},
                    "podMetricsEndpoints": [{"port": "metrics"}],
                }
            },
        )
