"""The formation check and the transition table: pure."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product
from typing import Any, get_args
from uuid import UUID

import pytest

from services.incubation.formation.errors import JointCaseNeedsPlan, OrganizationEnded
from services.incubation.formation.rules import (
    TRANSITIONS,
    Case,
    CaseState,
    CaseStep,
    FormationDecision,
    Members,
    approve,
    check_formation,
)
from services.incubation.policies import FormationPolicy
from shared.contracts.base import Reason
from shared.contracts.incubation import Outcome
from shared.field.policies import Policy, read_policies
from shared.problems.problems import IllegalTransition, Problem
from shared.problems.transitions import move
from shared.settings import REPOSITORY_POLICIES

DAY = date(2026, 3, 10)
AS_OF = datetime(2026, 3, 2, 1, tzinfo=UTC)
BOOK = read_policies(REPOSITORY_POLICIES, "formation", FormationPolicy)
DEFAULT, HANGZHOU, SHANGHAI = (BOOK.get(division, DAY) for division in ("440100", "330106", "310101"))


def check(policy: Policy[FormationPolicy], full_time: int, full: int, probationary: int = 0) -> FormationDecision:
    return check_formation(Members(full_time, full, probationary, AS_OF), policy)


def test_the_policies_are_those_of_their_regions() -> None:
    assert [policy.id for policy in (DEFAULT, HANGZHOU, SHANGHAI)] == [
        "default-formation",
        "hz-2013-formation",
        "sh-2015-formation",
    ]
    counted = [policy.parameters.counted for policy in (DEFAULT, HANGZHOU, SHANGHAI)]
    assert counted == ["full_members", "full_members", "full_members_full_time"]


@pytest.mark.parametrize("policy", [DEFAULT, HANGZHOU])
@pytest.mark.parametrize(
    ("full", "outcome"),
    [(0, "area"), (1, "joint"), (2, "joint"), (3, "standalone"), (4, "standalone"), (49, "standalone")],
)
def test_s10_s13_s15_by_full_members_in_all(policy: Policy[FormationPolicy], full: int, outcome: str) -> None:
    for full_time in {0, min(full, 1), full}:
        decision = check(policy, full_time, full)
        assert (decision.outcome, decision.counted_full_members, decision.kind) == (outcome, full, "BRANCH")


@pytest.mark.parametrize(
    ("full_time", "outcome"), [(0, "area"), (1, "joint"), (2, "joint"), (3, "standalone"), (9, "standalone")]
)
def test_s10_shanghai_counts_full_time_staff_only(full_time: int, outcome: str) -> None:
    for others in (0, 1, 40):
        decision = check(SHANGHAI, full_time, full_time + others)
        assert (decision.outcome, decision.counted_full_members) == (outcome, full_time)


def test_decision_9_the_same_facts_differ_by_region() -> None:
    assert check(HANGZHOU, 2, 3).outcome == "standalone"
    assert check(SHANGHAI, 2, 3).outcome == "joint"
    assert check(HANGZHOU, 0, 1).outcome == "joint"
    assert check(SHANGHAI, 0, 1).outcome == "area"


def test_s10_probationary_members_are_not_full_members() -> None:
    assert check(DEFAULT, 2, 2, 90).outcome == "joint"
    assert check(DEFAULT, 0, 0, 3).outcome == "area"


@pytest.mark.parametrize(
    ("full", "probationary", "kind"),
    [
        (49, 0, "BRANCH"),
        (48, 1, "BRANCH"),
        (50, 0, "GENERAL"),
        (3, 47, "GENERAL"),
        (99, 0, "GENERAL"),
        (100, 0, "COMMITTEE"),
        (90, 10, "COMMITTEE"),
        (500, 0, "COMMITTEE"),
    ],
)
def test_4_3_kinds_by_total_members_inclusive(full: int, probationary: int, kind: str) -> None:
    for policy in (DEFAULT, SHANGHAI):
        decision = check(policy, full, full, probationary)
        assert decision.kind == kind
        assert [reason.rule for reason in decision.reasons] == ["S10"] + ["R-kind"] * (kind != "BRANCH")


@pytest.mark.parametrize(
    ("full", "probationary", "by_total", "by_full"),
    [
        (48, 1, "BRANCH", "BRANCH"),
        (49, 1, "GENERAL", "BRANCH"),
        (50, 0, "GENERAL", "GENERAL"),
        (51, 0, "GENERAL", "GENERAL"),
        (99, 0, "GENERAL", "GENERAL"),
        (99, 1, "COMMITTEE", "GENERAL"),
        (100, 0, "COMMITTEE", "COMMITTEE"),
    ],
)
def test_d6_kind__counts_all_members_or_full_members_as_the_policy_says(
    full: int, probationary: int, by_total: str, by_full: str
) -> None:
    assert DEFAULT.parameters.kind_counts == "total"
    parameters = DEFAULT.parameters.model_copy(update={"kind_counts": "full"})
    for policy, kind in ((DEFAULT, by_total), (replace(DEFAULT, parameters=parameters), by_full)):
        decision = check(policy, full, full, probationary)
        assert (decision.outcome, decision.kind) == ("standalone", kind)
        found = [one for one in decision.reasons if one.rule == "R-kind"]
        assert len(found) == (by_total != "BRANCH"), "also where only the count makes it a branch"
        for reason in found:
            counts = reason.facts["kind_counts"], reason.facts["full_members"], reason.facts["total_members"]
            assert (reason.outcome, *counts) == (kind, policy.parameters.kind_counts, full, full + probationary)


def test_d6_policy__without_the_parameter_counts_all_members() -> None:
    old = DEFAULT.parameters.model_dump(exclude={"kind_counts"})
    assert FormationPolicy.model_validate(old) == DEFAULT.parameters


def test_4_3_shanghai_counts_all_members_for_the_kind() -> None:
    assert check(SHANGHAI, 3, 100).kind == "COMMITTEE"
    assert check(SHANGHAI, 2, 100).kind == "BRANCH", "not standalone, so no committee of its own"


def test_reasons_hold_the_rule_the_facts_and_the_instant() -> None:
    facts: dict[str, Any] = {
        "counted": "full_members_full_time",
        "counted_full_members": 3,
        "standalone_min_full_members": 3,
        "policy": "sh-2015-formation",
    }
    assert check(SHANGHAI, 3, 60, 1).reasons == (
        Reason(rule="S10", outcome="standalone", facts=facts, as_of=AS_OF),
        Reason(
            rule="R-kind",
            outcome="GENERAL",
            facts={
                "kind_counts": "total",
                "full_members": 60,
                "total_members": 61,
                "general_from": 50,
                "committee_from": 100,
            },
            as_of=AS_OF,
        ),
    )
    [joint] = check(DEFAULT, 0, 2).reasons
    assert (joint.rule, joint.outcome, joint.facts["counted"]) == ("S13", "joint", "full_members")
    [area] = check(DEFAULT, 0, 0).reasons
    assert (area.rule, area.outcome, area.facts["instructor_required"]) == ("S15", "area", True)


def test_s10_the_minimum_is_the_policys() -> None:
    stricter = Policy(
        "test", "", DAY, None, "test", DEFAULT.parameters.model_copy(update={"standalone_min_full_members": 5})
    )
    assert [check(stricter, 0, n).outcome for n in (0, 1, 4, 5)] == ["area", "joint", "joint", "standalone"]
    assert check(stricter, 0, 4).reasons[0].facts["standalone_min_full_members"] == 5


LEGAL = {
    ("open", "approval"): "approved",
    ("open", "deferral"): "deferred",
    ("open", "closing"): "closed",
    ("deferred", "approval"): "approved",
    ("deferred", "deferral"): "deferred",
    ("deferred", "closing"): "closed",
}


@pytest.mark.parametrize(("state", "step"), list(product(get_args(CaseState), get_args(CaseStep))))
def test_a_case_makes_every_legal_move_and_no_other(state: CaseState, step: CaseStep) -> None:
    before = dict(TRANSITIONS)
    if (state, step) in LEGAL:
        assert move(TRANSITIONS, state, step) == LEGAL[state, step]
    else:
        with pytest.raises(IllegalTransition) as refused:
            move(TRANSITIONS, state, step)
        assert refused.value.facts == {"state": state, "action": step}
    assert before == TRANSITIONS
    assert set(TRANSITIONS) == set(LEGAL)


def case(state: CaseState = "open", outcome: Outcome = "standalone", *, registered: bool = True) -> Case:
    return Case(
        UUID(int=1), UUID(int=2), "示例组织", "330106", None, UUID(int=3), outcome, "BRANCH", state, 1, registered
    )


@pytest.mark.parametrize("outcome", ["standalone", "area"])
@pytest.mark.parametrize("state", ["open", "deferred"])
def test_approval__of_a_pending_case(state: CaseState, outcome: Outcome) -> None:
    assert approve(case(state, outcome)) == "approved"


@pytest.mark.parametrize(
    ("refused", "problem"),
    [
        (case("closed", "joint", registered=False), IllegalTransition),
        (case("approved"), IllegalTransition),
        (case(outcome="joint", registered=False), JointCaseNeedsPlan),
        (case(registered=False), OrganizationEnded),
        (case(outcome="area", registered=False), OrganizationEnded),
    ],
    ids=["closed", "approved", "joint", "ended", "ended, without members"],
)
def test_approval__is_refused(refused: Case, problem: type[Problem]) -> None:
    with pytest.raises(problem):
        approve(refused)
