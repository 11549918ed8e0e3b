"""Elasticsearch and Kibana, with the operator that runs them."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Chart
from oneup.addonkit.alert import Alert, deployment_down, statefulset_missing_pods
from oneup.addonkit.flow import NetworkFlow, Peer, PodSelector, allow_egress, allow_webhook, network_flow
from oneup.addonkit.pods import RESTRICTED_CONTEXT, ContainerRequests, node_anti_affinity, pod_requests
from oneup.addons import external_secrets
from oneup.addons.eck_operator import retention, stack, users
from oneup.foundation.cluster_reference import Stage
from oneup.workspace.namespace import LOGGING
from oneup.workspace.priority import STANDARD

NAME: Final = AddonName("eck-operator")

OPERATOR: Final = ContainerRequests(50, 256)

PODS: Final = PodSelector("elastic-operator", LOGGING, {"app.kubernetes.io/name": "elastic-operator"})
ELASTICSEARCH_PODS: Final = PodSelector(
    "elasticsearch", LOGGING, {"elasticsearch.k8s.elastic.co/cluster-name": stack.NAME}
)
KIBANA_PODS: Final = PodSelector("kibana", LOGGING, {"kibana.k8s.elastic.co/name": "kibana"})
RETENTION_PODS: Final = PodSelector(retention.NAME, LOGGING, {"app.kubernetes.io/name": retention.NAME})
SHIPPER_PODS: Final = PodSelector("fluent-bit", LOGGING, {"app.kubernetes.io/name": "fluent-bit"})

ALERTS: Final = (
    Alert(
        name="ElasticOperatorDown",
        expr="kube_statefulset_status_replicas_ready"
        '{namespace="logging", statefulset="elastic-operator"} < 1',
        minutes=15,
        summary="The Elastic operator is down: Elasticsearch is not repaired, its certificates are not renewed",
        runbook="elastic-operator-down",
    ),
    Alert(
        name="ElasticsearchIncomplete",
        expr=statefulset_missing_pods(LOGGING.name, f"{stack.NAME}-es-default"),
        minutes=15,
        severity="critical",
        summary="Only {{ $value }} Elasticsearch nodes are ready: losing one more may lose log lines",
        runbook="elasticsearch-incomplete",
    ),
    Alert(
        name="KibanaDown",
        expr=deployment_down("logging", "kibana-kb"),
        minutes=15,
        summary="Kibana is down: logs are stored, but cannot be viewed",
        runbook="kibana-down",
    ),
)


def addon(context: AddonContext) -> Addon:
    """The release in ``logging``, and with it one Elasticsearch and its Kibana."""
    settings = context.settings
    return Addon(
        name=NAME,
        namespace=LOGGING,
        chart=Chart("https://helm.elastic.co", "eck-operator", "3.5.0"),
        values={
            "replicaCount": settings.replicas,
            "managedNamespaces": [LOGGING.name],
            "resources": OPERATOR.resources,
            "securityContext": RESTRICTED_CONTEXT,
            "priorityClassName": STANDARD.name,
            "affinity": node_anti_affinity(PODS.labels),
            "podDisruptionBudget": {"enabled": settings.replicas > 1, "minAvailable": 1},
            "telemetry": {"disabled": True},
        },
        requires=(external_secrets.NAME,),
        uses=(Capability.VOLUMES,),
        timeout_seconds=600,
        post_install_manifests=(*users.users(), *stack.objects(settings), *retention.objects(settings)),
        alerts=ALERTS,
        requests=pod_requests(
            (OPERATOR, settings.replicas),
            (stack.size(settings), stack.nodes(settings)),
            (stack.KIBANA, settings.replicas),
            (retention.SIZE, 1),
        ),
        pod_selectors=(PODS, ELASTICSEARCH_PODS, KIBANA_PODS, RETENTION_PODS),
        network_flows=_flows(),
        owns_external_resources=True,
        stage=Stage.VOLUMES,
    )


def _flows() -> tuple[NetworkFlow, ...]:
    askers = (PODS, KIBANA_PODS, RETENTION_PODS, SHIPPER_PODS)
    return (
        *allow_egress(PODS, Peer.API_SERVER),
        allow_webhook(PODS, 9443),
        *(
            each
            for asker in (ELASTICSEARCH_PODS, KIBANA_PODS, RETENTION_PODS)
            for each in allow_egress(asker)
        ),
        *(network_flow(asker, ELASTICSEARCH_PODS, 9200) for asker in askers),
        # Between themselves.
        network_flow(ELASTICSEARCH_PODS, ELASTICSEARCH_PODS, 9200, 9300),
    )
