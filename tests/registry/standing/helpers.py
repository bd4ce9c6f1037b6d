"""What evaluation will publish, as a test producer sends it, and organizations to be rated."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI

from shared.bus.envelope import Envelope
from shared.bus.handlers import Received
from shared.contracts.evaluation import StandingChanged
from tests.registry.helpers import code, put
from tests.registry.party_organizations.helpers import deliver

RATED = {"registered_on": "2015-03-01", "as_of": "2026-03-02T09:00:00+08:00"}
"""An organization of some years."""


def changed(
    organization: str | UUID, star: int | None, *, sequence: int = 1, **changes: Any
) -> Received[StandingChanged]:
    """The standing of an organization for 2025; final on 2026-02-10."""
    subject = changes.pop("id", None) or uuid4()
    year = changes.get("year", 2025)
    data = StandingChanged.model_validate(
        {
            "id": subject,
            "organization_id": organization,
            "division": "330106",
            "year": year,
            "covered_on": date(year, 12, 31),
            "party_organization_id": uuid4(),
            "party_organization_name": "中共西湖区示例支部",
            "form": "standalone",
            "evaluation_id": uuid4(),
            "star": star,
            "total": None if star is None else f"{40 + 10 * star}.55",
            "published_on": date(year + 1, 2, 3),
            "final_on": date(year + 1, 2, 10),
            "reasons": [],
            **changes,
        }
    )
    envelope = Envelope(
        id=uuid4(),
        type=data.TYPE,
        source="/evaluation",
        subject=str(subject),
        sequence=sequence,
        time=datetime.now(UTC),
        key=str(subject),
        division=data.division,
    )
    return Received(envelope, data)


async def registered(client: httpx.AsyncClient, number: int, **changes: Any) -> str:
    """The id of a new organization."""
    response = await put(client, code(number), **{**RATED, **changes})
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


async def rate(app: FastAPI, organization: str, star: int | None, **changes: Any) -> UUID:
    """Deliver a rating; returns the subject of the event."""
    event = changed(organization, star, **changes)
    await deliver(app, event)
    return event.data.id


async def standing(client: httpx.AsyncClient, number: int) -> dict[str, Any]:
    response = await client.get(f"/v1/organizations/{code(number)}/standing")
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


async def give(client: httpx.AsyncClient, number: int, grade: str, announced_on: str, **more: Any) -> httpx.Response:
    body = {"grade": grade, "announced_on": announced_on, **more}
    return await client.post(f"/v1/organizations/{code(number)}/assessment-grades", json=body)
