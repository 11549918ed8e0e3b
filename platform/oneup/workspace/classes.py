"""Storage classes, ingress classes, and what EKS Auto Mode does only when told to."""

from typing import Final

from oneup.settings.edge import ACCESS_LOGS
from oneup.settings.model import AwsSettings, Settings
from oneup.values import DeferredOutput, FoundationOutput, Value, Values
from oneup.workspace.manifest import Manifest

GP3: Final = "gp3"


def storage_classes(settings: Settings) -> tuple[Manifest, ...]:
    """The storage classes that the stack creates: on AWS encrypted gp3, as the default.

    EKS still creates gp2, but since 1.30 not as the default. On an existing
    cluster, an addon or the cluster itself provides storage.
    """
    if not isinstance(settings, AwsSettings):
        return ()
    driver = "ebs.csi.eks.amazonaws.com" if settings.cluster.auto_mode else "ebs.csi.aws.com"
    return (
        Manifest(
            api_version="storage.k8s.io/v1",
            kind="StorageClass",
            name=GP3,
            annotations={"storageclass.kubernetes.io/is-default-class": "true"},
            body={
                "provisioner": driver,
                "parameters": {"type": "gp3", "encrypted": "true"},
                # A volume belongs to one zone: create it where its pod is scheduled.
                "volumeBindingMode": "WaitForFirstConsumer",
                "allowVolumeExpansion": True,
                "reclaimPolicy": settings.cluster.volumes,
            },
        ),
    )


PUBLIC: Final = "alb"
"""The ingress class for internet-facing Ingresses, behind the WAF."""

INTERNAL: Final = "alb-internal"
"""The ingress class for Ingresses that are only reachable from the VPC and connected networks."""

TLS_POLICY: Final = "ELBSecurityPolicy-TLS13-1-2-2021-06"
"""TLS 1.2 and 1.3 with forward secrecy."""


def ingress_classes(settings: AwsSettings) -> tuple[Manifest, ...]:
    """Both ingress classes; their parameters override annotations of Ingresses."""
    group = f"oneup-{settings.stack}"
    return (
        *_class(
            settings, PUBLIC, {**_load_balancer(settings, group, "internet-facing"), **_firewall(settings)}
        ),
        *_class(settings, INTERNAL, _load_balancer(settings, f"{group}-internal", "internal")),
    )


def auto_mode_ingress_classes(settings: Settings) -> tuple[Manifest, ...]:
    """The ingress classes of EKS Auto Mode, which need no controller first."""
    auto = isinstance(settings, AwsSettings) and settings.cluster.auto_mode
    return ingress_classes(settings) if isinstance(settings, AwsSettings) and auto else ()


def _firewall(settings: AwsSettings) -> Values:
    """Auto Mode's classes have no field for it: see ``oneup.addonkit.ingress``."""
    if settings.cluster.auto_mode or not settings.edge.firewall:
        return {}
    return {"wafv2AclArn": DeferredOutput(FoundationOutput.WEB_ACL_ARN)}


def _load_balancer(settings: AwsSettings, group: str, scheme: str) -> Values:
    """HTTP redirects to HTTPS; without a certificate of the stack, the controller searches ACM by host."""
    auto = settings.cluster.auto_mode is not None
    tls: Values = {"targetType": "ip", "sslPolicy": TLS_POLICY, "sslRedirectPort": "443"}
    certificates: list[Value] = [DeferredOutput(FoundationOutput.CERTIFICATE_ARN)]
    certified = settings.domain and settings.domain.has_certificate
    return {
        "group": {"name": group},
        "scheme": scheme,
        **({"ipAddressType": "dualstack"} if settings.network.ipv6 else {}),
        **({} if auto else tls),
        "loadBalancerAttributes": [
            {"key": key, "value": value} for key, value in _attributes(settings).items()
        ],
        **({"certificateARNs" if auto else "certificateArn": certificates} if certified else {}),
    }


def _attributes(settings: AwsSettings) -> dict[str, str]:
    """Load balancer attributes, with access logs; what creates load balancers depends on the bucket."""
    kept = {"access_logs.s3.enabled": "true", "access_logs.s3.bucket": settings.bucket(ACCESS_LOGS)}
    return {
        "routing.http.drop_invalid_header_fields.enabled": "true",
        **(kept if settings.edge.access_logs else {}),
    }


def _class(settings: AwsSettings, name: str, spec: Values) -> tuple[Manifest, Manifest]:
    auto = settings.cluster.auto_mode is not None
    group, version = ("eks.amazonaws.com", "v1") if auto else ("elbv2.k8s.aws", "v1beta1")
    controller = "eks.amazonaws.com/alb" if auto else "ingress.k8s.aws/alb"
    parameters: Values = {"apiGroup": group, "kind": "IngressClassParams", "name": name}
    return (
        Manifest(api_version=f"{group}/{version}", kind="IngressClassParams", name=name, body={"spec": spec}),
        Manifest(
            api_version="networking.k8s.io/v1",
            kind="IngressClass",
            name=name,
            body={"spec": {"controller": controller, "parameters": parameters}},
        ),
    )


def network_policies(settings: Settings) -> tuple[Manifest, ...]:
    """The ConfigMap that enables network policies in Auto Mode; elsewhere the CNI's configuration does."""
    if not isinstance(settings, AwsSettings) or settings.cluster.auto_mode is None:
        return ()
    return (
        Manifest(
            api_version="v1",
            kind="ConfigMap",
            name="amazon-vpc-cni",
            namespace="kube-system",
            body={"data": {"enable-network-policy-controller": "true"}},
        ),
    )
