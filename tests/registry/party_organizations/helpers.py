"""Events of incubation in tests, as its outbox would send them, and what the registry emits for them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI

from services.registry.consumers import make_handlers
from shared.bus.envelope import Envelope
from shared.bus.handlers import Received
from shared.contracts.base import Payload
from shared.contracts.incubation import (
    PartyOrganizationExtended,
    PartyOrganizationFormed,
    PartyOrganizationReorganized,
)
from tests.conftest import SYSTEM
from tests.registry.helpers import code, put, rows

PARTY_EVENTS = """
SELECT type, subject, sequence, key, causation_id, data FROM outbox WHERE type LIKE '%.party_o%' ORDER BY seq
"""


FORMED_ON = date(2026, 3, 10)


def received(data: Payload, subject: UUID, sequence: int) -> Received[Any]:
    envelope = Envelope(
        id=uuid4(),
        type=data.TYPE,
        source="/incubation",
        subject=str(subject),
        sequence=sequence,
        time=datetime.now(UTC),
        key=str(subject),
    )
    return Received(envelope, data)


def formed(*organizations: str, form: str = "standalone", **changes: Any) -> Received[PartyOrganizationFormed]:
    party_id = changes.pop("party_organization_id", uuid4())
    data = PartyOrganizationFormed.model_validate(
        {
            "party_organization_id": party_id,
            "name": "中共西湖区示例支部",
            "kind": "BRANCH",
            "form": form,
            "division": "330106",
            "street": "翠苑街道",
            "organization_ids": organizations,
            "formed_on": FORMED_ON,
            "decided_by": "formation_case",
            "decision_id": uuid4(),
            "reasons": [],
            **changes,
        }
    )
    return received(data, party_id, 1)


def extended(
    party: UUID, *organizations: str, sequence: int = 2, since: date = date(2026, 3, 12)
) -> Received[PartyOrganizationExtended]:
    data = PartyOrganizationExtended.model_validate(
        {
            "party_organization_id": party,
            "division": "330106",
            "organization_ids": organizations,
            "since": since,
            "decision_id": uuid4(),
            "reasons": [],
        }
    )
    return received(data, party, sequence)


def reorganized(
    party: UUID, *organizations: str, change: str = "kind", **changes: Any
) -> Received[PartyOrganizationReorganized]:
    data = PartyOrganizationReorganized.model_validate(
        {
            "party_organization_id": party,
            "change": change,
            "name": "中共西湖区示例总支部",
            "kind": "GENERAL",
            "form": "standalone",
            "division": "330106",
            "street": "翠苑街道",
            "organization_ids": organizations,
            "since": date(2026, 5, 1),
            "decided_by": "formation_case",
            "decision_id": uuid4(),
            "reasons": [],
            **changes,
        }
    )
    return received(data, uuid4(), 1)


async def deliver(app: FastAPI, *events: Received[Any]) -> None:
    """Hand events to the handlers in one transaction, as the consumer does."""
    async with app.state.database.transaction(SYSTEM) as tx:
        for handler, run in make_handlers(app.state.policies.affiliations, app.state.standing_policies).runs(events):
            await handler(tx, run)


async def organizations(client: httpx.AsyncClient, count: int) -> list[str]:
    """Ids of `count` new organizations."""
    return [str((await put(client, code(n))).json()["id"]) for n in range(1, count + 1)]


async def coverage_by_number(client: httpx.AsyncClient, numbers: Sequence[int]) -> list[str]:
    return [(await client.get(f"/v1/organizations/{code(n)}")).json()["coverage"] for n in numbers]


async def emitted(app: FastAPI) -> list[tuple[str, str, int]]:
    """(what happened, to which Party organization, version) of every event of a Party organization."""
    prefix = "shuangfu.registry.party_organization."
    found = await rows(app, PARTY_EVENTS)
    return [
        (row["type"].removeprefix(prefix).removesuffix(".v1"), row["subject"], row["sequence"])
        for row in found
        if ".declined." not in row["type"]
    ]


async def declined(app: FastAPI) -> list[dict[str, Any]]:
    """What every answer states that something decided came to nothing."""
    return [row["data"] for row in await rows(app, PARTY_EVENTS) if ".declined." in row["type"]]


async def counts(client: httpx.AsyncClient, division: str = "330106") -> dict[str, int]:
    found: dict[str, int] = (await client.get("/v1/coverage", params={"division": division})).json()
    return {name: value for name, value in found.items() if name != "division" and value}
