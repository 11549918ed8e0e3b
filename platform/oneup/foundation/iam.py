"""IAM policy statements as values, and their documents as JSON text."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import pulumi

from oneup.foundation.facts import FoundationOutputs, deferred_outputs, resolve
from oneup.values import DeferredOutput, Value


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One ``Allow`` statement of an identity policy.

    ``resources`` are ARNs (with ``*`` inside where AWS offers nothing narrower). A resource of
    ``*`` alone needs a ``reason``: the policy rules refuse it otherwise.
    """

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str | DeferredOutput, ...]
    conditions: Mapping[str, Mapping[str, str | tuple[str, ...]]] = field(
        default_factory=dict[str, Mapping[str, str | tuple[str, ...]]]
    )
    wildcard_reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Identity:
    """The AWS identity of a service account: statements, managed policies, or both."""

    service_account: str
    statements: tuple[Statement, ...] = ()
    managed_policies: tuple[str, ...] = ()
    """ARNs of AWS-managed policies."""


Condition: TypeAlias = Mapping[str, Mapping[str, str | Sequence[str]]]
StatementJson: TypeAlias = Mapping[str, Value]

VERSION: Final = "2012-10-17"

NOMINAL_OUTPUT_LENGTH: Final = 120
"""Assumed length of a deferred output: a little more than a load balancer's ARN."""


def policy_document(*clauses: StatementJson) -> str:
    """A policy document of statements without deferred outputs."""
    return _text({"Version": VERSION, "Statement": list(clauses)})


def identity_policy(statements: Sequence[Statement], facts: FoundationOutputs) -> pulumi.Input[str]:
    """The policy document of an identity; a plain string if it has no deferred outputs."""
    policy = {"Version": VERSION, "Statement": [_statement(statement) for statement in statements]}
    if any(deferred_outputs(policy)):
        return pulumi.Output.json_dumps(resolve(policy, facts), separators=(",", ":"))
    return _text(policy)


def policy_size(statements: Sequence[Statement]) -> int:
    """Length of an identity's policy document, with deferred outputs counted as long ARNs."""
    policy = {"Version": VERSION, "Statement": [_statement(statement) for statement in statements]}
    return len(json.dumps(policy, separators=(",", ":"), default=_placeholder))


def service_trust(service: str, condition: Condition | None = None, *, tagged: bool = False) -> str:
    """The trust policy for an AWS service; ``tagged`` if it tags its sessions."""
    clause: dict[str, Value] = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": ["sts:AssumeRole", "sts:TagSession"] if tagged else "sts:AssumeRole",
    }
    return policy_document({**clause, "Condition": condition} if condition else clause)


def web_identity_trust(provider: str, issuer: str, subject: str) -> str:
    """The trust policy for one subject of one OIDC issuer."""
    claims = {f"{issuer}:aud": "sts.amazonaws.com", f"{issuer}:sub": subject}
    return policy_document(
        {
            "Effect": "Allow",
            "Principal": {"Federated": provider},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringEquals": claims},
        }
    )


def pod_identity_trust(cluster: str, namespace: str, service_account: str) -> str:
    """The trust policy for EKS Pod Identity, for one service account of one cluster (its ARN).

    EKS tags each session with the cluster, the namespace and the service account that it is for.
    """
    session = {
        "eks-cluster-arn": cluster,
        "kubernetes-namespace": namespace,
        "kubernetes-service-account": service_account,
    }
    return policy_document(
        {
            "Effect": "Allow",
            "Principal": {"Service": "pods.eks.amazonaws.com"},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
            "Condition": {"StringEquals": {f"aws:RequestTag/{tag}": value for tag, value in session.items()}},
        }
    )


def _statement(statement: Statement) -> StatementJson:
    clause: dict[str, Value] = {
        "Sid": statement.sid,
        "Effect": "Allow",
        "Action": list(statement.actions),
        "Resource": list(statement.resources),
    }
    return {**clause, "Condition": statement.conditions} if statement.conditions else clause


def _text(policy: Mapping[str, Value]) -> str:
    return json.dumps(policy, separators=(",", ":"))


def _placeholder(value: object) -> str:
    """A placeholder for a deferred output, to measure a policy."""
    return (
        value.template.replace("{}", "x" * NOMINAL_OUTPUT_LENGTH)
        if isinstance(value, DeferredOutput)
        else str(value)
    )
