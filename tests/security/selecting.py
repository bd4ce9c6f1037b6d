"""Selections in each state of a rated Party organization, for the world of another division."""

from dataclasses import replace
from typing import Any

from fastapi import FastAPI

from shared.field.policies import PolicyBook
from tests.evaluation.conftest import Round
from tests.evaluation.selections.conftest import STEPS

RECOMMENDATION: dict[str, Any] = {"tier": "A", "recommended_on": "2026-03-01", "ground": "五星，群众满意"}
_WAYS = {
    "recommended": (),
    "withdrawing": (),
    "visited": ("visit",),
    "assessed": ("visit", "assessment"),
    "commended": ("visit", "assessment", "commendation"),
}


async def select(app: FastAPI, a_round: Round, party: str) -> dict[str, str]:
    """The ids of one selection in each state; each is of a year of its own, so that none waits for another."""
    found, book = {"rated_party": party}, app.state.selection_policies
    # One actor takes all steps here, and no star is asked for: it is rated in the last of these years alone.
    [policy] = book.policies
    tiers = {name: one.model_copy(update={"stars_at_least": None}) for name, one in policy.parameters.tiers.items()}
    free = policy.parameters.model_copy(update={"tiers": tiers})
    alone = free.model_copy(update={"separate_steps": ()})
    app.state.selection_policies = PolicyBook([replace(policy, parameters=alone)])
    for year, (state, steps) in enumerate(_WAYS.items(), 2022):
        body = RECOMMENDATION | {"party_organization_id": party, "year": year}
        made = await a_round.client.post("/v1/selections", json=body)
        assert made.status_code == 201, made.text
        found[state] = made.json()["id"]
        for step in steps:
            taken = await a_round.client.post(f"/v1/selections/{found[state]}/{step}", json=STEPS[step])
            assert taken.status_code == 200, taken.text
    app.state.selection_policies = PolicyBook([replace(policy, parameters=free)])
    return found
