"""The report page and the picture."""

from oneup.rehearsal.report.page import Report
from oneup.rehearsal.report.picture import picture

__all__ = ["Report", "picture"]
