"""What the SDK says of a resource type: the one place that names every output."""

from functools import cache
from importlib import import_module
from typing import Protocol, cast

import pulumi

PACKAGE = "pulumi_aws"


class ResourceClass(Protocol):
    """A generated class, which knows its token."""

    pulumi_type: str


def resource_class(module: str, name: str) -> ResourceClass | None:
    """The class of that name, where it is one of a resource."""
    found = getattr(import_module(f"{PACKAGE}.{module}"), name)
    is_one = isinstance(found, type) and issubclass(found, pulumi.CustomResource)
    return cast("ResourceClass", found) if is_one else None


def of_token(token: str) -> ResourceClass:
    """The class of a type token such as ``aws:ec2/vpc:Vpc``."""
    found = resource_class(token.split(":")[1].split("/")[0], token.rpartition(":")[2])
    assert found, f"{PACKAGE} has no {token}"
    return found


@cache
def outputs(token: str) -> frozenset[str]:
    """The outputs of a type, as the engine names them."""
    return frozenset(
        cast("str", getattr(value.fget, "_pulumi_name", name))
        for name, value in vars(of_token(token)).items()
        if isinstance(value, property)
    )
