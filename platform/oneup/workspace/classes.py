"""Storage classes, ingress classes, and what EKS Auto Mode does only when told to."""

from typing import Final

from oneup.settings.edge import ACCESS_LOGS
from oneup.settings.model import AwsSettings, Settings
from oneup.values import Fact, Late, Value, Values
from oneup.workspace.manifest import Manifest

GP3: Final = "gp3"


def storage_classes(settings: Settings) -> tuple[Manifest, ...]:
    """The classes that the stack makes: on AWS encrypted gp3 volumes, as the default.

    EKS still makes the class gp2, but since 1.30 no longer marks it as the default. On a cluster that
    exists already, storage is an addon's or the cluster's own.
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
                # A volume is bound to one zone: made only where its pod has been placed.
                "volumeBindingMode": "WaitForFirstConsumer",
                "allowVolumeExpansion": True,
                "reclaimPolicy": settings.cluster.volumes,
            },
        ),
    )


PUBLIC: Final = "alb"
"""The ingress class of what the internet may reach, through the firewall."""

INTERNAL: Final = "alb-internal"
"""The ingress class of what only the VPC, and networks joined to it, may reach."""

TLS_POLICY: Final = "ELBSecurityPolicy-TLS13-1-2-2021-06"
"""TLS 1.2 and 1.3 with forward secrecy."""


def classes(settings: AwsSettings) -> tuple[Manifest, ...]:
    """Both ingress classes: whatever an Ingress of a class says, its balancer is as the class has it."""
    group = f"oneup-{settings.stack}"
    return (
        *_class(settings, PUBLIC, {**_balancer(settings, group, "internet-facing"), **_firewall(settings)}),
        *_class(settings, INTERNAL, _balancer(settings, f"{group}-internal", "internal")),
    )


def classes_of_auto_mode(settings: Settings) -> tuple[Manifest, ...]:
    """The classes where EKS Auto Mode serves them: no controller of ours need be there first."""
    auto = isinstance(settings, AwsSettings) and settings.cluster.auto_mode
    return classes(settings) if isinstance(settings, AwsSettings) and auto else ()


def _firewall(settings: AwsSettings) -> Values:
    """Auto Mode's classes have no field for it: see ``oneup.addonkit.ingress``."""
    if settings.cluster.auto_mode or not settings.edge.firewall:
        return {}
    return {"wafv2AclArn": Late(Fact.WEB_ACL_ARN)}


def _balancer(settings: AwsSettings, group: str, scheme: str) -> Values:
    """HTTP is redirected to HTTPS; without a certificate of the stack's, ACM is searched by host."""
    auto = settings.cluster.auto_mode is not None
    tls: Values = {"targetType": "ip", "sslPolicy": TLS_POLICY, "sslRedirectPort": "443"}
    certificates: list[Value] = [Late(Fact.CERTIFICATE_ARN)]
    certified = settings.domain and settings.domain.certified
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
    """A bucket's name is known beforehand; what makes balancers waits for the bucket."""
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
    """The switch by which Auto Mode's nodes enforce network policies; elsewhere the CNI is told so."""
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
