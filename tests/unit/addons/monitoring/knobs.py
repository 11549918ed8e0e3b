"""A stack with every knob of monitoring, and of Argo CD's sign-in."""

from typing import Final

from oneup.plan import Json

EVERYTHING: Final[dict[str, Json]] = {
    "prometheus": {
        "remoteWrite": [
            {"url": "https://metrics.example.com/write", "credentials": "remote"},
            {"url": "https://open.example.com/write"},
        ],
        "controlPlane": True,
        "retentionDays": 30,
        "volume": 200,
    },
    "alertmanager": {
        "pagerduty": {},
        "slack": {"channel": "#platform"},
        "email": {
            "to": "platform@example.com",
            "sender": "alerts@example.com",
            "smarthost": "smtp.example.com:587",
            "username": "alerts",
        },
        "heartbeat": {},
        "allowedCidrs": ["203.0.113.0/24"],
    },
    "grafana": {
        "oidc": {
            "clientId": "grafana",
            "authorizeUrl": "https://login.example.com/authorize",
            "tokenUrl": "https://login.example.com/token",
            "userinfoUrl": "https://login.example.com/userinfo",
        },
        "adminGroups": ["platform"],
        "editorGroups": ["developers"],
        "plugins": ["grafana-polystat-panel@2.1.13"],
    },
    "storageClass": "fast",
}
TOPIC: Final = "arn:aws:sns:eu-central-1:111122223333:alarms"
ARGO_CD: Final[dict[str, Json]] = {
    "oidc": {"issuer": "https://login.example.com", "clientId": "argocd"},
    "adminGroups": ["platform"],
    "allowedCidrs": ["203.0.113.0/24"],
}
