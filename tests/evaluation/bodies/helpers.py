"""The registry's news of superior bodies, as evaluation takes them."""

from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from services.evaluation.bodies.projecting import project_bodies
from shared.bus.envelope import Envelope
from shared.bus.handlers import Received
from shared.contracts.bodies import BodyRecorded
from shared.db.base import new_id
from shared.db.session import Database
from tests.conftest import SYSTEM
from tests.evaluation.conftest import NOW

CITY, DISTRICT, STREET = "HZ-CITY", "HZ-XIHU", "HZ-XIHU-CUIYUAN"


def body_id(code: str) -> UUID:
    return uuid5(NAMESPACE_URL, code)


def recorded(code: str, *, sequence: int = 1, **changes: Any) -> Received[BodyRecorded]:
    """A work committee of the district under the city's, or what `changes` make of it."""
    content = {
        "id": body_id(code),
        "code": code,
        "names": [{"name": code, "from": date(2013, 1, 1)}],
        "level": "district",
        "kind": "work_committee",
        "division": "330106",
        "from": date(2013, 1, 1),
        **changes,
    }
    envelope = Envelope(
        id=new_id(),
        type=BodyRecorded.TYPE,
        source="registry",
        subject=str(content["id"]),
        sequence=sequence,
        time=NOW,
        key=str(content["id"]),
    )
    return Received(envelope, BodyRecorded.model_validate(content))


def three_levels() -> list[Received[BodyRecorded]]:
    """A city's work committee, a district's, and a street's committee under it."""
    return [
        recorded(CITY, level="city", division="330100"),
        recorded(DISTRICT, parent=CITY),
        recorded(STREET, level="street", kind="street_committee", street="翠苑街道", parent=DISTRICT),
    ]


async def deliver_bodies(database: Database, *events: Received[BodyRecorded]) -> None:
    async with database.transaction(SYSTEM) as tx:
        await project_bodies(tx, events)
