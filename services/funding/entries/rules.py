"""Entries of schemes' lists: who stands there from when until when, with what; and what one must be. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.funding.amount_rules import Listed, Monthly, Project
from services.funding.entries.errors import (
    AMOUNT_NEEDED,
    CATEGORY_NOT_PAID,
    NEVER_LONGER,
    NO_AMOUNT,
    NO_CATEGORY,
    OUTSIDE_BOUNDS,
    PERIOD_TURNED,
    DeclarationMissing,
    EntryOver,
    ListedAlready,
    ListFull,
)
from services.funding.policies import SchemeParameters
from shared.problems.duties import SameHand, same_person
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput
from shared.problems.transitions import Transitions, move

EntryState = Literal["entered", "confirmed", "withdrawn"]
EntryStep = Literal["confirmation", "withdrawal", "ending"]

TRANSITIONS: Transitions[EntryState, EntryStep] = Transitions(
    "entry",
    {
        ("entered", "confirmation"): "confirmed",
        ("entered", "withdrawal"): "withdrawn",
        ("confirmed", "ending"): "confirmed",
    },
)


@dataclass(frozen=True)
class Entry:
    """One version of an entry. `effective_to` is its last day."""

    id: UUID
    scheme: str
    recipient_id: UUID
    recipient_name: str
    division: str
    amount_fen: int | None
    category: str | None
    not_civil_servant: bool
    grounds: str | None
    effective_from: date
    effective_to: date | None
    state: EntryState
    version: int
    entered_by: str
    entered_at: datetime
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None
    confirmed_note: str | None = None
    ended_by: str | None = None
    ended_at: datetime | None = None
    ended_because: str | None = None

    def contains(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)

    def overlaps(self, other: "Entry") -> bool:
        """Whether both are in force on some day."""
        return other.contains(self.effective_from) or self.contains(other.effective_from)


def find_faults(entry: Entry, parameters: SchemeParameters) -> list[FieldError]:
    """What is wrong with an entry's fields by the figures of its scheme."""
    rule = parameters.amount
    found = []
    if entry.effective_to is not None and entry.effective_to < entry.effective_from:
        found.append(FieldError("/effective_to", PERIOD_TURNED))
    if isinstance(rule, Monthly):
        if entry.category not in rule.monthly_fen:
            known = "、".join(sorted(rule.monthly_fen))
            found.append(FieldError("/category", _filled(CATEGORY_NOT_PAID, known=known)))
        if entry.amount_fen is not None:
            found.append(FieldError("/amount_fen", NO_AMOUNT))
        return found
    if entry.category is not None:
        found.append(FieldError("/category", NO_CATEGORY))
    least, most = _bounds(rule)
    if entry.amount_fen is None:
        found.append(FieldError("/amount_fen", AMOUNT_NEEDED))
    elif not least <= entry.amount_fen <= most:
        found.append(FieldError("/amount_fen", _filled(OUTSIDE_BOUNDS, least=least, most=most)))
    return found


def _bounds(rule: object) -> tuple[int, int]:
    if isinstance(rule, Listed):
        return rule.from_fen, rule.to_fen
    assert isinstance(rule, Project)
    return 1, rule.cap_fen or 0


def _filled(text: Text, **facts: object) -> Text:
    return Text(zh=text.zh.format(**facts), en=text.en.format(**facts))


def confirm(
    entry: Entry,
    actor: str,
    now: datetime,
    parameters: SchemeParameters,
    others: Sequence[Entry],
    note: str | None = None,
) -> Entry:
    """The entry, confirmed by another person than entered it. `others` are the confirmed ones of the scheme.

    Raises IllegalTransition, SameHand, DeclarationMissing, ListedAlready, ListFull.
    """
    state = move(TRANSITIONS, entry.state, "confirmation")
    if same_person(entry.entered_by, actor):
        raise SameHand(what="entry", earlier="entering", step="confirmation")
    if parameters.basis.no_civil_servants and not entry.not_civil_servant:
        raise DeclarationMissing
    if not isinstance(parameters.amount, Project):
        for other in others:
            if other.recipient_id == entry.recipient_id and other.overlaps(entry):
                raise ListedAlready(effective_from=other.effective_from)
    if isinstance(parameters.amount, Listed):
        _check_full(entry, parameters.amount.at_most, others)
    return replace(
        entry,
        state=state,
        confirmed_by=actor,
        confirmed_at=now,
        confirmed_note=note,
        version=entry.version + 1,
    )


def _check_full(entry: Entry, at_most: int, others: Sequence[Entry]) -> None:
    """On no day more than `at_most` are in force: the number rises only where one begins."""
    overlapping = [other for other in others if other.overlaps(entry)]
    for day in {entry.effective_from, *(other.effective_from for other in overlapping)}:
        if entry.contains(day) and sum(other.contains(day) for other in overlapping) >= at_most:
            raise ListFull(at_most=at_most, day=day)


def end(entry: Entry, actor: str, now: datetime, last_day: date | None, because: str) -> Entry:
    """The entry with its last day; one that was never confirmed is withdrawn.

    Nobody makes it longer: for that another entry is entered, and confirmed by another person. Raises
    IllegalTransition, SameHand, EntryOver, InvalidInput.
    """
    step: EntryStep = "withdrawal" if entry.state == "entered" else "ending"
    state = move(TRANSITIONS, entry.state, step)
    ended = replace(entry, state=state, ended_by=actor, ended_at=now, ended_because=because, version=entry.version + 1)
    if step == "withdrawal":
        return ended
    if same_person(entry.entered_by, actor):
        raise SameHand(what="entry", earlier="entering", step="ending")
    if last_day is None or last_day < entry.effective_from:
        raise EntryOver(effective_from=entry.effective_from)
    if entry.effective_to is not None and last_day > entry.effective_to:
        raise InvalidInput([FieldError("/effective_to", _filled(NEVER_LONGER, effective_to=entry.effective_to))])
    return replace(ended, effective_to=last_day)
