"""A division's cycle every few years, by the policy (D1)."""

from fastapi import FastAPI

from tests.evaluation.conftest import Round, slug, with_policy


async def test_d1_a_cycle_every_two_years(app: FastAPI, a_round: Round) -> None:
    with_policy(app, cadence_years=2, city_first=False)
    await a_round.open("3301", 2024)
    drafted = await a_round.draft("3301", 2025)
    refused = await a_round.client.post(f"/v1/cycles/{drafted['id']}/opening", json={"note": "补开"})
    assert (refused.status_code, slug(refused)) == (409, "not-due-this-year")
    body = refused.json()
    assert (body["cadence_years"], body["last"], body["next"]) == (2, 2024, 2026)
    # Another division's cycle, and what was drafted alone, are no reason.
    await a_round.open("330106", 2025)
    assert (await a_round.open("3301", 2026))["state"] == "open"


async def test_h17_by_default_a_cycle_opens_every_year(a_round: Round) -> None:
    await a_round.open("3301", 2025)
    assert (await a_round.open("3301", 2026))["state"] == "open"
