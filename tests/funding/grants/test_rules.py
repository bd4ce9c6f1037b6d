"""Which grant an evaluation raises, which step a grant may take, and what a step posts: pure."""

from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any, get_args
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.funding.grants.deciding.rules import decide_annual_grant, scheme_day
from services.funding.grants.posting.rules import posting_of
from services.funding.grants.rules import Step, advance
from services.funding.ledger.rules import Key, Posting
from services.funding.policies import Scheme, SchemeParameters, in_force, read_schemes
from shared.contracts.funding import GrantStateName
from shared.field.policies import Policy
from shared.problems.problems import IllegalTransition
from shared.settings import REPOSITORY_POLICIES
from tests.funding.conftest import COMPLETED_AT, a_grant, evaluation

SCHEMES = read_schemes(REPOSITORY_POLICIES)
HANGZHOU = next(scheme for scheme in SCHEMES.policies if scheme.id == "hz-2013-annual")


def scheme(**changes: Any) -> Scheme:
    """The Hangzhou scheme with other parameters."""
    parameters = SchemeParameters.model_validate({**HANGZHOU.parameters.model_dump(), **changes})
    return Policy("test", "3301", date(2013, 6, 4), None, "a test", parameters)


def listed(**changes: Any) -> dict[str, Any]:
    return {
        "party_organization_id": uuid4(),
        "amount_fen": 5_000_000,
        "effective_from": date(2020, 1, 1),
        **changes,
    }


@pytest.mark.parametrize(("kind", "fen"), [("COMMITTEE", 2_000_000), ("GENERAL", 1_000_000), ("BRANCH", 300_000)])
def test_h32_amount_by_kind(kind: str, fen: int) -> None:
    decision = decide_annual_grant(evaluation(party_organization_kind=kind), HANGZHOU)
    assert (decision.outcome, decision.amount_fen, decision.scheme) == ("raised", fen, "hz-2013-annual")


def test_h32_branch_3000_yuan() -> None:
    decision = decide_annual_grant(evaluation(party_organization_kind="BRANCH"), HANGZHOU)
    assert decision.amount_fen == 3_000 * 100
    [reason] = [reason for reason in decision.reasons if reason.rule == "H32"]
    assert reason.facts == {"kind": "BRANCH", "year": 2026, "amount_fen": 300_000, "policy": "hz-2013-annual"}
    assert reason.as_of == COMPLETED_AT


def test_h31_key_industry_committee_excluded() -> None:
    entry = listed()
    rated = evaluation(party_organization_id=entry["party_organization_id"], party_organization_kind="COMMITTEE")
    decision = decide_annual_grant(rated, scheme(key_industry_committees=[entry]))
    assert (decision.outcome, decision.amount_fen) == ("none", None)
    assert [(reason.rule, reason.outcome) for reason in decision.reasons] == [("H31", "excluded")]


@pytest.mark.parametrize(
    ("period", "outcome"),
    [
        ({"effective_from": date(2026, 12, 31)}, "none"),
        ({"effective_from": date(2027, 1, 1)}, "raised"),
        ({"effective_to": date(2026, 12, 30)}, "raised"),
        ({"effective_to": date(2026, 12, 31)}, "none"),
    ],
)
def test_h31_the_list_is_dated(period: dict[str, date], outcome: str) -> None:
    entry = listed(**period)
    rated = evaluation(party_organization_id=entry["party_organization_id"])
    assert decide_annual_grant(rated, scheme(key_industry_committees=[entry])).outcome == outcome


def test_h31_others_are_not_excluded() -> None:
    decision = decide_annual_grant(evaluation(), scheme(key_industry_committees=[listed()]))
    assert decision.outcome == "raised"


@pytest.mark.parametrize(
    ("star", "outcome"), [(0, "held"), (1, "held"), (2, "raised"), (3, "raised"), (4, "raised"), (5, "raised")]
)
def test_decision_5_low_stars_are_held(star: int, outcome: str) -> None:
    assert decide_annual_grant(evaluation(star=star), HANGZHOU).outcome == outcome


def test_decision_5_one_star_is_held() -> None:
    decision = decide_annual_grant(evaluation(star=1), HANGZHOU)
    assert (decision.outcome, decision.amount_fen) == ("held", 300_000)
    last = decision.reasons[-1]
    assert (last.rule, last.outcome, last.facts) == ("R-hold", "held", {"star": 1, "hold_below_stars": 2})


def test_decision_5_zero_switches_it_off() -> None:
    assert decide_annual_grant(evaluation(star=0), scheme(hold_below_stars=0)).outcome == "raised"


def test_decision_7_no_scheme_in_force() -> None:
    assert in_force(SCHEMES, "310101", scheme_day(2026), "evaluation") == []
    assert in_force(SCHEMES, "330106", scheme_day(2012), "evaluation") == []
    assert in_force(SCHEMES, "330106", scheme_day(2013), "evaluation") == [HANGZHOU]
    decision = decide_annual_grant(evaluation(division="310101"), None)
    assert (decision.outcome, decision.policy, decision.scheme, decision.amount_fen) == ("none", None, None, None)
    assert [(reason.rule, reason.outcome) for reason in decision.reasons] == [("R-scheme", "no_scheme_in_force")]
    assert decision.facts["division"] == "310101"


@given(
    star=st.integers(0, 5),
    kind=st.sampled_from(["BRANCH", "GENERAL", "COMMITTEE"]),
    below=st.integers(0, 5),
)
def test_a_grant_is_held_or_raised_and_its_amount_is_that_of_its_kind(star: int, kind: str, below: int) -> None:
    found = scheme(hold_below_stars=below)
    rated = evaluation(star=star, party_organization_kind=kind)
    decision = decide_annual_grant(rated, found)
    assert decision.outcome == ("held" if star < below else "raised")
    assert decision.amount_fen == found.parameters.amounts_fen[rated.party_organization_kind]


MOVES: dict[tuple[GrantStateName, Step], GrantStateName] = {
    ("held", "release"): "raised",
    ("raised", "review"): "reviewed",
    ("reviewed", "approval"): "approved",
    ("approved", "payment"): "paid",
}
ALL_MOVES = list(product(get_args(GrantStateName), get_args(Step)))


@pytest.mark.parametrize(("state", "step"), ALL_MOVES)
def test_the_whole_transition_table(state: GrantStateName, step: Step) -> None:
    if (state, step) in MOVES:
        assert advance(a_grant(state=state), step, "甲", COMPLETED_AT).state == MOVES[state, step]
        return
    with pytest.raises(IllegalTransition) as refused:
        advance(a_grant(state=state), step, "甲", COMPLETED_AT)
    assert refused.value.facts == {"state": state, "action": step}


@pytest.mark.parametrize(("state", "step"), list(MOVES))
def test_a_step_makes_the_next_version_and_names_its_actor(state: GrantStateName, step: Step) -> None:
    before = a_grant(state=state, actors={"release": "system:funding"})
    after = advance(before, step, "甲", COMPLETED_AT)
    actors = {"release": "system:funding", step: "甲"}
    assert after == replace(before, state=MOVES[state, step], version=4, actors=actors, reasons=after.reasons)
    released = [("R-hold", "released")] if step == "release" else []
    assert [(reason.rule, reason.outcome) for reason in after.reasons] == released


def test_money_moves_by_approval_and_payment_only() -> None:
    moved = {step: posting_of(a_grant(), step, "拨付", "fiscal") for step in get_args(Step)}
    posted = {step: (p.kind, p.debit, p.credit) for step, p in moved.items() if p is not None}
    assert posted == {"approval": ("grant_approved", "5001", "2307"), "payment": ("grant_paid", "2307", "4001")}


def test_a_posting_is_of_its_grant() -> None:
    approved = a_grant()
    posting = posting_of(approved, "approval", "拨付", "fiscal")
    key = Key("grant_approved", approved.recipient_id, "hz-2013-annual", "2026", "annual")
    assert posting == Posting("grant_approved", approved.id, "330106", "5001", "2307", 300_000, "拨付", key, "fiscal")
