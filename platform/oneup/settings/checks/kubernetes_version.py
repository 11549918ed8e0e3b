"""The cluster's version and its support."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from oneup.settings.errors import Problem, listed
from oneup.settings.model import AwsSettings
from oneup.settings.versions import DEFAULT_VERSION, SUPPORT

_KEY: Final = "cluster.version"
_NOTICE: Final = timedelta(days=60)


def supported(settings: AwsSettings, today: date) -> Iterator[Problem]:
    """EKS upgrades a cluster by itself once its support has ended."""
    version = settings.cluster.version
    if version not in SUPPORT:
        known = listed(name for name, support in SUPPORT.items() if not support or today <= support.standard)
        yield Problem(_KEY, f"{version} is not a version of EKS that oneup knows; give one of {known}")
        return
    support = SUPPORT[version]
    if support is None:
        return
    newer = f"give {DEFAULT_VERSION}"
    if today > support.extended:
        yield Problem(_KEY, f"{version} is past its support, which ended on {support.extended}; {newer}")
    elif today > support.standard and settings.cluster.support_policy == "STANDARD":
        text = (
            f"{version} is past its standard support, which ended on {support.standard}; {newer},"
            f" or set cluster.supportPolicy: EXTENDED (until {support.extended}, at a higher price)"
        )
        yield Problem(_KEY, text)


def ending(settings: AwsSettings, today: date) -> Iterator[Problem]:
    """Sixty days are enough to try the next version in staging."""
    support = SUPPORT.get(settings.cluster.version)
    if support is None:
        return
    extended = settings.cluster.support_policy == "EXTENDED"
    end = support.extended if extended else support.standard
    if today <= end <= today + _NOTICE:
        policy = settings.cluster.support_policy.lower()
        days = (end - today).days
        text = f"{settings.cluster.version} loses its {policy} support on {end}, in {days} days; upgrade"
        yield Problem(_KEY, text)
