"""When a cycle opens and closes, and whom it is for: by its reference date (H17)."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.evaluation.openings import routes
from tests.conftest import TokenFor
from tests.evaluation.conftest import Round, changed, covered, dissolved, established, pointers, received, slug

At = Callable[[str], None]


def noon(day: str) -> datetime:
    """Noon of a day in China."""
    return datetime.fromisoformat(f"{day}T12:00:00+08:00").astimezone(UTC)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    """Sets the day on which requests come."""
    return lambda day: monkeypatch.setattr(routes, "utc_now", lambda: noon(day))


async def opening(a_round: Round, division: str, year: int, **body: Any) -> httpx.Response:
    cycle = await a_round.draft(division, year)
    return await a_round.client.post(f"/v1/cycles/{cycle['id']}/opening", json=body)


async def states(a_round: Round) -> dict[str, str]:
    return {one["party_organization_id"]: one["state"] for one in await a_round.evaluations()}


@pytest.mark.parametrize(
    ("day", "year", "status", "problem"),
    [
        ("2026-09-30", 2026, 409, "cycle-too-early"),
        ("2026-10-01", 2026, 200, None),
        ("2026-12-31", 2026, 200, None),
        ("2027-06-30", 2026, 200, None),
        ("2027-07-01", 2026, 422, "invalid-input"),
        ("2027-01-02", 2025, 422, "invalid-input"),
    ],
)
async def test_t02_a_cycle_opens_in_its_window__without_a_reason(
    a_round: Round, at: At, day: str, year: int, status: int, problem: str | None
) -> None:
    at(day)
    response = await opening(a_round, "3301", year)
    assert response.status_code == status, response.text
    if problem is not None:
        assert slug(response) == problem
        assert pointers(response) == (["/note"] if status == 422 else [])


async def test_t02_a_cycle_opens_in_its_window__later_with_a_reason_earlier_never(a_round: Round, at: At) -> None:
    at("2027-07-01")
    assert (await opening(a_round, "3301", 2026, note="  ")).status_code == 422
    late = await opening(a_round, "3302", 2026, note="机构改革,补开")
    assert (late.status_code, late.json()["note"]) == (200, "机构改革,补开")
    at("2027-09-30")
    early = await opening(a_round, "3301", 2027, note="提前")
    assert (early.status_code, slug(early)) == (409, "cycle-too-early")


@pytest.mark.parametrize("year", [2000, 2012, 2027, 2031, 2100])
async def test_t02_a_year_that_has_not_begun_or_has_no_rules_is_refused(a_round: Round, at: At, year: int) -> None:
    at("2026-12-31")
    response = await a_round.client.post("/v1/cycles", json={"year": year, "division": "3301"})
    assert (response.status_code, pointers(response)) == (422, ["/year"])


async def test_t02_h17_the_citys_cycle_comes_first(a_round: Round, at: At) -> None:
    at("2026-11-01")
    cycle = await a_round.draft("330106")
    path = f"/v1/cycles/{cycle['id']}/opening"
    await a_round.draft("3301")
    await a_round.open("3302")
    await a_round.open("3301", 2025)
    early = await a_round.client.post(path)
    assert (early.status_code, slug(early)) == (409, "city-cycle-first")
    [draft] = (await a_round.client.get("/v1/cycles", params={"state": "drafted", "division": "3301"})).json()["items"][
        :1
    ]
    assert draft["state"] == "drafted"
    await a_round.open("33")
    assert (await a_round.client.post(path)).status_code == 200


async def test_t02_managing_cycles_and_rating_are_two_permissions(a_round: Round, token_for: TokenFor) -> None:
    rater = {"Authorization": f"Bearer {token_for('rater', ['33'])}"}
    body = {"year": 2026, "division": "3301"}
    assert (await a_round.client.post("/v1/cycles", json=body, headers=rater, auth=None)).status_code == 403
    cycle = await a_round.draft()
    for step in ("opening", "closing"):
        path = f"/v1/cycles/{cycle['id']}/{step}"
        assert (await a_round.client.post(path, headers=rater, auth=None)).status_code == 403


ROLES = ("district_officer", "rater")


@pytest.mark.parametrize(
    ("opener", "scorer", "completer", "refused"),
    [
        ("a", "b", "c", None),
        ("a", "a", "c", "scoring"),
        ("a", "A", "c", "scoring"),
        ("a", "b", "a", "completion"),
        ("a", "b", "b", "completion"),
        ("a", "b", "B", "completion"),
    ],
)
@pytest.mark.parametrize("stage", ["group", "committee"])
async def test_t02_opener_rater_and_completer_differ(
    a_round: Round, token_for: TokenFor, opener: str, scorer: str, completer: str, refused: str | None, stage: str
) -> None:
    one = established()
    await a_round.project(received(one))

    async def send(method: str, path: str, subject: str, **given: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token_for(ROLES, ['33'], subject=subject)}"}
        return await a_round.client.request(method, path, headers=headers, auth=None, **given)

    cycle = await a_round.draft()
    assert (await send("POST", f"/v1/cycles/{cycle['id']}/opening", opener)).status_code == 200
    evaluation = await a_round.evaluation_of(one.id)
    path = f"/v1/evaluations/{evaluation['id']}"
    marks = await a_round.full_marks("T10")
    scored = await send("PUT", f"{path}/scores/{stage}", scorer, json={"scores": marks})
    assert scored.status_code == (403 if refused == "scoring" else 200), scored.text
    if refused == "scoring":
        assert slug(scored) == "same-hand"
        return
    if stage == "group":
        await send("PUT", f"{path}/scores/committee", "d", json={"scores": marks})
    completed = await send("POST", f"{path}/completion", completer)
    assert completed.status_code == (403 if refused else 200), completed.text


async def test_t02_only_who_existed_on_the_reference_date_is_enrolled__opened_after_it(a_round: Round, at: At) -> None:
    at("2027-02-01")
    new_year = noon("2027-01-10")
    last_day, founded_later, gone_before, gone_later, gone_on_it, entered_late = (
        established(established_on=day)
        for day in ("2026-12-31", "2027-01-01", "2026-01-01", "2026-01-01", "2026-01-01", "2026-12-31")
    )
    for one in (last_day, gone_before, gone_later, gone_on_it):
        await a_round.project(received(one))
    await a_round.project(
        received(founded_later, time=new_year),
        received(entered_late, time=new_year),
        received(dissolved(gone_before.id, on=date(2026, 12, 30)), 2),
        received(dissolved(gone_on_it.id, on=date(2026, 12, 31)), 2),
        received(dissolved(gone_later.id, on=date(2027, 1, 10)), 2, time=new_year),
    )
    cycle = await a_round.open()
    assert await states(a_round) == dict.fromkeys(map(str, (last_day.id, gone_later.id, entered_late.id)), "enrolled")
    assert (cycle["enrolled"], cycle["reference_date"]) == (3, "2026-12-31")


async def test_t02_enrolment_is_by_what_they_were_on_the_reference_date__moved_and_changed(
    a_round: Round, at: At
) -> None:
    at("2027-02-01")
    moved, joined, became_area = established(), established(covers=[covered("T02")]), established()
    await a_round.project(*map(received, (moved, joined, became_area)))
    later = noon("2027-01-10")
    await a_round.project(
        received(changed(id=moved.id, division="330206"), 2, time=later),
        received(changed(id=joined.id, covers=[covered("T07")]), 2, time=later),
        received(changed(id=became_area.id, form="area"), 2, time=later),
        received(changed(id=moved.id, division="330204"), 3, time=noon("2028-03-01")),
    )
    cycle = await a_round.open("3301")
    other = await a_round.open("3302")
    assert (cycle["enrolled"], cycle["not_rated"], other["enrolled"]) == (3, 0, 0)
    assert (await a_round.evaluation_of(joined.id))["type"] == "T02"
    at("2028-02-01")
    assert (await a_round.open("3302", 2027))["enrolled"] == 1, "2027 ended with it there"


async def test_t02_a_turn_of_the_year_within_one_list_is_kept(a_round: Round, at: At) -> None:
    at("2027-02-01")
    one = established()
    await a_round.project(
        received(changed(id=one.id, division="330206"), 2, time=noon("2027-01-10")),
        received(one, time=noon("2026-12-31")),
    )
    assert (await a_round.open("3301"))["enrolled"] == 1


async def test_t02_before_the_reference_date_enrolment_follows_the_present_state(a_round: Round, at: At) -> None:
    at("2026-11-01")
    one, other = established(), established()
    await a_round.project(received(one), received(other))
    await a_round.open()
    autumn = noon("2026-11-20")
    await a_round.project(
        received(changed(id=one.id, covers=[covered("T02")]), 2, time=autumn),
        received(dissolved(other.id, on=date(2026, 11, 20)), 2, time=autumn),
    )
    assert (await a_round.evaluation_of(one.id))["type"] == "T02"
    assert await states(a_round) == {str(one.id): "enrolled", str(other.id): "withdrawn"}
    await a_round.project(received(changed(id=other.id), 3, time=autumn))
    assert await states(a_round) == {str(one.id): "enrolled", str(other.id): "enrolled"}, "it exists again"


async def test_t02_who_is_scored_keeps_type_and_sheet(a_round: Round, at: At) -> None:
    at("2026-11-01")
    one = established()
    await a_round.project(received(one))
    await a_round.open()
    await a_round.put(await a_round.evaluation_of(one.id), "self", scores={"A1": "1"})
    await a_round.project(received(changed(id=one.id, covers=[covered("T02")]), 2))
    kept = await a_round.evaluation_of(one.id)
    assert (kept["type"], kept["state"]) == ("T10", "scoring")
    await a_round.project(received(dissolved(one.id), 3))
    await a_round.project(received(changed(id=one.id), 4))
    back = await a_round.evaluation_of(one.id)
    assert (back["state"], back["stages"]["self"]["scores"]) == ("scoring", {"A1": "1"})


async def test_t02_an_open_cycle_is_brought_up_to_date_on_its_reference_date(a_round: Round, at: At) -> None:
    at("2026-11-01")
    one, gone = established(), established()
    await a_round.project(received(one), received(gone))
    await a_round.open()
    # As if a version had handled the news that enrols by other rules.
    await a_round.run("DELETE FROM evaluations WHERE party_organization_id = :id", id=one.id)
    await a_round.run("UPDATE party_organizations SET dissolved_on = '2026-12-01' WHERE id = :id", id=gone.id)

    assert [await a_round.bring_up_to_date(noon("2026-12-31")), len(await states(a_round))] == [0, 1]
    assert [await a_round.bring_up_to_date(noon(f"2027-01-0{day}")) for day in (1, 2)] == [1, 0]
    assert await states(a_round) == {str(one.id): "enrolled", str(gone.id): "withdrawn"}


async def test_t03_who_is_founded_later_does_not_join_an_open_cycle(a_round: Round, at: At) -> None:
    at("2026-11-01")
    await a_round.open("3301", 2026)
    await a_round.open("3301", 2025)
    one = established(established_on="2026-11-01")
    await a_round.project(received(one, time=noon("2026-11-01")))
    assert (await a_round.evaluation_of(one.id))["year"] == 2026


async def close(a_round: Round, cycle_id: str, **given: Any) -> httpx.Response:
    return await a_round.client.post(f"/v1/cycles/{cycle_id}/closing", **given)


async def test_t03_a_closed_cycle_takes_nothing_more(a_round: Round) -> None:
    one, gone = established(), established()
    await a_round.project(received(one), received(gone))
    await a_round.open()
    evaluation = await a_round.evaluation_of(one.id)
    marks = await a_round.full_marks("T10")
    await a_round.put(evaluation, scores=marks)
    closed = await close(a_round, evaluation["cycle_id"], json={"note": "评定结束"})
    body = closed.json()
    assert (closed.status_code, body["state"], body["closing_note"], body["enrolled"]) == (200, "closed", "评定结束", 2)
    assert body["closed_at"] is not None
    for refused in (await a_round.put(evaluation, "group", scores=marks), await a_round.complete(evaluation)):
        assert (refused.status_code, slug(refused)) == (409, "cycle-not-open")
        assert "closed" in refused.json()["detail"]
    later = established()
    await a_round.project(received(later), received(dissolved(gone.id), 2))
    assert await states(a_round) == {str(one.id): "scoring", str(gone.id): "enrolled"}
    again = await close(a_round, evaluation["cycle_id"])
    assert (again.status_code, slug(again)) == (409, "illegal-transition")


async def test_t03_closed_late__is_brought_up_to_date_first(a_round: Round, at: At) -> None:
    at("2026-11-01")
    one, gone = established(), established()
    await a_round.project(received(one), received(gone))
    cycle = await a_round.open()
    # As if a version had handled the news that enrols by other rules.
    await a_round.run("UPDATE party_organizations SET dissolved_on = '2026-12-01' WHERE id = :id", id=gone.id)
    at("2027-01-01")
    assert (await close(a_round, cycle["id"])).status_code == 200
    assert await states(a_round) == {str(one.id): "enrolled", str(gone.id): "withdrawn"}
    assert await a_round.bring_up_to_date(noon("2027-01-02")) == 0


async def test_t03_closing_needs_an_open_cycle_and_its_version(a_round: Round) -> None:
    assert (await close(a_round, str(UUID(int=1)))).status_code == 404
    draft = await a_round.draft("3302")
    assert (await close(a_round, draft["id"])).status_code == 409
    cycle = await a_round.open()
    assert (await close(a_round, cycle["id"], headers={"If-Match": '"9"'})).status_code == 412
    assert (await close(a_round, cycle["id"], headers={"If-Match": '"2"'})).json()["version"] == 3


async def test_t03_closing_is_audited(a_round: Round) -> None:
    cycle = await a_round.open()
    await close(a_round, cycle["id"])
    [row] = await a_round.rows(
        "SELECT actor, door, diff FROM audit_log WHERE object_type = 'cycles' ORDER BY number DESC LIMIT 1"
    )
    assert row["door"].endswith("/closing")
    assert row["diff"]["after"]["state"] == "closed"
    assert row["actor"] == row["diff"]["after"]["closed_by"]


async def test_t10_enrolled_is_counted(a_round: Round) -> None:
    cycle = await a_round.open()
    assert (cycle["enrolled"], cycle["not_rated"]) == (0, 0)
    one = established()
    await a_round.project(received(one), received(established()), received(established(form="area")))

    async def counts() -> list[tuple[int | None, int | None]]:
        one = (await a_round.client.get(f"/v1/cycles/{cycle['id']}")).json()
        [listed] = (await a_round.client.get("/v1/cycles", params={"state": "open"})).json()["items"]
        return [(shown["enrolled"], shown["not_rated"]) for shown in (one, listed)]

    assert await counts() == [(2, 1)] * 2
    await a_round.project(received(dissolved(one.id), 2))
    assert await counts() == [(1, 1)] * 2
    draft = await a_round.draft("3302")
    assert (draft["enrolled"], draft["not_rated"]) == (None, None)
