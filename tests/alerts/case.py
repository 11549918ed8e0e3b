"""One alert's case: figures with which it fires, and such with which it keeps quiet."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """Series in promtool's notation (``1+2x60`` is 1, 3, 5, … sixty times), one value a minute."""

    alert: str
    fires: Mapping[str, str]
    quiet: Mapping[str, str]
    minutes: int = 90
    """When to look."""


def up(job: str) -> str:
    """The series that says whether a scrape worked."""
    return f'up{{job="{job}"}}'


def gone(alert: str, job: str) -> Case:
    """An alert on a component of which no pod answers."""
    return Case(alert, {up(job): "0x200"}, {up(job): "1x200"})


def without_pods(alert: str, namespace: str, deployment: str) -> Case:
    """An alert on a Deployment of which no pod is ready."""
    available = "kube_deployment_status_replicas_available"
    return level(alert, f'{available}{{namespace="{namespace}", deployment="{deployment}"}}', "0", "1")


def servers_missing(alert: str, namespace: str, name: str) -> Case:
    """An alert on a StatefulSet of which one pod is not ready."""
    of = f'{{namespace="{namespace}", statefulset="{name}"}}'
    ready, wanted = f"kube_statefulset_status_replicas_ready{of}", f"kube_statefulset_replicas{of}"
    return Case(alert, {ready: "1x200", wanted: "2x200"}, {ready: "2x200", wanted: "2x200"})


def daemons_missing(alert: str, namespace: str, name: str) -> Case:
    """An alert on a DaemonSet that lacks a pod on a node."""
    of = f'{{namespace="{namespace}", daemonset="{name}"}}'
    return level(alert, f"kube_daemonset_status_number_unavailable{of}", "1", "0")


def level(alert: str, series: str, bad: str, good: str) -> Case:
    """An alert on one series that stays at a value."""
    return Case(alert, {series: f"{bad}x200"}, {series: f"{good}x200"})


def grows(alert: str, series: str) -> Case:
    """An alert on a counter that must stand still."""
    return Case(alert, {series: "0+10x200"}, {series: "7x200"})


def share(alert: str, part: str, whole: str, values: tuple[str, str, str]) -> Case:
    """An alert on one series' share of another: its bad value, its good value, and the whole."""
    bad, good, all_of_it = values
    return Case(
        alert,
        {part: f"{bad}x200", whole: f"{all_of_it}x200"},
        {part: f"{good}x200", whole: f"{all_of_it}x200"},
    )
