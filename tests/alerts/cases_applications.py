"""What the alerts of ``apps/`` are for."""

from typing import Final

from tests.alerts.case import Case, level

ORDERS: Final = 'shop_orders_total{namespace="staging", job="order", state="%s"}'


def late(alert: str, job: str, *, fires: int, values: str) -> Case:
    """An alert on a job that has not succeeded since it was made; ``values`` are its good times."""
    labels = f'{{namespace="staging", cronjob="{job}"}}'
    made, last = f"kube_cronjob_created{labels}", f"kube_cronjob_status_last_successful_time{labels}"
    return Case(alert, {made: "0x2500"}, {made: "0x2500", last: values}, minutes=fires)


BOUTIQUE: Final = (
    'traces_spanmetrics_calls_total{service_name="boutique-frontend", status_code="STATUS_CODE_%s"}'
)
PAGE: Final = 'probe_success{job="availability-test", instance="http://boutique-frontend.staging.svc:8080"}'

APPLICATIONS: Final = (
    level("BoutiqueDown", PAGE, "0", "1"),
    Case(
        "BoutiqueFails",
        {BOUTIQUE % "ERROR": "0+6x100", BOUTIQUE % "UNSET": "0+94x100"},
        {BOUTIQUE % "ERROR": "0+4x100", BOUTIQUE % "UNSET": "0+96x100"},
    ),
    level("ShopDatabaseDown", 'kube_statefulset_status_replicas_ready{statefulset="mysql"}', "0", "1"),
    Case(
        "ShopPaymentsRefused",
        {ORDERS % "payment_refused": "0+6x100", ORDERS % "paid": "0+4x100"},
        {ORDERS % "payment_refused": "0+4x100", ORDERS % "paid": "0+6x100"},
    ),
    late("ShopOrdersNotResumed", "resume-orders", fires=90, values="0+60x100"),
    late("ShopBackupTooOld", "backup", fires=1650, values="_x1440 86400x300"),
)
