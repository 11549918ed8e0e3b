"""The page is whole in itself, holds everything, and is the same each time."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from oneup.plan import Plan, Resource
from oneup.policy import RULES, Severity, Violation
from oneup.rehearsal.durations import durations
from oneup.rehearsal.lower_bound import lower_bound
from oneup.rehearsal.report import Report
from oneup.rehearsal.timeline import predict

VOID = {"meta", "input", "br", "link", "img", "base"}


class Page(HTMLParser):
    """A page taken apart, and whether every element is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append((self.open[-1] if self.open else "", data))

    def inside(self, tag: str) -> list[str]:
        return [text for where, text in self.text if where == tag]

    def values(self, attribute: str) -> list[str]:
        return [attributes[attribute] for _, attributes in self.elements if attribute in attributes]


def report(plan: Plan, *found: Violation) -> str:
    return Report(plan, predict(plan, durations()), lower_bound(plan, durations()), found).html().decode()


@pytest.fixture(scope="module")
def html(production: Plan) -> str:
    return report(production)


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def test_the_page_parses_and_closes_what_it_opens(page: Page) -> None:
    assert not page.open
    assert page.elements[0] == ("html", {"lang": "en"})


def test_every_resource_is_on_the_page(page: Page, production: Plan) -> None:
    shown = set(page.inside("code"))
    holders = {one.urn for one in production.resources if one.type.startswith(("pulumi:", "oneup:"))}
    assert {one.urn for one in production.resources} - shown == holders
    names = set(page.inside("b"))
    assert {one.name for one in production.resources if one.type != "pulumi:pulumi:Stack"} <= names


def test_nothing_is_loaded_from_anywhere(page: Page) -> None:
    assert not page.values("src")
    assert not [tag for tag, _ in page.elements if tag in {"link", "img", "iframe", "base", "object"}]
    assert all(link.startswith("#") for link in page.values("href"))
    style = "".join(page.inside("style"))
    assert "url(" not in style
    assert "@import" not in style
    policy = next(
        attributes["content"]
        for tag, attributes in page.elements
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'")
    assert "http" not in policy


def test_every_link_has_a_target_and_every_target_is_one(page: Page) -> None:
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert {link.removeprefix("#") for link in page.values("href")} <= set(ids)


def test_headings_and_labels_make_an_outline(page: Page) -> None:
    levels = [tag for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels == ["h1", *["h2"] * 6]
    assert all(target in page.values("id") for target in page.values("aria-labelledby"))
    charts = [attributes for _, attributes in page.elements if attributes.get("role") == "img"]
    assert len(charts) == 2
    assert all(attributes["aria-label"] for attributes in charts)


def test_the_same_plan_gives_the_same_bytes(production: Plan, html: str) -> None:
    assert report(production) == html


def test_the_charts_are_data(page: Page) -> None:
    (data,) = [text for text in page.inside("script") if text.startswith('{"timeline"')]
    charts = json.loads(data)
    assert [view["name"] for view in charts["graph"]] == ["Parts", "Every resource"]


def test_a_finding_is_said_with_its_rule_and_its_place(production: Plan) -> None:
    urn = production.resources[-1].urn
    stops = Violation("helm-exact-version", Severity.MANDATORY, urn, "its version is loose; pin it")
    advice = Violation("eks-addon-versions-pinned", Severity.ADVISORY, "", "EKS chooses; set it")
    shown = Page(report(production, stops, advice))
    assert "1 violation blocks this deployment." in shown.inside("p")
    assert any("its version is loose; pin it" in text for text in shown.inside("li"))
    place = len(production.resources) - 1
    assert f"#r{place}" in shown.values("href")
    assert {"mandatory", "advisory"} <= set(shown.values("class"))


def test_the_places_of_one_broken_rule_are_together(production: Plan) -> None:
    places = [one.urn for one in production.resources[-8:]]
    found = [Violation("tagged", Severity.MANDATORY, urn, "it bears no tags; tag it") for urn in places]
    shown = Page(report(production, *found))
    assert shown.values("class").count("mandatory") == 1
    assert "3 more" in shown.inside("summary")
    links = [f"#r{place}" for place in range(len(production.resources) - 8, len(production.resources))]
    assert set(links) <= set(shown.values("href"))


def test_every_rule_is_named(page: Page) -> None:
    assert {rule.id for rule in RULES} <= set(page.inside("code"))


def test_names_and_inputs_are_shown_and_not_obeyed() -> None:
    hostile = "</script><img src=x onerror=alert(1)>"
    resource = Resource(
        urn=f"urn:pulumi:test::oneup::aws:sns/topic:Topic::{hostile}",
        type="aws:sns/topic:Topic",
        custom=True,
        inputs={"name": hostile, "note": "$style ${stack}"},
    )
    shown = Page(report(Plan("test", (resource, replace(resource, urn=f"{resource.urn}2")))))
    assert not shown.values("onerror")
    assert hostile in shown.inside("b")
    assert any("$style ${stack}" in text for text in shown.inside("pre"))


def test_an_empty_plan_has_a_page() -> None:
    assert not Page(report(Plan("test", ()))).open
