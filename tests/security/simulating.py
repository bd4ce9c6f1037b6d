"""A closed cycle of 2019 and a what-if of it, for the world of another division."""

from datetime import date

from services.evaluation.simulations.computing import compute_next
from services.evaluation.simulations.process import compute_here
from shared.db.access import system_access
from shared.db.session import Database
from tests.evaluation.conftest import Round
from tests.evaluation.conftest import dissolved as ended
from tests.evaluation.conftest import established as rated
from tests.evaluation.conftest import received as rating_news


async def simulate(a_round: Round, division: str) -> dict[str, str]:
    """The ids of the cycle and the simulation; its Party organization is in no later cycle."""
    party = rated(established_on="2019-01-01")
    # Together: a cycle of another year that is open already must not take it up.
    await a_round.project(rating_news(party), rating_news(ended(party.id, on=date(2020, 1, 15)), 2))
    cycle = (await a_round.open(division, 2019))["id"]
    evaluation = await a_round.evaluation_of(party.id)
    levels = (await a_round.client.get("/v1/indicator-systems/T10", params={"year": 2019})).json()["levels"]
    marks = {one["code"]: one["points"] for level in levels for one in level["indicators"]}
    put = await a_round.put(evaluation, scores=marks)
    assert put.status_code == 200, put.text
    completed = await a_round.complete(evaluation)
    assert completed.status_code == 200, completed.text
    closed = await a_round.client.post(f"/v1/cycles/{cycle}/closing")
    assert closed.status_code == 200, closed.text
    asked = await a_round.client.post("/v1/simulations", json={"cycle_id": cycle, "policy": "three-star"})
    assert asked.status_code == 202, asked.text
    database = Database(a_round.database.url, access=system_access("evaluation", "test"))
    try:
        assert await compute_next(database, compute=compute_here)
    finally:
        await database.close()
    return {"closed_cycle": cycle, "simulation": asked.json()["id"]}
