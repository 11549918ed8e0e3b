"""AWS load balancer controller: load balancers for Ingresses and Services of type LoadBalancer."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Chart
from oneup.addonkit.alert import Alert, deployment_down
from oneup.addonkit.flow import Peer, PodSelector, allow_egress, allow_webhook
from oneup.addonkit.pods import RESTRICTED_CONTEXT, ContainerRequests, pod_requests, topology_spread
from oneup.addons.aws_load_balancer_controller.policy import statements
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.foundation.account import tags
from oneup.foundation.iam import Identity
from oneup.settings.model import AwsSettings
from oneup.values import DeferredOutput, FoundationOutput, Values
from oneup.workspace.classes import TLS_POLICY, ingress_classes
from oneup.workspace.namespace import INGRESS

NAME: Final = AddonName("aws-load-balancer-controller")

PODS: Final = PodSelector(NAME, INGRESS, {"app.kubernetes.io/name": NAME})

SIZE: Final = ContainerRequests(100, 200)

ALERTS: Final = (
    Alert(
        name="LoadBalancerControllerDown",
        expr=deployment_down("ingress-system", NAME),
        severity="critical",
        summary="The AWS load balancer controller is not ready: new pods receive no traffic",
        runbook="load-balancer-controller-down",
    ),
    Alert(
        name="LoadBalancerControllerFailing",
        expr="sum by (controller) "
        '(rate(controller_runtime_reconcile_errors_total{namespace="ingress-system"}[10m])) > 0.05',
        minutes=15,
        summary="The AWS load balancer controller cannot reconcile {{ $labels.controller }}",
        runbook="load-balancer-controller-failing",
    ),
)


def addon(context: AddonContext) -> Addon:
    """The release in ``ingress-system``, configured so that it does not need the instance metadata."""
    settings = context.aws
    replicas = settings.replicas
    return Addon(
        name=NAME,
        namespace=INGRESS,
        chart=Chart("https://aws.github.io/eks-charts", "aws-load-balancer-controller", "3.5.0"),
        values={
            **_target(context, settings),
            "replicaCount": replicas,
            "podDisruptionBudget": {"maxUnavailable": 1} if replicas > 1 else {},
            "serviceAccount": {"create": False, "name": NAME},
            "securityContext": RESTRICTED_CONTEXT,
            "resources": SIZE.resources,
            "serviceMonitor": {"enabled": context.has_monitoring},
            "topologySpreadConstraints": topology_spread({"app.kubernetes.io/name": NAME}),
            # Its webhook would reject every Service in the cluster while the controller is unavailable.
            "enableServiceMutatorWebhook": False,
            # Otherwise each upgrade creates a new certificate, and the webhooks fail until the pods restart.
            "keepTLSSecret": True,
            "enableShield": settings.edge.shield,
            "enableWafv2": settings.edge.firewall,
            # The stack creates both classes: the chart's have neither web ACL nor certificate.
            "createIngressClassResource": False,
            "ingressClassParams": {"create": False},
            "enableWaf": False,
        },
        uses=(Capability.MONITORS,),
        provides=(Capability.LOAD_BALANCERS,),
        identity=Identity(service_account=NAME, statements=statements(settings.aws, context.cluster_name)),
        alerts=ALERTS,
        post_install_manifests=ingress_classes(settings),
        pod_selectors=(PODS,),
        network_flows=(
            *allow_egress(PODS, Peer.API_SERVER, Peer.AWS),
            allow_webhook(PODS, 9443),
            prometheus.allow_scraping(PODS, 8080),
        ),
        requests=pod_requests((SIZE, replicas)),
        owns_external_resources=True,
    )


def _target(context: AddonContext, settings: AwsSettings) -> Values:
    """The cluster and network, and the defaults of every load balancer."""
    return {
        "clusterName": context.cluster_name,
        "region": settings.aws.region,
        "vpcId": DeferredOutput(FoundationOutput.VPC_ID),
        "defaultTargetType": "ip",
        "defaultSSLPolicy": TLS_POLICY,
        "defaultTags": tags(settings),
    }
