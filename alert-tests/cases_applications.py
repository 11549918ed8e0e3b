"""What the alerts of ``apps/`` are for."""

from typing import Final

from case import Case, level

ORDERS: Final = 'shop_orders_total{namespace="staging", job="order", state="%s"}'


def late(alert: str, job: str, *, fires: int, values: str) -> Case:
    """An alert on a job that has not succeeded since it was made; ``values`` are its good times."""
    labels = f'{{namespace="staging", cronjob="{job}"}}'
    made, last = f"kube_cronjob_created{labels}", f"kube_cronjob_status_last_successful_time{labels}"
    return Case(alert, {made: "0x2500"}, {made: "0x2500", last: values}, minutes=fires)


APPLICATIONS: Final = (
    level("ShopDatabaseDown", 'kube_statefulset_status_replicas_ready{statefulset="mysql"}', "0", "1"),
    Case(
        "ShopPaymentsRefused",
        {ORDERS % "payment_refused": "0+6x100", ORDERS % "paid": "0+4x100"},
        {ORDERS % "payment_refused": "0+4x100", ORDERS % "paid": "0+6x100"},
    ),
    late("ShopOrdersNotResumed", "resume-orders", fires=90, values="0+60x100"),
    late("ShopBackupTooOld", "backup", fires=1650, values="_x1440 86400x300"),
)
