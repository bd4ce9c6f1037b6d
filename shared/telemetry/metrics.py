"""Prometheus metrics that every service has. Names follow Prometheus' conventions; labels stay few."""

from prometheus_client import Counter, Gauge, Histogram

EVENTS_PUBLISHED = Counter("shuangfu_events_published", "Events published by the relay", ["service"])
PUBLISH_FAILURES = Counter("shuangfu_publish_failures", "Batches that the relay must publish again", ["service"])
EVENTS_CONSUMED = Counter("shuangfu_events_consumed", "Events that took effect", ["consumer", "type"])
EVENTS_REPEATED = Counter("shuangfu_events_repeated", "Events delivered again and dropped", ["consumer"])
DEAD_LETTERS = Counter("shuangfu_dead_letters", "Events put aside", ["consumer", "reason"])
CONSUMER_LAG = Gauge("shuangfu_consumer_lag", "Messages not yet consumed", ["consumer"])
BATCH_SECONDS = Histogram("shuangfu_batch_seconds", "Time to handle one batch", ["consumer"])
