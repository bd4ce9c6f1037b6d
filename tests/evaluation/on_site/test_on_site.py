"""On-site checks: a sample by a seed that everybody can draw again, a team, findings beside the stages."""

import io
import random
import zipfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.evaluation.on_site.rules import apply, compare, digest_of, draw
from services.evaluation.sheets.rules import Fact, Sheet
from services.evaluation.stage_policies import OnSiteRules
from shared.db.base import utc_now
from shared.field.calendar import china_day
from tests.conftest import TokenFor
from tests.evaluation.conftest import Round, changed, dissolved, established, pointers, received, slug, with_policy
from tests.evaluation.deadlines.test_deadlines import full, kinds
from tests.evaluation.deadlines.test_rules import policy
from tests.evaluation.evidence.test_evidence import file

NOW = datetime(2026, 12, 1, tzinfo=UTC)
POLICY: dict[str, Any] = {"on_site": {"sample_bp": 5000, "findings": "replaces"}}
IDS = st.sets(st.uuids(), max_size=40)


@given(IDS, st.integers(0, 10_000), st.integers(0, 5), st.text(max_size=20), st.randoms())
def test_sample__is_the_policys_share_and_the_seeds(
    ids: set[UUID], share: int, least: int, seed: str, shuffled: random.Random
) -> None:
    rules = OnSiteRules(sample_bp=share, at_least=least)
    drawn = draw(ids, rules, seed)
    assert len(drawn) == min(len(ids), max(least, -(-len(ids) * share // 10_000)))
    assert set(drawn) <= ids
    other = list(ids)
    shuffled.shuffle(other)
    assert draw(other, rules, seed) == drawn, "in whatever order they come"
    assert digest_of(other) == digest_of(ids)


def test_sample__of_another_seed_is_another_one() -> None:
    ids = [UUID(int=number) for number in range(100)]
    rules = OnSiteRules(sample_bp=2000)
    assert draw(ids, rules, "08152331") == draw(ids, rules, "08152331")
    assert len({tuple(draw(ids, rules, str(seed))) for seed in range(50)}) == 50
    more = OnSiteRules(sample_bp=4000)
    assert set(draw(ids, rules, "a")) <= set(draw(ids, more, "a")), "a larger share has the smaller one in it"


def fact(points: str | None, value: object = 1) -> Fact:
    return Fact(value, "现场", None if points is None else Decimal(points), {"method": "counted"})


def test_findings__are_flagged_or_replace_what_differs() -> None:
    sheet = Sheet({"A1": Decimal(5), "B1": Decimal(3)}, (), ())
    findings = {"A1": fact("2"), "B1": fact("3"), "C1": fact("4")}
    assert [(one.code, one.given, one.found) for one in compare(sheet, findings)] == [
        ("A1", Decimal(5), Decimal(2)),
        ("C1", None, Decimal(4)),
    ]
    flagged, reasons = apply(sheet, findings, OnSiteRules(sample_bp=0), NOW)
    assert flagged == sheet
    assert {(one.rule, one.outcome) for one in reasons} == {("R-on-site", "flagged")}
    replaced, reasons = apply(sheet, findings, OnSiteRules(sample_bp=0, findings="replaces"), NOW)
    assert replaced.scores == {"A1": Decimal(2), "B1": Decimal(3), "C1": Decimal(4)}
    assert [one.facts for one in reasons] == [
        {"code": "A1", "given": "5.00", "found": "2.00"},
        {"code": "C1", "given": None, "found": "4.00"},
    ]
    gone, _ = apply(sheet, {"A1": fact(None)}, OnSiteRules(sample_bp=0, findings="replaces"), NOW)
    assert ("A1" in gone.scores, gone.absent()) == (False, frozenset({"A1"}))


def test_policy__a_team_has_at_least_two() -> None:
    for changes in ({"team_min": 1}, {"sample_bp": 10_001}, {"findings": "punishes"}):
        with pytest.raises(ValidationError):
            policy(on_site={"sample_bp": 2000, **changes})


def today() -> date:
    return china_day(utc_now())


async def opened(a_round: Round, count: int = 4) -> list[dict[str, Any]]:
    parties = [established() for _ in range(count)]
    await a_round.project(*map(received, parties))
    a_round.cycle = await a_round.open()
    return [await a_round.evaluation_of(party.id) for party in parties]


async def sample(a_round: Round, seed: str = "08152331", **headers: str) -> httpx.Response:
    path = f"/v1/cycles/{a_round.cycle['id']}/samples"
    return await a_round.client.post(path, json={"seed": seed}, headers=headers)


async def visit(
    a_round: Round, one: dict[str, Any], token: str, *, team: tuple[str, ...] = ("li", "wang"), **changes: Any
) -> httpx.Response:
    path = f"/v1/evaluations/{one['id']}"
    version = (await a_round.client.get(path)).headers["ETag"]
    body = {"visited_on": str(today()), "team": list(team), "findings": YES, **changes}
    headers = {"Authorization": f"Bearer {token}", "If-Match": version}
    return await a_round.client.put(f"{path}/on-site-check", json=body, headers=headers)


NO = {"F1": {"value": False, "evidence": "现场未见阵地"}}
YES = {"F1": {"value": True, "evidence": "现场可见阵地"}}


@pytest.fixture
def folder(app: FastAPI, tmp_path: Path) -> Path:
    app.state.settings.evidence_folder = tmp_path / "evidence"
    return tmp_path / "evidence"


@pytest.fixture
def li(token_for: TokenFor) -> str:
    return token_for("rater", ["33"], "li")


async def test_sample__is_drawn_once_and_shown(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **POLICY)
    evaluations = await opened(a_round)
    ids = [UUID(one["id"]) for one in evaluations]
    response = await sample(a_round)
    assert response.status_code == 201, response.text
    drawn = response.json()
    expected = draw(ids, OnSiteRules(sample_bp=5000), "08152331")
    assert (drawn["drawn"], drawn["among"], drawn["among_digest"]) == (
        [str(one) for one in expected],
        4,
        digest_of(ids),
    )
    again = await sample(a_round, "another")
    assert (again.status_code, slug(again), again.json()["seed"]) == (409, "sample-drawn", "08152331")
    [listed] = (await a_round.client.get("/v1/samples", params={"cycle": a_round.cycle["id"]})).json()["items"]
    assert listed == drawn
    shown = [(await a_round.get(one))["on_site"] for one in evaluations]
    assert [one is not None for one in shown] == [one in expected for one in ids]
    waiting = (await a_round.client.get("/v1/tasks")).json()["items"]
    assert {one["subject"]["id"] for one in waiting if one["kind"] == "evaluation.on_site"} == set(drawn["drawn"])


async def test_sample__only_where_the_policy_has_checks_and_somebody_is_left(app: FastAPI, a_round: Round) -> None:
    await opened(a_round, 1)
    assert slug(await sample(a_round)) == "no-on-site-checks"
    with_policy(app, **POLICY)
    party = established(established_on="2025-01-01", division="330203")
    await a_round.project(received(party))
    a_round.cycle = await a_round.open("3302")
    await a_round.project(received(dissolved(party.id), 2))
    assert slug(await sample(a_round)) == "nothing-to-draw"
    assert (await a_round.client.post(f"/v1/cycles/{a_round.cycle['id']}/closing")).status_code == 200
    assert slug(await sample(a_round)) == "cycle-not-open"


async def test_drawn__is_visited_before_the_rating_and_the_findings_count(
    app: FastAPI, a_round: Round, li: str
) -> None:
    with_policy(app, on_site=POLICY["on_site"] | {"sample_bp": 10_000})
    [one] = await opened(a_round, 1)
    assert (await sample(a_round)).status_code == 201
    marks = await full(a_round, one)
    assert (await a_round.put(one, scores=marks)).status_code == 200
    early = await a_round.complete(one)
    assert (early.status_code, slug(early)) == (409, "on-site-first")
    found = await visit(a_round, one, li, findings=NO, note="已向书记反馈")
    assert found.status_code == 200, found.text
    shown = found.json()["on_site"]
    assert (shown["team"], shown["findings"]["F1"]["points"], shown["put_by"]) == (["li", "wang"], "0", "li")
    [difference] = shown["differences"]
    assert (difference["code"], Decimal(difference["given"]), difference["found"]) == (
        "F1",
        Decimal(marks["F1"]),
        "0.00",
    )
    assert "evaluation.on_site" not in await kinds(a_round)
    done = (await a_round.complete(one)).json()
    lost = Decimal(marks["F1"]) * 100 / 97
    assert abs(Decimal(done["total"]) - (100 - lost)) < Decimal("0.01")
    [reason] = [each for each in done["reasons"] if each["rule"] == "R-on-site"]
    assert (reason["outcome"], reason["facts"]["code"]) == ("replaced", "F1")
    assert done["basis"]["scores"]["F1"] == "0"
    assert done["stages"]["committee"]["scores"]["F1"] == marks["F1"], "the stage stays as it was put"


async def test_drawn__who_moved_to_a_cycle_without_checks_waits_for_none(app: FastAPI, a_round: Round) -> None:
    with_policy(app, on_site={"sample_bp": 10_000})
    parties = [established(), established()]
    await a_round.project(*map(received, parties))
    a_round.cycle = await a_round.open()
    alone, decided = [await a_round.evaluation_of(party.id) for party in parties]
    assert (await sample(a_round)).status_code == 201
    with_policy(app, on_site=None)
    await a_round.open("3302")
    with_policy(app, session={})
    a_round.cycle = await a_round.open("3303")
    for party, division in zip(parties, ("330203", "330302"), strict=True):
        await a_round.project(received(changed(id=party.id, division=division, covers=party.covers), 2))
    assert "evaluation.on_site" not in await kinds(a_round)
    for one in (alone, decided):
        assert (await a_round.put(one, scores=await full(a_round, one))).status_code == 200
    done = await a_round.complete(alone)
    assert done.status_code == 200, done.text
    session = await a_round.session(count=1, held_on=str(today()))
    assert session.status_code == 201, session.text


async def test_findings__that_flag_change_no_total_in_a_session_either(app: FastAPI, a_round: Round, li: str) -> None:
    with_policy(app, on_site={"sample_bp": 10_000}, session={})
    one, other = await opened(a_round, 2)
    assert (await sample(a_round)).status_code == 201
    marks = await full(a_round, one)
    for each in (one, other):
        assert (await a_round.put(each, scores=marks)).status_code == 200
    assert (await visit(a_round, one, li, findings=NO)).status_code == 200
    unready = await a_round.session(count=2, held_on=str(today()))
    assert slug(unready) == "session-differs", "the other one was drawn, and not visited"
    assert (await visit(a_round, other, li)).status_code == 200
    decided = await a_round.session(count=2, held_on=str(today()))
    assert decided.status_code == 201, decided.text
    decision = (await a_round.get(one))["decision"]
    assert decision["total"] == "100.00"
    assert [each["outcome"] for each in decision["reasons"] if each["rule"] == "R-on-site"] == ["flagged"]


async def test_team__is_two_at_least_and_has_no_interest(
    app: FastAPI, a_round: Round, li: str, token_for: TokenFor
) -> None:
    with_policy(app, **POLICY)
    [one] = await opened(a_round, 1)
    wang = {"Authorization": f"Bearer {token_for('rater', ['33'], 'wang')}"}
    assert (await a_round.put(one, "self", scores={})).status_code == 200
    for team, where in (
        (("li",), ["/team"]),
        (("li", "LI"), ["/team/1"]),
        (("wang", "zhao"), ["/team"]),
        (("li", "hand-self"), ["/team/1"]),
    ):
        refused = await visit(a_round, one, li, team=team)
        assert (refused.status_code, pointers(refused)) == (422, where), team
    declared = {"party_organization_id": one["party_organization_id"], "reason": "亲属"}
    assert (await a_round.client.post("/v1/interests", json=declared, headers=wang)).status_code == 201
    assert pointers(await visit(a_round, one, li)) == ["/team/1"]
    for day in (today() + timedelta(days=1), today() - timedelta(days=400)):
        assert pointers(await visit(a_round, one, li, team=("li", "zhao"), visited_on=str(day))) == ["/visited_on"]
    unknown = await visit(a_round, one, li, team=("li", "zhao"), findings={"Z9": NO["F1"]})
    assert pointers(unknown) == ["/findings/Z9"]


async def test_check__of_who_was_not_drawn_is_corrected_by_its_version(app: FastAPI, a_round: Round, li: str) -> None:
    with_policy(app, **POLICY)
    [one] = await opened(a_round, 1)
    first = await visit(a_round, one, li, findings=NO)
    assert (first.status_code, first.json()["on_site"]["sample_id"]) == (200, None)
    same = await visit(a_round, one, li, findings=NO)
    assert same.json()["version"] == first.json()["version"]
    body = {"visited_on": str(today()), "team": ["li", "wang"], "findings": YES}
    headers = {"Authorization": f"Bearer {li}"}
    blind = await a_round.client.put(f"/v1/evaluations/{one['id']}/on-site-check", json=body, headers=headers)
    assert blind.status_code in {412, 428}
    assert (await visit(a_round, one, li)).json()["on_site"]["findings"]["F1"]["value"] is True


async def test_check__says_what_was_found_and_by_files_that_there_are(
    app: FastAPI, a_round: Round, li: str, folder: Path
) -> None:
    """A visit without findings would count as one for whoever was drawn; a file that nobody filed shows nothing."""
    with_policy(app, **POLICY)
    [one, other] = await opened(a_round, 2)
    empty = await visit(a_round, one, li, findings={})
    assert (empty.status_code, pointers(empty)) == (422, ["/findings"])
    filed = (await file(a_round, one)).json()
    named = {"F1": YES["F1"] | {"files": [filed["id"]]}}
    assert (await visit(a_round, other, li, findings=named)).json()["errors"][0]["pointer"] == "/findings/F1/files/0"
    elsewhere = await visit(a_round, one, li, findings={"F2": {"value": 1, "evidence": "记录", "files": [filed["id"]]}})
    assert pointers(elsewhere) == ["/findings/F2/files/0"]
    found = await visit(a_round, one, li, findings=named)
    assert found.status_code == 200, found.text
    assert found.json()["on_site"]["findings"]["F1"]["files"] == [filed["id"]]


async def test_check__by_a_version_without_methods_is_told_in_a_note(app: FastAPI, a_round: Round, li: str) -> None:
    """Nothing can be found by facts there, and whoever was drawn waits for the check."""
    with_policy(app, **POLICY)
    party = established(established_on="2024-01-01")
    await a_round.project(received(party))
    await a_round.open(year=2025)
    one = await a_round.evaluation_of(party.id)
    silent = await visit(a_round, one, li, findings={})
    assert (silent.status_code, pointers(silent)) == (422, ["/note"])
    told = await visit(a_round, one, li, findings={}, note="阵地规范，台账齐全")
    assert told.status_code == 200, told.text


async def test_check__comes_back_with_a_reopening(app: FastAPI, a_round: Round, li: str) -> None:
    with_policy(app, **POLICY)
    [one] = await opened(a_round, 1)
    marks = await full(a_round, one)
    assert (await a_round.put(one, scores=marks)).status_code == 200
    assert (await a_round.complete(one)).status_code == 200
    assert slug(await visit(a_round, one, li, findings=NO)) == "illegal-transition"
    assert (await a_round.client.post(f"/v1/cycles/{one['cycle_id']}/closing")).status_code == 200
    reopened = await a_round.client.post(f"/v1/evaluations/{one['id']}/reopening", json={"reason": "核查"})
    assert reopened.status_code == 200, reopened.text
    assert (await visit(a_round, one, li, findings=NO)).status_code == 200
    done = (await a_round.complete(one)).json()
    assert [each["outcome"] for each in done["reasons"] if each["rule"] == "R-on-site"] == ["replaced"]


async def test_sheet__has_the_leaves_and_what_was_said_of_them(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **POLICY)
    [one] = await opened(a_round, 1)
    put = await a_round.client.put(f"/v1/evaluations/{one['id']}/facts/self", json={"F1": NO["F1"] | {"value": True}})
    assert put.status_code == 200, put.text
    assert (await sample(a_round)).status_code == 201
    sheet = await a_round.client.get(f"/v1/evaluations/{one['id']}/on-site-sheet", params={"format": "docx"})
    assert sheet.status_code == 200, sheet.text
    written = zipfile.ZipFile(io.BytesIO(sheet.content)).read("word/document.xml").decode()
    for text in ("实地核查表", "08152331", "F1", one["party_organization_name"]):
        assert text in written
