"""The image registry of an AWS stack."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from oneup.settings.base import Section
from oneup.settings.errors import Problem, display
from oneup.settings.formats.form import Format, Unit

if TYPE_CHECKING:
    from oneup.settings.model import AwsSettings

RepositoryName = Annotated[
    str,
    Format(
        "an ECR repository's name (lower-case letters and digits, joined by . _ - and /)",
        r"(?=.{2,256}$)[a-z0-9]+(?:[._-][a-z0-9]+)*(?:/[a-z0-9]+(?:[._-][a-z0-9]+)*)*",
        correct=str.lower,
    ),
]


class Registry(Section):
    """ECR repositories with immutable tags, scan on push, encryption, and pull access for the nodes."""

    repositories: tuple[RepositoryName, ...] = ()
    """One for each image, such as ``shop/order``."""

    keep_images: Annotated[int, Unit("images")] = 5
    """Number of images per repository; older images expire."""


def repeated_repositories(settings: "AwsSettings") -> Iterator[Problem]:
    """Each name once, and at least one image kept."""
    for name, count in Counter(settings.registry.repositories).items():
        if count > 1:
            text = f"{display(name)} is listed {count} times; list each repository once"
            yield Problem("registry.repositories", text)
    if settings.registry.keep_images < 1:
        text = f"{settings.registry.keep_images} would delete the image in use; keep at least 1"
        yield Problem("registry.keepImages", text)
