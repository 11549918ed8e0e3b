"""Fluent Bit: ships the log lines of every node to CloudWatch Logs, and to Elasticsearch on demand."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Chart
from oneup.addonkit.alert import Alert, daemonset_missing_pods
from oneup.addonkit.assets import read_text
from oneup.addonkit.flow import Peer, PodSelector, allow_egress
from oneup.addonkit.pods import NODE_LOG_READER, TOLERATE_ALL, ContainerRequests, daemonset_requests
from oneup.addons import eck_operator
from oneup.addons.eck_operator import retention, stack, users
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.foundation.iam import Identity, Statement
from oneup.settings.model import AwsSettings
from oneup.values import Value, Values
from oneup.workspace.namespace import LOGGING
from oneup.workspace.priority import STANDARD

NAME: Final = AddonName("fluent-bit")

PODS: Final = PodSelector(NAME, LOGGING, {"app.kubernetes.io/name": NAME})

SIZE: Final = ContainerRequests(50, 128)

STATE: Final = "/var/lib/fluent-bit"
"""On each node: the read position of each file, and the send buffer."""

_PIPELINE: Final = read_text("fluent_bit/cloudwatch.conf")
_TO_ELASTICSEARCH: Final = read_text("fluent_bit/elasticsearch.conf")

ALERTS: Final = (
    Alert(
        name="CloudWatchShipperMissing",
        expr=daemonset_missing_pods("logging", "fluent-bit"),
        minutes=15,
        summary="Fluent Bit is not running on {{ $value }} nodes: their logs do not reach CloudWatch",
        runbook="cloudwatch-shipper-missing",
    ),
    Alert(
        name="CloudWatchPipelineStalled",
        expr='(sum(rate(fluentbit_output_proc_records_total{job="fluent-bit", name=~"cloudwatch.*"}[10m]))'
        " or vector(0)) == 0",
        minutes=15,
        severity="critical",
        summary="CloudWatch Logs has received no log lines for 15 minutes",
        runbook="cloudwatch-pipeline-stalled",
    ),
    Alert(
        name="CloudWatchLinesDropped",
        expr='sum(rate(fluentbit_output_retries_failed_total{job="fluent-bit"}[15m])) > 0',
        minutes=15,
        summary="Fluent Bit drops log lines: CloudWatch Logs rejected them ten times",
        runbook="cloudwatch-lines-dropped",
    ),
)


def addon(context: AddonContext) -> Addon:
    """The DaemonSet in ``logging``; the log group belongs to the foundation, so it is deleted with the stack."""
    settings = context.aws
    doubled = settings.addons.fluent_bit.elasticsearch
    return Addon(
        name=NAME,
        namespace=LOGGING,
        chart=Chart("https://fluent.github.io/helm-charts", "fluent-bit", "0.58.1"),
        values={
            # The pipeline is one file, not the chart's four.
            "config": {
                "service": _PIPELINE + (_TO_ELASTICSEARCH if doubled else ""),
                **dict.fromkeys(("inputs", "filters", "outputs", "customParsers"), ""),
            },
            "env": _environment(settings, elasticsearch=doubled),
            **_files(certificates=doubled),
            "securityContext": NODE_LOG_READER,
            "resources": SIZE.resources,
            "priorityClassName": STANDARD.name,
            "tolerations": TOLERATE_ALL,
            "serviceAccount": {"create": False, "name": NAME},
            "serviceMonitor": {"enabled": context.has_monitoring},
            "testFramework": {"enabled": False},
        },
        requires=(eck_operator.NAME,) if doubled else (),
        uses=(Capability.MONITORS,),
        identity=Identity(service_account=NAME, statements=(_writing(settings),)),
        alerts=ALERTS,
        pod_selectors=(PODS,),
        network_flows=(*allow_egress(PODS, Peer.API_SERVER, Peer.AWS), prometheus.allow_scraping(PODS, 2020)),
        requests=daemonset_requests(SIZE),
    )


def _environment(settings: AwsSettings, *, elasticsearch: bool) -> list[Value]:
    """The pipeline's environment variables."""
    given: list[Value] = [
        {"name": "REGION", "value": settings.aws.region},
        {"name": "LOG_GROUP", "value": settings.container_log_group},
        {"name": "STATE", "value": STATE},
        {"name": "NODE", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}},
    ]
    if elasticsearch:
        given += [
            {"name": "ELASTICSEARCH", "value": stack.HOST},
            {"name": "ELASTICSEARCH_USER", "value": users.SHIPPER},
            retention.password("ELASTICSEARCH_PASSWORD", users.SHIPPER),
        ]
    return given


def _files(*, certificates: bool) -> Values:
    """The node's log files (read-only), a state folder, and Elasticsearch's CA."""
    authority: list[Value] = [{"name": "certificates", "secret": {"secretName": stack.AUTHORITY}}]
    proof: list[Value] = [{"name": "certificates", "mountPath": "/certificates", "readOnly": True}]
    return {
        "daemonSetVolumes": [
            {"name": "logs", "hostPath": {"path": "/var/log"}},
            {"name": "state", "hostPath": {"path": STATE, "type": "DirectoryOrCreate"}},
            *(authority if certificates else ()),
        ],
        "daemonSetVolumeMounts": [
            {"name": "logs", "mountPath": "/var/log", "readOnly": True},
            {"name": "state", "mountPath": STATE},
            *(proof if certificates else ()),
        ],
    }


def _writing(settings: AwsSettings) -> Statement:
    """Permissions to write streams and events to the existing log group."""
    return Statement(
        sid="WriteLines",
        actions=("logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"),
        resources=tuple(
            settings.aws.arn("logs", f"log-group:{settings.container_log_group}:{streams}")
            for streams in ("*", "log-stream:*")
        ),
    )
