"""Superior bodies and the reports on them, as clients see them."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from services.registry.bodies.body import Body
from services.registry.bodies.queries import plain_names, plain_seat
from services.registry.bodies.reports import Conference, Staffed
from shared.contracts.base import PartyOrganizationKind, Reason
from shared.contracts.bodies import BodyKind, BodyLevel, ConferenceRole
from shared.problems.reasons import ReasonOut

_FROM = ConfigDict(populate_by_name=True, serialize_by_alias=True)


class BodyNameOut(BaseModel):
    """What a body is called from a day on."""

    model_config = _FROM

    name: str
    from_: date = Field(alias="from")


class ConferenceSeatOut(BaseModel):
    """Its part in the joint conference of its city."""

    model_config = _FROM

    role: ConferenceRole
    from_: date = Field(alias="from")
    until: date | None


class BodyOut(BaseModel):
    """A body: `name` is what it is called on the day asked for (default: today). It ends before `until`."""

    model_config = _FROM

    code: str
    name: str
    names: list[BodyNameOut]
    level: BodyLevel
    kind: BodyKind
    structure: PartyOrganizationKind | None
    department: str | None
    division: str
    street: str | None
    parent: str | None
    from_: date = Field(alias="from")
    until: date | None
    conference: ConferenceSeatOut | None
    version: int


class BodyBriefOut(BaseModel):
    """Which body it is, as it is called on the day."""

    code: str
    name: str
    level: BodyLevel
    kind: BodyKind
    division: str


class WorkingBodyOut(BaseModel):
    """A city or a district with its working body, null where it lacks one."""

    division: str
    division_name: str
    level: BodyLevel
    body: BodyBriefOut | None


class BodyCoverageOut(BaseModel):
    """Working bodies on a day: how many cities and districts there are, how many have one, which have none (S2)."""

    division: str
    on: date
    expected: int
    present: int
    missing: list[str]
    divisions: list[WorkingBodyOut]
    reasons: list[ReasonOut]


class JointConferenceOut(BaseModel):
    """A city's joint conference on a day: who leads, who takes part, what it falls short of (S4)."""

    division: str
    on: date
    leads: list[BodyBriefOut]
    members: list[BodyBriefOut]
    bodies: int
    min_bodies: int
    shortfalls: list[str]
    reasons: list[ReasonOut]


def body_out(body: Body, on: date) -> BodyOut:
    """A body as clients see it, by its name of a day."""
    given: dict[str, Any] = asdict(body) | {
        "name": body.name_on(on),
        "names": plain_names(body),
        "from": body.since,
        "conference": plain_seat(body),
    }
    return BodyOut.model_validate(given)


def brief(body: Body, on: date) -> BodyBriefOut:
    """The same in short."""
    return BodyBriefOut(code=body.code, name=body.name_on(on), level=body.level, kind=body.kind, division=body.division)


def coverage_out(division: str, on: date, staffed: Sequence[Staffed], why: Reason) -> BodyCoverageOut:
    """The report on working bodies."""
    found = [
        WorkingBodyOut(
            division=one.asked.division.code,
            division_name=one.asked.division.name_zh,
            level=one.asked.level,
            body=None if one.body is None else brief(one.body, on),
        )
        for one in staffed
    ]
    missing = [one.division for one in found if one.body is None]
    return BodyCoverageOut(
        division=division,
        on=on,
        expected=len(found),
        present=len(found) - len(missing),
        missing=missing,
        divisions=found,
        reasons=[ReasonOut.model_validate(why)],
    )


def conference_out(division: str, on: date, found: Conference, min_bodies: int) -> JointConferenceOut:
    """The report on a joint conference."""
    return JointConferenceOut(
        division=division,
        on=on,
        leads=[brief(body, on) for body in found.leads],
        members=[brief(body, on) for body in found.members],
        bodies=len(found.leads) + len(found.members),
        min_bodies=min_bodies,
        shortfalls=list(found.shortfalls),
        reasons=[ReasonOut.model_validate(found.reason)],
    )
