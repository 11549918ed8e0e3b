"""A program that makes roles for two service accounts of its own."""

import pulumi

from oneup import foundation, settings
from oneup.foundation.iam import Identity, Statement
from oneup.values import DeferredOutput, FoundationOutput

PLAIN = Statement(
    sid="Plain",
    actions=("s3:GetObject",),
    resources=("arn:aws:s3:::mine/*",),
    conditions={"StringEquals": {"aws:ResourceTag/a": ("b", "c")}},
)
LATE = Statement(
    sid="Late",
    actions=("ec2:CreateTags",),
    resources=(DeferredOutput(FoundationOutput.VPC_ID, "arn:aws:ec2:eu-central-1:444455556666:vpc/{}"),),
)

identities = foundation.build(settings.load()).identities
assert identities is not None
parent = pulumi.ComponentResource("test:index:Parent", "parent")
identities("plain", "shop", Identity(service_account="till", statements=(PLAIN,)), parent)
identities("late", "shop", Identity(service_account="cart", statements=(LATE,)), parent)
