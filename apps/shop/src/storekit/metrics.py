"""Prometheus metrics that all services share. What a service counts of its own lies beside its code."""

from prometheus_client import Counter, Gauge, Histogram

# The buckets stand around the objective: 95 % of requests below 200 ms.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0, 10.0)

REQUESTS = Counter("shop_http_requests_total", "Requests served", ["method", "route", "status"])
DURATION = Histogram(
    "shop_http_request_duration_seconds", "Time to serve a request", ["method", "route"], buckets=BUCKETS
)
IN_FLIGHT = Gauge("shop_http_requests_in_flight", "Requests being served now")
UPSTREAM = Histogram(
    "shop_upstream_request_duration_seconds",
    "Time for another service's answer",
    ["upstream", "status"],
    buckets=BUCKETS,
)
CACHE = Counter("shop_cache_requests_total", "Questions to the cache", ["operation", "outcome"])
DATABASE_RETRIES = Counter("shop_database_retries_total", "Transactions run again after a deadlock")
