"""Which operations are ours, and on which of moto's classes."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Final, TypeVar

from moto.core.responses import BaseResponse

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Operation:
    """One operation of AWS's that moto has not, or has without what AWS does."""

    service: str
    name: str
    why: str


SIMULATED: Final[list[Operation]] = []

_METHODS: Final[list[tuple[type[BaseResponse], str, Callable[..., object]]]] = []


def simulated(
    response: type[BaseResponse], service: str, why: str
) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
    """Mark a function as the operation of its name on one of moto's classes."""

    def mark(function: Callable[..., Answer]) -> Callable[..., Answer]:
        SIMULATED.append(Operation(service, function.__name__, why))
        _METHODS.append((response, function.__name__, function))
        return function

    return mark


def install() -> None:
    """Put all of them where moto looks. Installing twice changes nothing."""
    for module in ("ec2", "eks", "budgets", "guardduty", "logs"):
        import_module(f"tests.up.cloud.simulated.{module}")
    for response, name, function in _METHODS:
        setattr(response, name, function)
