"""The image registry of an AWS stack."""

from typing import Annotated

from oneup.settings.base import Section
from oneup.settings.formats.form import Form, Unit

RepositoryName = Annotated[
    str,
    Form(
        "an ECR repository's name (lower-case letters and digits, joined by . _ - and /)",
        r"(?=.{2,256}$)[a-z0-9]+(?:[._-][a-z0-9]+)*(?:/[a-z0-9]+(?:[._-][a-z0-9]+)*)*",
        suggest=str.lower,
    ),
]


class Registry(Section):
    """ECR repositories: immutable tags, scanned on push, encrypted, readable by the nodes."""

    repositories: tuple[RepositoryName, ...] = ()
    """One for each image, such as ``shop/order``."""

    keep_images: Annotated[int, Unit("images")] = 5
    """How many images each repository keeps; the oldest go first."""
