"""The cause that events of the current request or handler name."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cause:
    """Where a new event comes from: the chain it belongs to, and the step just before it in that chain."""

    correlation_id: str | None = None
    causation_id: str | None = None
    traceparent: str | None = None


current_cause: ContextVar[Cause] = ContextVar("current_cause", default=Cause())  # noqa: B039 - frozen
