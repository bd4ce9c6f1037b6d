"""A contract: the payload of one event type. Contracts only grow."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict

Reaches = Callable[[str], bool]
"""Whether a reader may see what lies in a division."""


class Departure(BaseModel):
    """What the pull feed reports to a division that a subject has left, in place of the event that says where it is
    now: its id and code, no more. It is on no topic."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    TYPE: ClassVar[str]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """The departure of an event's subject, from the event's data."""
        return cls.model_validate(data)


class Payload(BaseModel):
    """Base of every payload. A reader ignores fields it does not know: writers may add some."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    TYPE: ClassVar[str]
    TOPIC: ClassVar[str]
    LEFT: ClassVar[type[Departure] | None] = None
    """What is reported instead to a division that the subject has left."""

    @classmethod
    def narrow(cls, data: dict[str, Any], reaches: Reaches) -> tuple[str, dict[str, Any]] | None:
        """(type, data) of a stored event as the pull feed shows it to a reader of some divisions; None: not at all.

        Data that names no division belongs to nobody else: the row's own division has let the reader see it.
        """
        division = data.get("division")
        if division is None or reaches(division):
            return cls.TYPE, data
        return None if cls.LEFT is None else (cls.LEFT.TYPE, cls.LEFT.of(data).model_dump(mode="json"))


class Part(BaseModel):
    """A part of a payload."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Reason(Part):
    """Why a decision came out as it did: the rule, its outcome, the facts it read, as of when."""

    rule: str
    outcome: str
    facts: dict[str, object]
    as_of: datetime


Coverage = Literal["standalone", "joint", "area", "uncovered"]
Form = Literal["standalone", "joint", "temporary", "functional", "area"]
PartyOrganizationKind = Literal["BRANCH", "GENERAL", "COMMITTEE"]
FoundingForm = Literal["in_unit", "among_members", "in_council", "with_competent_unit"]
"""How it was founded (D8): in the unit, among its members, in its council, jointly with the competent unit."""
PartyState = Literal["founding", "active"]
"""Founded by the approval of its founding; active since the approval of its leadership (D9)."""
