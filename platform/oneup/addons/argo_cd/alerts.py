"""Alerts of Argo CD."""

from typing import Final

from oneup.addonkit.alert import Alert, deployment_down

ALERTS: Final = (
    Alert(
        name="ArgoCdDown",
        expr=deployment_down("argocd", "argocd-.*")
        + ' or kube_statefulset_status_replicas_ready{namespace="argocd", '
        'statefulset="argocd-application-controller"} < 1',
        severity="critical",
        summary="An Argo CD component is not ready: nothing is synced",
        runbook="argo-cd-down",
    ),
    Alert(
        name="SyncFailed",
        expr='sum by (name) (increase(argocd_app_sync_total{phase=~"Error|Failed"}[15m])) > 0',
        minutes=1,
        summary="Argo CD cannot sync the Application {{ $labels.name }}",
        runbook="sync-failed",
    ),
    Alert(
        name="ApplicationOutOfSync",
        expr='max by (name) (argocd_app_info{sync_status!="Synced"}) == 1',
        minutes=30,
        summary="The Application {{ $labels.name }} has been out of sync with Git for 30 minutes",
        runbook="application-out-of-sync",
    ),
    Alert(
        name="DeploymentSlow",
        expr='max by (name) (argocd_app_info{health_status="Progressing"}) == 1',
        minutes=5,
        summary="The Application {{ $labels.name }} has been progressing for more than five minutes",
        runbook="deployment-slow",
    ),
    Alert(
        name="RollbackDue",
        expr='max by (name) (argocd_app_info{health_status=~"Degraded|Missing"}) == 1',
        minutes=2,
        severity="critical",
        summary="The Application {{ $labels.name }} is degraded, and has not been rolled back within two minutes",
        runbook="rollback-due",
    ),
    Alert(
        name="ArgoCdSignInsMany",
        expr="sum(increase(argocd_login_request_total[10m])) > 100",
        minutes=1,
        summary="{{ $value | humanize }} sign-ins to Argo CD in ten minutes",
        runbook="argo-cd-sign-ins-many",
    ),
)
