"""Stages that are further apart than the policy's bound need a word of the later one."""

from typing import Any

import pytest
from fastapi import FastAPI

from tests.evaluation.conftest import Round, pointers, slug, with_policy


async def self_assessed(a_round: Round, percent: int) -> dict[str, Any]:
    """An evaluation that the committee gave 80 %."""
    [one] = await a_round.scored(80)
    assert (await a_round.put(one, "self", scores=await a_round.share(percent))).status_code == 200
    return one


@pytest.mark.parametrize(("percent", "apart"), [(95, False), (96, True), (64, True), (65, False)])
async def test_divergence__is_more_than_the_bound(app: FastAPI, a_round: Round, percent: int, apart: bool) -> None:
    with_policy(app, divergence_max="15")
    one = await self_assessed(a_round, percent)
    found = (await a_round.get(one))["divergences"]
    assert bool(found) == apart
    completed = await a_round.complete(one)
    assert (completed.status_code == 409) == apart
    if apart:
        assert (found[0]["earlier"], found[0]["later"], found[0]["bound"]) == ("self", "committee", "15.00")
        assert (found[0]["earlier_total"], found[0]["later_total"]) == (f"{percent}.00", "80.00")
        assert (slug(completed), pointers(completed)) == ("divergence-unexplained", ["/stages/committee/word"])


async def test_divergence__with_a_word_it_is_completed(app: FastAPI, a_round: Round) -> None:
    with_policy(app, divergence_max="15")
    one = await self_assessed(a_round, 100)
    said = await a_round.put(one, scores=await a_round.share(80), word="C2 无会议记录，不予认定")
    assert said.status_code == 200, said.text
    [divergence] = said.json()["divergences"]
    assert divergence["word"] == said.json()["stages"]["committee"]["word"] == "C2 无会议记录，不予认定"
    assert (await a_round.complete(one)).json()["total"] == "80.00"


async def test_divergence__is_not_ready_for_a_session(app: FastAPI, a_round: Round) -> None:
    with_policy(app, divergence_max="15", session={})
    one = await self_assessed(a_round, 100)
    refused = await a_round.session(decisions=[{"evaluation_id": one["id"]}], count=1)
    assert (slug(refused), pointers(refused)) == ("session-differs", ["/decisions/0/evaluation_id"])
    assert "15" in refused.json()["errors"][0]["detail"]
    await a_round.put(one, scores=await a_round.share(80), word="C2 无会议记录")
    assert (await a_round.session(decisions=[{"evaluation_id": one["id"]}], count=1)).status_code == 201


async def test_divergence__without_a_bound_there_is_none(a_round: Round) -> None:
    one = await self_assessed(a_round, 10)
    assert (await a_round.get(one))["divergences"] == []
    assert (await a_round.complete(one)).status_code == 200
