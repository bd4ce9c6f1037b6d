"""Reports as clients see them."""

from collections.abc import Callable

from pydantic import BaseModel

from services.funding.reports.rules import FIGURES, By, Kind, Level, execution_bp, level_of
from shared.db.session import Record


class FundingReportRowOut(BaseModel):
    """A sum on a level; `key` is empty for the total. `amount_fen` is the report's figure, `execution_bp` paid of
    approved; `owed_fen` is approved and not paid."""

    level: Level
    key: str
    name: str | None
    grants: int
    amount_fen: int
    raised_fen: int
    approved_fen: int
    paid_fen: int
    owed_fen: int
    execution_bp: int | None


def row_out(kind: Kind, by: By, row: Record, name: Callable[[str], str | None]) -> FundingReportRowOut:
    """A sum; `name` says what a division or a source is called."""
    named = row["recipient_name"] if by == "recipient" else name(row["key"])
    return FundingReportRowOut.model_validate(
        {
            **row,
            "level": level_of(by, row["key"]),
            "name": named,
            "amount_fen": row["paid_fen" if kind == "execution" else FIGURES[kind]],
            "execution_bp": execution_bp(row["approved_fen"], row["paid_fen"]),
        }
    )
