"""What rules read of an incubatee. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from services.incubation.incubating.incubatee_policies import Moment, Track
from shared.contracts.base import Coverage, PartyState
from shared.contracts.incubation import Outcome
from shared.problems.transitions import Transitions

IncubateeState = Literal["applied", "refused", "admitted", "incubating", "graduated", "exited"]
IncubateeStep = Literal["decision", "agreement", "extension", "graduation", "exit"]
_Move = Literal["admission", "rejection", "agreement", "extension", "graduation", "exit"]
TRANSITIONS: Transitions[IncubateeState, _Move] = Transitions(
    "incubatee",
    {
        ("applied", "admission"): "admitted",
        ("applied", "rejection"): "refused",
        ("admitted", "agreement"): "incubating",
        ("incubating", "extension"): "incubating",
        ("incubating", "graduation"): "graduated",
        # Who applied may withdraw at any time; who graduated does not come back by this.
        ("applied", "exit"): "exited",
        ("admitted", "exit"): "exited",
        ("incubating", "exit"): "exited",
    },
)
STEPS: Mapping[IncubateeState, tuple[IncubateeStep, ...]] = {
    "applied": ("decision", "exit"),
    "admitted": ("agreement", "exit"),
    "incubating": ("extension", "graduation", "exit"),
}
INSIDE: tuple[IncubateeState, ...] = ("applied", "admitted", "incubating")
"""Who has or wants a place: an organization is so in one incubator at a time."""


ONCE: frozenset[Moment] = frozenset({"registration", "entry"})
"""Moments that a track goes through once; the others recur."""


@dataclass(frozen=True, slots=True)
class Mark:
    """That a track has gone through a moment: recorded by hand, or known by the service (`known`)."""

    track: Track
    moment: Moment
    on: date
    known: bool
    id: UUID | None = None
    note: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the service knows of an incubatee's organization without anybody recording it here."""

    status: str | None = None
    registered_on: date | None = None
    coverage: Coverage = "uncovered"
    due: Outcome | None = None
    checked_on: date | None = None
    """The first formation check: at registration it was decided which form is due."""
    party_id: UUID | None = None
    party_name: str | None = None
    established_on: date | None = None
    party_state: PartyState | None = None
    term_since: date | None = None
    term_ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Incubatee:
    """An organization in an incubator."""

    id: UUID
    state: IncubateeState
    applied_on: date
    decided_on: date | None
    entered_on: date | None
    ends_on: date | None
    graduated_on: date | None
    exited_on: date | None
    assessed: Mapping[str, Any]
    """By the code of a maturity item: `passed`, `evidence`, `on`, `by`."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One item of a maturity list: passed or not, and on what that rests."""

    track: Track
    code: str
    passed: bool
    fact: str | None
    basis: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MomentState:
    """A moment with the first day of each track; `behind` is the track that lags by more than the policy's days."""

    moment: Moment
    organization: date | None
    party_organization: date | None
    behind: Track | None
    due_on: date | None
