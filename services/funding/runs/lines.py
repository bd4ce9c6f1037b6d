"""What a run decided, a line for each recipient."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.funding.grants.deciding.drafting import Decided
from services.funding.grants.redeciding import Redecision


@dataclass(frozen=True, slots=True)
class Line:
    """What a run decided on one recipient; `granted_fen` is what a grant that exists has, whatever is due now."""

    recipient_id: UUID
    recipient_name: str
    division: str
    period: str
    outcome: str
    amount_fen: int | None
    granted_fen: int | None
    differs: bool
    grant_id: UUID | None
    reasons: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Ran:
    """A run: its lines, by recipient; how many there are by outcome, and what was raised or held in all."""

    lines: Sequence[Line]
    outcomes: Mapping[str, int]
    total_fen: int
    left: int = 0


def ran_of(lines: Sequence[Line], left: int = 0) -> Ran:
    """A run by its lines."""
    due = sum(one.amount_fen or 0 for one in lines if one.outcome in ("raised", "held"))
    return Ran(lines, Counter(one.outcome for one in lines), due, left)


def line_of(one: Decided, row: Mapping[str, Any]) -> Line:
    """A decision of a run."""
    return Line(
        recipient_id=one.case.recipient_id,
        recipient_name=one.case.recipient_name,
        division=one.case.division,
        period=one.case.period,
        outcome=row["outcome"],
        amount_fen=row["amount_fen"],
        granted_fen=row["granted_fen"],
        differs=row["differs"],
        grant_id=row["grant_id"],
        reasons=row["shown_reasons"],
    )


def line_of_redecision(one: Redecision) -> Line:
    """A decision on an evaluation that found no scheme, made again."""
    return Line(
        recipient_id=one.recipient_id,
        recipient_name=one.recipient_name,
        division=one.division,
        period=str(one.year),
        outcome=one.outcome,
        amount_fen=one.amount_fen,
        granted_fen=None,
        differs=False,
        grant_id=one.grant_id,
        reasons=one.reasons,
    )
