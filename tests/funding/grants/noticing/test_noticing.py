"""Public notices before approval, objections that suspend it, returns for correction (domain §5, issue 15 §3)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from services.funding.grants import bulk_routes
from services.funding.grants import routes as steps
from services.funding.grants.noticing import routes
from services.funding.grants.noticing.rules import publish as rule
from services.funding.requirements import PublicNotice
from shared.field.calendar import LIBRARY_ONLY
from shared.field.policies import PolicyBook
from tests.conftest import TokenFor
from tests.funding.conftest import Funding, a_grant
from tests.funding.grants.settling.helpers import ANNUAL, slug

FRIDAY = datetime(2026, 9, 18, 4, tzinfo=UTC)
"""Five working days after it: Sunday the 20th is made up for the National Day, the 25th is the Mid-Autumn Festival."""
ENDS, AFTER = "2026-09-24", datetime(2026, 9, 24, 16, 30, tzinfo=UTC)
FEN = 300_000


class Clock:
    now = FRIDAY

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    for module in (steps, routes, bulk_routes):
        monkeypatch.setattr(module, "utc_now", found)
    return found


def require(funding: Funding, working_days: int = 5) -> None:
    scheme = next(one for one in funding.app.state.schemes.policies if one.parameters.scheme == ANNUAL)
    changes = {"public_notice": PublicNotice(working_days=working_days)}
    changed = replace(scheme, parameters=scheme.parameters.model_copy(update=changes))
    others = [one for one in funding.app.state.schemes.policies if one.id != scheme.id]
    funding.app.state.schemes = PolicyBook([*others, changed])


def summary(*grants: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"ids": [one["id"] for one in grants], "count": len(grants), "total_fen": FEN * len(grants), **changes}


async def publish(funding: Funding, *grants: dict[str, Any], **changes: Any) -> httpx.Response:
    body = summary(*grants, started_on="2026-09-18", place="区委网站") | changes
    return await funding.http.post("/v1/grants:publish", json=body)


async def published(funding: Funding, count: int = 1) -> list[dict[str, Any]]:
    require(funding)
    grants = await funding.raised(count, "review")
    assert (answer := await publish(funding, *grants)).status_code == 200, answer.text
    return grants


async def approve(funding: Funding, grant: dict[str, Any]) -> httpx.Response:
    return await funding.http.post(f"/v1/grants/{grant['id']}/approval")


async def step(funding: Funding, grant: dict[str, Any], what: str) -> None:
    """Once more, so without the key of the first time."""
    answer = await funding.http.post(f"/v1/grants/{grant['id']}/{what}")
    assert answer.status_code == 200, answer.text


async def send(funding: Funding, grant: dict[str, Any], what: str, **body: Any) -> httpx.Response:
    return await funding.http.post(f"/v1/grants/{grant['id']}/{what}", json=body)


async def test_r_public_notice__is_over_after_its_working_days(funding: Funding, clock: Clock) -> None:
    require(funding)
    grants = await funding.raised(2, "review")
    assert slug(await approve(funding, grants[0])) == (409, "notice-missing")
    [listed, _] = await funding.grants(state="reviewed")
    offered = {one["step"]: one["problem"] for one in listed["next_steps"]}
    assert (offered["approval"], offered["return"]) == ("notice-missing", None)
    together = await funding.http.post("/v1/grants:approve", json=summary(*grants))
    assert slug(together) == (409, "notice-missing")
    assert slug(await publish(funding, *grants, total_fen=1)) == (409, "summary-differs")
    answer = await publish(funding, *grants)
    assert (answer.status_code, answer.json()["count"]) == (200, 2)
    assert slug(await publish(funding, grants[0])) == (409, "notice-published")
    clock.now = datetime(2026, 9, 24, 15, 30, tzinfo=UTC)
    early = await approve(funding, grants[0])
    assert (slug(early), early.json()["ends_on"]) == ((409, "grant-notice-running"), ENDS)
    clock.now = AFTER
    together = await funding.http.post("/v1/grants:approve", json=summary(*grants))
    assert together.status_code == 200, together.text
    found = await funding.get(f"/v1/grants/{grants[0]['id']}")
    told = [(one["rule"], one["outcome"]) for one in found["reasons"] if one["rule"] == "R-public-notice"]
    assert told == [("R-public-notice", "published"), ("R-public-notice", "over")]
    assert [one["step"] for one in found["history"]] == ["raised", "review", "public_notice", "approval"]
    [notice] = (await funding.get(f"/v1/grants/{grants[0]['id']}/notices"))["notices"]
    assert (notice["started_on"], notice["ends_on"], notice["working_days"]) == ("2026-09-18", ENDS, 5)


async def test_r_public_notice__begins_between_the_review_and_today(funding: Funding, clock: Clock) -> None:
    [unasked] = await funding.raised(1, "review")
    assert slug(await publish(funding, unasked)) == (409, "notice-not-required")
    require(funding)
    assert slug(await publish(funding, *await funding.raised(1))) == (409, "illegal-transition")
    for day in ("2026-09-17", "2026-09-19"):
        refused = await publish(funding, unasked, started_on=day)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/started_on")
    clock.now = AFTER
    assert (await publish(funding, unasked)).status_code == 200, "a notice of last week is recorded today"
    assert (await approve(funding, unasked)).status_code == 200


async def test_r_public_notice__an_objection_suspends_until_it_is_answered(funding: Funding, clock: Clock) -> None:
    [grant] = await published(funding)
    objection = {"received_on": "2026-09-18", "statement": "该组织全年未开展活动"}
    for day in ("2026-09-17", "2026-09-19"):
        refused = await send(funding, grant, "objections", **objection | {"received_on": day})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/received_on")
    made = await send(funding, grant, "objections", **objection)
    assert (made.status_code, len(made.json()["notices"][0]["objections"])) == (201, 1)
    clock.now = AFTER
    assert slug(await approve(funding, grant)) == (409, "objection-open")
    assert slug(await send(funding, grant, "objections/2/answer", upheld=False, answer="无")) == (404, "not-found")
    done = await send(funding, grant, "objections/1/answer", upheld=False, answer="活动记录齐全")
    assert done.status_code == 200, done.text
    assert slug(await send(funding, grant, "objections/1/answer", upheld=True, answer="无")) == (
        409,
        "objection-answered",
    )
    approved = await approve(funding, grant)
    assert approved.status_code == 200, approved.text
    assert next(one for one in approved.json()["reasons"] if one["outcome"] == "over")["facts"]["objections"] == 1
    assert slug(await send(funding, grant, "objections", **objection)) == (409, "not-in-notice")


async def test_r_public_notice__one_that_is_upheld_returns_the_grant_to_be_published_again(
    funding: Funding, clock: Clock
) -> None:
    [grant] = await published(funding)
    await send(funding, grant, "objections", received_on="2026-09-18", statement="金额有误")
    done = await send(funding, grant, "objections/1/answer", upheld=True, answer="属实，退回")
    assert (done.status_code, done.json()["state"]) == (200, "raised"), done.text
    assert done.json()["notices"][0]["in_force"] is False
    clock.now = AFTER
    await step(funding, grant, "review")
    assert slug(await approve(funding, grant)) == (409, "notice-missing")
    again = await publish(funding, grant, started_on="2026-09-25")
    assert again.status_code == 200, again.text
    clock.now = datetime(2026, 10, 12, tzinfo=UTC)
    assert (await approve(funding, grant)).status_code == 200
    events = await funding.rows("SELECT type FROM outbox WHERE subject = :id ORDER BY sequence", id=grant["id"])
    kinds = [one["type"].split(".")[-2] for one in events]
    assert kinds == ["raised", "reviewed", "raised", "reviewed", "approved"]


async def test_r_return__is_by_who_may_approve_and_only_of_what_is_reviewed(
    funding: Funding, clock: Clock, token_for: TokenFor
) -> None:
    [grant] = await funding.raised(1, "review")
    reviewer = (await funding.get(f"/v1/grants/{grant['id']}"))["history"][-1]["by"]
    same = {"Authorization": f"Bearer {token_for(['reviewer', 'approver'], ['330106'], subject=reviewer)}"}
    path, body = f"/v1/grants/{grant['id']}/return", {"reason": "附件缺失"}
    assert slug(await funding.http.post(path, json=body, headers=same)) == (403, "same-hand")
    back = await funding.http.post(path, json=body)
    assert (back.status_code, back.json()["state"]) == (200, "raised"), back.text
    assert [one["step"] for one in back.json()["history"]] == ["raised", "review", "return"]
    assert back.json()["history"][-1]["note"] == "附件缺失"
    assert slug(await funding.http.post(path, json=body)) == (409, "illegal-transition")
    await step(funding, grant, "review")
    await step(funding, grant, "approval")
    assert slug(await funding.http.post(path, json=body)) == (409, "illegal-transition")
    assert await funding.balance("2307", division="330106") == -FEN


async def test_r_public_notice__waits_among_the_tasks(funding: Funding, clock: Clock) -> None:
    require(funding)
    [grant] = await funding.raised(1, "review")

    async def kinds() -> set[str]:
        return {one["kind"] for one in (await funding.get("/v1/tasks"))["items"] if one["subject"]["id"] == grant["id"]}

    assert await kinds() == {"grant.public_notice"}
    await publish(funding, grant)
    await send(funding, grant, "objections", received_on="2026-09-18", statement="金额有误")
    assert await kinds() == {"grant.objection"}
    await send(funding, grant, "objections/1/answer", upheld=False, answer="无误")
    assert await kinds() == {"grant.approval"}, "its last day is long past"


def test_r_public_notice__days_are_those_of_the_list() -> None:
    grant = a_grant(state="reviewed")
    found = {
        days: rule(
            grant,
            PublicNotice(working_days=days),
            None,
            reviewed_on=date(2026, 9, 18),
            started_on=date(2026, 9, 18),
            days=LIBRARY_ONLY,
            now=FRIDAY,
        )[2]
        for days in (1, 5, 7)
    }
    assert found == {1: date(2026, 9, 20), 5: date(2026, 9, 24), 7: date(2026, 9, 29)}
