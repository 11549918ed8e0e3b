"""The table of addons in the documentation is what the catalogue says."""

from oneup.docs.addons import entries, pages, stacks
from oneup.settings.addons import Addons


def test_the_pages_are_current() -> None:
    for path, text in pages().items():
        assert path.read_text("utf-8") == text, "run `make docs`"


def test_every_addon_has_its_row() -> None:
    found = {entry.field: entry for entry in entries(stacks())}
    assert list(found) == list(Addons.model_fields)
    balancers = found["aws_load_balancer_controller"]
    assert {"staging", "production"} <= set(balancers.on)
    assert "baremetal" not in balancers.on
    assert balancers.high.requests.pods == 2 * balancers.single.requests.pods
    assert "a role of its own" in balancers.row
