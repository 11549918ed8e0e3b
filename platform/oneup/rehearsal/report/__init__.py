"""What a rehearsal shows: a page to explore, and a picture."""

from oneup.rehearsal.report.page import Report
from oneup.rehearsal.report.picture import picture

__all__ = ["Report", "picture"]
