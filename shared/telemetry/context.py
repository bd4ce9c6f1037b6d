"""Fields of the current request or list of events, added to every log line that is written meanwhile."""

from collections.abc import Mapping
from contextvars import ContextVar

NOTHING: Mapping[str, object] = {}

log_fields: ContextVar[Mapping[str, object]] = ContextVar("log_fields", default=NOTHING)
