"""What the registry publishes of bodies that streets filed (S15): lists, for there are 200,000 of them in a city."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.contracts.base import Part, Payload
from shared.contracts.registry import Location

FILED_BODIES = "registry.filed-bodies"
MAX_FILED = 200
"""The most bodies that one event lists: with the longest names still below a message's limit."""


class FiledBodyStated(Part):
    """One filed body as it is now: of what is stated of one `id`, the highest `sequence` holds.

    It is active from `filed_on` to before `until`. Its `division` never changes: who moves is withdrawn here and filed
    there, as another body. `location` is None where nobody recorded one.
    """

    id: UUID
    sequence: int
    number: str
    name: str
    kind: str
    division: str
    street: str
    community: str | None = None
    location: Location | None = None
    filed_on: date
    until: date | None = None

    def is_active(self, on: date) -> bool:
        """Whether it was filed on a day."""
        return self.filed_on <= on and (self.until is None or on < self.until)


class FiledBodiesRecorded(Payload):
    """Filed bodies of one division that are new, or changed; at most `MAX_FILED`. The subject is this statement alone:
    the order of two statements on a body is that of the body's own `sequence`."""

    TYPE: ClassVar[str] = "shuangfu.registry.filed_body.recorded.v1"
    TOPIC = FILED_BODIES

    id: UUID
    division: str
    bodies: list[FiledBodyStated]
