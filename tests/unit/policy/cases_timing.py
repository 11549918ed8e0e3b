"""Plans for the rules about timeouts, schedules, and what is kept."""

from oneup.plan import Json, Resource

from .cases_order import custom, kustomization, root
from .plans import Case, made

NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
LONG = {"delete": 1200.0}


def group(**seconds: float) -> tuple[Resource]:
    return (made(NODE_GROUP, "workers", custom_timeouts=seconds),)


def awaited(seconds: str) -> tuple[Resource]:
    annotations: Json = {"pulumi.com/waitFor": "condition=Ready", "pulumi.com/timeoutSeconds": seconds}
    return (made("kubernetes:a.io/v1:It", "it", {"metadata": {"annotations": annotations}}),)


def job(
    schedule: str, deadline: int | None, start: int | None = None, concurrent: str = "Forbid"
) -> tuple[Resource]:
    spec: Json = {
        "schedule": schedule,
        "startingDeadlineSeconds": start,
        "concurrencyPolicy": concurrent,
        "jobTemplate": {"spec": {"activeDeadlineSeconds": deadline}},
    }
    return (made("kubernetes:batch/v1:CronJob", "it", {"kind": "CronJob", "spec": spec}),)


def secret(interval: str | None, kind: str = "ExternalSecret", **spec: Json) -> tuple[Resource]:
    inputs: dict[str, Json] = {
        "apiVersion": "external-secrets.io/v1",
        "kind": kind,
        "spec": {"refreshInterval": interval, **spec},
    }
    return (made(f"kubernetes:external-secrets.io/v1:{kind}", "it", inputs),)


def storage_class(
    provisioner: str, binding: str = "WaitForFirstConsumer", *, grows: bool = True
) -> tuple[Resource]:
    inputs: dict[str, Json] = {
        "provisioner": provisioner,
        "volumeBindingMode": binding,
        "allowVolumeExpansion": grows,
        "parameters": {"encrypted": "true"},
    }
    return (made("kubernetes:storage.k8s.io/v1:StorageClass", "it", inputs),)


WORKSPACE = tuple(
    custom(api, kind)
    for api, kind in (
        ("networking.k8s.io/v1", "NetworkPolicy"),
        ("v1", "ResourceQuota"),
        ("v1", "LimitRange"),
        ("storage.k8s.io/v1", "StorageClass"),
        ("networking.k8s.io/v1", "IngressClass"),
    )
)

CASES = (
    Case(
        rule="timeouts-sufficient",
        good=group(create=3600, update=3600, delete=3600),
        bad=group(create=360),
        says="set customTimeouts.create",
    ),
    Case(rule="timeouts-sufficient", good=group(), bad=group(delete=3599), says="its delete may take 3600 s"),
    Case(
        rule="timeouts-sufficient",
        good=(made("aws:eks/addon:Addon", "cni", custom_timeouts={"delete": 2400.0}),),
        bad=(made("aws:eks/addon:Addon", "cni", custom_timeouts={"delete": 240.0}),),
        says="customTimeouts.delete",
    ),
    Case(
        rule="timeouts-sufficient",
        good=(root(timeouts=LONG),),
        bad=(root(timeouts={"delete": 180.0}),),
        says="a destroy would give up halfway",
    ),
    Case(
        rule="timeouts-sufficient",
        good=(kustomization(timeouts=LONG),),
        bad=(kustomization(),),
        says="1200 s or more",
    ),
    Case(
        rule="timeouts-sufficient",
        good=(kustomization(timeouts=LONG, timeout="5m"),),
        bad=(kustomization(timeouts=LONG, timeout="10s"),),
        says="set spec.timeout",
    ),
    Case(rule="timeouts-sufficient", good=awaited("300"), bad=awaited("120"), says="awaited for 120 s only"),
    Case(rule="cron-jobs-have-time", good=job("0 1 * * *", 3600), bad=job("0 1 * * *", 60), says="is 60 s"),
    Case(
        rule="cron-jobs-have-time", good=job("0 1 * * *", 300), bad=job("0 1 * * *", None), says="is None s"
    ),
    Case(
        rule="cron-jobs-have-time",
        good=job("*/10 * * * *", 600),
        bad=job("*/10 * * * *", 601),
        says="between 300 and 600",
    ),
    Case(
        rule="cron-jobs-have-time",
        good=job("5 0-12/4 * * *", 4 * 3600),
        bad=job("5,25 * * * *", 3600),
        says="runs every 20 minutes",
    ),
    Case(
        rule="cron-jobs-have-time",
        good=job("0 1 * * *", 600, 60),
        bad=job("0 1 * * *", 600, 9),
        says="startingDeadlineSeconds",
    ),
    Case(
        rule="cron-jobs-have-time",
        good=job("0 1 * * *", 600, None, "Replace"),
        bad=job("0 1 * * *", 600, None, "Allow"),
        says="concurrencyPolicy",
    ),
    Case(rule="external-secrets-refreshed", good=secret("1h0m0s"), bad=secret("0"), says="refreshInterval"),
    Case(
        rule="external-secrets-refreshed",
        good=secret("24h", "PushSecret"),
        bad=secret("100h0m0s", "PushSecret"),
        says="an interval of 100h0m0s",
    ),
    Case(
        rule="external-secrets-refreshed",
        good=secret(None, refreshPolicy="CreatedOnce"),
        bad=secret(None),
        says="an interval of nothing",
    ),
    Case(
        rule="backups-outlive-sources",
        good=secret("1h", "PushSecret", deletionPolicy="None"),
        bad=secret("1h", "PushSecret", deletionPolicy="Delete"),
        says="spec.deletionPolicy",
    ),
    Case(
        rule="volumes-zonal-and-growable",
        good=storage_class("ebs.csi.aws.com"),
        bad=storage_class("ebs.csi.eks.amazonaws.com", "Immediate"),
        says="WaitForFirstConsumer",
    ),
    Case(
        rule="volumes-zonal-and-growable",
        good=storage_class("rook-ceph.rbd.csi.ceph.com", "Immediate"),
        bad=storage_class("ebs.csi.aws.com", grows=False),
        says="allowVolumeExpansion",
    ),
    *(
        Case(
            rule="root-application-after-workspace",
            good=(*WORKSPACE, root(*WORKSPACE)),
            bad=(*WORKSPACE, root(*(one for one in WORKSPACE if one != missing))),
            says="may run before mine is there",
        )
        for missing in WORKSPACE
    ),
)
