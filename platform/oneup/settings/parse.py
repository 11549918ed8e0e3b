"""Turns raw configuration into settings, or into one message that lists every mistake."""

import json
import os
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Final

from pydantic import ValidationError

from oneup.settings.checks import advice, refusals
from oneup.settings.discretion import Discretion, top
from oneup.settings.draft import draft
from oneup.settings.errors import Problem, SettingsError, listed, meant, shown
from oneup.settings.model import AwsSettings, ExistingSettings, Settings
from oneup.settings.raw import Raw
from oneup.settings.rewrite import Mistake, mistake, problem
from oneup.settings.shape import fields

Model = type[AwsSettings] | type[ExistingSettings]

FOUNDATIONS: Final[dict[str, Model]] = {"aws": AwsSettings, "existing": ExistingSettings}


def parse(
    stack: str, raw: Raw, secret_keys: frozenset[str] = frozenset(), today: date | None = None
) -> Settings:
    """Validate the settings of one stack, given by their keys without ``oneup:``.

    ``secret_keys`` are the top-level keys of which no message may show a value; ``today`` decides which
    Kubernetes versions are supported. Raises ``SettingsError``, which lists every mistake.
    """
    found: list[Problem] = []
    foundation = str(raw.get("foundation"))
    if foundation not in FOUNDATIONS:
        found.append(_no_foundation(raw))
        foundation = "existing" if "existing" in raw else "aws"
    model, whole = FOUNDATIONS[foundation], {**raw, "foundation": foundation}
    settings: Settings
    try:
        settings = model.model_validate_json(json.dumps(whole), context={"stack": stack})
    except ValidationError as error:
        mistakes = [mistake(model, whole, each) for each in error.errors(include_url=False)]
        found += [_problem(each, foundation) for each in mistakes]
        settings = draft(model, whole, frozenset(each.path for each in mistakes))
        settings.model_post_init({"stack": stack})
    found += refusals(settings, today or _today())
    if found:
        told = Discretion.over(raw, secret_keys).kept(found)
        raise SettingsError(f"Pulumi.{stack}.yaml", _in_order(told, model))
    return settings


def warnings(settings: Settings, today: date | None = None) -> tuple[Problem, ...]:
    """What works and is unwise; as text each is ``key: text``."""
    return tuple(advice(settings, today or _today()))


def _today() -> date:
    """``ONEUP_TODAY`` (2027-03-28) asks what a later day will refuse."""
    given = os.environ.get("ONEUP_TODAY")
    return date.fromisoformat(given) if given else datetime.now(UTC).date()


def _no_foundation(raw: Raw) -> Problem:
    known = listed(FOUNDATIONS).replace(" and ", " or ")
    if "foundation" not in raw:
        return Problem("foundation", f"is missing; give {known}")
    given = raw["foundation"]
    text = f"is not a foundation; give {known}"
    return Problem("foundation", f"{shown(given)} {text}{meant(str(given), FOUNDATIONS)}", text)


def _problem(found: Mistake, foundation: str) -> Problem:
    key = str(found.path[0])
    homes = [name for name, model in FOUNDATIONS.items() if key in fields(model)]
    if found.error["type"] == "extra_forbidden" and len(found.path) == 1 and homes:
        text = f"is a setting of the foundation {homes[0]}, and this stack's is {foundation}; remove it"
        return Problem(key, text, text)
    return problem(found)


def _in_order(problems: Iterable[Problem], model: Model) -> list[Problem]:
    """In the order of the sections, as the documentation has them."""
    places = {key: place for place, key in enumerate(fields(model))}
    return sorted(problems, key=lambda each: places.get(top(each.key), -1))
