"""What the SDK says of a resource type: the one place that names every output."""

from functools import cache
from importlib import import_module
from typing import cast

import pulumi

PACKAGE = "pulumi_aws"


def resource_class(token: str) -> type[pulumi.CustomResource]:
    """The class of a type token such as ``aws:ec2/vpc:Vpc``."""
    module, name = token.split(":")[1].split("/")[0], token.rpartition(":")[2]
    return cast("type[pulumi.CustomResource]", getattr(import_module(f"{PACKAGE}.{module}"), name))


@cache
def outputs(token: str) -> frozenset[str]:
    """The outputs of a type, as the engine names them."""
    return frozenset(
        cast("str", getattr(value.fget, "_pulumi_name", name))
        for name, value in vars(resource_class(token)).items()
        if isinstance(value, property)
    )
