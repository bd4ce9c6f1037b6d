"""An organization's life: founded, moved, dissolved, founded again, with events late, twice and in another order."""

from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.incubation.reconciliation import RECONCILIATION
from tests.incubation.conftest import Incubation, Organization, declined, dissolved, established

FORMED, REORGANIZED = "party_organization.formed", "party_organization.reorganized"


async def former(incubation: Incubation) -> tuple[Organization, UUID]:
    """An organization that ended, and its branch that was dissolved with it."""
    one = Organization(1)
    await incubation.deliver(one.state(3))
    party = UUID((await incubation.approve(one))["party_organization_id"])
    await incubation.deliver(established("standalone", one, party=party), one.ended(), dissolved(party))
    return one, party


async def test_t01_registered_again__gets_its_former_branch_back(incubation: Incubation) -> None:
    one, party = await former(incubation)
    await incubation.deliver(one.state(4))
    approved = await incubation.approve(one)
    assert approved["party_organization_id"] == str(party)
    assert len(await incubation.emitted(FORMED)) == 1, "no second branch"
    [event] = await incubation.emitted(REORGANIZED)
    data = event["data"]
    assert (data["party_organization_id"], data["change"], data["form"]) == (str(party), "restored", "standalone")
    assert data["organization_ids"] == [str(one.id)]
    [reason] = [reason for reason in data["reasons"] if reason["rule"] == "R-former-branch"]
    assert (reason["outcome"], reason["facts"]) == ("restored", {"former_party_organization_id": str(party)})


async def test_t01_registered_again__or_a_new_branch_with_a_recorded_reason(incubation: Incubation) -> None:
    one, party = await former(incubation)
    await incubation.deliver(one.state(4))
    case = await incubation.pending(one)
    refused = await incubation.post(f"/formation-cases/{case['id']}/approval", {"former_not_restored": " "})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/former_not_restored")
    approved = await incubation.approve(one, {"former_not_restored": "原支部已并入街道党委"})
    assert approved["party_organization_id"] != str(party)
    [_, event] = await incubation.emitted(FORMED)
    [reason] = [reason for reason in event["data"]["reasons"] if reason["rule"] == "R-former-branch"]
    assert reason["outcome"] == "founded_new"
    assert reason["facts"] == {"former_party_organization_id": str(party), "reason": "原支部已并入街道党委"}


async def test_t01_registered_again_and_again__it_is_always_the_same_branch(incubation: Incubation) -> None:
    one, party = await former(incubation)
    for sequence in (3, 5, 7):
        await incubation.deliver(one.state(4))
        assert (await incubation.approve(one))["party_organization_id"] == str(party)
        await incubation.deliver(
            established("standalone", one, party=party, sequence=sequence),
            one.ended(),
            dissolved(party, sequence=sequence + 1),
        )
    assert len(await incubation.emitted(FORMED)) == 1


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_t01_registered_again__whatever_order_the_events_have(
    incubation: Incubation, order: tuple[int, int, int]
) -> None:
    """The dissolution may arrive after the new registration: a case is opened all the same."""
    one = Organization(1)
    await incubation.deliver(one.state(3))
    party = UUID((await incubation.approve(one))["party_organization_id"])
    await incubation.deliver(established("standalone", one, party=party))
    events = [one.ended(), one.state(4), dissolved(party)]
    for place in order:
        await incubation.deliver(events[place])
        await incubation.deliver(events[place])
    case = await incubation.pending(one)
    assert (case["outcome"], case["occasion"], case["state"]) == ("standalone", "formation", "open")
    assert (await incubation.approve(one))["party_organization_id"] == str(party)


async def test_t08_declined__the_case_is_closed_and_names_nobody(incubation: Incubation) -> None:
    one = Organization(1)
    await incubation.deliver(one.state(3))
    approved = await incubation.approve(one)
    party = UUID(approved["party_organization_id"])
    await incubation.deliver(declined(party, UUID(approved["id"]), one))
    case = await incubation.case(one)
    assert (case["state"], case["party_organization_id"]) == ("closed", None)
    assert case["version"] > approved["version"]
    assert await incubation.rows(VIOLATIONS) == []


async def test_t08_deregistered_before_it_is_recorded__the_case_is_closed(incubation: Incubation) -> None:
    one = Organization(1)
    await incubation.deliver(one.state(3))
    approved = await incubation.approve(one)
    await incubation.deliver(one.ended())
    assert (await incubation.case(one))["state"] == "closed"
    await incubation.deliver(declined(UUID(approved["party_organization_id"]), UUID(approved["id"]), one))
    case = await incubation.case(one)
    assert (case["state"], case["party_organization_id"]) == ("closed", None)


async def test_t08_deregistered_after_it_was_recorded__the_case_stays_approved(incubation: Incubation) -> None:
    one, party = await former(incubation)
    case = await incubation.case(one)
    assert (case["state"], case["party_organization_id"]) == ("approved", str(party))


async def test_t08_recorded_and_dissolved_but_heard_late__it_is_the_former_branch_all_the_same(
    incubation: Incubation,
) -> None:
    one = Organization(1)
    await incubation.deliver(one.state(3))
    party = UUID((await incubation.approve(one))["party_organization_id"])
    await incubation.deliver(one.ended())
    await incubation.deliver(established("standalone", one, party=party), dissolved(party))
    await incubation.deliver(one.state(3))
    assert (await incubation.approve(one))["party_organization_id"] == str(party)


async def test_t08_declined_area__closes_the_case_of_that_organization_alone(incubation: Incubation) -> None:
    ones = [Organization(1), Organization(2)]
    await incubation.deliver(*(one.state(0) for one in ones))
    decided = [await incubation.approve(one) for one in ones]
    area = UUID(decided[0]["party_organization_id"])
    await incubation.deliver(declined(area, UUID(decided[1]["id"]), ones[1], recorded=True))
    assert [case["state"] for case in await incubation.cases()] == ["approved", "closed"]


VIOLATIONS = next(one for one in RECONCILIATION.invariants if one.table == "formation_cases").violations.replace(
    "$1", "0"
)


async def test_t08_reconcile__approved_cases_of_which_nothing_came(incubation: Incubation) -> None:
    one = Organization(1)
    await incubation.deliver(one.state(3))
    approved = await incubation.approve(one)
    [found] = await incubation.rows(VIOLATIONS)
    assert approved["id"] in found["example"]
    await incubation.deliver(established("standalone", one, party=UUID(approved["party_organization_id"])))
    assert await incubation.rows(VIOLATIONS) == []


MOVED: dict[str, Any] = {"division": "330105", "street": "米市巷街道"}


@pytest.mark.parametrize(("form", "members"), [("joint", 2), ("area", 0)])
async def test_t50_moved_out_of_a_shared_one__opens_a_case_in_the_new_division(
    incubation: Incubation, form: str, members: int
) -> None:
    ones = [Organization(1), Organization(2)]
    party = uuid4()
    await incubation.deliver(*(one.state(members) for one in ones), established(form, *ones, party=party))
    await incubation.deliver(ones[0].state(members, **MOVED))
    [case] = [case for case in await incubation.cases() if case["state"] == "open"]
    assert (case["organization_id"], case["division"]) == (str(ones[0].id), "330105")
    assert (case["occasion"], case["outcome"], case["concerns"]) == ("moved", form, str(party))
    # It stays open, whatever else is heard of the two, until somebody decides.
    await incubation.deliver(
        established(form, *ones, party=party, sequence=2), ones[0].state(members, name="改名", **MOVED)
    )
    assert (await incubation.pending(ones[0]))["id"] == case["id"]
    taken = established(form, ones[0], division="330105")
    await incubation.deliver(established(form, ones[1], party=party, sequence=3), taken)
    assert [case["state"] for case in await incubation.cases() if case["state"] == "open"] == []


async def test_t50_moved_out_and_back__the_case_is_closed(incubation: Incubation) -> None:
    ones = [Organization(1), Organization(2)]
    await incubation.deliver(*(one.state(2) for one in ones), established("joint", *ones))
    await incubation.deliver(ones[0].state(2, **MOVED))
    await incubation.deliver(ones[0].state(2))
    assert [case["state"] for case in await incubation.cases() if case["state"] == "open"] == []


async def test_t50_moved_with_its_standalone_branch__nothing_is_to_be_decided(incubation: Incubation) -> None:
    one, party = Organization(1), uuid4()
    await incubation.deliver(one.state(3), established("standalone", one, party=party))
    await incubation.deliver(one.state(3, **MOVED))
    await incubation.deliver(established("standalone", one, party=party, sequence=2, division="330105"))
    assert [case["state"] for case in await incubation.cases() if case["state"] == "open"] == []
    [row] = await incubation.rows("SELECT division FROM party_organizations")
    assert row["division"] == "330105", "the projection follows too"


async def test_t50_joint_branch_of_several_districts__is_no_move(incubation: Incubation) -> None:
    ones = [Organization(1), Organization(2, division="330105")]
    await incubation.deliver(*(one.state(2) for one in ones), established("joint", *ones))
    await incubation.deliver(ones[1].state(2, name="改名"))
    assert [case["state"] for case in await incubation.cases() if case["state"] == "open"] == []
