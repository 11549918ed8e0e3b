"""What the ways in have in common, and Kong's plugins: limits for all, sign-in for who asks for it."""

from typing import Final

from oneup.addons.addon import Manifest
from oneup.settings.addons.gateway import Kong
from oneup.settings.existing import ROLE, NodeRole
from oneup.settings.model import ExistingSettings
from oneup.values import Values

CLASS: Final = "kong"


def place(settings: ExistingSettings) -> Values:
    """On gateway nodes where the stack names any; else wherever there is room."""
    if not settings.existing.of(NodeRole.GATEWAY):
        return {}
    role = NodeRole.GATEWAY.value
    taint: Values = {"key": ROLE, "operator": "Equal", "value": role, "effect": "NoSchedule"}
    return {"nodeSelector": {ROLE: role}, "tolerations": [taint]}


def plugins(knobs: Kong) -> tuple[Manifest, ...]:
    """Figures, rate and size limits for every route; ``key-auth`` and ``jwt`` for Ingresses that name them.

    A rate is counted by each Kong for itself: shared counting would write to the database with each request.
    """
    limits: Values = {
        "minute": knobs.requests_per_minute,
        "limit_by": "ip",
        "policy": "local",
        "fault_tolerant": True,
    }
    size: Values = {"allowed_payload_size": knobs.request_megabytes, "size_unit": "megabytes"}
    figures: Values = {"status_code_metrics": True, "latency_metrics": True, "bandwidth_metrics": True}
    key: Values = {"key_names": ["apikey"], "hide_credentials": True}
    token: Values = {"claims_to_verify": ["exp"], "header_names": ["authorization"]}
    return (
        _plugin("rate-limit", "rate-limiting", limits, for_all=True),
        _plugin("request-size-limit", "request-size-limiting", size, for_all=True),
        _plugin("prometheus", "prometheus", figures, for_all=True),
        _plugin("key-auth", "key-auth", key, for_all=False),
        _plugin("jwt", "jwt", token, for_all=False),
    )


def _plugin(name: str, plugin: str, config: Values, *, for_all: bool) -> Manifest:
    return Manifest(
        api_version="configuration.konghq.com/v1",
        kind="KongClusterPlugin",
        name=name,
        labels={"global": "true"} if for_all else {},
        annotations={"kubernetes.io/ingress.class": CLASS},
        body={"plugin": plugin, "config": config},
    )
