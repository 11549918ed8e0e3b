"""A cluster that exists already: the same handle, without anything of AWS."""

from collections.abc import Iterator, Mapping

import pulumi
import pulumi_kubernetes as k8s

from oneup.foundation.cluster_reference import ClusterReference, Stage
from oneup.settings.existing import ROLE, Node, NodeRole
from oneup.settings.model import ExistingSettings
from oneup.settings.names import cluster_name


def take_existing(settings: ExistingSettings) -> ClusterReference:
    """Reach the cluster by its kubeconfig and context; it is up: only its nodes get their roles first."""
    name = cluster_name(settings.stack)
    existing = settings.existing
    provider = k8s.Provider(
        "kubernetes",
        kubeconfig=existing.kubeconfig,
        context=existing.context,
        cluster_identifier=name,
        enable_server_side_apply=True,
    )
    nodes = Nodes(existing.nodes, provider).ready if existing.nodes else ()
    return ClusterReference(
        name=name,
        provider=provider,
        stages={Stage.CONTROL_PLANE: (), Stage.NODES: nodes, Stage.VOLUMES: nodes},
        facts={},
        identities=None,
        deleted_with=None,
    )


class Nodes(pulumi.ComponentResource):
    """The roles of nodes that somebody else has made."""

    ready: tuple[pulumi.Resource, ...]
    """What a pod waits for that runs on nodes of one role."""

    def __init__(self, nodes: tuple[Node, ...], provider: k8s.Provider) -> None:
        """Patch each node: the node itself is never made nor deleted here."""
        options = pulumi.ResourceOptions(providers={"kubernetes": provider})
        super().__init__("oneup:platform:Nodes", "nodes", None, options)
        self.ready = tuple(self._patch(node) for node in nodes)
        self.register_outputs({})

    def _patch(self, node: Node) -> pulumi.Resource:
        """The label and the taint, owned by server-side apply; a destroy gives both up again.

        By force: a node's taints are one list for server-side apply, which the node controller also
        writes, when it marks a node as not ready. What it has marked, it marks again.
        """
        taints = list(taints_of(node.role))
        patch = {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {
                "name": node.name,
                "labels": {ROLE: node.role.value},
                "annotations": {"pulumi.com/patchForce": "true"},
            },
            **({"spec": {"taints": taints}} if taints else {}),
        }
        # By its type alone: the SDK's class takes a fifth of a second to import.
        options = pulumi.ResourceOptions(parent=self)
        return pulumi.CustomResource("kubernetes:core/v1:NodePatch", node.name, patch, options)


def taints_of(role: NodeRole) -> Iterator[Mapping[str, str]]:
    """Gateway and storage nodes take only what tolerates them; workers take everything."""
    if role is not NodeRole.WORKER:
        yield {"key": ROLE, "value": role.value, "effect": "NoSchedule"}
