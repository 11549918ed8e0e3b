"""The registry's repositories."""

from collections import Counter
from collections.abc import Iterator

from oneup.settings.errors import Problem, shown
from oneup.settings.model import AwsSettings


def repositories(settings: AwsSettings) -> Iterator[Problem]:
    """Each name once, and at least one image kept."""
    for name, count in Counter(settings.registry.repositories).items():
        if count > 1:
            text = f"{shown(name)} is named {count} times; name each repository once"
            yield Problem("registry.repositories", text)
    if settings.registry.keep_images < 1:
        text = f"{settings.registry.keep_images} would delete the image that runs; keep 1 at least"
        yield Problem("registry.keepImages", text)
