"""The AWS types that the program may register, and the provider functions that it calls, read from its text."""

import ast
from collections.abc import Iterator

from tests import ROOT

IMPORT = "import pulumi_aws as aws"


def registered_types() -> frozenset[str]:
    """The tokens of the classes of pulumi_aws that the program calls: ``aws:ec2/vpc:Vpc``."""
    return frozenset(
        f"aws:{module}/{name[0].lower()}{name[1:]}:{name}"
        for module, name in _called()
        if module and name[0].isupper() and not name.endswith("Args")
    )


def called_functions() -> frozenset[str]:
    """The functions of pulumi_aws that the program calls: ``index/get_region``."""
    return frozenset(f"{module or 'index'}/{name}" for module, name in _called() if name.startswith("get_"))


def _called() -> Iterator[tuple[str, str]]:
    """The module and the name of each call of pulumi_aws."""
    for file in (ROOT / "platform").rglob("*.py"):
        text = file.read_text("utf-8")
        for node in ast.walk(ast.parse(text)) if IMPORT in text else ():
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            match node.func.value:
                case ast.Attribute(value=ast.Name(id="aws"), attr=module):
                    yield module, node.func.attr
                case ast.Name(id="aws"):
                    yield "", node.func.attr
                case _:
                    pass
