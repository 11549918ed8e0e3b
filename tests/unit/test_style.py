"""What ruff cannot judge of the house style: who may read what, and reasons for suppressions."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import ROOT

PROGRAM = ROOT

Function = ast.FunctionDef | ast.AsyncFunctionDef
Fault = tuple[int, str]
"""A line, and what is wrong there."""

Check = Callable[[ast.AST], Iterator[Fault]]


def functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def any_in_signatures(tree: ast.AST) -> Iterator[Fault]:
    for function in functions(tree):
        taken = function.args
        arguments = [*taken.posonlyargs, *taken.args, *taken.kwonlyargs, taken.vararg, taken.kwarg]
        notes = [argument.annotation for argument in arguments if argument] + [function.returns]
        if any(note and re.search(r"\bAny\b", ast.unparse(note)) for note in notes):
            yield function.lineno, f"{function.name} has Any in its signature"


def branches_on_the_environment(tree: ast.AST) -> Iterator[Fault]:
    """Comparisons with the environment, or of the stack's name with a literal."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
        elif isinstance(node, ast.Match):
            sides = [node.subject, ast.Constant("")]
        else:
            continue
        names = {getattr(side, "attr", getattr(side, "id", "")) for side in sides}
        literal = any(isinstance(side, ast.Constant | ast.Set | ast.Tuple | ast.List) for side in sides)
        if "environment" in names or ("stack" in names and literal):
            yield node.lineno, "branches on the environment"


def readers_of_pulumi_config(tree: ast.AST) -> Iterator[Fault]:
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name("pulumi"), attr="Config"):
                yield node.lineno, "reads pulumi.Config"
            case ast.ImportFrom("pulumi" | "pulumi.config", [*names]) if "Config" in {n.name for n in names}:
                yield node.lineno, "imports Config"
            case _:
                pass


def sources(folder: str) -> list[Path]:
    return sorted((PROGRAM / folder).rglob("*.py"))


def program() -> list[Path]:
    return [PROGRAM / "__main__.py", *sources("platform/oneup")]


def outside_settings() -> list[Path]:
    return [path for path in program() if "settings" not in path.parts]


def faults(paths: list[Path], check: Check) -> list[str]:
    return [
        f"{path.relative_to(PROGRAM)}:{line}: {fault}"
        for path in paths
        for line, fault in check(ast.parse(path.read_text()))
    ]


CHECKS: dict[Check, Callable[[], list[Path]]] = {
    any_in_signatures: program,
    branches_on_the_environment: outside_settings,
    readers_of_pulumi_config: outside_settings,
}

OFFENDERS: dict[Check, str] = {
    any_in_signatures: "def loose(*, x: dict[str, Any]) -> None: ...",
    branches_on_the_environment: "replicas = 3 if settings.environment == 'production' else 1",
    readers_of_pulumi_config: "region = pulumi.Config('aws').require('region')",
}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_program_keeps_the_house_style(check: Check) -> None:
    assert not faults(CHECKS[check](), check)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_check_would_tell(check: Check) -> None:
    assert list(check(ast.parse(OFFENDERS[check])))


@pytest.mark.parametrize(
    "source",
    [
        "match settings.environment:\n    case _: ...",
        "if stack == 'production': ...",
        "if settings.stack in ('staging', 'production'): ...",
    ],
)
def test_a_branch_on_the_environment_is_seen_in_any_dress(source: str) -> None:
    assert list(branches_on_the_environment(ast.parse(source)))


def test_the_main_program_reads_as_steps() -> None:
    """No logic in it: it imports, and each other statement is one call."""
    text = (PROGRAM / "__main__.py").read_text()
    plain = (ast.Import, ast.ImportFrom, ast.Assign, ast.Expr)
    assert [node.lineno for node in ast.parse(text).body if not isinstance(node, plain)] == []


def test_names_say_what_they_hold() -> None:
    vague = re.compile(r"(^|_)(utils?|helpers?|manager|misc|common)(_|$)")
    parts = {part for path in program() for part in path.relative_to(PROGRAM).with_suffix("").parts}
    products = {"cert_manager"}
    assert not [part for part in parts - products if vague.search(part)]


SUPPRESSION = re.compile(r"#.*\b(noqa|type: *ignore|pyright: *(ignore|basic|strict))\b(?P<rest>.*)")
REASONED = re.compile(r"(: ?[A-Z][A-Z0-9, ]+|\[[\w, -]+\]) - .{8,}")


def bare_suppressions(source: str) -> Iterator[Fault]:
    """A suppression names its rule and gives the reason after `` - ``; none covers a whole file."""
    for number, line in enumerate(source.splitlines(), 1):
        found = SUPPRESSION.search(line)
        if found and (line.lstrip().startswith("#") or not REASONED.match(found["rest"])):
            yield number, "suppresses without a rule and a reason"


def test_every_suppression_gives_its_reason() -> None:
    mine = Path(__file__)
    bare = {
        str(path.relative_to(PROGRAM)): found
        for path in program() + sources("tests")
        if path != mine and (found := list(bare_suppressions(path.read_text())))
    }
    assert not bare


@pytest.mark.parametrize(
    ("line", "allowed"),
    [
        ("import x  # noqa", False),
        ("import x  # noqa: F401", False),
        ("import x  # noqa: F401 - the plugin registers itself on import", True),
        ("x = y  # pyright: ignore[reportUnknownMemberType] - the SDK has no types here", True),
        ("x = y  # type: ignore", False),
        ("# ruff: noqa: F401 - for the whole file", False),
    ],
)
def test_a_suppression_without_a_reason_is_seen(line: str, allowed: bool) -> None:
    assert (not list(bare_suppressions(line))) is allowed
