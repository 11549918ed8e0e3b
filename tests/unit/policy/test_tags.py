"""What the tagging rule lets pass, compared with the provider's own classes."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from oneup.policy.tags import UNTAGGABLE


def source(token: str) -> str:
    """The provider's Python class of a type: ``aws:s3/bucketPolicy:BucketPolicy``."""
    spec = find_spec("pulumi_aws")
    assert spec
    assert spec.origin
    module, _, name = token.removeprefix("aws:").partition("/")
    file = re.sub(r"(?=[A-Z])", "_", name.partition(":")[0]).lower()
    return (Path(spec.origin).parent / module / f"{file}.py").read_text()


@pytest.mark.parametrize("token", sorted(UNTAGGABLE))
def test_what_counts_as_untaggable_has_no_tags(token: str) -> None:
    text = source(token)
    assert f"'{token}'" in text
    assert "def tags(self)" not in text
