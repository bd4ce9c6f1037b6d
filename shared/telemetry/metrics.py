"""Prometheus metrics that every service has. Names follow Prometheus' conventions; labels stay few.

`docs/reference/metrics.md` says what each of them means and what to do.
"""

from prometheus_client import Counter, Gauge, Histogram

_REQUEST_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_BATCH_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)

REQUEST_SECONDS = Histogram(
    "shuangfu_http_request_seconds",
    "Time to answer a request",
    ["service", "method", "route", "status"],
    buckets=_REQUEST_BUCKETS,
)

UNKNOWN_SEATS = Counter(
    "shuangfu_unknown_seats", "Bodies and units of tokens that were looked for and are unknown", ["service", "claim"]
)

EVENTS_PUBLISHED = Counter("shuangfu_events_published", "Events published by the relay", ["service"])
PUBLISH_FAILURES = Counter("shuangfu_publish_failures", "Batches that the relay has to publish again", ["service"])
RELAY_ACTIVE = Gauge("shuangfu_relay_active", "1 where this process holds the service's relay", ["service"])
OUTBOX_DEPTH = Gauge("shuangfu_outbox_depth", "Events committed and not yet published", ["service"])
OUTBOX_OLDEST_SECONDS = Gauge(
    "shuangfu_outbox_oldest_seconds", "Age of the oldest event not yet published; 0 without any", ["service"]
)

EVENTS_CONSUMED = Counter("shuangfu_events_consumed", "Events that took effect", ["consumer", "type"])
EVENTS_REPEATED = Counter("shuangfu_events_repeated", "Events delivered again and dropped", ["consumer"])
CONSUMER_LAG = Gauge("shuangfu_consumer_lag", "Messages not yet consumed", ["consumer"])
CONSUMER_STANDING_SECONDS = Gauge(
    "shuangfu_consumer_standing_seconds", "How long messages wait while none is consumed", ["consumer"]
)
BATCH_SECONDS = Histogram("shuangfu_batch_seconds", "Time to handle one batch", ["consumer"], buckets=_BATCH_BUCKETS)
HANDLER_SECONDS = Histogram(
    "shuangfu_handler_seconds",
    "Time of one handler for one list of events",
    ["consumer", "handler"],
    buckets=_BATCH_BUCKETS,
)
HANDLER_FAILURES = Counter("shuangfu_handler_failures", "Lists that a handler failed on", ["consumer", "handler"])

DEAD_LETTERS = Counter("shuangfu_dead_letters", "Events dead-lettered", ["consumer", "reason"])
DEAD_LETTERS_OPEN = Gauge("shuangfu_dead_letters_open", "Dead letters that wait for a person", ["service", "reason"])

LEDGER_DRIFT = Gauge(
    "shuangfu_ledger_drift", "Transactions and balances that disagree with the ledger's entries", ["kind"]
)
AUDIT_ANCHORED = Gauge(
    "shuangfu_audit_anchored_timestamp_seconds",
    "When the audit's heads were last anchored or found anchored",
    ["service"],
)
SAMPLED = Gauge(
    "shuangfu_sampled_timestamp_seconds", "When values read from the database were last read", ["service", "sample"]
)
PART_UP = Gauge("shuangfu_part_up", "1 while a worker's part (bus, database) answers", ["service", "part"])
