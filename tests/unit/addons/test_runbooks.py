"""Every alert of every addon leads to a runbook, and every runbook is one of an alert."""

from oneup.addonkit.alert import RUNBOOKS, Alert
from tests import ROOT
from tests.support.variants import every_addon


def alerts() -> dict[str, Alert]:
    """The alerts of every addon, by name."""
    return {alert.name: alert for _, addon in every_addon() for alert in addon.alerts}


def test_every_alert_has_its_runbook() -> None:
    missing = [
        item.name for item in alerts().values() if not (ROOT / RUNBOOKS / f"{item.runbook}.md").is_file()
    ]
    assert not missing


def test_a_runbook_names_its_alert_and_says_what_to_do() -> None:
    for alert in alerts().values():
        page = (ROOT / RUNBOOKS / f"{alert.runbook}.md").read_text("utf-8")
        assert page.startswith(f"# {alert.name}\n")
        assert all(part in page for part in ("**Means:**", "**Look at**", "**Do**"))


def test_an_alerts_name_is_one_addons() -> None:
    owners = {(alert.name, addon.name) for _, addon in every_addon() for alert in addon.alerts}
    assert len(owners) == len(alerts())
