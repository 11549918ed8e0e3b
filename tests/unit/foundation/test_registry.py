"""ECR: what is pushed stays, is scanned, expires, and only the nodes pull it."""

import json

from oneup.plan import Json, Plan
from tests.unit.foundation.conftest import OTHERWISE, Planner
from tests.unit.foundation.graph import all_of, find

NAME = "shop/web"


def test_tags_never_move_and_images_are_scanned_and_encrypted(plan: Planner) -> None:
    made = plan()
    repository = find(made, "Repository", NAME)
    assert repository.inputs["imageTagMutability"] == "IMMUTABLE"
    assert repository.inputs["imageScanningConfiguration"] == {"scanOnPush": True}
    key = find(made, "Key", "encryption").outputs["arn"]
    assert repository.inputs["encryptionConfigurations"] == [{"encryptionType": "KMS", "kmsKey": key}]


def test_the_newest_images_are_kept(plan: Planner) -> None:
    made = plan(OTHERWISE)
    rule = json.loads(str(find(made, "LifecyclePolicy", NAME).inputs["policy"]))["rules"][0]
    assert rule["selection"] == {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 7}


def test_only_the_stacks_nodes_may_pull(plan: Planner) -> None:
    made = plan()
    statement = json.loads(str(find(made, "RepositoryPolicy", NAME).inputs["policy"]))["Statement"][0]
    role = find(made, "Role", "node").outputs["arn"]
    assert statement["Condition"] == {"ArnEquals": {"aws:PrincipalArn": role}}
    assert all(action.startswith("ecr:") and "Put" not in action for action in statement["Action"])


def test_images_outlive_the_stack_where_deletion_is_guarded(plan: Planner) -> None:
    guarded, free = find(plan(), "Repository", NAME), find(plan(stack="staging"), "Repository", NAME)
    assert (guarded.protect, guarded.inputs["forceDelete"]) == (True, False)
    assert (free.protect, free.inputs["forceDelete"]) == (False, True)


def test_another_repository_changes_nothing_else(plan: Planner) -> None:
    few, more = plan({"registry.repositories": ["a1"]}), plan({"registry.repositories": ["a1", "b1"]})
    changed = dict(_by_urn(few).items() - _by_urn(more).items())
    # But for the one who may push to it.
    assert [urn.rpartition("::")[2] for urn in changed] == ["delivery-images"]
    assert len(all_of(more, "Repository")) == 1 + len(all_of(few, "Repository"))


def test_the_plan_grows_by_the_same_with_each_repository(plan: Planner) -> None:
    sizes = [len(plan({"registry.repositories": names(count)}).resources) for count in (5, 10, 15)]
    assert sizes[1] - sizes[0] == sizes[2] - sizes[1] == 5 * 3


def names(count: int) -> list[Json]:
    return [f"team/service-{number}" for number in range(count)]


def _by_urn(plan: Plan) -> dict[str, str]:
    return {resource.urn: repr(resource) for resource in plan.resources}
