"""Graduation once both maturity lists pass, and leaving without (H8, D15: 出壳)."""

from datetime import date

import pytest

from services.incubation.reconciliation import RECONCILIATION
from shared.contracts.incubation import IncubateeExited, IncubateeGraduated
from shared.field.calendar import months_after
from shuangfu.reconciliation.versions import Numbered, gaps
from tests.conftest import TokenFor
from tests.incubation.conftest import Incubation, Organization, dissolved
from tests.incubation.incubatees.helpers import (
    ago,
    apply,
    assessed,
    entered,
    entered_ago,
    led,
    party_of,
    step,
    taken,
    visited,
    went_through,
)
from tests.incubation.incubators.helpers import activated, errors


async def ready(incubation: Incubation, one: Organization, days: int = 60) -> str:
    """One whose lists both pass."""
    await activated(incubation)
    await incubation.deliver(one.state(3), led(one))
    incubatee = await entered_ago(incubation, one, days)
    assert (await assessed(incubation, incubatee)).status_code == 200
    return incubatee


async def test_reconcile__a_step_that_publishes_nothing_is_no_gap_and_a_lost_event_is_one(
    incubation: Incubation,
) -> None:
    incubatee = await ready(incubation, Organization(1))
    await taken(incubation, incubatee, "graduation")
    seen, behind = gaps(RECONCILIATION.unannounced), Numbered("incubatees", "id", "version")
    assert len(await incubation.rows("SELECT 1 FROM outbox WHERE subject = :id", id=incubatee)) == 2
    assert await incubation.rows(seen) == []
    assert await incubation.rows(behind.behind(RECONCILIATION.unannounced)) == []
    await incubation.change(f"DELETE FROM outbox WHERE type LIKE '%graduated%' AND subject = '{incubatee}'")
    [lost] = await incubation.rows(behind.behind(RECONCILIATION.unannounced))
    assert str(lost["id"]) == incubatee


async def test_h8_graduation__is_blocked_until_both_lists_pass_and_says_what_is_missing(
    incubation: Incubation,
) -> None:
    await activated(incubation)
    one = Organization(1)
    await incubation.deliver(one.state(3))
    incubatee = await entered_ago(incubation, one, 60)
    await assessed(incubation, incubatee, P3={"passed": False, "evidence": "无记录"})
    refused = await step(incubation, incubatee, "graduation", None, **{"Accept-Language": "en"})
    assert (refused.status_code, refused.json()["type"].endswith("incubatee-not-mature")) == (409, True)
    assert refused.json()["missing"] == ["P1", "P2", "P3"]
    assert errors(refused) == {
        "/party_organization/P1": "It is covered by a Party organization in the form that it is due",
        "/party_organization/P2": "The leadership of its Party organization is approved",
        "/party_organization/P3": "Organizational life goes on and is recorded",
    }
    maturity = await incubation.get(f"/incubatees/{incubatee}/maturity")
    assert (maturity["mature"], maturity["missing"]) == (False, ["P1", "P2", "P3"])
    assert [one["mature"] for one in maturity["lists"]] == [True, False]
    assert (await incubation.get(f"/incubatees/{incubatee}"))["state"] == "incubating"
    # The Party organization follows from the registry's news: nobody enters it here.
    await incubation.deliver(led(one))
    assert (await incubation.get(f"/incubatees/{incubatee}/maturity"))["missing"] == ["P3"]
    await assessed(incubation, incubatee)
    assert (await step(incubation, incubatee, "graduation")).status_code == 200


async def test_h8_graduation__is_not_dated_before_the_founding_nor_before_its_leadership(
    incubation: Incubation,
) -> None:
    await activated(incubation)
    one = Organization(1)
    await incubation.deliver(one.state(3), led(one))
    incubatee = await entered(incubation, one)
    assert (await assessed(incubation, incubatee)).status_code == 200
    refused = await step(incubation, incubatee, "graduation", {"graduated_on": "2026-03-31"})
    assert (refused.status_code, refused.json()["missing"]) == (409, ["P1", "P2"])
    refused = await step(incubation, incubatee, "graduation", {"graduated_on": "2026-04-19"})
    assert (refused.status_code, refused.json()["missing"]) == (409, ["P2"])
    assert (await step(incubation, incubatee, "graduation", {"graduated_on": "2026-04-20"})).status_code == 200


async def test_h8_graduation__keeps_its_reasons_and_begins_the_follow_up(incubation: Incubation) -> None:
    one = Organization(1)
    incubatee = await ready(incubation, one)
    shown = await taken(incubation, incubatee, "graduation", {"graduated_on": ago(1), "note": "双成熟"})
    assert (shown["state"], shown["graduated_on"]) == ("graduated", ago(1))
    assert shown["follow_up_until"] == months_after(date.fromisoformat(ago(1)), 12).isoformat()
    assert [(r["rule"], r["outcome"], r["facts"]["track"]) for r in shown["reasons"]] == [
        ("H8", "mature", "organization"),
        ("H8", "mature", "party_organization"),
    ]
    assert shown["reasons"][1]["facts"]["passed"] == ["P1", "P2", "P3", "P4", "P5"]
    [event] = await incubation.emitted("incubatee.graduated")
    data = IncubateeGraduated.model_validate(event["data"])
    assert (event["sequence"], data.organization_id, data.graduated_on.isoformat()) == (
        shown["version"],
        one.id,
        ago(1),
    )
    assert data.party_organization_id is not None
    assert (await step(incubation, incubatee, "graduation")).status_code == 409
    # What becomes of its Party organization later changes nothing about its graduation.
    await incubation.deliver(dissolved(data.party_organization_id))
    assert (await incubation.get(f"/incubatees/{incubatee}"))["reasons"] == shown["reasons"]
    await visited(incubation, incubatee, ago(0))


async def test_h8_maturity__as_of_a_day_counts_nothing_that_came_after_it(incubation: Incubation) -> None:
    one = Organization(1)
    incubatee = await ready(incubation, one, 150)
    await taken(incubation, incubatee, "graduation", {"graduated_on": ago(100)})
    # More than a quarter after its entry, and one track's alone: neither was so on the day of its graduation.
    await visited(incubation, incubatee, ago(0))
    await went_through(incubation, incubatee, "organization", inspection=ago(95))
    maturity = await incubation.get(f"/incubatees/{incubatee}/maturity")
    assert (maturity["mature"], maturity["missing"]) == (True, [])
    basis = {one["code"]: one["basis"] for found in maturity["lists"] for one in found["items"]}
    assert basis["O5"]["visits"] == 0
    assert (await incubation.get(f"/incubatees/{incubatee}/maturity", on=ago(0)))["missing"] != []


async def test_h8_maturity__as_of_a_day_is_not_mended_by_a_moment_that_came_after_it(incubation: Incubation) -> None:
    one = Organization(1)
    incubatee = await ready(incubation, one, 150)
    await visited(incubation, incubatee, ago(80))
    await went_through(incubation, incubatee, "party_organization", entry=ago(3))
    assert (await incubation.get(f"/incubatees/{incubatee}/maturity"))["missing"] == []
    # Its Party organization was to enter 90 days after it, and had not by then.
    assert (await incubation.get(f"/incubatees/{incubatee}/maturity", on=ago(30)))["missing"] == ["P5"]


async def test_h8_graduation__is_not_by_whoever_assessed_a_part_of_it(
    incubation: Incubation, token_for: TokenFor
) -> None:
    one = Organization(1)
    incubatee = await ready(incubation, one)
    same = {"Authorization": f"Bearer {token_for('district_officer', ['3301'], subject='甲')}"}
    sheet = {"items": {"P4": {"passed": True, "evidence": "章程"}}}
    assert (await incubation.http.put(f"/v1/incubatees/{incubatee}/maturity", json=sheet, headers=same)).is_success
    # What another one assesses since does not take that away.
    await incubation.http.put(f"/v1/incubatees/{incubatee}/maturity", json={"items": {"P3": sheet["items"]["P4"]}})
    refused = await step(incubation, incubatee, "graduation", None, **same)
    assert (refused.status_code, refused.json()["earlier"]) == (403, "assessing")


async def test_h8_list__asks_that_no_visit_was_missed(incubation: Incubation) -> None:
    one = Organization(1)
    incubatee = await ready(incubation, one, 120)
    await went_through(incubation, incubatee, "party_organization", entry=ago(119))
    assert (await incubation.get(f"/incubatees/{incubatee}/maturity"))["missing"] == ["O5"]
    await visited(incubation, incubatee, ago(60))
    assert (await incubation.get(f"/incubatees/{incubatee}/maturity"))["missing"] == []


@pytest.mark.parametrize(("code", "sentence"), [("P1", "系统"), ("X9", "没有此项")])
async def test_h8_sheet__has_no_other_items_than_those_that_an_officer_assesses(
    incubation: Incubation, code: str, sentence: str
) -> None:
    await activated(incubation)
    incubatee = await entered(incubation)
    refused = await assessed(incubation, incubatee, **{code: {"passed": True, "evidence": "x"}})
    assert list(errors(refused)) == [f"/items/{code}"]
    assert sentence in errors(refused)[f"/items/{code}"]
    assert (await incubation.get(f"/incubatees/{incubatee}"))["history"][-1]["step"] == "agreement"


async def test_h8_sheet__is_put_by_its_version(incubation: Incubation) -> None:
    await activated(incubation)
    incubatee = await entered(incubation)
    version = (await incubation.get(f"/incubatees/{incubatee}"))["version"]
    path, sheet = f"/v1/incubatees/{incubatee}/maturity", {"items": {"O2": {"passed": True, "evidence": "章程"}}}
    put = await incubation.http.put(path, json=sheet, headers={"If-Match": f'"{version}"'})
    assert (put.status_code, put.headers["ETag"]) == (200, f'"{version + 1}"')
    assert (await incubation.http.put(path, json=sheet, headers={"If-Match": f'"{version}"'})).status_code == 412


async def test_d15_exit__keeps_its_cause_and_is_announced(incubation: Incubation) -> None:
    await activated(incubation)
    incubatee = await entered(incubation)
    early = await step(incubation, incubatee, "exit", {"cause": "breach", "reason": "违约", "exited_on": "2026-03-09"})
    assert list(errors(early)) == ["/exited_on"]
    shown = await taken(incubation, incubatee, "exit", {"cause": "breach", "reason": "违约", "exited_on": "2026-03-10"})
    assert (shown["state"], shown["exit_cause"], shown["history"][-1]["note"]) == ("exited", "breach", "违约")
    [event] = await incubation.emitted("incubatee.exited")
    assert IncubateeExited.model_validate(event["data"]).cause == "breach"
    for name in ("exit", "graduation"):
        body = {"cause": "other", "reason": "x"} if name == "exit" else None
        assert (await step(incubation, incubatee, name, body)).status_code == 409


async def test_d15_exit__follows_a_deregistration_once(incubation: Incubation) -> None:
    await activated(incubation)
    inside, waiting, gone = (Organization(n) for n in (1, 2, 3))
    await incubation.deliver(*(one.state(3) for one in (inside, waiting, gone)))
    first = await entered(incubation, inside)
    second = (await apply(incubation, waiting)).json()["id"]
    third = (await apply(incubation, gone)).json()["id"]
    await taken(incubation, third, "exit", {"cause": "withdrew", "reason": "不再申请"})
    ends = [one.ended() for one in (inside, waiting, gone)]
    await incubation.deliver(*ends)
    await incubation.deliver(*ends)
    shown = {one: await incubation.get(f"/incubatees/{one}") for one in (first, second, third)}
    assert [one["exit_cause"] for one in shown.values()] == ["deregistered", "deregistered", "withdrew"]
    # The news is of 2 March: not before the agreement's first day.
    assert (shown[first]["exited_on"], shown[second]["exited_on"]) == ("2026-03-10", "2026-03-02")
    exits = await incubation.emitted("incubatee.exited")
    assert sorted(one["subject"] for one in exits) == sorted([first, second, third])
    # Registered again, it may apply again, but not for the days in which it was inside.
    await incubation.deliver(inside.state(3))
    early = await apply(incubation, inside, applied_on="2026-03-09")
    assert (early.status_code, list(errors(early))) == (422, ["/applied_on"])
    assert (await apply(incubation, inside, applied_on="2026-03-10")).status_code == 201


async def test_d15_exit__does_not_follow_news_that_a_registration_has_overtaken(incubation: Incubation) -> None:
    await activated(incubation)
    one = Organization(1)
    await incubation.deliver(one.state(3))
    old = one.ended()
    await incubation.deliver(one.state(3))
    applied = (await apply(incubation, one)).json()["id"]
    await incubation.deliver(old)
    assert (await incubation.get(f"/incubatees/{applied}"))["state"] == "applied"
    assert await incubation.emitted("incubatee.exited") == []


async def test_party_facts__keep_the_newest_whatever_comes_last(incubation: Incubation) -> None:
    one = Organization(1)
    event = led(one)
    await incubation.deliver(dissolved(party_of(event), sequence=5))
    await incubation.deliver(event)
    [row] = await incubation.rows("SELECT name, state, dissolved_on, sequence FROM party_facts")
    assert row == {"name": None, "state": None, "dissolved_on": date(2026, 4, 1), "sequence": 5}
