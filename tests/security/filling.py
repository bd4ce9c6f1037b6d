"""What the demonstration does not record, put into a real server: bodies, a meeting, an activity, a managed unit, the
sheet of an exit, an opinion on a rating, a notice of payment."""

import time
from typing import Any

import httpx

from tests.incubation.meetings.helpers import BOTH, HELD
from tests.incubation.stations.helpers import STATION
from tests.registry.bodies.helpers import STREET, body

SECONDS = 60
"""How long events may take from the registry to incubation."""
BODIES = {
    "XIHU": body(),
    "CUIYUAN": STREET,
    "CIVIL": body("西湖区民政局党委", kind="department_party_organization", department="civil_affairs"),
    "INCUBATOR": body("西湖区示例孵化中心党总支", kind="incubator_committee", structure="GENERAL", parent="CIVIL"),
}
DIVISION = "330106"


def fill_routine(client: httpx.Client) -> None:
    """A meeting with a resolution, an activity, a managed unit and the sheet of an exit, of one district."""
    for code, content in BODIES.items():
        _sent(client.put(f"/registry/v1/bodies/{code}", json=content))
    # The bodies come by events, in their order.
    _put_when_known(client, "/incubation/v1/stations/CY-1", STATION)
    meeting = {"level": "district", "convenor": "XIHU", "planned_on": "2026-03-10", "agenda": BOTH}
    planned = _sent(client.post("/incubation/v1/meetings", json=meeting))
    resolution = {"what": "摸排", "owner": "XIHU", "due_on": "2026-04-10"}
    minutes = {**HELD, "resolutions": [resolution]}
    _sent(client.post(f"/incubation/v1/meetings/{planned['id']}/minutes", json=minutes))
    party = _first(client, "party-organizations")
    pairing: dict[str, Any] = {"kind": "pairing", "division": DIVISION, "title": "示例活动"}
    pairing |= {"on_day": party["established_on"], "partner": "示例科技有限公司", "party_organizations": [party["id"]]}
    _sent(client.post("/incubation/v1/activities", json=pairing))
    managed = {"organization": _first(client, "organizations")["uscc"], "territorial": "CUIYUAN", "from": "2026-03-01"}
    _sent(client.post("/incubation/v1/stations/CY-1/units", json=managed))
    [graduated] = _sent(client.get("/incubation/v1/incubatees", params={"state": "graduated", "limit": "1"}))["items"]
    _sent(client.post("/incubation/v1/documents", json={"kind": "exit_sheet", "subject": graduated["id"]}))
    params = {"kind": "improvement", "limit": "1"}
    [improving] = _sent(client.get("/evaluation/v1/consequences", params=params))["items"]
    opinion = {"kind": "improvement_opinion", "subject": improving["id"]}
    _sent(client.post("/evaluation/v1/documents", json=opinion))
    [paid] = _sent(client.get("/funding/v1/grants", params={"state": "paid", "limit": "1"}))["items"]
    _sent(client.post("/funding/v1/documents", json={"kind": "payment_notice", "subject": paid["id"]}))


def _first(client: httpx.Client, what: str) -> dict[str, Any]:
    params = {"division": DIVISION, "limit": "1"}
    found: list[dict[str, Any]] = _sent(client.get(f"/registry/v1/{what}", params=params))["items"]
    return found[0]


def _put_when_known(client: httpx.Client, path: str, content: dict[str, Any]) -> None:
    deadline = time.monotonic() + SECONDS
    while True:
        response = client.put(path, json=content)
        if response.status_code != httpx.codes.UNPROCESSABLE_ENTITY or time.monotonic() > deadline:
            _sent(response)
            return
        time.sleep(0.1)


def _sent(response: httpx.Response) -> Any:
    assert response.is_success, response.text
    return response.json()
