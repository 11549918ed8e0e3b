"""Whether the account's quotas allow the stack's VPC and Elastic IP addresses."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel, Field, ValidationError

from oneup.preflight.account import Session
from oneup.preflight.finding import Finding
from oneup.settings.network import Nat, Network


class _Value(BaseModel):
    value: float = Field(alias="Value")


class _Quota(BaseModel):
    quota: _Value = Field(alias="Quota")


class _Used(BaseModel):
    addresses: list[object] = Field(default=[], alias="Addresses")
    vpcs: list[object] = Field(default=[], alias="Vpcs")


@dataclass(frozen=True)
class QuotaDemand:
    """How many more of one quota the stack needs."""

    what: str
    count: int
    service: str
    code: str
    """AWS's code of the quota, as ``aws service-quotas list-service-quotas`` gives it."""

    listing: str
    """The EC2 command that lists what is there already."""


def quota_demands(network: Network) -> tuple[QuotaDemand, ...]:
    """What a new stack needs: a VPC, and an Elastic IP address per NAT gateway."""
    gateways = {Nat.NONE: 0, Nat.SINGLE: 1, Nat.PER_ZONE: len(network.zones)}[network.nat]
    return (
        QuotaDemand("VPCs in the region", 1, "vpc", "L-F678F1CE", "describe-vpcs"),
        QuotaDemand("Elastic IP addresses", gateways, "ec2", "L-0263D0A3", "describe-addresses"),
    )


def check_quotas(session: Session, network: Network) -> Iterator[Finding]:
    """Compare each demand with its quota."""
    for demand in quota_demands(network):
        if demand.count:
            yield from _check(session, demand)


def _check(session: Session, demand: QuotaDemand) -> Iterator[Finding]:
    quota = ("--service-code", demand.service, "--quota-code", demand.code)
    try:
        allowed = _Quota.model_validate_json(
            session.run_cli("service-quotas", "get-service-quota", *quota).out
        )
        used = _Used.model_validate_json(session.run_cli("ec2", demand.listing).out)
    except ValidationError:
        allow = f"allow servicequotas:GetServiceQuota and ec2:{demand.listing}"
        yield Finding(f"cannot read the quota of {demand.what}", allow, blocking=False)
        return
    taken, limit = len(used.addresses) + len(used.vpcs), int(allowed.quota.value)
    if taken + demand.count > limit:
        yield Finding(
            f"the quota of {demand.what} is {limit}; {taken} are in use, and the stack needs {demand.count}",
            "aws service-quotas request-service-quota-increase "
            f"{' '.join(quota)} --desired-value {taken + demand.count} --region {session.region}",
        )
