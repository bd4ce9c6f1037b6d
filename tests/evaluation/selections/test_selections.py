"""H26-H30: recommendation, site visit, overall assessment, commendation; what a tier means for management."""

from typing import Any
from uuid import UUID

import pytest

from services.evaluation.selections.rules import TRANSITIONS
from shared.db.base import new_id
from tests.conftest import TokenFor
from tests.evaluation.conftest import changed, established, pointers, received, slug
from tests.evaluation.consequences.helpers import corrected
from tests.evaluation.selections.conftest import STEPS, Selecting

WAYS: dict[str, tuple[str, ...]] = {
    "recommended": (),
    "visited": ("visit",),
    "assessed": ("visit", "assessment"),
    "commended": ("visit", "assessment", "commendation"),
    "withdrawn": ("withdrawal",),
}


async def test_h26_every_step_in_its_order(selecting: Selecting) -> None:
    [party] = await selecting.rated(95)
    made = await selecting.recommend(party)
    assert made.headers["location"].endswith(f"/v1/selections/{made.json()['id']}")
    selection = made.json()
    assert (selection["state"], selection["division"], selection["tier"]) == ("recommended", "330106", "A")
    [why] = selection["reasons"]
    assert (why["rule"], why["outcome"], why["facts"]["star"]) == ("H21", "eligible", 5)
    done = await selecting.taken(selection, "visit", "assessment", "commendation")
    assert (done["state"], done["version"]) == ("commended", 4)
    assert done["visit"] == {"visited_on": "2026-03-10", "visitors": 3, "findings": "阵地规范，台账齐全"}
    assert done["assessment"]["total"] == "90.00"
    assert [one["step"] for one in done["steps"]] == ["recommendation", "visit", "assessment", "commendation"]
    assert all(one["by"] for one in done["steps"])
    read = (await selecting.client.get(f"/v1/selections/{done['id']}")).json()
    assert read == done
    filters = {"year": 2026, "tier": "A", "state": "commended", "party_organization": party, "division": "3301"}
    listed = (await selecting.client.get("/v1/selections", params=filters)).json()["items"]
    assert [one["id"] for one in listed] == [done["id"]]
    assert (await selecting.client.get("/v1/selections", params={"tier": "B"})).json()["items"] == []


@pytest.mark.parametrize("state", WAYS)
@pytest.mark.parametrize("step", ["visit", "assessment", "commendation", "withdrawal", "publicity"])
async def test_h26_no_step_is_skipped_or_taken_twice(selecting: Selecting, state: str, step: str) -> None:
    [party] = await selecting.rated(95)
    selection = await selecting.taken(await selecting.recommended(party), *WAYS[state])
    assert selection["state"] == state
    response = await selecting.step(selection, step)
    allowed = (state, step) in TRANSITIONS
    assert response.status_code == (200 if allowed else 409), response.text
    if not allowed:
        assert slug(response) == "illegal-transition"
        read = (await selecting.client.get(f"/v1/selections/{selection['id']}")).json()
        assert read == selection, "nothing changed"


@pytest.mark.parametrize(
    ("rule", "tier", "share", "mode", "level", "site"),
    [
        ("H27", "A", 95, "dual", "city", True),
        ("H28", "B", 85, "direct", "district", True),
        ("H29", "C", 75, "dual", "district", False),
    ],
)
async def test_h27_h28_h29_what_a_tier_means_for_management(
    selecting: Selecting, rule: str, tier: str, share: int, mode: str, level: str, site: bool
) -> None:
    [party] = await selecting.rated(share)
    before = len(await selecting.round.outbox("evaluation.selections"))
    selection = await selecting.recommended(party, tier)
    await selecting.taken(selection, "visit", "assessment")
    assert len(await selecting.round.outbox("evaluation.selections")) == before, (
        "nothing is published before the commendation"
    )
    done = await selecting.taken(selection, "commendation", managed_from="2026-04-15")
    assert done["management"] == {
        "mode": mode,
        "level": level,
        "demonstration_site": site,
        "commended_on": "2026-03-30",
        "managed_from": "2026-04-15",
        "ended_on": None,
    }
    assert (done["reasons"][-1]["rule"], done["reasons"][-1]["outcome"]) == (rule, f"{mode}_{level}")
    [event] = (await selecting.round.outbox("evaluation.selections"))[before:]
    assert (event["type"], event["sequence"]) == ("shuangfu.evaluation.selection.commended.v1", 1)
    assert (event["subject"], event["key"]) == (done["id"], party)
    data = event["data"]
    assert (data["tier"], data["mode"], data["level"], data["managed_from"]) == (tier, mode, level, "2026-04-15")
    assert data["party_organization_id"] == party


async def test_h21_the_latest_rating_must_reach_what_the_tier_asks(selecting: Selecting) -> None:
    [party] = await selecting.rated(85)
    refused = await selecting.recommend(party, "A")
    assert (refused.status_code, slug(refused), refused.json()["star"]) == (409, "not-eligible", 4)
    never = established(division="330108")
    await selecting.round.project(received(never))
    assert slug(await selecting.recommend(str(never.id), "C")) == "not-eligible"
    assert (await selecting.recommend(party, "B")).status_code == 201
    again = await selecting.recommend(party, "C")
    assert (again.status_code, slug(again)) == (409, "selection-exists")


async def test_h26_what_was_withdrawn_is_recommended_again_and_goes_every_step_again(selecting: Selecting) -> None:
    [party] = await selecting.rated(95)
    first = await selecting.taken(await selecting.recommended(party, "A"), "visit", "assessment", "withdrawal")
    await selecting.round.project(received(changed(id=UUID(party), division="330105"), 2))
    again = await selecting.recommended(party, "B", ground="更正档次")
    assert (again["id"], again["state"], again["version"]) == (first["id"], "recommended", first["version"] + 1)
    assert (again["tier"], again["division"], again["ground"]) == ("B", "330105", "更正档次")
    assert (again["visit"], again["assessment"], again["management"]) == (None, None, None)
    assert again["steps"][:-1] == first["steps"]
    skipped = await selecting.step(again, "assessment")
    assert (skipped.status_code, slug(skipped)) == (409, "illegal-transition")
    assert slug(await selecting.recommend(party, "B")) == "selection-exists"
    done = await selecting.taken(again, "visit", "assessment", "commendation")
    assert (done["state"], [one["step"] for one in done["steps"]].count("visit")) == ("commended", 2)
    assert slug(await selecting.recommend(party, "B")) == "selection-exists"


async def test_h21_commendation__asks_for_the_star_as_it_is_then(selecting: Selecting) -> None:
    selecting.policy(seats={"A": 1})
    evaluations = await selecting.round.scored(95, 94)
    for one in evaluations:
        assert (await selecting.round.complete(one)).status_code == 200
    fallen, other = [
        await selecting.assessed(one["party_organization_id"], total)
        for one, total in zip(evaluations, ("91", "90"), strict=True)
    ]
    await corrected(selecting.round, evaluations[0], 75)
    refused = await selecting.step(fallen, "commendation")
    assert (refused.status_code, slug(refused), refused.json()["star"]) == (409, "not-eligible", 3)
    read = (await selecting.client.get(f"/v1/selections/{fallen['id']}")).json()
    assert read == fallen, "nothing changed"
    done = await selecting.taken(other, "commendation")
    assert done["state"] == "commended", "who is not eligible holds no seat back"
    assert [one["rule"] for one in done["reasons"]] == ["H21", "H21", "H26", "H27"]


async def test_d1_seats_go_to_the_highest_totals_once_all_are_assessed(selecting: Selecting) -> None:
    selecting.policy(seats={"A": 1})
    first, second, third = await selecting.rated(95, 94, 93)
    low = await selecting.assessed(first, "88")
    waiting = await selecting.recommended(second)
    early = await selecting.step(low, "commendation")
    assert (early.status_code, slug(early), early.json()["count"]) == (409, "selections-under-way", 1)
    high = await selecting.taken(waiting, "visit", "assessment", total="91")
    gone = await selecting.recommended(third)
    await selecting.taken(gone, "withdrawal")
    fell = await selecting.taken(low, "commendation")
    assert (fell["state"], fell["management"]) == ("passed_over", None)
    why = fell["reasons"][-1]
    assert (why["rule"], why["facts"]["rank"], why["facts"]["seats"]) == ("R-quota", 2, 1)
    done = await selecting.taken(high, "commendation")
    assert (done["state"], done["reasons"][-2]["facts"]["rank"]) == ("commended", 1)
    assert (
        len([one for one in await selecting.round.outbox("evaluation.selections") if "selection" in one["type"]]) == 1
    )


@pytest.mark.parametrize(("ties", "expected"), [("out", "passed_over"), ("in", "commended")])
async def test_d2_equal_totals_at_the_edge_share_one_fate(selecting: Selecting, ties: str, expected: str) -> None:
    selecting.policy(seats={"A": 1}, ties=ties)
    parties = await selecting.rated(95, 94)
    assessed = [await selecting.assessed(one, "90") for one in parties]
    states = [(await selecting.taken(one, "commendation"))["state"] for one in assessed]
    assert states == [expected, expected]


async def test_d1_a_tiers_scope_is_the_city_or_the_district(selecting: Selecting) -> None:
    selecting.policy(seats={"B": 1})
    [here] = await selecting.rated(85)
    other = established(division="330108")
    await selecting.round.project(received(other))
    [there] = await selecting.round.evaluations(division="330108")
    await selecting.round.put(there, scores=await selecting.round.share(85))
    await selecting.round.complete(there)
    both = [await selecting.assessed(here, "80", "B"), await selecting.assessed(str(other.id), "90", "B")]
    assert [(await selecting.taken(one, "commendation"))["state"] for one in both] == ["commended", "commended"]


async def test_decision_24_each_step_is_somebody_elses(selecting: Selecting) -> None:
    [party] = await selecting.rated(95)
    selection = await selecting.recommended(party)
    taker = selecting.by("甲")
    path = f"/v1/selections/{selection['id']}"

    async def take(step: str, headers: dict[str, str]) -> Any:
        return await selecting.client.post(f"{path}/{step}", json=STEPS[step], headers=headers, auth=None)

    assert (await take("visit", taker)).status_code == 200
    refused = await take("assessment", taker)
    assert (refused.status_code, slug(refused), refused.json()["earlier"]) == (403, "same-hand", "visit")
    assert (await selecting.step(selection, "assessment")).status_code == 200
    refused = await take("commendation", taker)
    assert (refused.status_code, slug(refused)) == (403, "same-hand")


async def test_recusal__is_said_and_leaves_enough_members(selecting: Selecting) -> None:
    [party] = await selecting.rated(95)
    selection = await selecting.taken(await selecting.recommended(party), "visit")
    interested = selecting.by("乙")
    declared = await selecting.client.post(
        "/v1/interests", json={"party_organization_id": party, "reason": "曾任职"}, headers=interested, auth=None
    )
    assert declared.status_code == 201
    own = await selecting.client.post(
        f"/v1/selections/{selection['id']}/assessment", json=STEPS["assessment"], headers=interested, auth=None
    )
    assert (own.status_code, slug(own)) == (403, "conflict-of-interest")
    assert pointers(await selecting.step(selection, "assessment")) == ["/recused"]
    assert pointers(await selecting.step(selection, "assessment", recused=4)) == ["/members_present"]
    assert (await selecting.step(selection, "assessment", recused=1)).json()["assessment"]["recused"] == 1


async def test_refused__days_that_run_backwards_and_counts_that_cannot_be(selecting: Selecting) -> None:
    [party] = await selecting.rated(95)
    assert pointers(await selecting.recommend(str(new_id()))) == ["/party_organization_id"]
    assert pointers(await selecting.recommend(party, recommended_on="2030-01-01")) == ["/recommended_on"]
    assert pointers(await selecting.recommend(party, year=2027)) == ["/year"], "it has not begun"
    selection = await selecting.recommended(party)
    assert pointers(await selecting.step(selection, "visit", visited_on="2026-02-01")) == ["/visited_on"]
    assert pointers(await selecting.step(selection, "visit", visitors=1)) == ["/visitors"]
    await selecting.taken(selection, "visit")
    assert pointers(await selecting.step(selection, "assessment", members_present=10)) == ["/members_present"]
    assert pointers(await selecting.step(selection, "assessment", total="100.01")) == ["/total"]
    assert pointers(await selecting.step(selection, "assessment", assessed_on="2026-03-01")) == ["/assessed_on"]


async def test_h30_channels_and_forms_of_a_commended_one(selecting: Selecting) -> None:
    first, second = await selecting.rated(95, 85)
    done = await selecting.taken(await selecting.assessed(first, "90"), "commendation")
    shown = await selecting.taken(done, "publicity")
    paired = await selecting.taken(
        shown, "publicity", channel=None, form="pairing", partner_id=second, what="结对共建协议"
    )
    assert [(one["channel"], one["form"]) for one in paired["publicity"]] == [("bulletin", None), (None, "pairing")]
    assert paired["publicity"][1]["partner_id"] == second
    assert pointers(await selecting.step(done, "publicity", form="forum")) == ["/channel"]
    assert pointers(await selecting.step(done, "publicity", channel=None, form="pairing")) == ["/partner_id"]
    assert pointers(await selecting.step(done, "publicity", channel="radio")) == ["/channel"]
    itself = {"channel": None, "form": "pairing", "partner_id": first}
    unasked = {"partner_id": second}
    for wrong in (itself, unasked, {**itself, "partner_id": str(new_id())}):
        assert pointers(await selecting.step(done, "publicity", **wrong)) == ["/partner_id"]
    early = await selecting.step(done, "publicity", on="2026-03-01")
    assert pointers(early) == ["/on"]


async def test_d1_who_was_commended_keeps_the_seat_when_a_higher_total_comes_late(selecting: Selecting) -> None:
    selecting.policy(seats={"A": 1})
    first, second = await selecting.rated(95, 94)
    held = await selecting.taken(await selecting.assessed(first, "85"), "commendation")
    late = await selecting.taken(await selecting.assessed(second, "99"), "commendation")
    assert (held["state"], late["state"], late["reasons"][-1]["facts"]["held"]) == ("commended", "passed_over", 1)


async def test_h28_management__ends_once_with_its_day_and_reason_and_is_published(selecting: Selecting) -> None:
    [party] = await selecting.rated(85)
    selection = await selecting.recommended(party, "B")
    early = await selecting.step(selection, "ending")
    assert slug(early) == "illegal-transition", "nothing is managed before the commendation"
    await selecting.taken(selection, "visit", "assessment")
    backdated = await selecting.step(selection, "commendation", managed_from="2026-03-29")
    assert (backdated.status_code, pointers(backdated)) == (422, ["/managed_from"]), "the day before the commendation"
    done = await selecting.taken(selection, "commendation", managed_from="2026-04-15")
    before = await selecting.step(done, "ending", ended_on="2026-04-14")
    assert (before.status_code, pointers(before)) == (422, ["/ended_on"])
    ended = await selecting.taken(done, "ending")
    assert (ended["state"], ended["management"]["ended_on"]) == ("commended", "2026-10-01"), "the honour stays"
    [why] = ended["reasons"][-1:]
    assert (why["rule"], why["outcome"], why["facts"]["ended_on"]) == ("H28", "ended", "2026-10-01")
    assert ended["steps"][-1]["step"] == "ending"
    again = await selecting.step(ended, "ending", ended_on="2026-11-01")
    assert (again.status_code, slug(again), again.json()["ended_on"]) == (409, "management-ended", "2026-10-01")
    first, second = await selecting.round.outbox("evaluation.selections")
    assert [(one["sequence"], one["data"]["ended_on"]) for one in (first, second)] == [(1, None), (2, "2026-10-01")]
    assert [one["outcome"] for one in second["data"]["reasons"]][-2:] == ["direct_district", "ended"]


async def test_h27_management__of_the_city_is_ended_by_who_reaches_the_city(
    selecting: Selecting, token_for: TokenFor
) -> None:
    [party] = await selecting.rated(95)
    done = await selecting.taken(await selecting.recommended(party, "A"), "visit", "assessment", "commendation")
    path = f"/v1/selections/{done['id']}/ending"
    headers = {"Authorization": f"Bearer {token_for('district_officer', ['330106'])}"}
    refused = await selecting.client.post(path, json=STEPS["ending"], headers=headers, auth=None)
    assert (refused.status_code, slug(refused)) == (403, "outside-scope")
    key = {**selecting.by("city"), "Idempotency-Key": "ending-1"}
    answers = [await selecting.client.post(path, json=STEPS["ending"], headers=key, auth=None) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert len(await selecting.round.outbox("evaluation.selections")) == 2, "once"
