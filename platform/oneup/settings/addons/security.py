"""The knobs of what watches running containers and their images."""

from typing import Annotated, Literal

from pydantic import Field

from oneup.settings.addons.switch import OptIn
from oneup.settings.formats.form import Unit

Priority = Literal["emergency", "alert", "critical", "error", "warning", "notice"]
"""Falco's priorities, the worst first."""


class Falco(OptIn):
    """What containers do that they should not."""

    tell_from: Priority = "warning"
    """The least priority of an event that reaches Alertmanager; all of them are in the logs."""


class TrivyOperator(OptIn):
    """Known weaknesses of images, and mistakes in what runs them."""

    severity: Literal["MEDIUM", "HIGH", "CRITICAL"] = "HIGH"
    """The least severity that is reported."""

    scans_at_once: Annotated[int, Unit("scans"), Field(ge=1, le=20)] = 3
    """Scans that may run beside one another; each asks for 100m of CPU and 100 MB."""

    rescan_hours: Annotated[int, Unit("h"), Field(ge=1)] = 24
    """Age at which a report is renewed, since weaknesses become known after an image is built."""
