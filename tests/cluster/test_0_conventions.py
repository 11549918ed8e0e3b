"""What every Application of ``apps/`` keeps to, as kustomize renders it for each stack."""

from tests.cluster.conftest import Declared
from tests.cluster.harness.conventions import broken, workloads
from tests.cluster.harness.objects import Object


def test_every_workload_keeps_to_the_conventions(declared: Declared) -> None:
    found = [
        f"{application}: {workload.made.kind} {workload.made.name}: {lack}"
        for application, objects in declared.items()
        for workload in workloads(objects)
        for lack in broken(workload)
    ]
    assert not found, "\n".join(found)


def test_every_selector_selects(declared: Declared) -> None:
    """No Service, budget, autoscaler or monitor of a name that nothing has any more."""
    lost = [
        f"{application}: {each.kind} {each.name}"
        for application, objects in declared.items()
        for each in objects
        if each.kind in ("Service", "PodDisruptionBudget", "HorizontalPodAutoscaler")
        and not finds(each, objects)
    ]
    assert not lost


def finds(each: Object, objects: tuple[Object, ...]) -> bool:
    """Whether some workload is what an object names or selects."""
    if each.kind == "HorizontalPodAutoscaler":
        target = each.text("spec", "scaleTargetRef", "kind"), each.text("spec", "scaleTargetRef", "name")
        return target in {(other.kind, other.name) for other in objects}
    selector = each.map("spec", "selector")
    wanted = Object(selector).map("matchLabels") if each.kind == "PodDisruptionBudget" else selector
    return any(wanted.items() <= dict(workload.labels).items() for workload in workloads(objects))
