"""The job that configures retention in Elasticsearch."""

from typing import Final

from oneup.addonkit.assets import read_text
from oneup.addonkit.pods import RESTRICTED_CONTEXT, ContainerRequests
from oneup.addons.eck_operator import stack, users
from oneup.settings.model import Settings
from oneup.values import Value, Values
from oneup.workspace.manifest import Manifest
from oneup.workspace.namespace import LOGGING
from oneup.workspace.priority import STANDARD

NAME: Final = "elasticsearch-retention"

SIZE: Final = ContainerRequests(10, 64)

_SCRIPT: Final = read_text("eck_operator/elasticsearch_retention.sh")

_LABELS: Final = {"app.kubernetes.io/name": NAME, "app.kubernetes.io/part-of": "oneup"}


def objects(settings: Settings) -> tuple[Manifest, Manifest]:
    """The script and its hourly job, which also reverts manual changes."""
    scripts = Manifest(
        api_version="v1",
        kind="ConfigMap",
        name=NAME,
        namespace=LOGGING.name,
        body={"data": {"job.sh": _SCRIPT}},
    )
    pod: Values = {"metadata": {"labels": _LABELS}, "spec": _pod(settings)}
    job = Manifest(
        api_version="batch/v1",
        kind="CronJob",
        name=NAME,
        namespace=LOGGING.name,
        body={
            "spec": {
                "schedule": "*/20 * * * *",
                "concurrencyPolicy": "Forbid",
                "successfulJobsHistoryLimit": 1,
                "jobTemplate": {
                    "spec": {"backoffLimit": 1, "activeDeadlineSeconds": 900, "template": pod},
                },
            }
        },
    )
    return scripts, job


def _pod(settings: Settings) -> Values:
    return {
        "restartPolicy": "Never",
        "automountServiceAccountToken": False,
        "priorityClassName": STANDARD.name,
        "containers": [_container(settings)],
        "volumes": [
            {"name": "scripts", "configMap": {"name": NAME}},
            {"name": "certificates", "secret": {"secretName": stack.AUTHORITY}},
        ],
    }


def _container(settings: Settings) -> Values:
    given = {
        "ELASTICSEARCH": f"https://{stack.HOST}:9200",
        "RETENTION_DAYS": str(settings.addons.eck_operator.retention_days),
        "COPIES": str(min(1, stack.nodes(settings) - 1)),
        "WRITER": users.RETENTION_MANAGER,
    }
    environment: list[Value] = [{"name": name, "value": value} for name, value in given.items()]
    return {
        "name": "job",
        # The image is already on the nodes, and has bash and curl.
        "image": f"docker.elastic.co/elasticsearch/elasticsearch:{stack.VERSION}",
        "command": ["bash", "/scripts/job.sh"],
        "env": [*environment, password("WRITER_PASSWORD", users.RETENTION_MANAGER)],
        "resources": SIZE.resources,
        "securityContext": {**RESTRICTED_CONTEXT, "runAsUser": 1000},
        "volumeMounts": [
            {"name": "scripts", "mountPath": "/scripts", "readOnly": True},
            {"name": "certificates", "mountPath": "/certificates", "readOnly": True},
        ],
    }


def password(variable: str, user: str) -> Values:
    """A variable with a user's password."""
    return {"name": variable, "valueFrom": {"secretKeyRef": {"name": user, "key": "password"}}}
