"""Closed cycles, and what-ifs of them that a worker computed."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.evaluation.simulations.computing import Compute, compute_next
from services.evaluation.simulations.process import compute_here
from shared.db.access import system_access
from shared.db.session import Database
from tests.evaluation.conftest import Round, established, received


class WhatIf:
    """A round that is closed, and simulations of it."""

    def __init__(self, a_round: Round) -> None:
        self.round = a_round
        self.evaluations: list[dict[str, Any]] = []

    async def closed(self, *shares: int, session: bool = False, **changes: Any) -> dict[str, Any]:
        """A closed cycle whose evaluations have these totals, decided by a session or one by one."""
        self.evaluations = await self.round.scored(*shares, **changes)
        if session:
            response = await self.round.session(count=len(shares))
            assert response.status_code == 201, response.text
        await self.complete(*self.evaluations)
        return await self.close()

    async def complete(self, *evaluations: dict[str, Any]) -> None:
        """Completes each."""
        for one in evaluations:
            response = await self.round.complete(one)
            assert response.status_code == 200, response.text

    async def close(self) -> dict[str, Any]:
        """The cycle, closed."""
        response = await self.round.client.post(f"/v1/cycles/{self.round.cycle['id']}/closing")
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def late(self, percent: int) -> dict[str, Any]:
        """One who is enrolled after the others were decided, scored."""
        party = established(name="西湖区迟到社工服务中心党支部")
        await self.round.project(received(party))
        evaluation = await self.round.evaluation_of(party.id)
        response = await self.round.put(evaluation, scores=await self.round.share(percent))
        assert response.status_code == 200, response.text
        self.evaluations.append(evaluation)
        return evaluation

    async def ask(self, **body: Any) -> httpx.Response:
        """Ask; of the round's cycle where no other is named."""
        if "year" not in body:
            body.setdefault("cycle_id", self.round.cycle["id"])
        return await self.round.client.post("/v1/simulations", json=body)

    async def simulated(self, how: Compute = compute_here, **body: Any) -> dict[str, Any]:
        """A simulation that was asked, computed, and read."""
        response = await self.ask(**body)
        assert response.status_code == 202, response.text
        assert response.headers["location"].endswith(f"/v1/simulations/{response.json()['id']}")
        assert response.json()["state"] == "computing"
        await self.work(how)
        found = await self.round.client.get(f"/v1/simulations/{response.json()['id']}")
        assert found.json()["state"] == "ready", found.text
        return dict(found.json())

    async def work(self, how: Compute = compute_here) -> None:
        """What a worker does: all simulations that wait."""
        database = Database(self.round.database.url, access=system_access("evaluation", "test"))
        try:
            while await compute_next(database, compute=how):
                pass
        finally:
            await database.close()

    async def changes(self, simulation: dict[str, Any], **filters: Any) -> list[dict[str, Any]]:
        """Who would change, in the order in which the evaluations were made."""
        response = await self.round.client.get(f"/v1/simulations/{simulation['id']}/changes", params=filters)
        assert response.status_code == 200, response.text
        order = [one["id"] for one in self.evaluations]
        return sorted(response.json()["items"], key=lambda one: order.index(one["evaluation_id"]))


@pytest.fixture
def what_if(app: FastAPI, a_round: Round) -> WhatIf:
    return WhatIf(a_round)
