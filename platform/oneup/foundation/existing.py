"""An existing cluster: the same cluster reference, without AWS."""

from collections.abc import Iterator, Mapping

import pulumi
import pulumi_kubernetes as k8s

from oneup.foundation.cluster_reference import ClusterReference, Stage
from oneup.settings.existing import NODE_ROLE_KEY, Node, NodeRole
from oneup.settings.model import ExistingSettings
from oneup.settings.names import cluster_name


def use_existing_cluster(settings: ExistingSettings) -> ClusterReference:
    """Use the cluster of a kubeconfig context; only node roles are applied first."""
    name = cluster_name(settings.stack)
    existing = settings.existing
    provider = k8s.Provider(
        "kubernetes",
        # Empty where none is set: the provider looks where kubectl does, at KUBECONFIG too. With None the SDK
        # would put the path in KUBECONFIG into the state, and another person's path would be a change.
        kubeconfig=existing.kubeconfig or "",
        context=existing.context,
        cluster_identifier=name,
        enable_server_side_apply=True,
        # What a hand has edited is the stack's all the same: an update takes the field back.
        enable_patch_force=True,
    )
    nodes = NodeRoles(existing.nodes, provider).ready if existing.nodes else ()
    return ClusterReference(
        name=name,
        provider=provider,
        stages={Stage.CONTROL_PLANE: (), Stage.NODES: nodes, Stage.VOLUMES: nodes},
        facts={},
        identities=None,
        deleted_with=None,
    )


class NodeRoles(pulumi.ComponentResource):
    """Labels and taints of existing nodes."""

    ready: tuple[pulumi.Resource, ...]
    """What pods that need a node role depend on."""

    def __init__(self, nodes: tuple[Node, ...], provider: k8s.Provider) -> None:
        """Patch each node; nodes are never created or deleted here."""
        options = pulumi.ResourceOptions(providers={"kubernetes": provider})
        super().__init__("oneup:platform:Nodes", "nodes", None, options)
        self.ready = tuple(self._patch(node) for node in nodes)
        self.register_outputs({})

    def _patch(self, node: Node) -> pulumi.Resource:
        """Label and taint, by server-side apply; a destroy removes both.

        Forced: for server-side apply a node's taints are one list, which the node controller also
        writes when a node is not ready. It adds its own taints again.
        """
        taints = list(taints_of(node.role))
        patch = {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {
                "name": node.name,
                "labels": {NODE_ROLE_KEY: node.role.value},
                "annotations": {"pulumi.com/patchForce": "true"},
            },
            **({"spec": {"taints": taints}} if taints else {}),
        }
        # By its type token: the SDK's class takes 0.2 s to import.
        options = pulumi.ResourceOptions(parent=self)
        return pulumi.CustomResource("kubernetes:core/v1:NodePatch", node.name, patch, options)


def taints_of(role: NodeRole) -> Iterator[Mapping[str, str]]:
    """Gateway and storage nodes are tainted; workers are not."""
    if role is not NodeRole.WORKER:
        yield {"key": NODE_ROLE_KEY, "value": role.value, "effect": "NoSchedule"}
