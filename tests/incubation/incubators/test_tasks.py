"""What waits of incubators."""

from tests.conftest import TokenFor
from tests.incubation.conftest import Incubation
from tests.incubation.incubators.helpers import CODE, INCUBATOR, activated, path, put


async def test_task__is_the_activation_of_one_that_is_being_prepared(
    incubation: Incubation, token_for: TokenFor
) -> None:
    officer = {"Authorization": f"Bearer {token_for('district_officer', ['3301'], subject='甲')}"}
    await incubation.http.put(path(), json=INCUBATOR, headers=officer)
    [task] = (await incubation.get("/tasks"))["items"]
    assert (task["kind"], task["subject"]["name"]) == ("incubator.activation", "西湖区社会组织孵化器")
    assert (await incubation.get(task["link"].removeprefix("/incubation/v1")))["code"] == CODE
    await activated(incubation)
    assert (await incubation.get("/tasks"))["items"] == []


async def test_h6_task__asks_for_a_party_member_social_worker_while_there_is_none(incubation: Incubation) -> None:
    await activated(incubation)
    await put(incubation, party_social_workers=0)
    [task] = (await incubation.get("/tasks"))["items"]
    assert (task["kind"], task["since"]) == ("incubator.party_social_worker", "2026-01-09T16:00:00Z")
    await put(incubation)
    assert (await incubation.get("/tasks"))["items"] == []
