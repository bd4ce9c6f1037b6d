"""What rules read of a leadership, and of the Party organization that it is of. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from shared.contracts.base import Form, PartyOrganizationKind

Method = Literal["election", "appointment"]
LeadershipState = Literal["reported", "approved", "returned"]


@dataclass(frozen=True, slots=True)
class Report:
    """A leadership as it is reported: for an election, how many were due, present, candidates and elected."""

    method: Method
    held_on: date
    due: int | None = None
    present: int | None = None
    candidates: int | None = None
    elected: int | None = None
    full_members: int | None = None
    """Of the Party organization on that day; where it is left out, those due."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The Party organization: since when it exists, and the full members that its organizations registered."""

    division: str
    kind: PartyOrganizationKind
    form: Form
    since: date
    registered_members: int | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """The superior Party organization's approval; `term_years` where it names another number than the usual one."""

    approved_on: date
    term_years: int | None = None


@dataclass(frozen=True, slots=True)
class Approved:
    """A leadership that was approved: its term begins on that day, and ends with `ends_on` or the next one's begin."""

    number: int
    held_on: date
    approved_on: date
    ends_on: date | None
    secretary_is_head: bool | None


def current_of(approved: Sequence[Approved], since: date) -> Approved | None:
    """The leadership of those that exist since a day: the one approved last."""
    own = [one for one in approved if one.held_on >= since]
    return max(own, key=lambda one: one.approved_on, default=None)
