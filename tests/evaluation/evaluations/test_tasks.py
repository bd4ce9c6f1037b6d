"""What waits in evaluation: drafted cycles, evaluations to score, evaluations to complete by somebody else."""

from typing import Any

from tests.conftest import TokenFor
from tests.evaluation.conftest import Round, changed, established, received


async def tasks(a_round: Round, token: str | None = None, **query: str) -> list[dict[str, Any]]:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    response = await a_round.client.get("/v1/tasks", params=query, headers=headers)
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()["items"]
    return found


async def test_task__follows_a_cycle_and_its_evaluations(a_round: Round, token_for: TokenFor) -> None:
    organization = established()
    await a_round.project(received(organization))
    cycle = await a_round.draft()
    [opening] = await tasks(a_round)
    assert (opening["kind"], opening["waits_for"], opening["subject"]["id"]) == (
        "cycle.opening",
        "district_officer",
        cycle["id"],
    )
    opened = await a_round.client.post(f"/v1/cycles/{cycle['id']}/opening")
    assert opened.status_code == 200, opened.text
    evaluation = await a_round.evaluation_of(organization.id)
    [scoring] = await tasks(a_round)
    assert (scoring["kind"], scoring["subject"]["id"]) == ("evaluation.scoring", evaluation["id"])
    marks = await a_round.full_marks(evaluation["type"])
    assert (await a_round.put(evaluation, "self", scores=marks)).status_code == 200
    assert [task["kind"] for task in await tasks(a_round)] == ["evaluation.scoring"], (
        "a self-assessment decides nothing"
    )
    token = token_for("rater", ["33"], "rater-a")
    path = f"/v1/evaluations/{evaluation['id']}"
    version = (await a_round.client.get(path)).headers["ETag"]
    put = await a_round.client.put(
        f"{path}/scores/committee",
        json={"scores": marks},
        headers={"Authorization": f"Bearer {token}", "If-Match": version},
    )
    assert put.status_code == 200, put.text
    assert [task["kind"] for task in await tasks(a_round)] == ["evaluation.completion"]
    assert await tasks(a_round, token, mine="true") == [], "who scored does not complete"
    other = token_for("rater", ["33"], "rater-b")
    assert [task["kind"] for task in await tasks(a_round, other, mine="true")] == ["evaluation.completion"]
    assert (await a_round.complete(evaluation)).status_code == 200
    assert {task["kind"] for task in await tasks(a_round)} == {"consequence.plan", "consequence.letter"}


async def test_task__ends_when_the_cycle_closes(a_round: Round) -> None:
    organization = established()
    await a_round.project(received(organization))
    cycle = await a_round.open()
    assert len(await tasks(a_round)) == 1
    assert (await a_round.client.post(f"/v1/cycles/{cycle['id']}/closing")).status_code == 200
    assert await tasks(a_round) == []


async def test_task__of_an_evaluation_that_moved_is_the_new_districts(a_round: Round, token_for: TokenFor) -> None:
    organization = established()
    await a_round.project(received(organization))
    await a_round.open()
    await a_round.project(received(changed(id=organization.id, division="330203"), 2))
    [task] = await tasks(a_round, token_for("rater", ["3302"]), mine="true")
    assert (task["kind"], task["division"]) == ("evaluation.scoring", "330203")
    assert await tasks(a_round, token_for("rater", ["3301"]), mine="true") == []
