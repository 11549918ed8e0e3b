"""Service levels of applications and deployments: recording rules and alerts.

Applications: 99.9 % of requests are answered without an error; 95 % of them, and the mean, within 200 ms.
"""

from typing import Final

from oneup.addonkit.alert import Alert, RecordingRule

ERROR_BUDGET: Final = 0.001
"""The share of requests that may fail: 99.9 % available."""

TARGET_SECONDS: Final = 0.2

WINDOWS: Final = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")

_REQUESTS: Final = "shop_http_requests_total"
_DURATION: Final = "shop_http_request_duration_seconds"
_BY: Final = "sum by (namespace, job)"


def error_ratio(window: str) -> str:
    """The series with the share of failed requests over a window."""
    return f"namespace_job:shop_http_errors:ratio_rate{window}"


def _ratio(window: str) -> RecordingRule:
    """Calculated from successful requests: without errors there is no error series."""
    good = f'{_BY} (rate({_REQUESTS}{{status!~"5.."}}[{window}]))'
    return RecordingRule(name=error_ratio(window), expr=f"1 - {good} / {_BY} (rate({_REQUESTS}[{window}]))")


MEAN: Final = RecordingRule(
    name="namespace_job:shop_http_duration:mean5m",
    expr=f"{_BY} (rate({_DURATION}_sum[5m])) / {_BY} (rate({_DURATION}_count[5m]))",
)
P95: Final = RecordingRule(
    name="namespace_job:shop_http_duration:p95_5m",
    expr=f"histogram_quantile(0.95, sum by (namespace, job, le) (rate({_DURATION}_bucket[5m])))",
)
AVAILABILITY: Final = RecordingRule(
    name="namespace_job:shop_http_available:ratio_rate30d",
    # From the recorded hours, because a month of raw series is too expensive to evaluate every minute.
    expr=f"1 - avg_over_time({error_ratio('1h')}[30d])",
)
DEPLOYMENT: Final = RecordingRule(
    name="name:argocd_sync:mean_seconds1h",
    expr="sum by (name) (increase(argocd_app_sync_duration_seconds_total[1h])) "
    "/ (sum by (name) (increase(argocd_app_sync_total[1h])) > 0)",
)
DEGRADED: Final = RecordingRule(
    name="name:argocd_degraded:seconds1h",
    expr="sum by (name) (sum_over_time("
    '(max by (name) (argocd_app_info{health_status="Degraded"}))[1h:15s])) * 15',
)

PROBE_SUCCESS: Final = RecordingRule(
    name="instance:probe_success:ratio5m",
    # The availability test, independent of other traffic.
    expr='avg by (instance) (avg_over_time(probe_success{job="availability-test"}[5m]))',
)

RECORDS: Final = (
    *(_ratio(window) for window in WINDOWS),
    MEAN,
    P95,
    AVAILABILITY,
    DEPLOYMENT,
    DEGRADED,
    PROBE_SUCCESS,
)


def _burn(factor: float, long: str, short: str) -> str:
    """Both windows exceed the burn rate: the long one shows significance, the short one that it continues."""
    limit = f"{factor * ERROR_BUDGET:.4f}"
    return f"{error_ratio(long)} > {limit} and {error_ratio(short)} > {limit}"


_SPENT: Final = (
    "{{ $labels.namespace }}/{{ $labels.job }} fails {{ $value | humanizePercentage }} of requests"
)

ALERTS: Final = (
    # Multi-window burn rates: a month's error budget is used in two or five days.
    Alert(
        name="ErrorBudgetBurnsFast",
        expr=f"({_burn(14.4, '1h', '5m')}) or ({_burn(6, '6h', '30m')})",
        minutes=2,
        severity="critical",
        summary=_SPENT,
        runbook="error-budget-burns-fast",
    ),
    Alert(
        name="ErrorBudgetBurnsSlowly",
        expr=f"({_burn(3, '1d', '2h')}) or ({_burn(1, '3d', '6h')})",
        minutes=60,
        summary=_SPENT,
        runbook="error-budget-burns-slowly",
    ),
    Alert(
        name="ResponsesSlow",
        expr=f"{P95.name} > {TARGET_SECONDS} or {MEAN.name} > {TARGET_SECONDS}",
        summary="{{ $labels.namespace }}/{{ $labels.job }} responds in {{ $value | humanizeDuration }}",
        runbook="responses-slow",
    ),
)
