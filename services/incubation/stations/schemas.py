"""Stations and managed units as clients send them."""

from typing import Annotated

from pydantic import Field

from services.incubation.meetings.schemas import BodyCode, Line
from shared.problems.inputs import Body, Day, Prose


class StationBody(Body):
    """A station in a village or community, of an incubator's committee, in force from a day to before `until`."""

    name: Line
    division: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    street: Line
    community: Line
    committee: BodyCode
    from_: Annotated[Day, Field(alias="from")]
    until: Day | None = None


class ManagedUnitBody(Body):
    """A unit whose members the station's committee and a body of the territory manage together from a day on."""

    organization: Annotated[str, Field(max_length=64)]
    territorial: BodyCode
    from_: Annotated[Day, Field(alias="from")]


class ManagementEnd(Body):
    """The first day on which it is managed no more, and why."""

    until: Day
    reason: Prose
