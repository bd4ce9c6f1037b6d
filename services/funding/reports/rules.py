"""Which figure a report is of, on which level a sum stands, and the rate of execution. Pure."""

from collections.abc import Mapping
from typing import Literal

from shared.field.money import BP_PER_WHOLE
from shared.problems.language import Text

Kind = Literal["grants", "commitments", "payments", "balances", "execution"]
By = Literal["division", "recipient", "year", "scheme", "source", "channel"]
Level = Literal["total", "province", "city", "county", "place", "recipient", "year", "scheme", "source", "channel"]

FIGURES: Mapping[Kind, str] = {
    "grants": "raised_fen",
    "commitments": "approved_fen",
    "payments": "paid_fen",
    "balances": "owed_fen",
    "execution": "approved_fen",
}
"""A report has the grants whose figure is not zero: raised and not reversed, approved, paid, approved and not paid."""
UNBUDGETED = "unbudgeted"
"""The key of what no appropriation pays, or not yet: where its money comes from is not recorded (S30)."""
UNBUDGETED_NAME = Text(zh="未占用预算指标", en="no appropriation")
_LEVELS: Mapping[int, Level] = {2: "province", 4: "city", 6: "county"}


def level_of(by: By, key: str) -> Level:
    """The level of a sum; those of a level add up to the sum above them."""
    if not key:
        return "total"
    return by if by != "division" else _LEVELS.get(len(key), "place")


def execution_bp(approved_fen: int, paid_fen: int) -> int | None:
    """What was paid of what was approved in basis points, half up; None where nothing was approved."""
    return None if approved_fen <= 0 else (2 * BP_PER_WHOLE * paid_fen + approved_fen) // (2 * approved_fen)
