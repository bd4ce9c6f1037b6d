"""Runs of schemes as clients ask for and see them."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.funding.runs.lines import Ran
from shared.problems.inputs import Body, DivisionPrefix
from shared.problems.reasons import ReasonOut

SHOWN = 1000
"""Lines of one answer; the figures are of all of them."""

Outcome = Literal["raised", "held", "none", "unchanged"]


class RunIn(Body):
    """For which year, or month where it is paid monthly, and in which division; of a dry run nothing is kept.

    `again_for`: only these recipients, those too whose grant of the period was reversed and is all back.
    """

    year: Annotated[int | None, Field(ge=1949, le=9999, strict=True)] = None
    month: Annotated[str, Field(pattern=r"^(19[5-9][0-9]|[2-9][0-9]{3})-(0[1-9]|1[0-2])$")] | None = None
    division: DivisionPrefix | None = None
    dry_run: Annotated[bool, Field(strict=True)] = False
    again_for: Annotated[list[UUID], Field(min_length=1, max_length=500)] | None = None

    def month_of_year(self) -> tuple[int, int] | None:
        """Year and month, None where none was given."""
        if self.month is None:
            return None
        year, month = self.month.split("-")
        return int(year), int(month)


class RunLineOut(BaseModel):
    """What was decided on one recipient.

    `unchanged`: there is a grant of the period, of `granted_fen`; where it was computed from something else, it
    `differs`.
    """

    recipient_id: UUID
    recipient_name: str
    division: str
    period: str
    outcome: Outcome
    amount_fen: int | None
    granted_fen: int | None
    differs: bool
    grant_id: UUID | None
    reasons: list[ReasonOut]


class RunOut(BaseModel):
    """What a run decided, or would decide: figures of all recipients, and lines of the first thousand."""

    scheme: str
    dry_run: bool
    raised: int
    held: int
    none: int
    unchanged: int
    differing: int
    total_fen: int
    left: int
    lines: list[RunLineOut]
    lines_left_out: int


def run_out(scheme: str, ran: Ran, *, dry_run: bool) -> RunOut:
    """A run as clients see it: what was raised first."""
    order = ("raised", "held", "unchanged", "none")
    lines = sorted(ran.lines, key=lambda one: (order.index(one.outcome), not one.differs, str(one.recipient_id)))
    return RunOut(
        scheme=scheme,
        dry_run=dry_run,
        raised=ran.outcomes.get("raised", 0),
        held=ran.outcomes.get("held", 0),
        none=ran.outcomes.get("none", 0),
        unchanged=ran.outcomes.get("unchanged", 0),
        differing=sum(one.differs for one in ran.lines),
        total_fen=ran.total_fen,
        left=ran.left,
        lines=[RunLineOut.model_validate(one, from_attributes=True) for one in lines[:SHOWN]],
        lines_left_out=max(0, len(lines) - SHOWN),
    )
