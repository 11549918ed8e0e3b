"""The values that flow through the platform: Helm values, manifests, and what only the cloud knows.

An addon is a plain value and can be built, compared and printed without a cloud. Where it needs
something that only the cloud will tell (the VPC's id, a certificate's ARN), it holds a ``Late``
in that place; the one component that installs addons puts the foundation's output there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Fact(StrEnum):
    """A fact that only a running foundation knows."""

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
class Late:
    """A text that holds a fact: ``Late(Fact.VPC_ID)``, or ``Late(Fact.ZONE_IDS, "a {} b")``."""

    fact: Fact
    template: str = "{}"


Scalar: TypeAlias = str | int | float | bool | None
Value: TypeAlias = "Scalar | Late | Sequence[Value] | Mapping[str, Value]"
Values: TypeAlias = Mapping[str, Value]
