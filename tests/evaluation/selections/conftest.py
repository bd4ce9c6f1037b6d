"""Recommended Party organizations, and every step of their selection."""

from dataclasses import replace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.evaluation.selections.policies import SelectionPolicy
from shared.field.policies import PolicyBook
from tests.conftest import TokenFor
from tests.evaluation.conftest import ENGLISH, Round

STEPS: dict[str, dict[str, Any]] = {
    "visit": {"visited_on": "2026-03-10", "visitors": 3, "findings": "阵地规范，台账齐全"},
    "assessment": {"assessed_on": "2026-03-20", "total": "90", "members_due": 9, "members_present": 8},
    "commendation": {"commended_on": "2026-03-30"},
    "withdrawal": {"reason": "自愿放弃"},
    "ending": {"ended_on": "2026-10-01", "reason": "不再符合条件，经研究终止"},
    "publicity": {"on": "2026-04-01", "channel": "bulletin", "what": "简报第 3 期"},
}


class Selecting:
    """A closed year's stars, and who is recommended by them."""

    def __init__(self, app: FastAPI, a_round: Round, token_for: TokenFor) -> None:
        self.app = app
        self.token_for = token_for
        self.round = a_round
        self.client = a_round.client

    def policy(self, **changes: Any) -> None:
        """Let selections go by a policy that differs in these parameters; `seats` are those of tiers."""
        [policy] = self.app.state.selection_policies.policies
        content = policy.parameters.model_dump()
        for tier, seats in changes.pop("seats", {}).items():
            content["tiers"][tier]["seats"] = seats
        parameters = SelectionPolicy.model_validate(content | changes)
        self.app.state.selection_policies = PolicyBook([replace(policy, parameters=parameters)])

    async def rated(self, *shares: int, **changes: Any) -> list[str]:
        """Party organizations with completed ratings."""
        evaluations = await self.round.scored(*shares, **changes)
        for one in evaluations:
            response = await self.round.complete(one)
            assert response.status_code == 200, response.text
        return [one["party_organization_id"] for one in evaluations]

    async def recommend(self, party: str, tier: str = "A", **changes: Any) -> httpx.Response:
        body = {
            "party_organization_id": party,
            "year": 2026,
            "tier": tier,
            "recommended_on": "2026-03-01",
            "ground": "五星，群众满意",
            **changes,
        }
        return await self.client.post("/v1/selections", json=body)

    async def recommended(self, party: str, tier: str = "A", **changes: Any) -> dict[str, Any]:
        response = await self.recommend(party, tier, **changes)
        assert response.status_code == 201, response.text
        return dict(response.json())

    async def step(self, selection: dict[str, Any], step: str, **changes: Any) -> httpx.Response:
        """By somebody of its own, as the policy asks."""
        path, headers = f"/v1/selections/{selection['id']}/{step}", self.by(f"{step}-taker")
        return await self.client.post(path, json=STEPS[step] | changes, headers=headers, auth=None)

    def by(self, subject: str) -> dict[str, str]:
        """Headers of somebody who may take every step."""
        token = self.token_for(["rater", "district_officer"], ["3301"], subject=subject)
        return {"Authorization": f"Bearer {token}", **ENGLISH}

    async def taken(self, selection: dict[str, Any], *steps: str, **changes: Any) -> dict[str, Any]:
        """A selection after these steps."""
        for step in steps:
            response = await self.step(selection, step, **(changes if step == steps[-1] else {}))
            assert response.status_code == 200, response.text
            selection = response.json()
        return selection

    async def assessed(self, party: str, total: str, tier: str = "A") -> dict[str, Any]:
        return await self.taken(await self.recommended(party, tier), "visit", "assessment", total=total)


@pytest.fixture
def selecting(app: FastAPI, a_round: Round, token_for: TokenFor) -> Selecting:
    return Selecting(app, a_round, token_for)
