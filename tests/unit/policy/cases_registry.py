"""Plans for the rules about images."""

import json

from oneup.plan import Json, Resource

from .plans import Case, made


def repository(tags: str = "IMMUTABLE", *, scanned: bool = True) -> Resource:
    scanning: Json = {"scanOnPush": scanned}
    inputs: dict[str, Json] = {"imageTagMutability": tags, "imageScanningConfiguration": scanning}
    return made("aws:ecr/repository:Repository", "shop/web", inputs)


def lifecycle(action: str) -> Resource:
    policy = json.dumps({"rules": [{"action": {"type": action}}]})
    kind = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
    return made(kind, "shop/web", {"policy": policy}, through={"repository": repository()})


CASES = (
    Case(rule="ecr-immutable-tags", good=(repository(),), bad=(repository("MUTABLE"),), says="IMMUTABLE"),
    Case(rule="ecr-scan-on-push", good=(repository(),), bad=(repository(scanned=False),), says="scanOnPush"),
    Case(
        rule="ecr-lifecycle-policy",
        good=(repository(), lifecycle("expire")),
        bad=(repository(), lifecycle("transition")),
        says="lifecycle policy",
    ),
)
