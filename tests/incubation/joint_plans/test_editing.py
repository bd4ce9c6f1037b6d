"""S13: proposals edited by hand: moved, split, merged; validated at once; kept by the next plan."""

from typing import Any
from uuid import uuid4

from shared.db.base import utc_now
from shared.field.calendar import china_day
from tests.incubation.conftest import Incubation, Organization
from tests.incubation.joint_plans.helpers import FORMED, TOWER, create_plan, edit, group

FAR = {"location": {"lon": 121.0, "lat": 31.0}}


def codes(proposal: dict[str, Any]) -> list[str]:
    return [one["uscc"] for one in proposal["organizations"]]


async def ten(incubation: Incubation) -> tuple[list[Organization], dict[str, Any]]:
    """Ten of one member in one tower: two branches of five."""
    ones = group(1, 10, TOWER)
    await incubation.deliver(*(one.state(1) for one in ones))
    plan = await create_plan(incubation)
    assert [len(codes(one)) for one in plan["proposals"]] == [5, 5]
    return ones, plan


async def test_s13_edit__split_then_move_then_merge(incubation: Incubation) -> None:
    _, plan = await ten(incubation)
    first, second = plan["proposals"]
    apart = [one["id"] for one in first["organizations"][:1]]
    refused = await edit(incubation, plan, first, {"split": apart})
    assert (refused.status_code, refused.json()["limit"]) == (422, "too_few_units")
    removed = await edit(incubation, plan, second, {"remove": [second["organizations"][0]["id"]]})
    assert removed.status_code == 200, removed.text
    assert (removed.json()["covered"], removed.json()["unplaced"][0]["uscc"]) == (9, codes(second)[0])
    assert removed.json()["unplaced"][0]["why"] == "经人工调整移出。"
    moved = await edit(incubation, plan, second, {"add": apart})
    assert moved.status_code == 200, moved.text
    now = {one["id"]: one for one in moved.json()["proposals"]}
    assert codes(now[second["id"]]) == sorted([codes(first)[0], *codes(second)[1:]])
    assert codes(now[first["id"]]) == codes(first)[1:]
    assert now[first["id"]]["fixed"]
    assert now[second["id"]]["full_members"] == 5
    back = await edit(incubation, plan, first, {"add": [second["organizations"][0]["id"]]})
    assert (back.status_code, back.json()["covered"], back.json()["unplaced"]) == (200, 10, [])
    assert back.json()["reached"] == plan["reached"]


async def test_s13_edit__merge_and_split_of_small_ones(incubation: Incubation) -> None:
    ones = [Organization(n, carrier=f"示例大厦{n // 3}号", street=f"示例街道{n // 3}") for n in range(3, 9)]
    await incubation.deliver(*(one.state(2 if one.number % 3 == 0 else 1) for one in ones))
    plan = await create_plan(incubation)
    first, second = plan["proposals"]
    refused = await edit(incubation, plan, first, {"merge": second["id"]})
    assert (refused.status_code, refused.json()["limit"]) == (422, "too_many_units")
    gone = second["organizations"][-1]["id"]
    assert (await edit(incubation, plan, second, {"remove": [gone]})).status_code == 200
    apart = await edit(incubation, plan, first, {"merge": second["id"]})
    assert (apart.status_code, apart.json()["limit"]) == (422, "too_far_apart")
    assert set(apart.json()["codes"].split(", ")) == {*codes(second)[:-1]}
    assert "codes" in apart.json()


async def test_s13_edit__merge_takes_all_over_and_split_gives_some_back(incubation: Incubation) -> None:
    ones = group(1, 6, TOWER)
    await incubation.deliver(*(one.state(2) for one in ones))
    plan = await create_plan(incubation)
    pair, rest = sorted(plan["proposals"], key=lambda one: len(codes(one)))
    for gone in rest["organizations"][: len(codes(rest)) + len(codes(pair)) - 5]:
        assert (await edit(incubation, plan, rest, {"remove": [gone["id"]]})).status_code == 200
    merged = await edit(incubation, plan, rest, {"merge": pair["id"]})
    assert merged.status_code == 200, merged.text
    [one] = merged.json()["proposals"]
    assert (len(codes(one)), one["id"]) == (5, rest["id"])
    some = [unit["id"] for unit in one["organizations"][:2]]
    split = await edit(incubation, plan, one, {"split": some})
    assert [len(codes(found)) for found in split.json()["proposals"]] == [3, 2]
    assert (await incubation.post(f"/joint-plans/{plan['id']}/approval")).status_code == 200
    assert len(await incubation.emitted(FORMED)) == 2


async def test_s13_edit__too_few_members_and_too_many_are_named(incubation: Incubation) -> None:
    ones = group(1, 4, TOWER)
    await incubation.deliver(*(one.state(1, probationary_members=11) for one in ones))
    plan = await create_plan(incubation)
    [proposal] = plan["proposals"]
    assert len(codes(proposal)) == 4
    few = await edit(incubation, plan, proposal, {"split": [one["id"] for one in proposal["organizations"][:2]]})
    assert (few.status_code, few.json()["limit"], few.json()["found"], few.json()["allowed"]) == (
        422,
        "too_few_members",
        2,
        3,
    )
    assert few.json()["detail"] == "联合党支部至少须有 3 名计入的正式党员，调整后只有 2 名。"
    await incubation.deliver(ones[0].state(1, probationary_members=40))
    many = await edit(incubation, plan, proposal, {"remove": [proposal["organizations"][3]["id"]]})
    assert (many.json()["limit"], many.json()["found"], many.json()["allowed"]) == ("too_many_members", 65, 50)
    assert (await incubation.get(f"/joint-plans/{plan['id']}"))["proposals"] == plan["proposals"], "nothing half-saved"


async def test_s13_edit__what_is_not_there_or_decided_is_refused(incubation: Incubation) -> None:
    ones, plan = await ten(incubation)
    first, second = plan["proposals"]
    for body in ({"add": [str(uuid4())]}, {"remove": [second["organizations"][0]["id"]]}, {"merge": str(uuid4())}):
        assert (await edit(incubation, plan, first, body)).status_code == 404, body
    for body in ({}, {"add": [], "merge": None}, {"merge": second["id"], "split": [str(uuid4())]}, {"move": 1}):
        assert (await edit(incubation, plan, first, body)).status_code == 422, body
    [nothing] = (await edit(incubation, plan, first, {})).json()["errors"]
    assert nothing["detail"] == "请填写“add”“remove”“split”“merge”“renew”中的一项，且只填一项。"
    twice = [first["organizations"][0]["id"]] * 2
    for field in ("add", "remove", "split"):
        refused = await edit(incubation, plan, first, {field: twice})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, f"/{field}"), field
    itself = await edit(incubation, plan, first, {"merge": first["id"]})
    assert (itself.status_code, itself.json()["errors"][0]["pointer"]) == (422, "/merge")
    stale = await edit(incubation, plan, first, {"merge": second["id"]}, **{"If-Match": '"1"'})
    assert stale.status_code == 412
    await incubation.deliver(ones[0].ended())
    gone = await edit(incubation, plan, first, {"remove": [first["organizations"][1]["id"]]})
    assert (gone.status_code, gone.json()["codes"]) == (409, ones[0].code)
    assert (await incubation.post(f"/joint-plans/{second['id']}/approval")).status_code == 200
    decided = await edit(incubation, plan, second, {"remove": [second["organizations"][0]["id"]]})
    assert (decided.status_code, decided.json()["type"]) == (409, "urn:shuangfu:problem:illegal-transition")


async def test_s13_edit__units_put_together_by_hand_stay_in_the_next_plan(incubation: Incubation) -> None:
    _, plan = await ten(incubation)
    first, second = plan["proposals"]
    for one in (first, second):
        await edit(incubation, plan, one, {"remove": [one["organizations"][0]["id"]]})
    again = await create_plan(incubation, basis=plan["id"])
    fixed = sorted(codes(one) for one in again["proposals"] if one["fixed"])
    assert fixed == sorted([codes(first)[1:], codes(second)[1:]])
    assert (again["covered"], again["upper_bound"]) == (8, 8)
    aside = [(one["uscc"], one["reasons"][0]["facts"]["code"]) for one in again["unplaced"]]
    assert aside == sorted((codes(one)[0], "set_aside") for one in (first, second))
    assert (await create_plan(incubation))["covered"] == 10, "without them the search is free"
    missing = await incubation.post("/joint-plans", {"division": "330106", "basis": str(uuid4())})
    assert missing.status_code == 404


async def test_s13_proposal__explains_itself_and_the_next_best(incubation: Incubation) -> None:
    ones, plan = await ten(incubation)
    first = plan["proposals"][0]
    assert (first["total_members"], first["metres"], first["centre"] in codes(first)) == (5, 0, True)
    assert first["next_best"] is None, "every exchange inside the tower is just as good"
    assert [set(one) for one in first["organizations"]] == [{"id", "uscc", "metres"}] * 5
    near = Organization(21, street="他处街道")
    await incubation.deliver(*(one.state(1, location={"lon": 120.1, "lat": 30.2}) for one in ones))
    await incubation.deliver(near.state(1, location={"lon": 120.101, "lat": 30.2}))
    found = [one["next_best"] for one in (await create_plan(incubation))["proposals"]]
    assert any(one is not None for one in found), "an exchange with the unit farther away makes a branch longer"


async def test_s13_edit__of_units_of_which_one_moved_out_of_the_division_is_outdated(incubation: Incubation) -> None:
    ones, plan = await ten(incubation)
    first, second = plan["proposals"]
    [left] = [one for one in ones if one.code == codes(first)[0]]
    await incubation.deliver(left.state(1, division="330105"))
    for body in ({"remove": [first["organizations"][1]["id"]]}, {"split": [first["organizations"][0]["id"]]}):
        refused = await edit(incubation, plan, first, body)
        assert (refused.status_code, refused.json()["codes"]) == (409, left.code), body
    assert (await edit(incubation, plan, first, {"remove": [str(left.id)]})).status_code == 200, "without it, it stands"
    refused = await edit(incubation, plan, second, {"remove": [second["organizations"][0]["id"]]})
    assert refused.status_code == 200


async def test_s13_edit__keeps_the_preference_for_units_of_one_sector(incubation: Incubation) -> None:
    """A unit of another sector counts as farther away after an edit as it did before."""
    ones = group(1, 5, TOWER)
    kinds = ["foundation", *["social_service_institution"] * 4]
    at = {"location": {"lon": 120.1, "lat": 30.2}}
    await incubation.deliver(*(one.state(1, kind=kind, **at) for one, kind in zip(ones, kinds, strict=True)))
    plan = await create_plan(incubation)
    [proposal] = plan["proposals"]
    other = incubation.app.state.policies.get("330106", china_day(utc_now())).parameters.joint_other_sector_m
    assert plan["reached"]["metres"] == other > 0
    edited = await edit(incubation, plan, proposal, {"remove": [proposal["organizations"][4]["id"]]})
    assert edited.json()["reached"]["metres"] == other
