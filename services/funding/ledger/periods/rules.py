"""The life of a month: open, closed, locked. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from services.funding.ledger.errors import PeriodNotOver
from shared.problems.duties import SameHand, same_person
from shared.problems.transitions import Transitions

PeriodState = Literal["open", "closed", "locked"]
PeriodStep = Literal["closing", "locking", "reopening"]

TRANSITIONS: Transitions[PeriodState, PeriodStep] = Transitions(
    "ledger period",
    {
        ("open", "closing"): "closed",
        ("closed", "locking"): "locked",
        ("closed", "reopening"): "open",
    },
)
"""What is locked stays so: a correction goes to a month that is open."""


def check_over(month: str, today: date) -> None:
    """Raises PeriodNotOver (409) for a month that has not ended."""
    if month >= f"{today:%Y-%m}":
        raise PeriodNotOver(period=month)


def check_hands(period: Mapping[str, object], step: PeriodStep, actor: str) -> None:
    """Raises SameHand (403): whoever closed a month neither locks nor reopens it."""
    if step != "closing" and same_person(_text(period["closed_by"]), actor):
        raise SameHand(what="ledger period", earlier="closing", step=step)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
