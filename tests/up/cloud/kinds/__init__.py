"""The resource types of the plug-in, by their tokens."""

from collections.abc import Mapping
from typing import Final

from tests.up.cloud.kind import Kind
from tests.up.cloud.kinds import ec2, edge, eks, iam, s3, watch

KINDS: Final[Mapping[str, Kind]] = {
    kind.token: kind for module in (ec2, iam, s3, eks, watch, edge) for kind in module.KINDS
}
