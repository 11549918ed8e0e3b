from tests.cluster.harness.objects import Identity, Object, by_need, parse


def test_what_is_absent_reads_as_empty() -> None:
    thing = Object({"spec": {"ports": [{"port": 80}]}})
    assert (thing.number("spec", "ports", 0, "port"), thing.text("spec", "ports", 1, "port")) == (80, "")
    assert (thing.map("status"), thing.each("status", "conditions"), thing.condition("Ready").raw) == (
        {},
        (),
        {},
    )


def test_lists_are_taken_apart() -> None:
    found = parse(
        "---\n---\nkind: ConfigMapList\nitems: [{kind: ConfigMap}, {kind: ConfigMap}]\n---\nkind: Pod\n"
    )
    assert [each.kind for each in found] == ["ConfigMap", "ConfigMap", "Pod"]


def test_namespaces_and_classes_go_in_first() -> None:
    found = parse(
        "{kind: Pod, metadata: {name: a}}\n---\n{kind: StorageClass, metadata: {name: a}}\n---\n"
        "{kind: Application, metadata: {name: a}}\n---\n{kind: AppProject, metadata: {name: z}}\n---\n"
        "{kind: Namespace, metadata: {name: a}}\n"
    )
    order = [each.kind for each in by_need(found)]
    assert order == ["Namespace", "StorageClass", "AppProject", "Application", "Pod"]


def test_an_identity_has_no_version() -> None:
    (old, new) = parse(
        "{apiVersion: apps/v1beta1, kind: Deployment}\n---\n{apiVersion: apps/v1, kind: Deployment}"
    )
    assert old.identity == new.identity == Identity("apps", "Deployment", "", "")
