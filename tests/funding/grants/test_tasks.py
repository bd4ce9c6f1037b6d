"""What waits in funding: each grant for the next in the chain, and for nobody whose earlier step bars them."""

from typing import Any

import pytest

from tests.conftest import TokenFor
from tests.funding.conftest import Funding, completed

STEPS = ("review", "approval", "payment")
ROLES = ("reviewer", "approver", "payer")


async def tasks(funding: Funding, token: str | None = None, **query: Any) -> dict[str, Any]:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    response = await funding.http.get("/v1/tasks", params=query, headers={"Accept-Language": "en", **headers})
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


async def test_task__is_the_next_step_of_each_grant(funding: Funding) -> None:
    [grant] = await funding.raised()
    for step, role in zip(STEPS, ROLES, strict=True):
        [task] = (await tasks(funding))["items"]
        assert (task["kind"], task["waits_for"], task["due_on"], task["overdue"]) == (
            f"grant.{step}",
            role,
            None,
            False,
        )
        assert task["subject"] == {"type": "grant", "id": grant["id"], "name": grant["recipient_name"]}
        assert (task["division"], task["link"]) == (grant["division"], f"/funding/v1/grants/{grant['id']}")
        assert grant["recipient_name"] in task["title"]
        await funding.take(grant["id"], step)
    assert await tasks(funding) == {"items": [], "next_cursor": None, "counts": []}


async def test_task__of_a_held_grant_is_its_release(funding: Funding) -> None:
    await funding.deliver(completed(star=1))
    [task] = (await tasks(funding))["items"]
    assert (task["kind"], task["waits_for"]) == ("grant.release", "reviewer")


async def test_mine__leaves_out_what_the_callers_earlier_step_bars(funding: Funding, token_for: TokenFor) -> None:
    [grant] = await funding.raised()
    both = ["reviewer", "approver"]
    one, other = token_for(both, ["33"], "a.b@example.org"), token_for(both, ["33"], "c")
    path = f"/v1/grants/{grant['id']}/review"
    assert [task["kind"] for task in (await tasks(funding, one, mine="true"))["items"]] == ["grant.review"]
    reviewed = await funding.http.post(path, headers={"Authorization": f"Bearer {one}"})
    assert reviewed.status_code == 200, reviewed.text
    again = token_for(both, ["33"], "A.B@example.org")
    for token, count in ((one, 0), (again, 0), (other, 1)):
        found = await tasks(funding, token, mine="true")
        assert (len(found["items"]), sum(one["count"] for one in found["counts"])) == (count, count)
    assert (await tasks(funding, token_for("auditor", ["33"]), mine="true"))["items"] == []
    assert len((await tasks(funding, token_for("auditor", ["33"])))["items"]) == 1


async def test_list__pages_counts_and_filters(funding: Funding, token_for: TokenFor) -> None:
    grants = await funding.raised(7)
    for grant in grants[:3]:
        await funding.take(grant["id"], "review")
    first = await tasks(funding, limit=4)
    assert first["counts"] == [
        {"kind": "grant.approval", "count": 3, "overdue": 0, "due_today": 0},
        {"kind": "grant.review", "count": 4, "overdue": 0, "due_today": 0},
    ]
    second = await tasks(funding, limit=4, cursor=first["next_cursor"])
    assert (second["counts"], second["next_cursor"]) == (None, None)
    seen = [task["subject"]["id"] for task in first["items"] + second["items"]]
    assert sorted(seen) == sorted(grant["id"] for grant in grants)
    assert len((await tasks(funding, kind="grant.approval"))["items"]) == 3
    assert (await tasks(funding, overdue="true"))["items"] == []
    assert len((await tasks(funding, overdue="false"))["items"]) == 7
    assert len((await tasks(funding, division="330106"))["items"]) == 7
    assert (await tasks(funding, division="3302"))["items"] == []
    assert (await tasks(funding, token_for("auditor", ["330203"])))["items"] == []


@pytest.mark.parametrize(
    ("query", "pointer"),
    [({"kind": "nothing"}, "/query/kind"), ({"mine": "perhaps"}, "/query/mine"), ({"mien": "true"}, "/query/mien")],
)
async def test_input__is_refused_by_name(funding: Funding, query: dict[str, str], pointer: str) -> None:
    response = await funding.http.get("/v1/tasks", params=query)
    assert response.status_code == 422
    assert [error["pointer"] for error in response.json()["errors"]] == [pointer]


@pytest.mark.parametrize("cursor", ["x", "WyIyMDI2LTAxLTAxIl0", "WyJ4IiwieCIsIngiXQ"])
async def test_cursor__that_is_none_is_refused(funding: Funding, cursor: str) -> None:
    response = await funding.http.get("/v1/tasks", params={"cursor": cursor})
    assert (response.status_code, response.json()["type"]) == (422, "urn:shuangfu:problem:bad-cursor")


async def test_file__lists_every_task(funding: Funding) -> None:
    await funding.raised(3)
    response = await funding.http.get("/v1/tasks", params={"format": "csv"})
    assert response.status_code == 200
    assert len(response.text.strip().splitlines()) == 4
