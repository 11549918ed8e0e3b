"""Shared style of the page's charts.

A figure is the plain mapping that plotly.js draws; a test has plotly's own classes check it. Colours are
CSS variables such as ``var(--ink)``: the page replaces them with the colours of the
light or dark theme.
"""

from collections.abc import Sequence
from html import escape
from typing import Final, TypeAlias

from oneup.plan import Json

Spec: TypeAlias = dict[str, Json]

INK: Final = "var(--ink)"
MUTED: Final = "var(--muted)"
RULE: Final = "var(--rule)"
CLEAR: Final = "rgba(0,0,0,0)"
HIDDEN_AXIS: Final[Spec] = {"visible": False, "fixedrange": True}


def figure(data: Sequence[Spec], layout: Spec) -> Spec:
    """A figure in the page's own type and colours."""
    return {"data": list(data), "layout": {**_shared(), **layout}}


def _shared() -> Spec:
    label: Spec = {"bgcolor": "var(--card)", "bordercolor": RULE, "align": "left"}
    return {
        "font": {"family": "var(--font)", "size": 12, "color": INK},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "dragmode": False,
        "showlegend": False,
        "hoverlabel": {**label, "font": {"family": "var(--font)", "size": 12, "color": INK}},
    }


def plain(text: str) -> str:
    """A string escaped for plotly.js, which interprets some HTML."""
    return escape(text, quote=False)


def faint(text: str) -> str:
    """A string in a muted colour."""
    return f'<span style="color:{MUTED}">{plain(text)}</span>'
