"""Incubation's app on a fresh database, and invented events of the registry for it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from services.incubation.app import create_app
from services.incubation.consumers import make_handlers
from shared.bus.envelope import Envelope
from shared.bus.handlers import Received
from shared.contracts.base import Payload
from shared.contracts.registry import (
    OrganizationChanged,
    OrganizationDeregistered,
    OrganizationRegistered,
    PartyOrganizationChanged,
    PartyOrganizationDeclined,
    PartyOrganizationDissolved,
    PartyOrganizationEstablished,
)
from shared.db.session import Record
from shared.field import uscc
from shared.field.calendar import LIBRARY_ONLY, china_day
from shared.settings import ServiceSettings
from tests.conftest import SYSTEM, AsAdmin, Hands

AS_OF = datetime(2026, 3, 2, 1, tzinfo=UTC)
FAR = china_day(datetime.now(UTC)) + timedelta(200)
"""Within every policy's deferral_max_months."""
PLANNED = {"until": FAR.isoformat(), "instructor": {"post": "示例街道党建指导员"}}
"""What every policy asks of a deferral."""
CHECKED = "formation_check.completed"


def thirty_days_on() -> str:
    """Thirty days from now, in China (every policy's case_due_days), and on to a working day."""
    return LIBRARY_ONLY.due_date(china_day(datetime.now(UTC)), 30).isoformat()


def received(data: Payload, subject: UUID, sequence: int) -> Received[Any]:
    """A payload in its envelope."""
    envelope = Envelope(
        id=uuid4(),
        type=data.TYPE,
        source="/registry",
        subject=str(subject),
        sequence=sequence,
        time=AS_OF,
        key=str(subject),
        correlation_id="the-chain",
    )
    return Received(envelope, data)


@dataclass(slots=True)
class Organization:
    """An invented organization, as the registry's events state it."""

    number: int
    division: str = "330106"
    street: str | None = "翠苑街道"
    carrier: str | None = None
    version: int = 0
    id: UUID = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        self.id = self.id or UUID(int=self.number)

    @property
    def code(self) -> str:
        return uscc.make("52", self.division, f"PDY{self.number:05d}")

    def state(self, members: int = 0, *, sequence: int | None = None, **changes: Any) -> Received[Any]:
        """The next state: registered first, changed later; `sequence` sets another one than the next."""
        self.version += sequence is None
        version = sequence or self.version
        kind = OrganizationRegistered if version == 1 else OrganizationChanged
        data = kind.model_validate(
            {
                "id": self.id,
                "uscc": self.code,
                "name": f"示例组织{self.number}",
                "kind": "social_service_institution",
                "division": self.division,
                "street": self.street,
                "carrier": self.carrier,
                "registered_on": date(2026, 3, 1),
                "full_time_staff": 1000,
                "full_members_full_time": members,
                "full_members": members,
                "probationary_members": 0,
                "source": "civil_affairs",
                "as_of": AS_OF,
                **changes,
            }
        )
        return received(data, self.id, version)

    def ended(self, *, sequence: int | None = None) -> Received[Any]:
        self.version += sequence is None
        data = OrganizationDeregistered(id=self.id, uscc=self.code, division=self.division, as_of=AS_OF)
        return received(data, self.id, sequence or self.version)


def established(
    form: str,
    *organizations: Organization,
    party: UUID | None = None,
    sequence: int = 1,
    division: str = "330106",
    kind_of: str = "BRANCH",
    on: date = date(2026, 3, 9),
) -> Received[Any]:
    """The registry's news of a Party organization: established (1), changed (later)."""
    kind = PartyOrganizationEstablished if sequence == 1 else PartyOrganizationChanged
    party = party or uuid4()
    covers = [
        {"organization_id": one.id, "uscc": one.code, "kind": "foundation", "since": date(2026, 3, 9)}
        for one in organizations
    ]
    data = kind.model_validate(
        {
            "id": party,
            "name": "示例支部",
            "kind": kind_of,
            "form": form,
            "division": division,
            "established_on": on,
            "covers": covers,
        }
    )
    return received(data, party, sequence)


def dissolved(party: UUID, *, sequence: int = 2, division: str = "330106") -> Received[Any]:
    data = PartyOrganizationDissolved(
        id=party, division=division, dissolved_on=date(2026, 4, 1), cause="no_organization_left"
    )
    return received(data, party, sequence)


def declined(
    party: UUID, decision: UUID, *organizations: Organization, recorded: bool = False
) -> Received[PartyOrganizationDeclined]:
    """The registry's answer that organizations had ended before it recorded what was approved of them."""
    data = PartyOrganizationDeclined(
        id=uuid4(),
        party_organization_id=party,
        division="330106",
        organization_ids=[one.id for one in organizations],
        decision_id=decision,
        recorded=recorded,
        cause="organization_deregistered",
    )
    return received(data, data.id, 1)


@dataclass(frozen=True, slots=True)
class Incubation:
    """The service under test: its HTTP side, its event handlers, and its database."""

    app: FastAPI
    http: httpx.AsyncClient
    as_admin: AsAdmin

    async def deliver(self, *events: Received[Any]) -> None:
        """Give events to their handlers in one transaction, as the consumer does."""
        async with self.handling(*events):
            pass

    @asynccontextmanager
    async def handling(self, *events: Received[Any]) -> AsyncIterator[None]:
        """The same, committed when the block ends."""
        async with self.app.state.database.transaction(SYSTEM) as tx:
            for handler, run in make_handlers(self.app.state.policies).runs(events):
                await handler(tx, run)
            yield

    async def get(self, path: str, **query: Any) -> Any:
        response = await self.http.get(f"/v1{path}", params=query)
        assert response.status_code == 200, response.text
        return response.json()

    async def post(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        return await self.http.post(f"/v1{path}", json=body, headers=headers)

    async def cases(self, **query: Any) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await self.get("/formation-cases", limit=500, **query))["items"]
        return items

    async def case(self, organization: Organization) -> dict[str, Any]:
        """The one case of an organization."""
        [found] = await self.cases(organization=str(organization.id))
        return found

    async def pending(self, organization: Organization) -> dict[str, Any]:
        """The one pending case of an organization."""
        [case] = [c for c in await self.cases(organization=str(organization.id)) if c["state"] in ("open", "deferred")]
        return case

    async def approve(self, organization: Organization, body: Any = None) -> dict[str, Any]:
        """Approve the one pending case of an organization."""
        case = await self.pending(organization)
        response = await self.post(f"/formation-cases/{case['id']}/approval", body)
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found

    async def rows(self, statement: str, **parameters: Any) -> list[Record]:
        async with self.app.state.database.transaction(SYSTEM) as tx:
            found: list[Record] = await tx.records(text(statement), parameters)
            return found

    async def change(self, *statements: str) -> None:
        """Run statements that no role of the service may run."""
        await self.as_admin(self.app.state.database.url, *statements)

    async def execute(self, statement: str, **parameters: Any) -> None:
        async with self.app.state.database.transaction(SYSTEM) as tx:
            await tx.execute(text(statement), parameters)

    async def emitted(self, kind: str = "%") -> list[Record]:
        """Events by (the end of) their type, in the order of emission."""
        return await self.rows(
            "SELECT type, subject, sequence, key, data, correlation_id, causation_id FROM outbox "
            "WHERE type LIKE :kind ORDER BY seq",
            kind=f"%{kind}.v1",
        )


@pytest.fixture
async def incubation(
    settings_for: Callable[[str], Awaitable[ServiceSettings]], hands: Hands, as_admin: AsAdmin
) -> AsyncIterator[Incubation]:
    app = create_app(await settings_for("incubation"))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://incubation", auth=hands) as client,
    ):
        yield Incubation(app, client, as_admin)
