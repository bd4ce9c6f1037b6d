"""How far a body's Party organizations had double check-in and report in a year (S23). Pure."""

from dataclasses import dataclass
from datetime import datetime

from shared.contracts.base import Reason
from shared.field.divisions import scope_prefix


@dataclass(frozen=True, slots=True)
class Place:
    """A body (its code), where it is, and the year that is asked about."""

    body: str
    division: str
    street: str | None
    year: int

    def within(self) -> str | None:
        """The pattern of the divisions inside its own; None of a street, which is no division."""
        return None if self.street is not None else f"{scope_prefix(self.division)}%"


@dataclass(frozen=True, slots=True)
class YearCounts:
    """Party organizations that there were, those which had all that S23 asks for together, and those which had a part
    of it. The rest had none, or none was recorded."""

    parties: int = 0
    complete: int = 0
    some_missing: int = 0

    @property
    def without(self) -> int:
        """How many had nothing of it."""
        return self.parties - self.complete - self.some_missing


def reason_of(body: str, year: int, counts: YearCounts, now: datetime) -> Reason:
    """S23, as an appraisal reads it: it bars no grade, for the sources name no figure."""
    if not counts.parties:
        outcome = "unknown"
    elif counts.complete == counts.parties:
        outcome = "complete"
    else:
        outcome = "none" if counts.without == counts.parties else "some_missing"
    facts: dict[str, object] = {
        "body": body,
        "year": year,
        "party_organizations": counts.parties,
        "complete": counts.complete,
        "some_missing": counts.some_missing,
        "none": counts.without,
    }
    return Reason(rule="S23", outcome=outcome, facts=facts, as_of=now)
