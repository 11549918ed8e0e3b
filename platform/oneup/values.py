"""Types of Helm values and manifests, and deferred outputs.

An addon is a plain value and can be built, compared and printed without a cloud. If it needs
something that is only known after creation (the VPC's id, a certificate's ARN), it contains a ``DeferredOutput``
placeholder; the component that installs addons replaces it with the foundation's output.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class FoundationOutput(StrEnum):
    """An output of the foundation, known only after creation."""

    VPC_ID = "vpc-id"
    VPC_IPV6_BLOCK = "vpc-ipv6-block"
    KMS_KEY_ARN = "kms-key-arn"
    CERTIFICATE_ARN = "certificate-arn"
    WEB_ACL_ARN = "web-acl-arn"
    ALARM_TOPIC_ARN = "alarm-topic-arn"
    ZONE_IDS = "zone-ids"
    PRIVATE_ZONE_ID = "private-zone-id"
    INTERRUPTION_QUEUE = "interruption-queue"
    NODE_ROLE = "node-role"
    CLUSTER_ENDPOINT = "cluster-endpoint"


@dataclass(frozen=True)
class DeferredOutput:
    """A string that contains a foundation output.

    ``DeferredOutput(FoundationOutput.VPC_ID)``, or with text around it
    ``DeferredOutput(FoundationOutput.ZONE_IDS, "a {} b")``.
    """

    output: FoundationOutput
    template: str = "{}"


Scalar: TypeAlias = str | int | float | bool | None
Value: TypeAlias = "Scalar | DeferredOutput | Sequence[Value] | Mapping[str, Value]"
Values: TypeAlias = Mapping[str, Value]
