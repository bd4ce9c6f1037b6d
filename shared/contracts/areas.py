"""What incubation publishes of areas, and of the filed bodies in them (S15): lists, for there are 200,000 in a city."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Part, Payload

AREAS = "incubation.areas"
MAX_ASSIGNED = 500
"""The most bodies that one event lists."""


class AreaPeriod(Part):
    """How large an area is from a day on, to before another, and how many work there."""

    since: date
    until: date | None = None
    square_metres: int
    workers: int


class AreaRecorded(Payload):
    """An area of a division is drawn, drawn otherwise, or ended: all of its periods as they are now."""

    TYPE: ClassVar[str] = "shuangfu.incubation.area.recorded.v1"
    TOPIC = AREAS

    id: UUID
    code: str
    name: str
    division: str
    periods: list[AreaPeriod]
    followed_by: list[str] = Field(default_factory=list)
    """Codes of the areas that took its place."""


class FiledBodyAssigned(Part):
    """In which area (by code) a filed body is, None: in none any more. Of one `id` the highest `sequence` holds."""

    id: UUID
    sequence: int
    area: str | None


class FiledBodiesAssigned(Payload):
    """Filed bodies of one division that are in another area than before; at most `MAX_ASSIGNED`. The subject is this
    statement alone: the order of two statements on a body is that of the body's own `sequence`."""

    TYPE: ClassVar[str] = "shuangfu.incubation.filed_body.assigned.v1"
    TOPIC = AREAS

    id: UUID
    division: str
    on: date
    bodies: list[FiledBodyAssigned]
