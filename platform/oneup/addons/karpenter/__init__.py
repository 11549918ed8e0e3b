"""Karpenter: provisions nodes for pending pods and consolidates them."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Chart, Manifest
from oneup.addonkit.alert import Alert
from oneup.addonkit.flow import Peer, PodSelector, allow_egress
from oneup.addonkit.pods import ContainerRequests, pod_requests
from oneup.addons import cluster_autoscaler, karpenter_crd
from oneup.addons.karpenter.policy import statements
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.foundation.account import tags
from oneup.foundation.iam import Identity
from oneup.values import DeferredOutput, FoundationOutput
from oneup.workspace.namespace import KUBE_SYSTEM

NAME: Final = AddonName("karpenter")

PODS: Final = PodSelector(NAME, KUBE_SYSTEM, {"app.kubernetes.io/name": NAME})

SIZE: Final = ContainerRequests(250, 512)

DISCOVERY: Final = "karpenter.sh/discovery"
"""The tag with which it discovers the private subnets and the cluster's security group."""

ALERTS: Final = (
    Alert(
        name="KarpenterDown",
        expr='absent(up{job="karpenter"} == 1)',
        severity="critical",
        summary="Karpenter is down: no nodes are added, and spot interruptions are not handled",
        runbook="karpenter-down",
    ),
    Alert(
        name="KarpenterCannotLaunch",
        expr="sum by (controller) (increase(controller_runtime_reconcile_errors_total"
        '{controller=~"nodeclaim.*|provisioner"}[15m])) > 5',
        minutes=15,
        summary="Karpenter cannot launch nodes ({{ $labels.controller }})",
        runbook="karpenter-cannot-launch",
    ),
)


def addon(context: AddonContext) -> Addon:
    """The release in ``kube-system``, on the managed node groups; an EC2NodeClass and a NodePool."""
    settings = context.aws
    replicas = settings.replicas
    return Addon(
        name=NAME,
        namespace=KUBE_SYSTEM,
        chart=Chart("oci://public.ecr.aws/karpenter", "karpenter", "1.14.1", crds=False),
        values={
            "replicas": replicas,
            "serviceAccount": {"create": False, "name": NAME},
            "controller": {"resources": SIZE.resources},
            "serviceMonitor": {"enabled": context.has_monitoring},
            "settings": {
                "clusterName": context.cluster_name,
                "clusterEndpoint": DeferredOutput(FoundationOutput.CLUSTER_ENDPOINT),
                "interruptionQueue": DeferredOutput(FoundationOutput.INTERRUPTION_QUEUE),
            },
        },
        requires=(karpenter_crd.NAME,),
        conflicts=(cluster_autoscaler.NAME,),
        identity=Identity(service_account=NAME, statements=statements(settings.aws, context.cluster_name)),
        post_install_manifests=(_node_class(context), _node_pool(context)),
        alerts=ALERTS,
        pod_selectors=(PODS,),
        network_flows=(*allow_egress(PODS, Peer.API_SERVER, Peer.AWS), prometheus.allow_scraping(PODS, 8080)),
        requests=pod_requests((SIZE, replicas)),
        owns_external_resources=True,
    )


def _node_class(context: AddonContext) -> Manifest:
    """The node class: Amazon Linux 2023, IMDSv2 with hop limit 1, encrypted root volume."""
    own = [{"tags": {DISCOVERY: context.cluster_name}}]
    disk = {"volumeType": "gp3", "volumeSize": "50Gi", "encrypted": True, "deleteOnTermination": True}
    return Manifest(
        api_version="karpenter.k8s.aws/v1",
        kind="EC2NodeClass",
        name="default",
        body={
            "spec": {
                "amiSelectorTerms": [{"alias": "al2023@latest"}],
                "role": DeferredOutput(FoundationOutput.NODE_ROLE),
                "subnetSelectorTerms": own,
                "securityGroupSelectorTerms": own,
                "metadataOptions": {
                    "httpEndpoint": "enabled",
                    "httpTokens": "required",
                    "httpPutResponseHopLimit": 1,
                },
                "blockDeviceMappings": [{"deviceName": "/dev/xvda", "rootVolume": True, "ebs": disk}],
                "tags": tags(context.aws),
            }
        },
    )


def _node_pool(context: AddonContext) -> Manifest:
    """The node pool: instance types, limits and consolidation."""
    knobs = context.aws.addons.karpenter
    allowed = {
        "kubernetes.io/os": ("linux",),
        "kubernetes.io/arch": knobs.architectures,
        "karpenter.sh/capacity-type": knobs.capacity,
        "karpenter.k8s.aws/instance-category": ("c", "m", "r"),
    }
    requirements = [{"key": key, "operator": "In", "values": values} for key, values in allowed.items()]
    modern = {"key": "karpenter.k8s.aws/instance-generation", "operator": "Gt", "values": ["4"]}
    reference = {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": "default"}
    return Manifest(
        api_version="karpenter.sh/v1",
        kind="NodePool",
        name="default",
        body={
            "spec": {
                "template": {
                    "spec": {
                        "nodeClassRef": reference,
                        "requirements": [*requirements, modern],
                        "expireAfter": f"{knobs.expire_hours}h",
                    }
                },
                "limits": {"cpu": str(knobs.max_cpus)},
                "disruption": {
                    "consolidationPolicy": "WhenEmptyOrUnderutilized",
                    "consolidateAfter": "5m",
                    "budgets": [{"nodes": "10%"}],
                },
            }
        },
    )
