"""Decision 48: tasks are assigned, and a post's are handed over in one request; duties stay apart all the same."""

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from tests.conftest import SYSTEM, TokenFor
from tests.funding.conftest import Funding
from tests.running.locks import until_waiting

URL = "/v1/tasks/grant.{step}/{id}/assignee"


class Office:
    """The requests of these tests, each by a subject of its own."""

    def __init__(self, funding: Funding, token_for: TokenFor) -> None:
        self.funding = funding
        self._token_for = token_for

    async def ask(self, method: str, path: str, subject: str, roles: Any, **more: Any) -> httpx.Response:
        divisions = more.pop("divisions", ["33"])
        headers = {"Authorization": f"Bearer {self._token_for(roles, divisions, subject)}", "Accept-Language": "en"}
        headers |= more.pop("headers", {})
        return await self.funding.http.request(method, path, headers=headers, **more)

    async def assign(self, grant: dict[str, Any], step: str, assignee: str, **more: Any) -> httpx.Response:
        path = URL.format(step=step, id=grant["id"])
        return await self.ask("PUT", path, "主任", "district_officer", json={"assignee": assignee, **more})

    async def hand_over(self, given: dict[str, Any], **more: Any) -> httpx.Response:
        body = {"reason": "轮岗", **given}
        return await self.ask("POST", "/v1/reassignments", "管理员", "operator", json=body, **more)

    async def mine(self, subject: str, roles: Any = "reviewer") -> list[str]:
        found = await self.ask("GET", "/v1/tasks", subject, roles, params={"mine": "true"})
        assert found.status_code == 200, found.text
        counted = sum(one["count"] for one in found.json()["counts"])
        ids = [task["subject"]["id"] for task in found.json()["items"]]
        assert counted == len(ids)
        return ids


@pytest.fixture
def office(funding: Funding, token_for: TokenFor) -> Office:
    return Office(funding, token_for)


def slug(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, str(response.json()["type"]).rpartition(":")[2]


async def test_decision_48_mine__is_what_is_assigned_to_me_or_to_nobody(office: Office) -> None:
    one, other, free = await office.funding.raised(3)
    for grant, assignee in ((one, "甲"), (other, "Zhang")):
        assigned = await office.assign(grant, "review", assignee)
        assert assigned.status_code == 200, assigned.text
        assert {**assigned.json(), "assigned_at": None} == {
            "kind": "grant.review",
            "id": grant["id"],
            "assignee": assignee,
            "assigned_by": "主任",
            "assigned_at": None,
        }
    assert sorted(await office.mine("甲")) == sorted([one["id"], free["id"]])
    assert sorted(await office.mine("zhang")) == sorted([other["id"], free["id"]]), "compared as duties are"
    assert await office.mine("丙") == [free["id"]]
    assert await office.mine("甲", "payer") == [], "assigning gives no role"
    listed = await office.ask("GET", "/v1/tasks", "丙", "auditor", params={"assignee": "ZHANG"})
    assert [(task["subject"]["id"], task["assignee"]) for task in listed.json()["items"]] == [(other["id"], "Zhang")]


async def test_decision_48_assigning__gives_and_takes_no_right(office: Office) -> None:
    """Whoever has the role takes the step, named or not; who has it not does not get it by being named."""
    one, other = await office.funding.raised(2)
    assert (await office.assign(one, "review", "甲")).status_code == 200
    refused = await office.ask("POST", f"/v1/grants/{one['id']}/review", "甲", "auditor")
    assert slug(refused) == (403, "forbidden")
    taken = await office.ask("POST", f"/v1/grants/{one['id']}/review", "乙", "reviewer")
    assert taken.status_code == 200, taken.text
    assert await office.mine("丙", "approver") == [one["id"]], "the next step is nobody's yet"
    assert await office.mine("甲") == [other["id"]]


async def test_decision_48_reassignment__moves_what_waits_and_counts_it(office: Office) -> None:
    grants = await office.funding.raised(5)
    for grant in grants[:4]:
        assert (await office.assign(grant, "review", "甲")).status_code == 200
    taken = await office.ask("POST", f"/v1/grants/{grants[0]['id']}/review", "甲", "reviewer")
    assert taken.status_code == 200, "done before: it stays his"
    assert (await office.assign(grants[0], "approval", "甲")).status_code == 409, "who reviewed cannot approve"
    moved = await office.hand_over({"from": "甲", "to": "乙"})
    assert (moved.status_code, moved.json()) == (
        200,
        {"reassigned": 3, "barred": 0, "kinds": [{"kind": "grant.review", "reassigned": 3, "barred": 0}]},
    )
    assert sorted(await office.mine("乙")) == sorted(grant["id"] for grant in grants[1:])
    assert await office.mine("甲") == [grants[4]["id"]]
    again = await office.hand_over({"from": "甲", "to": "乙"})
    assert again.json() == {"reassigned": 0, "barred": 0, "kinds": []}
    history = (await office.ask("GET", f"/v1/grants/{grants[0]['id']}", "丙", "auditor")).json()["history"]
    assert [step["by"] for step in history if step["step"] == "review"] == ["甲"]


async def test_decision_48_reassignment__leaves_what_an_earlier_step_bars(office: Office) -> None:
    """乙 reviewed two grants: their approvals cannot become his, whoever hands over; and he cannot take them."""
    grants = await office.funding.raised(3)
    for grant, reviewer in zip(grants, ("乙", "乙", "丁"), strict=True):
        taken = await office.ask("POST", f"/v1/grants/{grant['id']}/review", reviewer, "reviewer")
        assert taken.status_code == 200, taken.text
        assert (await office.assign(grant, "approval", "甲")).status_code == 200
    moved = await office.hand_over({"from": "甲", "to": "乙"})
    assert moved.json() == {
        "reassigned": 1,
        "barred": 2,
        "kinds": [{"kind": "grant.approval", "reassigned": 1, "barred": 2}],
    }
    assert await office.mine("乙", "approver") == [grants[2]["id"]]
    assert sorted(await office.mine("甲", "approver")) == sorted(grant["id"] for grant in grants[:2])
    refused = await office.ask("POST", f"/v1/grants/{grants[0]['id']}/approval", "乙", "approver")
    assert slug(refused) == (403, "same-hand")
    assert slug(await office.assign(grants[0], "approval", "乙")) == (409, "assignee-barred")


async def test_decision_48_reassignment__of_some_kinds_and_within_the_divisions(office: Office) -> None:
    one, other = await office.funding.raised(2)
    assert (await office.assign(one, "review", "甲")).status_code == 200
    await office.ask("POST", f"/v1/grants/{other['id']}/review", "丁", "reviewer")
    assert (await office.assign(other, "approval", "甲")).status_code == 200
    elsewhere = await office.hand_over({"from": "甲", "to": "乙"}, divisions=["330105", "31"])
    assert elsewhere.json()["reassigned"] == 0
    some = await office.hand_over({"from": "甲", "to": "乙", "kinds": ["grant.approval", "grant.payment"]})
    assert [kind["kind"] for kind in some.json()["kinds"]] == ["grant.approval"]
    assert await office.mine("甲") == [one["id"]]


async def test_decision_48_reassignment__runs_once_and_is_audited_with_its_reason(office: Office) -> None:
    [grant] = await office.funding.raised()
    await office.assign(grant, "review", "甲", reason="片区分工")
    key = {"headers": {"Idempotency-Key": "post-1"}}
    given = {"from": "甲", "to": "乙"}
    first, repeated = [await office.hand_over(given, **key) for _ in range(2)]
    assert first.json() == repeated.json()
    assert first.json()["reassigned"] == 1
    async with office.funding.app.state.database.transaction(SYSTEM) as tx:
        rows = await tx.rows(
            text(
                "SELECT actor, authority, operation, diff FROM audit_log WHERE object_type = 'task_assignments' "
                "ORDER BY number"
            )
        )
    assert [(row.actor, row.authority, row.operation) for row in rows] == [
        ("主任", "district_officer", "insert"),
        ("管理员", "operator", "update"),
    ]
    changed = {name: (rows[1].diff["before"][name], rows[1].diff["after"][name]) for name in ("assignee", "reason")}
    assert changed == {"assignee": ("甲", "乙"), "reason": ("片区分工", "轮岗")}


async def test_decision_48_assignee__is_taken_back_and_named_again(office: Office) -> None:
    [grant] = await office.funding.raised()
    path = URL.format(step="review", id=grant["id"])
    for assignee in ("甲", "甲", "乙"):
        assert (await office.assign(grant, "review", assignee)).status_code == 200
    assert await office.mine("甲") == []
    for _ in range(2):
        taken_back = await office.ask("DELETE", path, "主任", "district_officer")
        assert taken_back.status_code == 204, taken_back.text
    assert await office.mine("甲") == [grant["id"]]
    async with office.funding.app.state.database.transaction(SYSTEM) as tx:
        assert await tx.scalar(text("SELECT count(*) FROM task_assignments")) == 0


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "oneself": ({"from": "Zhang", "to": "ZHANG"}, "/to"),
    "blanks": ({"from": "甲 ", "to": "乙"}, "/from"),
    "empty": ({"from": "甲", "to": ""}, "/to"),
    "too long": ({"from": "甲", "to": "乙" * 256}, "/to"),
    "line break": ({"from": "甲", "to": "乙\n"}, "/to"),
    "no reason": ({"from": "甲", "to": "乙", "reason": " "}, "/reason"),
    "unknown kind": ({"from": "甲", "to": "乙", "kinds": ["grant.review", "case"]}, "/kinds/1"),
    "no kinds": ({"from": "甲", "to": "乙", "kinds": []}, "/kinds"),
    "a person's number": ({"from": "甲", "to": "乙", "reason": "身份证 11010519491231002X"}, "/reason"),
    "unknown field": ({"from": "甲", "to": "乙", "all": True}, "/all"),
}


@pytest.mark.parametrize("case", WRONG)
async def test_decision_48_reassignment__bad_input_names_its_field(office: Office, case: str) -> None:
    [grant] = await office.funding.raised()
    await office.assign(grant, "review", "甲")
    given, pointer = WRONG[case]
    refused = await office.hand_over(given)
    assert slug(refused) == (422, "invalid-input")
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]
    assert await office.mine("甲") == [grant["id"]], "nothing half done"


async def test_decision_48_assignee__of_what_does_not_wait_is_404(office: Office) -> None:
    [grant] = await office.funding.raised()
    assert slug(await office.assign(grant, "payment", "甲")) == (404, "not-found")
    assert slug(await office.assign(grant, "unheard-of", "甲")) == (422, "invalid-input")
    assert slug(await office.assign({"id": "x"}, "review", "甲")) == (422, "invalid-input")
    path = URL.format(step="review", id=grant["id"])
    outside = await office.ask("PUT", path, "主任", "district_officer", json={"assignee": "甲"}, divisions=["330105"])
    assert slug(outside) == (404, "not-found")
    forbidden = await office.ask("PUT", path, "甲", "reviewer", json={"assignee": "甲"})
    assert slug(forbidden) == (403, "forbidden")


async def test_decision_48_assignment__ends_where_its_subject_moves_to_another_division(office: Office) -> None:
    [grant] = await office.funding.raised()
    await office.assign(grant, "review", "甲")
    async with office.funding.app.state.database.transaction(SYSTEM) as tx:
        await tx.execute(text("UPDATE grants SET division = '330105'"))
    assert await office.mine("乙") == [grant["id"]]
    assert (await office.assign(grant, "review", "乙")).status_code == 200
    assert await office.mine("甲") == []
    assert (await office.hand_over({"from": "甲", "to": "丙"})).json()["reassigned"] == 0


async def test_decision_48_reassignment__leaves_what_becomes_anothers_while_it_waits(office: Office) -> None:
    """Two hand-overs of one post at once: whoever comes second finds nothing of it, and takes it from nobody."""
    [grant] = await office.funding.raised()
    await office.assign(grant, "review", "甲")
    async with office.funding.app.state.database.transaction(SYSTEM) as tx:
        await tx.execute(text("UPDATE task_assignments SET assignee = '丁'"))
        second = asyncio.create_task(office.hand_over({"from": "甲", "to": "乙"}))
        await until_waiting(tx, 1)
    assert (await second).json()["reassigned"] == 0
    assert await office.mine("丁") == [grant["id"]]


async def test_decision_48_assignee__whom_a_later_step_bars_is_none_when_the_step_comes_again(office: Office) -> None:
    """甲 was to approve; the grant was sent back, and he reviewed it himself: its approval waits for somebody else."""
    [grant] = await office.funding.raised()
    await office.ask("POST", f"/v1/grants/{grant['id']}/review", "乙", "reviewer")
    assert (await office.assign(grant, "approval", "甲")).status_code == 200
    async with office.funding.app.state.database.transaction(SYSTEM) as tx:
        await tx.execute(text("UPDATE grants SET reviewed_by = '甲'"))
    assert await office.mine("丙", "approver") == [grant["id"]]
    listed = await office.ask("GET", "/v1/tasks", "丙", "auditor", params={"assignee": "甲"})
    assert listed.json()["items"] == []
    assert (await office.hand_over({"from": "甲", "to": "丙"})).json()["reassigned"] == 0
    assert (await office.assign(grant, "approval", "丙")).status_code == 200
    assert await office.mine("丁", "approver") == []
