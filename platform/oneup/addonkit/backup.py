"""Jobs that copy something to a bucket every night, each as a role of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from oneup.addonkit.alert import Alert
from oneup.addonkit.assets import text
from oneup.addonkit.pods import CONTAINER, Size
from oneup.values import Late, Value, Values
from oneup.workspace.manifest import Manifest
from oneup.workspace.priority import STANDARD

IMAGE: Final = "public.ecr.aws/aws-cli/aws-cli:2.36.15"
"""It has bash, curl and jq beside the AWS CLI."""

_SCRIPTS: Final = "/scripts"


@dataclass(frozen=True, kw_only=True)
class Nightly:
    """One job: the script ``<name>.sh`` in the folder of the addon of that name, with what it needs.

    Its service account has its name, too.
    """

    name: str
    namespace: str
    schedule: str
    """As cron writes it, in UTC."""

    size: Size
    environment: Mapping[str, str | Late]
    secrets: Mapping[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    """Variables from Secrets: name and key."""

    user: int = 65534
    pod: Values = field(default_factory=dict[str, Value])
    """What its pod has beside the container, such as an affinity."""

    claims: Mapping[str, Values] = field(default_factory=dict[str, Values])
    """Claims that it mounts, and where."""

    files: Mapping[str, str] = field(default_factory=dict[str, str])
    """What lies beside its script."""

    token_for: str = ""
    """Audience of a token of its service account, in the file ``/token/token``; none where it is empty."""

    minutes: int = 60
    """How long it may take."""

    def manifests(self) -> tuple[Manifest, Manifest]:
        """Its script and its CronJob."""
        module = self.name.replace("-", "_")
        script = text(f"{module}/{module}.sh")
        scripts = Manifest(
            api_version="v1",
            kind="ConfigMap",
            name=self.name,
            namespace=self.namespace,
            body={"data": {"job.sh": script, **self.files}},
        )
        return scripts, self._cron_job()

    def alert(self, name: str, summary: str, runbook: str) -> Alert:
        """Fires where no run has succeeded for a day and a half, also where none ever has."""
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
                            "activeDeadlineSeconds": self.minutes * 60,
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
            # By number: a claim's name may be longer than a volume's.
            *(
                {"name": f"claim-{number}", "persistentVolumeClaim": {"claimName": claim}}
                for number, claim in enumerate(self.claims)
            ),
            *([{"name": "token", "projected": {"sources": [self._token()]}}] if self.token_for else []),
        ]
        return {
            "restartPolicy": "Never",
            "serviceAccountName": self.name,
            # Its role comes by a token of its own; it has nothing to ask of Kubernetes.
            "automountServiceAccountToken": False,
            "priorityClassName": STANDARD.name,
            "containers": [self._container()],
            "volumes": volumes,
            **self.pod,
        }

    def _token(self) -> Values:
        return {
            "serviceAccountToken": {"audience": self.token_for, "path": "token", "expirationSeconds": 3600}
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
            *([{"name": "token", "mountPath": "/token", "readOnly": True}] if self.token_for else []),
        ]
        return {
            "name": "job",
            "image": IMAGE,
            "command": ["bash", f"{_SCRIPTS}/job.sh"],
            "env": [{"name": "HOME", "value": "/tmp"}, *given, *kept],
            "resources": self.size.resources,
            "securityContext": {**CONTAINER, "runAsUser": self.user},
            "volumeMounts": mounts,
        }
