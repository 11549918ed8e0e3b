"""Argo CD as processes: its repo-server and application controller, configured as the stack's release is."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import yaml

from tests.cluster.harness.cluster import Cluster
from tests.cluster.harness.objects import Json, JsonMap, Object
from tests.cluster.harness.processes import Server, Servers
from tests.cluster.harness.repository import SETTLED

REDIS, REPOSITORIES, REPOSITORIES_METRICS, METRICS, NOTIFICATIONS = 16379, 18081, 18084, 18082, 18085
SERVERS = ("argocd-application-controller", "argocd-repo-server", "redis")


UNMEASURED: JsonMap = {
    "resource.customizations.health.autoscaling_HorizontalPodAutoscaler": 'return {status = "Healthy"}'
}
"""In a borrowed cluster the real autoscaler finds no metrics of simulated pods, and says so."""


@dataclass(frozen=True)
class ArgoCd:
    """An Argo CD, running or not."""

    cluster: Cluster
    namespace: str
    values: Object
    """Those of the stack's release."""

    defaults: Object
    """Those of the chart."""

    @property
    def servers(self) -> Servers:
        """Its processes are among the cluster's."""
        return self.cluster.servers

    @property
    def folder(self) -> Path:
        """Where it keeps what it fetches."""
        return self.cluster.folder / "argo-cd"

    def configure(self) -> None:
        """Write the configuration that the chart would render from the values."""
        for each in self._configuration():
            self.cluster.api.apply(each)

    def _configuration(self) -> tuple[Object, ...]:
        settings = {**_settings(self.defaults), **_settings(self.values)}
        return (
            self._part(
                "ConfigMap", "argocd-cm", {**settings, **(UNMEASURED if self.cluster.borrowed else {})}
            ),
            self._part("ConfigMap", "argocd-rbac-cm", {}),
            self._part("Secret", "argocd-secret", {"server.secretkey": "c2ltdWxhdGVk"}),
        )

    def _part(self, kind: str, name: str, data: JsonMap) -> Object:
        labels = {"app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "argocd"}
        metadata = {"name": name, "namespace": self.namespace, "labels": labels}
        return Object({"apiVersion": "v1", "kind": kind, "metadata": metadata, "data": data})

    def start(self) -> None:
        """Start it, with an empty cache."""
        self.folder.mkdir(parents=True, exist_ok=True)
        quiet = ["--bind", "127.0.0.1", "--port", str(REDIS), "--save", "", "--appendonly", "no"]
        self.servers.start("redis", ["redis-server", *quiet]).await_port(REDIS)
        self._start_repo_server().await_port(REPOSITORIES)
        self._start_controller().await_port(METRICS)

    def stop(self) -> None:
        """Stop it; the Applications stay as they are."""
        self.servers.stop(*(name for name in SERVERS if name in self.servers.running))

    def start_notifications(self, configuration: JsonMap, keys: JsonMap) -> None:
        """Start the notifications controller."""
        for each in self._notified(configuration, keys):
            self.cluster.api.apply(each)
        options = [
            f"--argocd-repo-server=127.0.0.1:{REPOSITORIES}",
            "--argocd-repo-server-plaintext",
            f"--metrics-port={NOTIFICATIONS}",
            f"--kubeconfig={self.cluster.access.kubeconfig}",
            f"--namespace={self.namespace}",
        ]
        name = "argocd-notifications"
        self.servers.start(name, ["argocd", *options], self._environment(name)).await_port(NOTIFICATIONS)

    def stop_notifications(self) -> None:
        """Stop it, and take its configuration away."""
        self.servers.stop("argocd-notifications")
        for each in self._notified({}, {}):
            self.cluster.api.delete(each)

    def _notified(self, configuration: JsonMap, keys: JsonMap) -> tuple[Object, ...]:
        secret = self._part("Secret", "argocd-notifications-secret", {}).having(data=None, stringData=keys)
        return self._part("ConfigMap", "argocd-notifications-cm", configuration), secret

    def lose(self) -> None:
        """Stop it and lose all that it knew: configuration, cache, projects and Applications.

        The Applications go without their finalizers, as when someone deletes Argo CD's definitions: what
        they have delivered stays.
        """
        self.stop()
        shutil.rmtree(self.folder)
        api = self.cluster.api
        for kind in ("Application", "AppProject"):
            for each in api.list("argoproj.io/v1alpha1", kind, self.namespace):
                api.merge(each, {"metadata": {"finalizers": None}})
                api.delete(each)
        for each in self._configuration():
            api.delete(each)

    def _start_repo_server(self) -> Server:
        options = ["--address=127.0.0.1", f"--port={REPOSITORIES}", "--disable-tls"]
        options += ["--metrics-address=127.0.0.1", f"--metrics-port={REPOSITORIES_METRICS}"]
        return self._start("argocd-repo-server", options)

    def _start_controller(self) -> Server:
        options = [
            f"--repo-server=127.0.0.1:{REPOSITORIES}",
            "--repo-server-plaintext",
            f"--metrics-port={METRICS}",
        ]
        options += [f"--kubeconfig={self.cluster.access.kubeconfig}", f"--namespace={self.namespace}"]
        return self._start("argocd-application-controller", options)

    def _start(self, name: str, options: list[str]) -> Server:
        return self.servers.start(
            name, ["argocd", f"--redis=127.0.0.1:{REDIS}", *options], self._environment(name)
        )

    def _environment(self, name: str) -> Mapping[str, str]:
        scratch = str(self.folder)
        parameters = {**self.defaults.map("configs", "params"), **self.values.map("configs", "params")}
        return {
            "ARGOCD_BINARY_NAME": name,
            "ARGOCD_FAKE_IN_CLUSTER": "true",
            "ARGOCD_GPG_ENABLED": "false",
            "ARGOCD_GNUPGHOME": scratch,
            "ARGOCD_TLS_DATA_PATH": scratch,
            "ARGOCD_SSH_DATA_PATH": scratch,
            "ARGOCD_GPG_DATA_PATH": scratch,
            "ARGOCD_RECONCILIATION_JITTER": "0s",
            # So that nothing but health keeps the waves apart: the usual two seconds would hide its lack.
            "ARGOCD_SYNC_WAVE_DELAY": "0",
            # So that a failing proof can say which object is not healthy.
            "ARGOCD_APPLICATION_CONTROLLER_PERSIST_RESOURCE_HEALTH": "true",
            "ARGOCD_APPLICATION_CONTROLLER_SERVER_SIDE_DIFF": str(
                parameters.get("controller.diff.server.side", "")
            ).lower(),
            "HOSTNAME": "argocd-application-controller-0",
            "KUBECONFIG": str(self.cluster.access.kubeconfig),
            "TMPDIR": scratch,
            "HOME": scratch,
            "HELM_CACHE_HOME": f"{scratch}/helm/cache",
            "HELM_CONFIG_HOME": f"{scratch}/helm/config",
            "HELM_DATA_HOME": f"{scratch}/helm/data",
            **SETTLED,
        }


def _settings(values: Object) -> dict[str, Json]:
    """The content of ``argocd-cm``: what the chart does not read itself, as texts."""
    own = ("create", "annotations")
    found = {key: value for key, value in values.map("configs", "cm").items() if key not in own}
    return {
        key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in found.items()
    }


def chart_defaults(charts: Path) -> Object:
    """The default values of the chart argo-cd."""
    return Object(cast(JsonMap, yaml.safe_load((charts / "argo-cd" / "values.yaml").read_text())))
