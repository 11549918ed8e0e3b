"""CronJobs that run a script, each with its own IAM role."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from oneup.addonkit.alert import Alert
from oneup.addonkit.assets import read_text
from oneup.addonkit.pods import RESTRICTED_CONTEXT, ContainerRequests
from oneup.values import DeferredOutput, Value, Values
from oneup.workspace.manifest import Manifest
from oneup.workspace.priority import STANDARD

IMAGE: Final = "public.ecr.aws/aws-cli/aws-cli:2.36.15"
"""An image with AWS CLI, bash, curl and jq."""

_SCRIPTS: Final = "/scripts"


@dataclass(frozen=True, kw_only=True)
class ScriptCronJob:
    """One job: the script ``<name>.sh`` in the folder of the addon of that name, with what it needs.

    Its service account has its name, too.
    """

    name: str
    namespace: str
    schedule: str
    """Cron schedule, in UTC."""

    size: ContainerRequests
    environment: Mapping[str, str | DeferredOutput]
    secrets: Mapping[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    """Environment variables from Secrets: name and key."""

    user: int = 65534
    pod: Values = field(default_factory=dict[str, Value])
    """Additional pod spec fields, such as an affinity."""

    claims: Mapping[str, Values] = field(default_factory=dict[str, Values])
    """PersistentVolumeClaims and their mount paths."""

    files: Mapping[str, str] = field(default_factory=dict[str, str])
    """Additional files next to its script."""

    token_audience: str = ""
    """Audience of a service account token in ``/token/token``; empty: no token."""

    timeout_minutes: int = 60
    """Its timeout."""

    def manifests(self) -> tuple[Manifest, Manifest]:
        """Its script and its CronJob."""
        module = self.name.replace("-", "_")
        script = read_text(f"{module}/{module}.sh")
        scripts = Manifest(
            api_version="v1",
            kind="ConfigMap",
            name=self.name,
            namespace=self.namespace,
            body={"data": {"job.sh": script, **self.files}},
        )
        return scripts, self._cron_job()

    def alert(self, name: str, summary: str, runbook: str) -> Alert:
        """Fires if no run has succeeded for 36 hours, or none ever has."""
        labels = f'{{namespace="{self.namespace}", cronjob="{self.name}"}}'
        last = f"kube_cronjob_status_last_successful_time{labels} or kube_cronjob_created{labels}"
        return Alert(
            name=name, expr=f"time() - ({last}) > 36 * 3600", minutes=30, summary=summary, runbook=runbook
        )

    def _cron_job(self) -> Manifest:
        return Manifest(
            api_version="batch/v1",
            kind="CronJob",
            name=self.name,
            namespace=self.namespace,
            body={
                "spec": {
                    "schedule": self.schedule,
                    "timeZone": "Etc/UTC",
                    "concurrencyPolicy": "Forbid",
                    "startingDeadlineSeconds": 3600,
                    "successfulJobsHistoryLimit": 1,
                    "failedJobsHistoryLimit": 3,
                    "jobTemplate": {
                        "spec": {
                            "backoffLimit": 2,
                            "activeDeadlineSeconds": self.timeout_minutes * 60,
                            "template": {
                                "metadata": {"labels": self._labels},
                                "spec": self._pod(),
                            },
                        }
                    },
                }
            },
        )

    @property
    def _labels(self) -> Values:
        return {"app.kubernetes.io/name": self.name, "app.kubernetes.io/part-of": "oneup"}

    def _pod(self) -> Values:
        volumes: list[Value] = [
            {"name": "scripts", "configMap": {"name": self.name}},
            {"name": "tmp", "emptyDir": {}},
            # Numbered, because a claim's name may be too long for a volume.
            *(
                {"name": f"claim-{number}", "persistentVolumeClaim": {"claimName": claim}}
                for number, claim in enumerate(self.claims)
            ),
            *([{"name": "token", "projected": {"sources": [self._token()]}}] if self.token_audience else []),
        ]
        return {
            "restartPolicy": "Never",
            "serviceAccountName": self.name,
            # IRSA/Pod Identity uses its own token; no Kubernetes API access.
            "automountServiceAccountToken": False,
            "priorityClassName": STANDARD.name,
            "containers": [self._container()],
            "volumes": volumes,
            **self.pod,
        }

    def _token(self) -> Values:
        return {
            "serviceAccountToken": {
                "audience": self.token_audience,
                "path": "token",
                "expirationSeconds": 3600,
            }
        }

    def _container(self) -> Values:
        given: list[Value] = [{"name": name, "value": value} for name, value in self.environment.items()]
        kept: list[Value] = [
            {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}
            for name, (secret, key) in self.secrets.items()
        ]
        mounts: list[Value] = [
            {"name": "scripts", "mountPath": _SCRIPTS, "readOnly": True},
            {"name": "tmp", "mountPath": "/tmp"},
            *({"name": f"claim-{number}", **place} for number, place in enumerate(self.claims.values())),
            *([{"name": "token", "mountPath": "/token", "readOnly": True}] if self.token_audience else []),
        ]
        return {
            "name": "job",
            "image": IMAGE,
            "command": ["bash", f"{_SCRIPTS}/job.sh"],
            "env": [{"name": "HOME", "value": "/tmp"}, *given, *kept],
            "resources": self.size.resources,
            "securityContext": {**RESTRICTED_CONTEXT, "runAsUser": self.user},
            "volumeMounts": mounts,
        }
