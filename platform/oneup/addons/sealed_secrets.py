"""Sealed Secrets: encrypted secrets in Git that only this cluster can decrypt."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Chart
from oneup.addonkit.alert import Alert
from oneup.addonkit.flow import Peer, PodSelector, allow_egress, allow_webhook
from oneup.addonkit.pods import RESTRICTED_CONTEXT, ContainerRequests, pod_requests
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.workspace.namespace import SECRETS
from oneup.workspace.priority import CRITICAL

NAME: Final = AddonName("sealed-secrets")

PODS: Final = PodSelector(NAME, SECRETS, {"app.kubernetes.io/name": NAME})

CONTROLLER: Final = "sealed-secrets-controller"
"""The default name of ``kubeseal``."""

SIZE: Final = ContainerRequests(25, 64)

ALERTS: Final = (
    Alert(
        name="SealedSecretsDown",
        expr='absent(up{job=~"sealed-secrets-controller.*"} == 1)',
        summary="The Sealed Secrets controller is down: new SealedSecrets are not decrypted",
        runbook="sealed-secrets-down",
    ),
    Alert(
        name="SealedSecretNotOpened",
        expr="sum by (reason) (increase(sealed_secrets_controller_unseal_errors_total[15m])) > 0",
        minutes=5,
        summary="SealedSecrets cannot be decrypted: {{ $labels.reason }}",
        runbook="sealed-secret-not-opened",
    ),
)


def addon(context: AddonContext) -> Addon:
    """The release in ``secrets-management``; one replica, because it has no leader election."""
    settings = context.settings
    return Addon(
        name=NAME,
        namespace=SECRETS,
        chart=Chart(
            "https://bitnami-labs.github.io/sealed-secrets",
            "sealed-secrets",
            "2.18.5",
            leaves=("bitnami.com",),
        ),
        values={
            "fullnameOverride": CONTROLLER,
            "keyrenewperiod": f"{settings.addons.sealed_secrets.renew_days * 24}h",
            "priorityClassName": CRITICAL.name,
            "resources": SIZE.resources,
            "podSecurityContext": {"fsGroup": 65534},
            "containerSecurityContext": {**RESTRICTED_CONTEXT, "runAsUser": 1001},
            "metrics": {"serviceMonitor": {"enabled": context.has_monitoring}},
        },
        provides=(Capability.SECRETS,),
        uses=(Capability.MONITORS,),
        alerts=ALERTS,
        pod_selectors=(PODS,),
        # `kubeseal` fetches the public key through the API server.
        network_flows=(
            *allow_egress(PODS, Peer.API_SERVER),
            allow_webhook(PODS, 8080),
            prometheus.allow_scraping(PODS, 8081),
        ),
        requests=pod_requests((SIZE, 1)),
    )
