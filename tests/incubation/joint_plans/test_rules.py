"""Approval of proposals: which are meant, which still stand, and what they form. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product
from typing import get_args
from uuid import UUID

import pytest

from services.incubation.formation.rules import JointCase
from services.incubation.joint_plans.rules import (
    TRANSITIONS,
    JointBranch,
    Plan,
    Proposal,
    ProposalState,
    ProposalStep,
    choose_proposals,
    explain_kind,
    find_changed,
    form_branch,
)
from services.incubation.policies import FormationPolicy
from shared.field.policies import read_policies
from shared.problems.problems import IllegalTransition, NotFound
from shared.problems.transitions import move
from shared.settings import REPOSITORY_POLICIES

NOW = datetime(2026, 3, 10, 1, tzinfo=UTC)
BOOK = read_policies(REPOSITORY_POLICIES, "formation", FormationPolicy)
HANGZHOU, SHANGHAI = (BOOK.get(division, date(2026, 3, 10)) for division in ("330106", "310101"))
FULL = replace(HANGZHOU, parameters=HANGZHOU.parameters.model_copy(update={"kind_counts": "full"}))
"""D6: the same, where full members alone count for the kind."""
PLAN = Plan(UUID(int=99), "330106", 1)


def proposal(number: int, state: ProposalState = "proposed", members: Sequence[int] = ()) -> Proposal:
    return Proposal(UUID(int=number), state, {UUID(int=one): f"code {one}" for one in members}, [])


def case(organization: int, full_members: int = 1, **changes: object) -> JointCase:
    made = JointCase(
        UUID(int=100 + organization), UUID(int=organization), "330106", "翠苑街道", "示例大厦", 0, full_members, 0
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def cases(*several: JointCase) -> dict[UUID, JointCase]:
    return {one.organization_id: one for one in several}


LEGAL = {
    ("proposed", "approval"): "approved",
    ("proposed", "lapse"): "outdated",
    ("proposed", "edit"): "proposed",
    ("outdated", "edit"): "proposed",
}


@pytest.mark.parametrize(("state", "step"), list(product(get_args(ProposalState), get_args(ProposalStep))))
def test_a_proposal_makes_every_legal_move_and_no_other(state: ProposalState, step: ProposalStep) -> None:
    if (state, step) in LEGAL:
        assert move(TRANSITIONS, state, step) == LEGAL[state, step]
    else:
        with pytest.raises(IllegalTransition):
            move(TRANSITIONS, state, step)
    assert set(TRANSITIONS) == set(LEGAL)


def test_choice__of_none_in_particular_is_all_that_are_proposed() -> None:
    one, two, three = proposal(1), proposal(2, "approved"), proposal(3)
    assert choose_proposals([one, two, three], set()) == [one, three]


def test_choice__by_id() -> None:
    one, two = proposal(1), proposal(2)
    assert choose_proposals([one, two], {two.id}) == [two]


def test_choice__of_another_plans_proposal_is_not_found() -> None:
    with pytest.raises(NotFound):
        choose_proposals([proposal(1)], {UUID(int=1), UUID(int=7)})


@pytest.mark.parametrize(
    ("proposals", "named", "state"),
    [
        ([proposal(1, "approved"), proposal(2)], {UUID(int=1)}, "approved"),
        ([proposal(1, "outdated"), proposal(2)], {UUID(int=1), UUID(int=2)}, "outdated"),
        ([proposal(1, "outdated")], set(), "approved"),
        ([], set(), "approved"),
    ],
    ids=["approved", "outdated", "nothing left", "an empty plan"],
)
def test_choice__of_what_is_decided_is_refused(
    proposals: list[Proposal], named: set[UUID], state: ProposalState
) -> None:
    with pytest.raises(IllegalTransition) as refused:
        choose_proposals(proposals, named)
    assert refused.value.facts == {"state": state, "action": "approval"}


def test_s13_a_proposal_stands_while_its_organizations_have_enough_members() -> None:
    three = proposal(1, members=[1, 2, 3])
    assert find_changed(three, cases(case(1), case(2), case(3)), HANGZHOU, NOW) == []
    too_few = cases(case(1), case(2), case(3, 0))
    assert find_changed(three, too_few, HANGZHOU, NOW) == ["code 1", "code 2", "code 3"]


def test_s13_an_organization_without_a_pending_case_outdates_the_proposal() -> None:
    found = find_changed(proposal(1, members=[1, 2, 3, 4]), cases(case(1, 2), case(3, 2)), HANGZHOU, NOW)
    assert found == ["code 2", "code 4"]


def test_decision_9_members_are_counted_as_the_region_counts() -> None:
    pair = proposal(1, members=[1, 2])
    known = cases(case(1, 2, full_members_full_time=1), case(2, 2, full_members_full_time=1))
    assert find_changed(pair, known, HANGZHOU, NOW) == []
    assert find_changed(pair, known, SHANGHAI, NOW) == ["code 1", "code 2"]


def test_branch__is_named_after_the_carrier_or_street_that_all_share() -> None:
    ones = [case(1), case(2)]
    assert form_branch(PLAN, ones, HANGZHOU) == JointBranch("示例大厦", "BRANCH", "330106", "翠苑街道")
    two_carriers = [case(1), case(2, carrier="别的大厦")]
    assert form_branch(PLAN, two_carriers, HANGZHOU).place == "翠苑街道"
    two_streets = [replace(one, street=street) for one, street in zip(two_carriers, ("甲街", "乙街"), strict=True)]
    assert form_branch(PLAN, two_streets, HANGZHOU) == JointBranch("甲街", "BRANCH", "330106", None)
    nowhere = [case(n, street=None, carrier=None) for n in (1, 2)]
    assert form_branch(PLAN, nowhere, HANGZHOU).place == "片区"


def test_branch__is_of_the_plans_district_or_of_the_first_organizations() -> None:
    ones = [case(1, division="330105"), case(2)]
    assert form_branch(PLAN, ones, HANGZHOU).division == "330106"
    assert form_branch(replace(PLAN, division="3301"), ones, HANGZHOU).division == "330105"


@pytest.mark.parametrize(("total", "kind"), [(49, "BRANCH"), (50, "GENERAL"), (100, "COMMITTEE")])
def test_4_3_the_kind_is_by_all_members(total: int, kind: str) -> None:
    ones = [case(1, 2), case(2, 1, probationary_members=total - 3)]
    assert form_branch(PLAN, ones, HANGZHOU).kind == kind


@pytest.mark.parametrize(
    ("full", "probationary", "by_total", "by_full"),
    [
        (48, 1, "BRANCH", "BRANCH"),
        (49, 1, "GENERAL", "BRANCH"),
        (50, 0, "GENERAL", "GENERAL"),
        (99, 1, "COMMITTEE", "GENERAL"),
        (100, 0, "COMMITTEE", "COMMITTEE"),
    ],
)
def test_d6_the_kind_is_by_all_members_or_by_full_members(
    full: int, probationary: int, by_total: str, by_full: str
) -> None:
    ones = [case(1, 2), case(2, full - 2, probationary_members=probationary)]
    for policy, kind in ((HANGZHOU, by_total), (FULL, by_full)):
        assert form_branch(PLAN, ones, policy).kind == kind
        reasons = explain_kind(full, full + probationary, policy, NOW)
        assert len(reasons) == (by_total != "BRANCH")
        for reason in reasons:
            counts = reason.facts["kind_counts"], reason.facts["full_members"], reason.facts["total_members"]
            assert (reason.outcome, *counts) == (kind, policy.parameters.kind_counts, full, full + probationary)


def test_d6_a_proposal_stands_while_the_members_that_count_for_its_kind_do() -> None:
    """One probationary member of those on part time became a full one: nothing but the kind's count has changed."""
    known = cases(*(case(n, 2, full_members_full_time=2, probationary_members=1) for n in (1, 2)))
    later = cases(*(case(n, 1 + n, full_members_full_time=2, probationary_members=2 - n) for n in (1, 2)))
    stated = replace(proposal(1, members=[1, 2]), full_members=4, total_members=6, all_full_members=4)
    by_full = {"kind_counts": "full", "counted": "full_members_full_time"}
    shanghai = replace(SHANGHAI, parameters=SHANGHAI.parameters.model_copy(update=by_full))
    assert find_changed(stated, known, shanghai, NOW) == []
    assert find_changed(stated, later, shanghai, NOW) == ["code 1", "code 2"]
    assert find_changed(stated, later, SHANGHAI, NOW) == []
    assert find_changed(replace(stated, all_full_members=None), later, shanghai, NOW) == [], "of a version before"
