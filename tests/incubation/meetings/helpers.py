"""Invented bodies as the registry's events state them, and meetings as clients send them."""

from typing import Any

from shared.bus.handlers import Received
from tests.incubation.bodies.helpers import recorded as stated
from tests.incubation.conftest import Incubation

BOTH = [
    {"topic": "organizations", "title": "研究社会组织培育"},
    {"topic": "party_organizations", "title": "研究党组织组建"},
]
BUILDING = [{"topic": "party_building", "title": "研究社会组织党建工作"}]
HELD = {"held_on": "2026-03-10", "agenda": BOTH, "present": ["XIHU"], "minutes": "同步研究两项孵化工作。"}


def recorded(code: str, sequence: int = 1, **changes: Any) -> Received[Any]:
    """A district's work committee since 2026, or what `changes` make of it."""
    since = changes.get("from", "2026-01-01")
    own = {"names": [{"name": f"示例{code}", "from": since}], "kind": "work_committee", "department": None}
    return stated(code, sequence=sequence, **{**own, "from": since, **changes})


CITY = {"level": "city", "division": "330100"}
STREET = {"level": "street", "kind": "street_committee", "street": "翠苑街道"}


async def record_hangzhou(incubation: Incubation) -> None:
    """The work committees of a city and a district of it, and a street's committee."""
    await incubation.deliver(recorded("CITY", **CITY), recorded("XIHU"), recorded("CUIYUAN", **STREET))


async def plan(incubation: Incubation, **changes: Any) -> dict[str, Any]:
    """A planned meeting of the district, or of what `changes` say."""
    wanted = {"level": "district", "convenor": "XIHU", "planned_on": "2026-03-10", "agenda": BOTH, **changes}
    response = await incubation.post("/meetings", wanted)
    assert response.status_code == 201, response.text
    found: dict[str, Any] = response.json()
    assert response.headers["Location"] == f"/v1/meetings/{found['id']}"
    return found


async def hold(incubation: Incubation, meeting: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """A meeting with its minutes."""
    meeting = meeting or await plan(incubation)
    response = await incubation.post(f"/meetings/{meeting['id']}/minutes", {**HELD, **changes})
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def outcomes(answer: dict[str, Any]) -> list[tuple[str, str]]:
    """The rules of an answer's reasons, and how each came out."""
    return [(one["rule"], one["outcome"]) for one in answer["reasons"]]
