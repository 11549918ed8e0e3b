"""Observability of ``apps/``: rules with runbooks, dashboards with existing metrics."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from oneup.addonkit.alert import RUNBOOKS
from oneup.addons.kube_prometheus_stack.service_levels import RECORDS
from tests.support.stacks import STACKS, settings
from tests.unit.gitops.tree import APPS, ROOT, documents

Rule = Mapping[str, object]
Panel = Mapping[str, Sequence[Mapping[str, str]]]
RECORDED = re.compile(r"\b[a-z_]+:[a-z0-9_]+:[a-zA-Z0-9_]+")
FIGURE = re.compile(r"\bshop_[a-z_]+")
DECLARED = re.compile(r'"(shop_[a-z_]+)"')


def rules() -> Iterator[Rule]:
    for file in (APPS / "base" / "rules").glob("[!k]*.yaml"):
        for document in documents(file):
            groups = cast(Mapping[str, Sequence[Mapping[str, Sequence[Rule]]]], document["spec"])["groups"]
            yield from (rule for group in groups for rule in group["rules"])


def dashboards() -> Iterator[tuple[str, str]]:
    for folder in ("dashboards", "log-parsing"):
        for file in (APPS / "base" / folder).glob("*.json"):
            page = cast(
                Mapping[str, Sequence[Mapping[str, Sequence[Mapping[str, str]]]]],
                json.loads(file.read_text()),
            )
            yield from (
                (file.name, target["expr"]) for panel in page["panels"] for target in panel["targets"]
            )


def figures() -> set[str]:
    """The figures that the shop's services have."""
    source = APPS / "shop" / "src"
    return {name for file in source.rglob("*.py") for name in DECLARED.findall(file.read_text("utf-8"))}


def known(expression: str) -> bool:
    suffix = re.compile(r"_(bucket|sum|count)$")
    named = {suffix.sub("", name) for name in FIGURE.findall(RECORDED.sub("", expression))}
    return named <= figures()


def test_every_alert_leads_to_its_runbook_in_the_stacks_repository() -> None:
    repositories = {settings(stack).gitops.repository.removesuffix(".git") for stack in STACKS}
    found = list(rules())
    assert found
    for rule in found:
        url = str(cast(Mapping[str, str], rule["annotations"])["runbook_url"])
        repository, _, page = url.partition("/blob/main/")
        assert {repository} == repositories
        text = (ROOT / page).read_text("utf-8")
        assert page.startswith(f"{RUNBOOKS}/")
        assert text.startswith(f"# {rule['alert']}\n")
        assert all(heading in text for heading in ("**Means:**", "**Look at**", "**Do**"))


def test_rules_and_dashboards_ask_for_figures_that_there_are() -> None:
    asked = [*((str(rule["alert"]), str(rule["expr"])) for rule in rules()), *dashboards()]
    assert {"shop.json", "boutique.json", "shop-logs.json", "ShopPaymentsRefused", "BoutiqueDown"} <= {
        name for name, _ in asked
    }
    assert [(name, expression) for name, expression in asked if not known(expression)] == []
    shown = {series for _, expression in asked for series in RECORDED.findall(expression)}
    assert shown <= {record.name for record in RECORDS}
