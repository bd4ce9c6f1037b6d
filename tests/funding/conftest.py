"""Funding's app on a fresh database, and invented evaluations for it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from services.funding.app import create_app
from services.funding.consumers import make_handlers
from services.funding.grants.rules import Grant
from shared.bus.envelope import Envelope
from shared.bus.handlers import Received
from shared.contracts.base import Payload
from shared.contracts.evaluation import EvaluationCompleted
from shared.contracts.registry import (
    PartyOrganizationChanged,
    PartyOrganizationDissolved,
    PartyOrganizationEstablished,
)
from shared.db.access import Access
from shared.db.session import Database, Record, Transaction
from shared.settings import ServiceSettings
from tests.conftest import PROVINCES, SYSTEM, AsAdmin, Hands

APPROVER = Access("hand-approval", PROVINCES)
COMPLETED_AT = datetime(2027, 2, 1, 9, tzinfo=UTC)

Evaluation = Received[EvaluationCompleted]


def evaluation(**changes: Any) -> EvaluationCompleted:
    """A branch in Xihu District, rated four stars for 2026."""
    return EvaluationCompleted.model_validate(
        {
            "id": uuid4(),
            "cycle_id": uuid4(),
            "year": 2026,
            "party_organization_id": uuid4(),
            "party_organization_name": "中共西湖区蓝天社工服务中心支部",
            "party_organization_kind": "BRANCH",
            "form": "standalone",
            "division": "330106",
            "type": "T10",
            "total": Decimal("85.50"),
            "star": 4,
            "reasons": [],
            "completed_at": COMPLETED_AT,
            **changes,
        }
    )


def completed(**changes: Any) -> Evaluation:
    """The event of such an evaluation."""
    data = evaluation(**changes)
    envelope = Envelope(
        id=uuid4(),
        type=data.TYPE,
        source="/evaluation",
        subject=str(data.id),
        sequence=1,
        time=data.completed_at,
        key=str(data.party_organization_id),
        division=data.division,
        correlation_id="the-chain",
    )
    return Received(envelope, data)


def party_news(
    party: UUID,
    *organizations: UUID,
    sequence: int = 1,
    on: date | None = date(2026, 3, 9),
    at: datetime | None = None,
    **changes: Any,
) -> Received[Any]:
    """The registry's news of a Party organization that covers organizations since a day; of none, it is dissolved."""
    kind = PartyOrganizationEstablished if sequence == 1 else PartyOrganizationChanged
    covers = [
        {"organization_id": one, "uscc": "51330100PDY00001X2", "kind": "social_group", "since": on}
        for one in organizations
    ]
    state = {
        "id": party,
        "name": "中共西湖区蓝天社工服务中心支部",
        "kind": "BRANCH",
        "form": "standalone" if len(organizations) == 1 else "joint",
        "division": "330106",
        "established_on": date(2026, 3, 9),
        "covers": covers,
        **changes,
    }
    data: Payload = kind.model_validate(state)
    if not organizations:
        ended = {"dissolved_on": on, "cause": "no_organization_left", **changes}
        data = PartyOrganizationDissolved.model_validate({"id": party, "division": "330106", **ended})
    envelope = Envelope(
        id=uuid4(),
        type=data.TYPE,
        source="/registry",
        subject=str(party),
        sequence=sequence,
        time=at or datetime(2026, 3, 9, 9, tzinfo=UTC),
        key=str(party),
        division=state["division"],
        correlation_id="the-chain",
    )
    return Received(envelope, data)


def alike(grant: dict[str, Any]) -> dict[str, Any]:
    """A grant as everybody is shown it: the next steps are the same for all, who may take them is not."""
    return {**grant, "next_steps": [one["step"] for one in grant["next_steps"]]}


def a_grant(**changes: Any) -> Grant:
    """A grant of a branch, approved."""
    drafted = Grant(
        id=uuid4(),
        recipient_id=uuid4(),
        recipient_name="中共西湖区蓝天社工服务中心支部",
        division="330106",
        scheme="hz-2013-annual",
        policy="hz-2013-annual",
        year=2026,
        amount_fen=300_000,
        expense_account="5001",
        payable_account="2307",
        appropriation_account="4001",
        state="approved",
        reasons=(),
        evaluation_id=uuid4(),
        version=3,
        raised_at=COMPLETED_AT,
        actors={},
    )
    return replace(drafted, **changes)


@dataclass(frozen=True, slots=True)
class Funding:
    """The service under test: its HTTP side, its handlers, and its database."""

    app: FastAPI
    http: httpx.AsyncClient
    as_admin: AsAdmin

    @property
    def database(self) -> Database:
        database: Database = self.app.state.database
        return database

    async def handle(self, tx: Transaction, *events: Received[Any]) -> None:
        for handler, run in make_handlers(self.app.state.schemes, self.app.state.charts).runs(events):
            await handler(tx, run)

    async def deliver(self, *events: Received[Any]) -> None:
        """Hand a list to the handler in one transaction, as the consumer does."""
        async with self.database.transaction(SYSTEM) as tx:
            await self.handle(tx, *events)

    async def get(self, path: str, **query: Any) -> Any:
        response = await self.http.get(path, params=query)
        assert response.status_code == 200, response.text
        return response.json()

    async def grants(self, **query: Any) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await self.get("/v1/grants", limit=500, **query))["items"]
        return items

    async def take(self, grant_id: UUID | str, *steps: str) -> httpx.Response:
        """Take steps one after the other; each must succeed."""
        for step in steps:
            key = {"Idempotency-Key": f"{grant_id}/{step}"}
            response = await self.http.post(f"/v1/grants/{grant_id}/{step}", headers=key)
            assert response.status_code == 200, response.text
        return response

    async def raised(self, count: int = 1, *steps: str, **changes: Any) -> list[dict[str, Any]]:
        """`count` new grants that took `steps`."""
        events = [completed(**changes) for _ in range(count)]
        await self.deliver(*events)
        recipients = {str(event.data.party_organization_id) for event in events}
        found = [grant for grant in await self.grants() if grant["recipient_id"] in recipients]
        return [(await self.take(grant["id"], *steps)).json() if steps else grant for grant in found]

    async def balance(self, code: str, **query: Any) -> int:
        return int((await self.get(f"/v1/ledger/accounts/{code}", **query))["balance_fen"])

    async def rows(self, statement: str, **parameters: Any) -> Sequence[Record]:
        async with self.database.transaction(SYSTEM) as tx:
            return await tx.records(text(statement), parameters)

    async def change(self, *statements: str) -> None:
        """What no role of the service may do."""
        await self.as_admin(self.database.url, *statements)


@pytest.fixture
async def funding(
    settings_for: Callable[[str], Awaitable[ServiceSettings]], hands: Hands, as_admin: AsAdmin
) -> AsyncIterator[Funding]:
    app = create_app(await settings_for("funding"))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://funding", auth=hands) as client,
    ):
        yield Funding(app, client, as_admin)
