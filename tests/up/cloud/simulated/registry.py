"""Which operations are ours, and how they reach moto's classes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from moto.core.responses import BaseResponse

Method = TypeVar("Method", bound=Callable[..., object])

_REASON = "simulated_because"


@dataclass(frozen=True)
class Operation:
    """One operation of AWS's that moto has not, or has without what AWS does."""

    service: str
    name: str
    why: str


def simulated(why: str) -> Callable[[Method], Method]:
    """Mark a method as the operation of its name, and say what moto lacks."""

    def mark(method: Method) -> Method:
        setattr(method, _REASON, why)
        return method

    return mark


def operations(ours: type[BaseResponse]) -> Iterator[Operation]:
    """What a class of ours simulates."""
    service = str(ours.__module__).rpartition(".")[2]
    for name, method in vars(ours).items():
        if why := getattr(method, _REASON, ""):
            yield Operation(service, name, why)


def install(ours: type[BaseResponse]) -> None:
    """Put a class's methods where moto looks: on the class of moto's that it extends."""
    for name, method in vars(ours).items():
        if callable(method):
            setattr(ours.__bases__[0], name, method)
