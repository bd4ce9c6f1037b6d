"""What the routes of dead letters take and answer, and what the last reconciliation found."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from shared.problems.inputs import Body

MOST = 500
"""Letters that one request settles."""


class DeadLetterOut(BaseModel):
    """An event that could not take effect: which, where it lies on the bus, and why. What it carried is not shown."""

    id: UUID
    event_id: UUID
    type: str | None
    topic: str
    partition: int
    offset: int
    key: str
    reason: str
    detail: str
    handler: str | None
    attempts: int
    division: str | None
    state: str
    recorded_at: AwareDatetime
    settled_at: AwareDatetime | None


class LettersRetrying(Body):
    """Open letters whose handlers run again."""

    ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST)]


class LettersDiscarding(LettersRetrying):
    """Open letters that will not take effect, and why."""

    note: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class LetterFailedOut(BaseModel):
    """A letter that stays open, and what its handler raised now."""

    id: UUID
    detail: str


class LettersSettledOut(BaseModel):
    """The letters that were settled, and those that stay open."""

    settled: list[UUID]
    failed: list[LetterFailedOut]


class ReconciledOut(BaseModel):
    """One check of `shuangfu reconcile`: how much was compared, how much differs, some examples, and what to do."""

    check: str
    compared: int
    differ: int
    examples: list[str]
    advice: str


class ReconciliationOut(BaseModel):
    """What `shuangfu reconcile --record` last found of this service, when and run by whom; null before the first."""

    at: AwareDatetime | None
    operator: str | None
    differs: bool | None
    checks: list[ReconciledOut]

    @classmethod
    def of(cls, record: dict[str, Any] | None) -> "ReconciliationOut":
        """From the record of the command, where there is one."""
        if record is None:
            return cls(at=None, operator=None, differs=None, checks=[])
        checks = record["figures"]["checks"]
        differs = any(one["differ"] for one in checks)
        return cls(at=record["at"], operator=record["operator"], differs=differs, checks=checks)
