"""IAM policy statements as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from oneup.values import Late


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One ``Allow`` statement of an identity policy.

    ``resources`` are ARNs (with ``*`` inside where AWS offers nothing narrower). A resource of
    ``*`` alone needs a ``reason``: the policy rules refuse it otherwise.
    """

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str | Late, ...]
    conditions: Mapping[str, Mapping[str, str | tuple[str, ...]]] = field(
        default_factory=dict[str, Mapping[str, str | tuple[str, ...]]]
    )
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Identity:
    """The AWS identity of one service account: statements, managed policies, or both."""

    service_account: str
    statements: tuple[Statement, ...] = ()
    managed_policies: tuple[str, ...] = ()
    """ARNs of AWS-managed policies."""
