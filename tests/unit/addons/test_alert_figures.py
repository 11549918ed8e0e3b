"""What an alert says to people is what it measures, and it says so in time."""

import re
from collections.abc import Iterator
from dataclasses import replace
from math import prod
from typing import Final

import pytest

from oneup.addonkit.alert import Alert
from tests.support.variants import every_addon

ALERTS: Final = {alert.name: alert for _, addon in every_addon() for alert in addon.alerts}
EACH = pytest.mark.parametrize("alert", ALERTS.values(), ids=ALERTS)

SECONDS: Final = {"m": 60, "minute": 60, "h": 3600, "hour": 3600, "d": 86400, "day": 86400}
WORDS: Final = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
SPAN: Final = re.compile(rf"\b(\d+|{'|'.join(WORDS)}) (minute|hour|day)s?\b")
PERCENT: Final = re.compile(r"more than (\d+) %")
PRODUCT: Final = re.compile(r"\d+(?: \* \d+)+|\d{3,}")
RANGE: Final = re.compile(r"\[(\d+)([mhd])\]")

PAGE_MINUTES: Final = 20
"""A page is for what hurts users now: half an hour later they have called (Google's SRE workbook, 5)."""

MINUTES: Final = 60
HOUR: Final = 3600
SLOW: Final = {"SealedSecretsKeysNotKept": 180}
"""What is tried once an hour: three tries in a row failed."""


def spans(text: str) -> Iterator[int]:
    """The lengths of time that a text names, in seconds."""
    for count, unit in SPAN.findall(text):
        yield (WORDS.get(count) or int(count)) * SECONDS[unit]


def measured(alert: Alert) -> set[int]:
    """The lengths of time that an alert goes by: its own, those that it compares, and its ranges."""
    compared = {prod(map(int, found.split(" * "))) for found in PRODUCT.findall(alert.expr)}
    ranges = {int(count) * SECONDS[unit] for count, unit in RANGE.findall(alert.expr)}
    return {alert.minutes * 60} | compared | ranges


def longest(alert: Alert) -> int:
    """How many minutes the condition may hold before anyone hears of it."""
    hours = any(span >= HOUR for span in measured(replace(alert, minutes=0)))
    return SLOW.get(alert.name, PAGE_MINUTES if alert.severity == "critical" and not hours else MINUTES)


def wrong(alert: Alert) -> set[str]:
    times = {f"{span} s" for span in spans(alert.summary) if span not in measured(alert)}
    shares = {
        f"{share} %"
        for share in map(int, PERCENT.findall(alert.summary))
        if not re.search(rf"(?<![\d.])(0\.0*{share / 100:g}|{share / 100:g}|{share})(?!\d)", alert.expr)
    }
    return times | shares


@EACH
def test_the_figures_of_a_summary_are_those_of_its_expression(alert: Alert) -> None:
    assert wrong(alert) == set()


@EACH
def test_it_fires_neither_at_a_single_scrape_nor_too_late(alert: Alert) -> None:
    assert 1 <= alert.minutes <= longest(alert)


def test_figures_are_looked_for() -> None:
    assert {"BackupTooOld", "CertificateExpiresSoon", "VaultSnapshotTooOld"} <= {
        name for name, alert in ALERTS.items() if list(spans(alert.summary))
    }


@pytest.mark.parametrize(
    ("summary", "expr", "minutes"),
    [
        ("nothing for 36 hours", "time() - last > 360 * 3600", 30),
        ("nothing for six hours", "time() - last > 60 * 3600", 30),
        ("silent for 15 minutes", "rate(lines[10m]) == 0", 150),
        ("ends within 7 days", "end - time() < 7 * 3600", 60),
        ("more than 2 % are lost", "lost > 0.2 * all", 10),
    ],
)
def test_another_figure_is_seen(summary: str, expr: str, minutes: int) -> None:
    alert = next(iter(ALERTS.values()))
    assert wrong(replace(alert, summary=summary, expr=expr, minutes=minutes))
