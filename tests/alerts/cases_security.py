"""The cases of what watches containers and images, of the mesh, of rollouts and of experiments."""

from typing import Final

from tests.alerts.case import Case, gone, grows, level, share, up, without_pods

_IMAGE: Final = 'namespace="n", image_repository="shop/web", image_tag="1"'
_EVENTS: Final = 'falcosecurity_scap_n_%s_total{pod="falco-a"}'
_SENT: Final = 'falcosecurity_falcosidekick_outputs_total{destination="alertmanager", status="error"}'
_PHASE: Final = 'rollout_info{exported_namespace="n", name="a", phase="Degraded"}'
_FLUX: Final = 'up{job="flux-system/flux", pod="%s"}'
_FLUX_ERRORS: Final = (
    'controller_runtime_reconcile_errors_total{namespace="flux-system", controller="kustomization"}'
)


SECURITY: Final = (
    level(
        "FalcoMissing",
        'kube_daemonset_status_number_unavailable{namespace="security", daemonset="falco"}',
        "1",
        "0",
    ),
    share("FalcoBlind", _EVENTS % "drops", _EVENTS % "evts", ("0+30", "0+10", "0+1000")),
    grows("FalcoEventsUndelivered", _SENT),
    without_pods("FalcoEventsUndelivered", "security", "falco-falcosidekick"),
    without_pods("TrivyOperatorDown", "security", "trivy-operator"),
    level(
        "ImageCriticallyVulnerable", f'trivy_image_vulnerabilities{{{_IMAGE}, severity="Critical"}}', "2", "0"
    ),
    level("SecretInImage", f"trivy_image_exposedsecrets{{{_IMAGE}}}", "1", "0"),
    gone("ArgoRolloutsDown", "argo-rollouts-metrics"),
    level("RolloutDegraded", _PHASE, "1", "0"),
    gone("IstiodDown", "istiod"),
    grows("MeshConfigurationRejected", "pilot_total_xds_rejects"),
    grows("MeshCertificateFailed", "citadel_server_csr_sign_err_count"),
    without_pods("IstioGatewayDown", "istio-system", "istio-gateway"),
    without_pods("KyvernoDown", "kyverno", "kyverno-admission-controller"),
    grows("PodRuleBroken", 'kyverno_validating_policy_results_total{policy_name="probes", result="fail"}'),
    Case("FluxDown", {up("flux-system/flux"): "0x200"}, {_FLUX % name: "1x200" for name in "abcd"}),
    grows("FluxReconcileFailed", _FLUX_ERRORS),
    without_pods("ChaosMeshDown", "chaos-mesh", "chaos-controller-manager"),
)
