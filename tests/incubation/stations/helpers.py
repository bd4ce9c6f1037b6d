"""An incubator's committee, a street's, and a station of the first."""

from typing import Any

from tests.incubation.conftest import Incubation, Organization
from tests.incubation.meetings.helpers import STREET, recorded

STATION = {
    "name": "翠苑一区党建工作站",
    "division": "330106",
    "street": "翠苑街道",
    "community": "翠苑一区社区",
    "committee": "INCUBATOR",
    "from": "2026-02-01",
}
UNIT = Organization(1)
MANAGED = {"organization": UNIT.code, "territorial": "CUIYUAN", "from": "2026-03-01"}


async def prepare(incubation: Incubation) -> None:
    """The bodies, a registered unit, and a station."""
    committee = recorded("INCUBATOR", kind="incubator_committee", structure="GENERAL")
    unit = Organization(1)
    await incubation.deliver(committee, recorded("CUIYUAN", **STREET), unit.state(1))
    put = await put_station(incubation)
    assert put.status_code == 201, put.text


async def put_station(incubation: Incubation, code: str = "CY-1", **changes: Any) -> Any:
    return await incubation.http.put(f"/v1/stations/{code}", json={**STATION, **changes})


async def manage(incubation: Incubation, code: str = "CY-1", **changes: Any) -> Any:
    return await incubation.post(f"/stations/{code}/units", {**MANAGED, **changes})
