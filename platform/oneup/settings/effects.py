"""What each setting does: the text below its field in the source."""

import ast
import inspect
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from oneup.settings.base import Section
from oneup.settings.shape import keys


@cache
def descriptions(section: type[Section]) -> Mapping[str, str]:
    """The texts of a section's settings by their keys in YAML.

    Read on demand: Pydantic would read the source of every model at each start.
    """
    classes = [base for base in reversed(section.__mro__) if issubclass(base, Section)]
    sources = [_classes(inspect.getsourcefile(one) or "")[one.__name__] for one in classes]
    texts = {name: text for source in sources for name, text in _descriptions(source).items()}
    return {key: texts[name] for key, name in keys(section).items() if name in texts}


@cache
def _classes(file: str) -> Mapping[str, ast.ClassDef]:
    parsed = ast.parse(Path(file).read_text("utf-8"))
    return {node.name: node for node in parsed.body if isinstance(node, ast.ClassDef)}


def _descriptions(section: ast.ClassDef) -> Mapping[str, str]:
    """The texts by the names of the fields above them."""
    texts: dict[str, str] = {}
    for node, below in zip(section.body, section.body[1:], strict=False):
        match node, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                texts[name] = inspect.cleandoc(text)
            case _:
                pass
    return texts
