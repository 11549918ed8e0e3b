"""What ``apps/`` delivers to a stack: its workloads, their policies and Services; and who calls whom."""

import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final, cast

import yaml

from oneup.addonkit.flow import Port
from oneup.plan import JsonMap
from tests.reach.prober import TOOLS, Connection, at, said
from tests.support.stacks import settings
from tests.unit.gitops.tree import applications, stack_folder

KINDS: Final = ("Deployment", "DaemonSet", "StatefulSet", "Job", "CronJob")
NAME: Final = "app.kubernetes.io/name"
PROMETHEUS: Final = "monitoring/prometheus"
_OUTSIDE: Final = ("outside/far", "outside/kubernetes", "outside/metadata")


@dataclass(frozen=True)
class Application:
    """A workload that ``apps/`` delivers."""

    namespace: str
    name: str
    labels: Mapping[str, str] = field(hash=False)

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"


def delivered(stack: str) -> Sequence[JsonMap]:
    """All objects of the stack's Applications, each in the namespace that its Application says."""
    return [
        each for app in applications(stack) for each in _built(stack, _source(app), _destination(stack, app))
    ]


def workloads(stack: str) -> Sequence[Application]:
    """What makes pods."""
    return [
        Application(str(at(each, "metadata", "namespace")), str(at(each, "metadata", "name")), _labels(each))
        for each in delivered(stack)
        if each["kind"] in KINDS
    ]


def calls(stack: str, everyone: Sequence[Application], askers: Iterable[str]) -> Iterator[Connection]:
    """Who reaches an application, and whom the applications reach beside what the platform offers.

    ``askers`` are addons that may ask every application: of those, the pages shut nobody out where they
    are open to addresses.
    """
    named: dict[str, list[Application]] = {}
    for each in everyone:
        named.setdefault(each.labels[NAME], []).append(each)
    workload = {each.name: str(each) for each in everyone}
    for source, targets in {**SHOP, **BOUTIQUE, **TESTS}.items():
        for target, port in targets.items():
            for caller in named.get(source, ()):
                yield Connection(str(caller), workload[target], f"TCP {port}")
    for name, port in SCRAPED.items():
        yield from (Connection(PROMETHEUS, str(each), f"TCP {port}") for each in named[name])
    visitors = VISITORS[stack]
    for source in (*visitors, *(askers if visitors else ())):
        yield from (Connection(source, workload[page], said(PAGE)) for page in PAGES)


SHOP: Final[Mapping[str, Mapping[str, int]]] = {
    "web": {"store-api": 8080},
    "store-api": {"user": 8080, "product": 8080, "order": 8080, "payment": 8080, "redis": 6379},
    "order": {"product": 8080, "payment": 8080, "mysql": 3306},
    "user": {"mysql": 3306},
    "product": {"mysql": 3306},
    "payment": {"mysql": 3306},
    "databases": {"mysql": 3306},
}
"""By the name that a service's own pods share with those of its jobs."""

BOUTIQUE: Final[Mapping[str, Mapping[str, int]]] = {
    "boutique-frontend": {
        "boutique-ad": 8080,
        "boutique-cart": 8080,
        "boutique-checkout": 8080,
        "boutique-currency": 8080,
        "boutique-product-catalog": 8080,
        "boutique-recommendation": 8080,
        "boutique-shipping": 8080,
    },
    "boutique-checkout": {
        "boutique-cart": 8080,
        "boutique-currency": 8080,
        "boutique-email": 8080,
        "boutique-payment": 8080,
        "boutique-product-catalog": 8080,
        "boutique-shipping": 8080,
    },
    "boutique-recommendation": {"boutique-product-catalog": 8080},
    "boutique-cart": {"boutique-cart-store": 6379},
    "boutique-load-generator": {"boutique-frontend": 8080},
}

TESTS: Final[Mapping[str, Mapping[str, int]]] = {
    "availability-test": {"web": 8080, "boutique-frontend": 8080}
}

SCRAPED: Final[Mapping[str, int]] = {
    **dict.fromkeys(("store-api", "user", "product", "order", "payment"), 8080),
    "availability-test": 9115,
}

PAGES: Final = ("web", "boutique-frontend")
PAGE: Final = Port(8080)
"""Where both listen."""

ROAMING: Final[Mapping[str, Sequence[Port]]] = {
    "sanity-test": (Port(53), Port(53, "UDP"), Port(443), Port(6443)),
}
"""Who may go anywhere, at these ports: it asks about the network itself."""

VISITORS: Final[Mapping[str, Sequence[str]]] = {
    "staging": ("outside/public", "outside/private"),
    "production": ("outside/public", "outside/private"),
    "baremetal": (*_OUTSIDE, "outside/node"),
    "local": (),
}
"""The addresses that reach the two pages from outside."""


@cache
def _built(stack: str, source: str, namespace: str) -> Sequence[JsonMap]:
    folder = stack_folder(stack) / source.removeprefix("apps/base/")
    done = subprocess.run([TOOLS / "kustomize", "build", folder], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    documents = cast("list[JsonMap]", [each for each in yaml.safe_load_all(done.stdout) if each])
    return [
        {**each, "metadata": {"namespace": namespace, **cast(JsonMap, each["metadata"])}}
        for each in documents
    ]


def _source(app: JsonMap) -> str:
    return str(at(app, "spec", "source", "path"))


def _destination(stack: str, app: JsonMap) -> str:
    """The base says ``environment`` for the namespace that bears the environment's name."""
    said = str(at(app, "spec", "destination", "namespace"))
    return str(settings(stack).environment) if said == "environment" else said


def _labels(workload: JsonMap) -> Mapping[str, str]:
    template = at(workload, "spec", "jobTemplate", "spec", "template") or at(workload, "spec", "template")
    return cast("Mapping[str, str]", at(template, "metadata", "labels"))
