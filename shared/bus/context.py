"""What the current request or event is, so that events which it sets off can name it."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cause:
    """Where a new event comes from: the chain it belongs to, and the step just before it."""

    correlation_id: str | None = None
    causation_id: str | None = None
    traceparent: str | None = None


current_cause: ContextVar[Cause] = ContextVar("current_cause", default=Cause())  # noqa: B039 - frozen
