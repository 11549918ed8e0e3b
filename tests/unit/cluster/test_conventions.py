"""What is asked of every workload: each lack is said, and a whole one has none."""

import pytest

from tests.cluster.harness.conventions import broken, selects, workloads
from tests.cluster.harness.objects import JsonMap, parse

WHOLE = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  strategy: {rollingUpdate: {maxUnavailable: 0}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      serviceAccountName: shop
      automountServiceAccountToken: false
      enableServiceLinks: false
      securityContext: {runAsNonRoot: true, runAsUser: 1, seccompProfile: {type: RuntimeDefault}}
      topologySpreadConstraints:
        - {topologyKey: topology.kubernetes.io/zone, labelSelector: {matchLabels: {app: shop}}}
      containers:
        - name: shop
          image: registry.example.com/shop:1.0.0
          startupProbe: {httpGet: {}}
          readinessProbe: &probe {httpGet: {path: /}}
          livenessProbe: *probe
          lifecycle: {preStop: {sleep: {seconds: 5}}}
          resources: {requests: {cpu: 1m, memory: 1Mi}, limits: {memory: 1Mi}}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: {drop: [ALL]}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: shop}}
---
{kind: PodDisruptionBudget, metadata: {name: shop}, spec: {selector: {matchLabels: {app: shop}}}}
---
{kind: HorizontalPodAutoscaler, metadata: {name: shop}, spec: {scaleTargetRef: {name: shop}}}
---
{kind: NetworkPolicy, metadata: {name: shop}, spec: {podSelector: {}, policyTypes: [Ingress, Egress]}}
"""


def lacks(text: str) -> list[str]:
    return [lack for workload in workloads(parse(text)) for lack in broken(workload)]


def test_a_whole_workload_lacks_nothing() -> None:
    whole = parse(WHOLE)
    assert [workload.made.name for workload in workloads(whole)] == ["shop"]
    assert lacks(WHOLE) == []


@pytest.mark.parametrize(
    ("said", "instead", "lack"),
    [
        ("shop:1.0.0", "shop:latest", "image"),
        ("registry.example.com/shop:1.0.0", "shop:1.0.0", "image"),
        ("startupProbe", "x-probe", "startupProbe"),
        ("readinessProbe", "x-probe", "readinessProbe"),
        ("livenessProbe", "x-probe", "livenessProbe"),
        ("lifecycle", "x-lifecycle", "preStop"),
        ("requests: {cpu: 1m, memory", "requests: {memory", "cpu of requests"),
        ("limits: {memory: 1Mi}", "limits: {}", "memory of limits"),
        ("drop: [ALL]", "drop: [NET_RAW]", "capabilities"),
        ("readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false", "read-only"),
        ("allowPrivilegeEscalation: false", "allowPrivilegeEscalation: true", "privileges"),
        ("runAsNonRoot: true", "runAsNonRoot: false", "root"),
        ("runAsUser: 1", "runAsUser: 0", "root"),
        ("type: RuntimeDefault", "type: Unconfined", "seccomp"),
        ("automountServiceAccountToken: false", "automountServiceAccountToken: true", "token"),
        ("enableServiceLinks: false", "enableServiceLinks: true", "variables"),
        ("serviceAccountName: shop", "serviceAccountName: default", "service account"),
        ("topologyKey: topology.kubernetes.io/zone", "topologyKey: kubernetes.io/hostname", "zones"),
        ("labelSelector: {matchLabels: {app: shop}}", "labelSelector: {matchLabels: {app: web}}", "zones"),
        (
            "spec: {selector: {matchLabels: {app: shop}}}",
            "spec: {selector: {matchLabels: {app: web}}}",
            "budget",
        ),
        ("maxUnavailable: 0", "maxUnavailable: 1", "rollout"),
        ("strategy:", "replicas: 2\n  strategy:", "replicas"),
        ("scaleTargetRef: {name: shop}", "scaleTargetRef: {name: web}", "autoscaler"),
        ("policyTypes: [Ingress, Egress]", "policyTypes: [Ingress]", "egress"),
        ("podSelector: {}", "podSelector: {matchLabels: {app: web}}", "ingress"),
    ],
)
def test_each_lack_is_said(said: str, instead: str, lack: str) -> None:
    assert WHOLE.count(said) == 1
    found = lacks(WHOLE.replace(said, instead))
    assert [each for each in found if lack in each]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ({"operator": "In", "values": ["a", "b"]}, True),
        ({"operator": "In", "values": ["b"]}, False),
        ({"operator": "NotIn", "values": ["b"]}, True),
        ({"operator": "Exists"}, True),
        ({"operator": "DoesNotExist"}, False),
    ],
)
def test_selectors_may_hold_expressions(expression: JsonMap, expected: bool) -> None:
    assert selects({"matchExpressions": [{"key": "app", **expression}]}, {"app": "a"}) is expected
