"""The provider `eks`: the cluster's component, as pulumi-eks makes it with the program's options."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final, cast

import grpc
from pulumi.runtime.proto import provider_pb2 as wire
from pulumi.runtime.proto import resource_pb2, resource_pb2_grpc

from oneup.plan import Json, JsonMap
from oneup.rehearsal.protobuf import RESOURCE_SIGNATURE, SIGNATURE
from tests.up.cloud.plugin import Plugin
from tests.up.cloud.wire import REFERENCE, UNKNOWN, dump, load

MESSAGE_LIMIT: Final = 1 << 28
LIMITS: Final = [
    ("grpc.max_receive_message_length", MESSAGE_LIMIT),
    ("grpc.max_send_message_length", MESSAGE_LIMIT),
]

CLUSTER: Final = "eks:index:Cluster"
"""The type of the component."""

TAKEN: Final = {
    *("authenticationMode", "autoMode", "bootstrapSelfManagedAddons", "clusterTags", "createOidcProvider"),
    *("deletionProtection", "enabledClusterLogTypes", "encryptionConfigKeyArn", "endpointPrivateAccess"),
    *("endpointPublicAccess", "ipFamily", "kubernetesServiceIpAddressRange", "name", "publicAccessCidrs"),
    *("serviceRole", "subnetIds", "upgradePolicy", "version", "vpcId", "providerCredentialOpts"),
}
"""Options that shape what is made."""

FIXED: Final[Mapping[str, Json]] = {
    "createInstanceRole": False,
    "skipDefaultNodeGroup": True,
    "skipDefaultSecurityGroups": True,
    "storageClasses": {},
    "useDefaultVpcCni": True,
}
"""Options that the program sets to what makes nothing; any other value would make something else."""

SWITCHED_OFF: Final = ("corednsAddonOptions", "kubeProxyAddonOptions")
IGNORED: Final = ("accessConfig.bootstrapClusterCreatorAdminPermissions", "bootstrapSelfManagedAddons")
"""Changes that the component ignores."""


class UnknownOptionError(ValueError):
    """An option that pulumi-eks would act on, and this component does not."""


class EksPlugin(Plugin):
    """The provider `eks`."""

    def Handshake(  # noqa: N802 - the protocol's name
        self, request: wire.ProviderHandshakeRequest, context: grpc.ServicerContext
    ) -> wire.ProviderHandshakeResponse:
        """A component sees resources, and what its inputs depend on."""
        del request, context
        return wire.ProviderHandshakeResponse(accept_secrets=True, accept_resources=True, accept_outputs=True)

    def Construct(  # noqa: N802 - as above
        self, request: wire.ConstructRequest, context: grpc.ServicerContext
    ) -> wire.ConstructResponse:
        """Register the component, the cluster, its provider of Kubernetes and its OIDC provider."""
        with grpc.insecure_channel(request.monitorEndpoint, LIMITS) as channel:
            try:
                return _Construction(request, resource_pb2_grpc.ResourceMonitorStub(channel)).make()
            except UnknownOptionError as error:
                context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
                raise


class _Construction:
    """One cluster in the making."""

    def __init__(
        self, request: wire.ConstructRequest, monitor: resource_pb2_grpc.ResourceMonitorStub
    ) -> None:
        self._request = request
        self._monitor = monitor
        self._inputs = load(request.inputs)
        judge(request.type, self._inputs)

    def make(self) -> wire.ConstructResponse:
        """The component with all its children."""
        request = self._request
        me = self._register(_Child(request.type, request.name, {}, request.parent, custom=False)).urn
        inputs = cluster_inputs(request.name, self._inputs, self._service_role())
        cluster = self._register(
            _Child("aws:eks/cluster:Cluster", f"{request.name}-eksCluster", inputs, me, ignored=IGNORED)
        )
        seen = load(cluster.object)
        # In a preview of what is not there yet, nothing but the inputs is known.
        known = not request.dryRun or (isinstance(seen.get("endpoint"), str) and seen["endpoint"] != UNKNOWN)
        config: Json = kubeconfig(seen, self._inputs) if known else UNKNOWN
        text = json.dumps(config) if known else UNKNOWN
        after = (cluster.urn,)
        self._register(
            _Child(
                "pulumi:providers:kubernetes",
                f"{request.name}-eks-k8s",
                {"kubeconfig": text},
                me,
                after,
                version=version("pulumi-kubernetes"),
            )
        )
        state: dict[str, Json] = {
            "kubeconfig": config,
            "kubeconfigJson": text,
            "clusterSecurityGroupId": _group(seen) if known else UNKNOWN,
            "eksCluster": {
                SIGNATURE: RESOURCE_SIGNATURE,
                REFERENCE: cluster.urn,
                **({"id": cluster.id} if cluster.id else {}),
            },
            "autoModeNodeRoleName": "",
            "nodeSecurityGroupId": "",
            "clusterIngressRuleId": "",
            "fargateProfileId": "",
            "fargateProfileStatus": "",
            "defaultNodeGroupAsgName": "",
        }
        urns = [cluster.urn]
        if self._inputs.get("createOidcProvider"):
            issuer = _issuer(seen) if known else UNKNOWN
            trusted: JsonMap = {"clientIdLists": ["sts.amazonaws.com"], "url": issuer}
            token = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
            provider = self._register(_Child(token, f"{request.name}-oidcProvider", trusted, me, after))
            arn = load(provider.object).get("arn") or UNKNOWN
            bare = issuer.removeprefix("https://") if known else UNKNOWN
            state |= {"oidcProviderUrl": issuer, "oidcProviderArn": arn, "oidcIssuer": bare}
            urns.append(provider.urn)
        self._monitor.RegisterResourceOutputs(  # pyright: ignore[reportUnknownMemberType] - as below
            resource_pb2.RegisterResourceOutputsRequest(urn=me, outputs=dump(state))
        )
        needed = wire.ConstructResponse.PropertyDependencies(urns=urns)
        return wire.ConstructResponse(
            urn=me, state=dump(state), stateDependencies=dict.fromkeys(state, needed)
        )

    def _service_role(self) -> Json:
        """The ARN of the role that the program gives as a resource."""
        role = cast("Mapping[str, Json]", self._inputs["serviceRole"])
        request = resource_pb2.ResourceInvokeRequest(
            tok="pulumi:pulumi:getResource", args=dump({"urn": role[REFERENCE]}), acceptResources=True
        )
        answer = cast("wire.InvokeResponse", self._monitor.Invoke(request))  # pyright: ignore[reportUnknownMemberType] - as below
        state = load(getattr(answer, "return"))
        return cast("Mapping[str, Json]", state["state"]).get("arn", UNKNOWN)

    def _register(self, child: "_Child") -> resource_pb2.RegisterResourceResponse:
        """Register one resource, with what the program asks for the component and all in it."""
        request = self._request
        return cast(
            "resource_pb2.RegisterResourceResponse",
            self._monitor.RegisterResource(  # pyright: ignore[reportUnknownMemberType] - the stub is untyped
                resource_pb2.RegisterResourceRequest(
                    type=child.type,
                    name=child.name,
                    parent=child.parent,
                    custom=child.custom,
                    object=dump(child.inputs),
                    protect=request.protect,
                    dependencies=[*request.dependencies, *child.after],
                    provider=request.providers.get("aws", "") if child.type.startswith("aws:") else "",
                    providers={} if child.custom else dict(request.providers),
                    ignoreChanges=child.ignored,
                    acceptSecrets=True,
                    acceptResources=True,
                    supportsResultReporting=True,
                    version=child.version,
                )
            ),
        )


@dataclass(frozen=True)
class _Child:
    """One registration of the component's."""

    type: str
    name: str
    inputs: JsonMap
    parent: str
    after: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    custom: bool = True
    version: str = ""


def judge(token: str, inputs: JsonMap) -> None:
    """Refuse an option that would make something that this component does not make."""
    for key, value in inputs.items():
        if key in TAKEN or value is None:
            continue
        off = key in SWITCHED_OFF and isinstance(value, Mapping) and value.get("enabled") is False
        if not off and (key not in FIXED or FIXED[key] != value):
            raise UnknownOptionError(f"{token}: the suite's component makes nothing of {key}: {value!r}")
    left = {key for key, value in FIXED.items() if inputs.get(key) != value}
    if left:
        raise UnknownOptionError(f"{token}: the suite's component expects {', '.join(sorted(left))}")


def cluster_inputs(name: str, inputs: JsonMap, role: Json) -> dict[str, Json]:
    """The inputs of `aws.eks.Cluster`, of the component's options."""
    public = inputs.get("endpointPublicAccess")
    network: dict[str, Json] = {
        "subnetIds": inputs.get("subnetIds"),
        "endpointPrivateAccess": inputs.get("endpointPrivateAccess"),
        "endpointPublicAccess": public,
        "publicAccessCidrs": inputs.get("publicAccessCidrs") if public else None,
    }
    key = inputs.get("encryptionConfigKeyArn")
    mode = inputs.get("authenticationMode")
    made: dict[str, Json] = {
        "name": inputs.get("name"),
        "roleArn": role,
        "bootstrapSelfManagedAddons": inputs.get("bootstrapSelfManagedAddons"),
        "vpcConfig": _given(network),
        "version": inputs.get("version"),
        "enabledClusterLogTypes": inputs.get("enabledClusterLogTypes"),
        "tags": {"Name": f"{name}-eksCluster", **cast("JsonMap", inputs.get("clusterTags") or {})},
        "encryptionConfig": {"provider": {"keyArn": key}, "resources": ["secrets"]} if key else None,
        "accessConfig": {"authenticationMode": mode, "bootstrapClusterCreatorAdminPermissions": True}
        if mode
        else None,
        "upgradePolicy": inputs.get("upgradePolicy"),
        "deletionProtection": inputs.get("deletionProtection"),
        **_automatic(inputs),
    }
    return _given(made)


def _automatic(inputs: JsonMap) -> dict[str, Json]:
    """The network of services, and what AWS runs by itself in Auto Mode."""
    auto = cast("JsonMap", inputs.get("autoMode") or {})
    enabled = auto.get("enabled") is True
    if enabled and auto.get("createNodeRole") is not False:
        raise UnknownOptionError("autoMode.createNodeRole: the suite's component makes no role")
    family, block = inputs.get("ipFamily"), inputs.get("kubernetesServiceIpAddressRange")
    if not (family or block or enabled):
        return {}
    network: dict[str, Json] = {
        "ipFamily": family or "ipv4",
        "serviceIpv4Cidr": block if family in (None, "ipv4") else None,
        "elasticLoadBalancing": {"enabled": True} if enabled else None,
    }
    if not enabled:
        return {"kubernetesNetworkConfig": _given(network)}
    compute = {"enabled": True, "nodePools": ["general-purpose", "system"]}
    return {
        "kubernetesNetworkConfig": _given(network),
        "computeConfig": {**compute, **cast("JsonMap", auto.get("computeConfig") or {})},
        "storageConfig": {"blockStorage": {"enabled": True}},
    }


def _given(values: JsonMap) -> dict[str, Json]:
    return {key: value for key, value in values.items() if value is not None}


def kubeconfig(cluster: JsonMap, inputs: JsonMap) -> dict[str, Json]:
    """The kubeconfig, with a token that the AWS CLI fetches."""
    authority = cast("JsonMap", cluster["certificateAuthority"])
    region = str(cluster["arn"]).split(":")[3]
    token: list[Json] = ["--region", region, "eks", "get-token", "--cluster-name", cluster["name"]]
    role = cast("JsonMap", inputs.get("providerCredentialOpts") or {}).get("roleArn")
    command: dict[str, Json] = {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": "aws",
        "args": [*token, "--output", "json", *(["--role", role] if role else [])],
        "env": [
            {
                "name": "KUBERNETES_EXEC_INFO",
                "value": '{"apiVersion": "client.authentication.k8s.io/v1beta1"}',
            }
        ],
    }
    api: dict[str, Json] = {
        "server": cluster["endpoint"],
        "certificate-authority-data": authority["data"],
    }
    return {
        "apiVersion": "v1",
        "clusters": [{"cluster": api, "name": "kubernetes"}],
        "contexts": [{"context": {"cluster": "kubernetes", "user": "aws"}, "name": "aws"}],
        "current-context": "aws",
        "kind": "Config",
        "users": [{"name": "aws", "user": {"exec": command}}],
    }


def _group(cluster: JsonMap) -> Json:
    return cast("JsonMap", cluster["vpcConfig"])["clusterSecurityGroupId"]


def _issuer(cluster: JsonMap) -> str:
    identities = cast("list[JsonMap]", cluster["identities"])
    return str(cast("list[JsonMap]", identities[0]["oidcs"])[0]["issuer"])
