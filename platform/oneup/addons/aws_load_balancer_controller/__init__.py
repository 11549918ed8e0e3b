"""AWS load balancer controller: load balancers for Ingresses and Services of type LoadBalancer."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonName, Capability, Chart, Context
from oneup.addonkit.alert import Alert, deployment_down
from oneup.addonkit.flow import Place, Pods, called, reaches
from oneup.addonkit.pods import CONTAINER, Size, footprint, spread
from oneup.addons.aws_load_balancer_controller.policy import statements
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.foundation.account import tags
from oneup.foundation.iam import Identity
from oneup.settings.model import AwsSettings
from oneup.values import Fact, Late, Values
from oneup.workspace.classes import TLS_POLICY, classes
from oneup.workspace.namespace import INGRESS

NAME: Final = AddonName("aws-load-balancer-controller")

PODS: Final = Pods(NAME, INGRESS, {"app.kubernetes.io/name": NAME})

SIZE: Final = Size(100, 200)

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


def addon(context: Context) -> Addon:
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
            "securityContext": CONTAINER,
            "resources": SIZE.resources,
            "serviceMonitor": {"enabled": context.monitored},
            "topologySpreadConstraints": spread({"app.kubernetes.io/name": NAME}),
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
        after=classes(settings),
        pods=(PODS,),
        flows=(
            *reaches(PODS, Place.API_SERVER, Place.AWS),
            called(PODS, 9443),
            prometheus.scrapes(PODS, 8080),
        ),
        footprint=footprint((SIZE, replicas)),
        owns_outside=True,
    )


def _target(context: Context, settings: AwsSettings) -> Values:
    """The cluster and network, and the defaults of every load balancer."""
    return {
        "clusterName": context.cluster_name,
        "region": settings.aws.region,
        "vpcId": Late(Fact.VPC_ID),
        "defaultTargetType": "ip",
        "defaultSSLPolicy": TLS_POLICY,
        "defaultTags": tags(settings),
    }
