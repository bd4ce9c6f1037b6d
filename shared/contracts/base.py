"""A contract: the payload of one event type. Contracts only grow."""

from datetime import datetime
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict


class Payload(BaseModel):
    """Base of every payload. A reader ignores fields it does not know: writers may add some."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    TYPE: ClassVar[str]
    TOPIC: ClassVar[str]


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
