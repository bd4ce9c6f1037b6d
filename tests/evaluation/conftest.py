"""Evaluation's app on a fresh database, and invented events of the registry."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from services.evaluation.app import create_app
from services.evaluation.consequences.deriving.following import Consequences
from services.evaluation.consequences.deriving.policies import read_consequence_policies
from services.evaluation.consumers import follow_registry
from services.evaluation.indicator_systems.scoring import AppliesTo, Rated
from services.evaluation.openings.actions import bring_up_to_date
from services.evaluation.party_organizations.rules import News
from services.evaluation.policies import EvaluationParameters
from services.evaluation.settings import Settings
from shared.bus.envelope import Envelope
from shared.bus.handlers import Received
from shared.contracts.registry import (
    CoveredOrganization,
    PartyOrganizationChanged,
    PartyOrganizationDissolved,
    PartyOrganizationEstablished,
)
from shared.db.base import new_id, utc_now
from shared.db.session import Database, Record
from shared.field.calendar import china_day
from shared.field.policies import PolicyBook
from shared.field.working_days import read_working_days
from shared.settings import REPOSITORY_POLICIES, ServiceSettings
from shuangfu.embedded.field_keys import embedded_talk_keys
from tests.conftest import SYSTEM, Hands

ENGLISH = {"Accept-Language": "en"}
CONSEQUENCES = Consequences(
    read_consequence_policies(REPOSITORY_POLICIES, REPOSITORY_POLICIES),
    read_working_days(REPOSITORY_POLICIES, REPOSITORY_POLICIES),
)
NOW = datetime(2026, 3, 1, 1, 0, tzinfo=UTC)


def covered(evaluation_type: str | None = None, kind: str = "social_group") -> CoveredOrganization:
    """An invented organization under a Party organization."""
    return CoveredOrganization(
        organization_id=new_id(),
        uscc="51330100PDY00001X2",
        kind=kind,
        evaluation_type=evaluation_type,
        since=date(2026, 1, 1),
    )


def received(data: News, sequence: int = 1, time: datetime = NOW) -> Received[News]:
    """An event as the consumer hands it over."""
    envelope = Envelope(
        id=new_id(),
        type=data.TYPE,
        source="registry",
        subject=str(data.id),
        sequence=sequence,
        time=time,
        key=str(data.id),
    )
    return Received(envelope, data)


def established(**changes: Any) -> PartyOrganizationEstablished:
    """A new Party organization."""
    return PartyOrganizationEstablished.model_validate(_state(**changes))


def changed(**changes: Any) -> PartyOrganizationChanged:
    """A Party organization that is not as it was."""
    return PartyOrganizationChanged.model_validate(_state(**changes))


def dissolved(
    party_organization_id: UUID, division: str = "330106", on: date = date(2026, 6, 1)
) -> PartyOrganizationDissolved:
    """A Party organization that ended."""
    return PartyOrganizationDissolved(
        id=party_organization_id, division=division, dissolved_on=on, cause="no_organization_left"
    )


def _state(**changes: Any) -> dict[str, Any]:
    return {
        "id": new_id(),
        "name": "西湖区蓝天社工服务中心党支部",
        "kind": "BRANCH",
        "form": "standalone",
        "division": "330106",
        "established_on": "2026-01-01",
        "covers": [covered("T10")],
        **changes,
    }


@pytest.fixture
async def app(
    settings_for: Callable[[str], Awaitable[ServiceSettings]], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[FastAPI]:
    settings = await settings_for("evaluation")
    keys = embedded_talk_keys(tmp_path_factory.mktemp("keys"))
    app = create_app(Settings.model_validate({**vars(settings), "talk_keys_file": keys}))
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
def database(app: FastAPI) -> Database:
    found: Database = app.state.database
    return found


@pytest.fixture
async def client(app: FastAPI, hands: Hands) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://evaluation", headers=ENGLISH, auth=hands
    ) as client:
        yield client


class Round:
    """Steps that most tests begin with."""

    def __init__(self, client: httpx.AsyncClient, database: Database) -> None:
        self.client = client
        self.database = database
        self.cycle: dict[str, Any] = {}

    async def project(self, *events: Received[News]) -> None:
        """Let a list of events take effect, as the consumer does."""
        async with self.database.transaction(SYSTEM) as tx:
            await follow_registry(tx, events)

    async def draft(self, division: str = "3301", year: int = 2026) -> dict[str, Any]:
        """A cycle that is not open yet."""
        response = await self.client.post("/v1/cycles", json={"year": year, "division": division})
        assert response.status_code == 201, response.text
        return dict(response.json())

    async def open(self, division: str = "3301", year: int = 2026) -> dict[str, Any]:
        """An open cycle."""
        cycle = await self.draft(division, year)
        # The note is the reason of a late one.
        response = await self.client.post(f"/v1/cycles/{cycle['id']}/opening", json={"note": "补开"})
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def enrolled(self, **changes: Any) -> dict[str, Any]:
        """The evaluation of a new Party organization in a new cycle."""
        organization = established(**changes)
        await self.project(received(organization))
        await self.open()
        return await self.evaluation_of(organization.id)

    async def evaluation_of(self, party_organization_id: UUID) -> dict[str, Any]:
        """Its only evaluation."""
        [found] = await self.evaluations(party_organization=str(party_organization_id))
        return found

    async def evaluations(self, **filters: Any) -> list[dict[str, Any]]:
        """A page of evaluations."""
        response = await self.client.get("/v1/evaluations", params=filters)
        assert response.status_code == 200, response.text
        return list(response.json()["items"])

    async def full_marks(self, system_type: str, form: str = "standalone", year: int = 2026) -> dict[str, str]:
        """The points of every indicator that a branch of one organization is judged by."""
        response = await self.client.get(f"/v1/indicator-systems/{system_type}", params={"year": year})
        indicators = [one for level in response.json()["levels"] for one in level["indicators"]]
        alone = Rated(form, "BRANCH", 1)
        asked = {one["code"]: AppliesTo.model_validate(one["applies_to"] or {}) for one in indicators}
        return {one["code"]: one["points"] for one in indicators if asked[one["code"]].includes(alone)}

    async def put(self, evaluation: dict[str, Any], stage: str = "committee", **sheet: Any) -> httpx.Response:
        """Put a stage's sheet, whatever version it replaces."""
        path = f"/v1/evaluations/{evaluation['id']}"
        version = (await self.client.get(path)).headers["ETag"]
        return await self.client.put(f"{path}/scores/{stage}", json=sheet, headers={"If-Match": version})

    async def complete(self, evaluation: dict[str, Any], **headers: str) -> httpx.Response:
        """Complete."""
        return await self.client.post(f"/v1/evaluations/{evaluation['id']}/completion", headers=headers)

    async def scored(self, *shares: int, **changes: Any) -> list[dict[str, Any]]:
        """Evaluations of new Party organizations in a new cycle, each with this share (in %) of the points."""
        parties = [established(name=f"西湖区第{number}社工服务中心党支部", **changes) for number in range(len(shares))]
        await self.project(*map(received, parties))
        self.cycle = await self.open()
        found = [await self.evaluation_of(party.id) for party in parties]
        for one, percent in zip(found, shares, strict=True):
            scores = await self.share(percent)
            response = await self.put(one, scores=scores)
            assert response.status_code == 200, response.text
        return found

    async def share(self, percent: int) -> dict[str, str]:
        """Scores of T10 that make this total: full points as long as they last."""
        marks = {code: Decimal(points) for code, points in (await self.full_marks("T10")).items()}
        left, scores = sum(marks.values(), Decimal(0)) * percent / 100, {}
        for code, most in marks.items():
            scores[code] = str(min(most, left).quantize(Decimal("0.01")))
            left -= Decimal(scores[code])
        return scores

    async def session(self, cycle: dict[str, Any] | None = None, **body: Any) -> httpx.Response:
        """Record a session, by list unless decisions are given."""
        given = {"held_on": str(china_day(utc_now())), "members_due": 9, "members_present": 7, **body}
        if "decisions" not in given:
            given.setdefault("by_list", {})
        return await self.client.post(f"/v1/cycles/{(cycle or self.cycle)['id']}/session", json=given)

    async def get(self, evaluation: dict[str, Any]) -> dict[str, Any]:
        """An evaluation as it is now."""
        response = await self.client.get(f"/v1/evaluations/{evaluation['id']}")
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def outbox(self, topic: str = "evaluation.evaluations") -> list[Record]:
        """Every event of a topic, in order."""
        return await self.rows(f"SELECT * FROM outbox WHERE topic = '{topic}' ORDER BY seq")

    async def bring_up_to_date(self, now: datetime) -> int:
        """What the worker does after a reference date."""
        async with self.database.transaction(SYSTEM) as tx:
            return await bring_up_to_date(tx, CONSEQUENCES, now)

    async def rows(self, statement: str) -> list[Record]:
        """What the system sees."""
        async with self.database.transaction(SYSTEM) as tx:
            return await tx.records(text(statement))

    async def run(self, statement: str, **parameters: Any) -> None:
        """Change the database behind the service's back."""
        async with self.database.transaction(SYSTEM) as tx:
            await tx.execute(text(statement), parameters)


@pytest.fixture
def a_round(client: httpx.AsyncClient, database: Database) -> Round:
    return Round(client, database)


def pointers(response: httpx.Response) -> Sequence[str]:
    """The fields at fault."""
    return [error["pointer"] for error in response.json()["errors"]]


def slug(response: httpx.Response) -> str:
    """The problem's name."""
    return str(response.json()["type"]).rpartition(":")[2]


def with_policy(app: FastAPI, **changes: Any) -> None:
    """Let cycles that open from now on go by a policy that differs in these parameters."""
    [policy] = app.state.evaluation_policies.policies
    parameters = EvaluationParameters.model_validate(policy.parameters.model_dump() | changes)
    app.state.evaluation_policies = PolicyBook([replace(policy, parameters=parameters)])
