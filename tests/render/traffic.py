"""What the rendered objects say of their traffic: workloads, webhooks, monitors, rights and addresses."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeAlias, cast

from oneup.addonkit.addon import Addon
from oneup.addonkit.flow import Peer, PodSelector
from oneup.checks.charts import mapping
from oneup.plan import Json, JsonMap
from oneup.plan.inputs import value_at
from tests.render.monitors import jobs, selects
from tests.render.need import maps
from tests.render.workloads import OPERATED, Workload, workloads

Heard: TypeAlias = tuple["PodSelector | Peer", int]
"""A workload, or the nodes for one on their network, and the port that is asked."""

_REGISTRATIONS: Final = ("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration")
_ADDRESS: Final = re.compile(r"([a-z0-9][a-z0-9-]*)\.([a-z0-9-]+)(?:\.svc(?:\.cluster\.local)?\.?)?:(\d+)")


@dataclass(frozen=True)
class Traffic:
    """All that one subject puts into its cluster."""

    addons: Mapping[str, Addon]
    objects: Mapping[str, Sequence[JsonMap]]
    """By addon."""

    @cached_property
    def workloads(self) -> Sequence[Workload]:
        """Without those of chart tests, which are not run."""
        return [
            made
            for addon, things in self.objects.items()
            for made in workloads(things, str(self.addons[addon].namespace.name))
            if made.kind not in OPERATED
        ]

    def declared(self, workload: Workload) -> Sequence[PodSelector]:
        """Whose policies a workload's pods fall under."""
        return self._guards[workload]

    def end(self, workload: Workload) -> PodSelector | Peer | None:
        """Its name in flows; None if it is not declared."""
        return Peer.NODES if workload.on_node else next(iter(self.declared(workload)), None)

    def called(self) -> Iterator[tuple[str, Heard]]:
        """Whom the API server calls: webhooks, conversions of kinds, aggregated APIs; and what says so."""
        for what, service in self._calls():
            named = str(service.get("namespace")), str(service["name"])
            found = list(self._behind(*named, service.get("port") or 443))
            assert found, f"{what} calls {'/'.join(named)}, which is nobody's"
            yield from ((what, heard) for heard in found)

    def scraped(self) -> Iterator[tuple[str, Heard]]:
        """Whom Prometheus asks by the monitors, and which monitor says so."""
        for addon, monitor in self._of_kind("PodMonitor"):
            for workload in self.workloads:
                if selects(monitor, self._home(addon, monitor), workload.namespace, workload.labels):
                    for end in maps(value_at(monitor, "spec", "podMetricsEndpoints")):
                        yield from self._heard(monitor, workload, end.get("port") or end.get("targetPort"))
        for addon, monitor in self._of_kind("ServiceMonitor"):
            for (namespace, _), service in self._services.items():
                if selects(monitor, self._home(addon, monitor), namespace, _labels(service)):
                    yield from self._by_service(monitor, namespace, service)

    @cached_property
    def jobs(self) -> frozenset[str]:
        """What Prometheus calls those whom it asks by the monitors."""
        by_pod = [(self._home(addon, one), one, None) for addon, one in self._of_kind("PodMonitor")]
        by_service = [
            (home, monitor, service)
            for addon, monitor in self._of_kind("ServiceMonitor")
            for home in [self._home(addon, monitor)]
            for (namespace, _), service in self._services.items()
            if selects(monitor, home, namespace, _labels(service))
        ]
        return frozenset(
            job for home, monitor, chosen in (*by_pod, *by_service) for job in jobs(monitor, home, chosen)
        )

    def asked(self) -> Iterator[tuple[Workload, str, Heard]]:
        """Whom a workload's arguments, variables and files name, by an address inside the cluster."""
        for workload in self.workloads:
            for name, namespace, port in {*_ADDRESS.findall(self._text(workload))}:
                if (namespace, name) in self._services:
                    for heard in self._behind(namespace, name, int(port)):
                        yield workload, f"{name}.{namespace}:{port}", heard

    @cached_property
    def bound(self) -> frozenset[tuple[str, str]]:
        """The service accounts with rights in the cluster."""
        return frozenset(
            (str(subject.get("namespace") or self._home(addon, binding)), str(subject["name"]))
            for kind in ("RoleBinding", "ClusterRoleBinding")
            for addon, binding in self._of_kind(kind)
            for subject in maps(binding.get("subjects"))
            if subject["kind"] == "ServiceAccount"
        )

    def listening(self, pods: PodSelector) -> frozenset[int]:
        """Where pods listen: what their containers name, and what Services send to them."""
        own = [each for each in self.workloads if not each.on_node and pods in self.declared(each)]
        named = {port for each in own for port in each.ports.values()}
        sent = {
            each.port(port.get("targetPort") or port["port"])
            for (namespace, _), service in self._services.items()
            for each in own
            if self._chosen(namespace, service, each)
            for port in maps(value_at(service, "spec", "ports"))
        }
        return frozenset({*named, *(port for port in sent if port)})

    def selectors(self, pods: PodSelector) -> Iterator[tuple[str, Mapping[str, str]]]:
        """The Services before pods, and what they select by."""
        for (namespace, name), service in self._services.items():
            if any(
                pods in self.declared(each) and self._chosen(namespace, service, each)
                for each in self.workloads
            ):
                yield name, _selector(service)

    @cached_property
    def _guards(self) -> Mapping[Workload, Sequence[PodSelector]]:
        everyone = {
            pods.identity: pods for addon in self.addons.values() for pods in addon.pod_selectors
        }.values()
        return {
            each: [
                pods
                for pods in everyone
                if pods.namespace.name == each.namespace and pods.labels.items() <= each.labels.items()
            ]
            for each in self.workloads
        }

    @cached_property
    def _services(self) -> Mapping[tuple[str, str], JsonMap]:
        found = self._of_kind("Service")
        return {
            (self._home(addon, each), str(value_at(each, "metadata", "name"))): each for addon, each in found
        }

    def _of_kind(self, kind: str) -> Iterator[tuple[str, JsonMap]]:
        for addon, things in self.objects.items():
            yield from ((addon, thing) for thing in things if thing["kind"] == kind)

    def _home(self, addon: str, thing: JsonMap) -> str:
        return str(value_at(thing, "metadata", "namespace") or self.addons[addon].namespace.name)

    def _calls(self) -> Iterator[tuple[str, JsonMap]]:
        for addon, things in self.objects.items():
            for thing in things:
                name = f"{addon}: {thing['kind']} {value_at(thing, 'metadata', 'name')}"
                if thing["kind"] in _REGISTRATIONS:
                    hooks = maps(thing.get("webhooks"))
                    yield from ((name, mapping(value_at(hook, "clientConfig", "service"))) for hook in hooks)
                elif thing["kind"] == "APIService":
                    yield name, mapping(value_at(thing, "spec", "service"))
                elif converting := value_at(
                    thing, "spec", "conversion", "webhook", "clientConfig", "service"
                ):
                    yield name, mapping(converting)

    def _chosen(self, namespace: str, service: JsonMap, workload: Workload) -> bool:
        by = _selector(service)
        return bool(by) and workload.namespace == namespace and by.items() <= workload.labels.items()

    def _behind(self, namespace: str, name: str, port: Json) -> Iterator[Heard]:
        """Who answers at a Service's port, and where."""
        service = self._services.get((namespace, name), {})
        for served in maps(value_at(service, "spec", "ports")):
            if port in (served["port"], served.get("name")):
                for workload in self.workloads:
                    if self._chosen(namespace, service, workload):
                        yield from self._ends(workload, served.get("targetPort") or served["port"])

    def _ends(self, workload: Workload, target: Json) -> Iterator[Heard]:
        end, port = self.end(workload), workload.port(target)
        # A job that carries the labels of its Service's pods has none of their ports.
        if end and port:
            yield end, port

    def _heard(self, monitor: JsonMap, workload: Workload, target: Json) -> Iterator[tuple[str, Heard]]:
        name = f"{monitor['kind']} {value_at(monitor, 'metadata', 'name')}"
        yield from ((name, heard) for heard in self._ends(workload, target))

    def _by_service(self, monitor: JsonMap, namespace: str, service: JsonMap) -> Iterator[tuple[str, Heard]]:
        behind = [each for each in self.workloads if self._chosen(namespace, service, each)]
        for end in maps(value_at(monitor, "spec", "endpoints")):
            named = [
                each
                for each in maps(value_at(service, "spec", "ports"))
                if each.get("name") == end.get("port")
            ]
            # A target port is the pod's own, whether the Service has it or not.
            targets = (
                [end["targetPort"]]
                if "targetPort" in end
                else [each.get("targetPort") or each["port"] for each in named]
            )
            for workload in behind:
                for target in targets:
                    yield from self._heard(monitor, workload, target)

    def _text(self, workload: Workload) -> str:
        own = [str(each.get(key)) for each in workload.containers for key in ("command", "args", "env")]
        mounted = {
            str(value_at(volume, "configMap", "name") or value_at(volume, "secret", "secretName"))
            for volume in maps(workload.spec.get("volumes"))
        }
        files = [
            f"{thing.get('data')}{thing.get('stringData')}"
            for kind in ("ConfigMap", "Secret")
            for addon, thing in self._of_kind(kind)
            if self._home(addon, thing) == workload.namespace
            and value_at(thing, "metadata", "name") in mounted
        ]
        return "\n".join([*own, *files])


def _labels(service: JsonMap) -> Mapping[str, str]:
    return cast("Mapping[str, str]", value_at(service, "metadata", "labels") or {})


def _selector(service: JsonMap) -> Mapping[str, str]:
    return cast("Mapping[str, str]", value_at(service, "spec", "selector") or {})
