"""What tests ask of incubatees."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from shared.bus.handlers import Received
from shared.contracts.registry import PartyOrganizationEstablished
from shared.field.calendar import china_day
from tests.incubation.conftest import Incubation, Organization, received
from tests.incubation.incubators.helpers import CODE

PANEL = {"outcome": "admitted", "decided_on": "2026-03-05", "present": 5, "in_favour": 3}
AGREEMENT = {
    "number": "西孵协〔2026〕1号",
    "signed_on": "2026-03-06",
    "starts_on": "2026-03-10",
    "ends_on": "2028-03-09",
    "area_m2": 20,
}
ASSESSED = {code: {"passed": True, "evidence": "材料齐全"} for code in ("O2", "O3", "O4", "P3", "P4")}
"""What an officer judges of the shipped lists."""


def application(organization: Organization | None = None, **changes: Any) -> dict[str, Any]:
    who = {"name": "示例助老队"} if organization is None else {"organization": organization.code}
    return {"incubator": CODE, "applied_on": "2026-03-02", "purpose": "社区助老", **who, **changes}


async def apply(incubation: Incubation, organization: Organization | None = None, **changes: Any) -> httpx.Response:
    return await incubation.post("/incubatees", application(organization, **changes))


async def step(incubation: Incubation, incubatee: str, name: str, body: Any = None, **headers: str) -> httpx.Response:
    return await incubation.post(f"/incubatees/{incubatee}/{name}", body, **headers)


async def taken(incubation: Incubation, incubatee: str, name: str, body: Any = None) -> dict[str, Any]:
    response = await step(incubation, incubatee, name, body)
    assert response.status_code in (200, 201), response.text
    found: dict[str, Any] = response.json()
    return found


async def admitted(incubation: Incubation, organization: Organization | None = None) -> str:
    response = await apply(incubation, organization)
    assert response.status_code == 201, response.text
    incubatee: str = response.json()["id"]
    await taken(incubation, incubatee, "decision", PANEL)
    return incubatee


async def entered(incubation: Incubation, organization: Organization | None = None, **changes: Any) -> str:
    """The id of one that is being incubated since 10 March 2026."""
    incubatee = await admitted(incubation, organization)
    await taken(incubation, incubatee, "agreement", {**AGREEMENT, **changes})
    return incubatee


def ago(days: int) -> str:
    """The day `days` ago, in China."""
    return (china_day(datetime.now(UTC)) - timedelta(days=days)).isoformat()


async def entered_ago(incubation: Incubation, organization: Organization | None, days: int) -> str:
    """The id of one that has been incubated for `days`."""
    applied = await apply(incubation, organization, applied_on=ago(days + 20))
    assert applied.status_code == 201, applied.text
    incubatee: str = applied.json()["id"]
    await taken(incubation, incubatee, "decision", {**PANEL, "decided_on": ago(days + 10)})
    dates = {"signed_on": ago(days + 5), "starts_on": ago(days), "ends_on": ago(days - 700)}
    await taken(incubation, incubatee, "agreement", {**AGREEMENT, **dates})
    return incubatee


def led(*organizations: Organization, form: str = "standalone", sequence: int = 1) -> Received[Any]:
    """The registry's news of a Party organization whose leadership is approved."""
    party = uuid4()
    data = PartyOrganizationEstablished.model_validate(
        {
            "id": party,
            "name": "示例支部",
            "kind": "BRANCH",
            "form": form,
            "division": "330106",
            "established_on": date(2026, 4, 1),
            "state": "active",
            "term": {"since": date(2026, 4, 20), "ends_on": date(2029, 4, 20)},
            "covers": [
                {"organization_id": one.id, "uscc": one.code, "kind": "foundation", "since": date(2026, 4, 1)}
                for one in organizations
            ],
        }
    )
    return received(data, party, sequence)


def party_of(event: Received[Any]) -> UUID:
    found: UUID = event.data.id
    return found


async def visited(incubation: Incubation, incubatee: str, *days: str) -> None:
    for day in days:
        body = {"visited_on": day, "organization": "项目推进", "party_organization": "组织生活正常"}
        await taken(incubation, incubatee, "visits", body)


async def served(incubation: Incubation, incubatee: str, **services: str) -> None:
    for service, day in services.items():
        await taken(incubation, incubatee, "services", {"service": service, "on": day, "content": "按计划开展"})


async def went_through(incubation: Incubation, incubatee: str, track: str, **moments: str) -> None:
    for moment, day in moments.items():
        await taken(incubation, incubatee, "milestones", {"track": track, "moment": moment, "on": day})


async def assessed(incubation: Incubation, incubatee: str, **items: Any) -> httpx.Response:
    return await incubation.http.put(f"/v1/incubatees/{incubatee}/maturity", json={"items": {**ASSESSED, **items}})
