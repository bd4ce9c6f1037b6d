"""Domain 4.3 and D9: quorum, size, margin, terms and extensions, at their boundaries."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from services.registry.leadership_policies import LeadershipPolicy, leadership_policy
from services.registry.leaderships.leadership import Approval, Approved, Report, Subject, current_of
from services.registry.leaderships.rules import check_approval, check_extension, check_report
from shared.contracts.base import PartyOrganizationKind
from shared.field.calendar import months_after
from shared.field.policies import NoPolicy, Policy, PolicyBook, to_policy
from shared.settings import REPOSITORY_POLICIES

NOW, TODAY = datetime(2026, 6, 1, tzinfo=UTC), date(2026, 6, 1)
CONTENT: dict[str, Any] = yaml.safe_load(Path(REPOSITORY_POLICIES / "default/leadership.yaml").read_text("utf-8"))
POLICY = to_policy(CONTENT, LeadershipPolicy)
FOUNDED = date(2026, 3, 10)


def changed(**parameters: Any) -> Policy[LeadershipPolicy]:
    """The default policy with other figures."""
    return to_policy(CONTENT | {"parameters": CONTENT["parameters"] | parameters}, LeadershipPolicy)


def check(
    members: int,
    elected: int,
    *,
    present: int | None = None,
    candidates: int | None = None,
    kind: PartyOrganizationKind = "BRANCH",
    policy: Policy[LeadershipPolicy] = POLICY,
    registered: int | None = None,
) -> tuple[list[str], list[str]]:
    """(pointers refused, codes warned of) of an election by all members, with twice as many candidates."""
    report = Report(
        "election",
        date(2026, 4, 1),
        due=members,
        present=members if present is None else present,
        candidates=min(elected * 2, members) if candidates is None else candidates,
        elected=elected,
    )
    checked = check_report(report, Subject("330106", kind, "standalone", FOUNDED, registered), policy, TODAY, NOW)
    return [one.pointer for one in checked.errors], [one.code for one in checked.warnings]


@pytest.mark.parametrize(
    ("members", "elected", "found"),
    [
        (6, 1, ([], [])),
        (6, 2, ([], [])),
        (6, 3, (["/elected"], [])),
        (7, 2, (["/elected"], [])),
        (7, 3, ([], [])),
        (10, 5, ([], [])),
        (20, 6, ([], ["team_large"])),
        (20, 7, ([], ["team_large"])),
        (20, 8, (["/elected"], [])),
    ],
)
def test_d9_a_branch_below_seven_full_members_has_a_secretary_else_a_committee(
    members: int, elected: int, found: tuple[list[str], list[str]]
) -> None:
    assert check(members, elected) == found


@pytest.mark.parametrize(
    ("kind", "elected", "found"),
    [
        ("GENERAL", 4, (["/elected"], [])),
        ("GENERAL", 5, ([], [])),
        ("GENERAL", 9, ([], ["team_large"])),
        ("GENERAL", 10, (["/elected"], [])),
        ("COMMITTEE", 9, ([], [])),
        ("COMMITTEE", 11, ([], ["team_large"])),
        ("COMMITTEE", 12, (["/elected"], [])),
    ],
)
def test_d9_a_general_branch_and_a_committee_have_their_own_sizes(
    kind: PartyOrganizationKind, elected: int, found: tuple[list[str], list[str]]
) -> None:
    assert check(60, elected, kind=kind) == found


def test_d9_the_quorum_is_four_fifths_of_those_due() -> None:
    assert check(10, 3, present=8) == ([], [])
    assert check(10, 3, present=7) == (["/present"], [])
    assert check(11, 3, present=9) == ([], [])
    assert check(11, 3, present=8) == (["/present"], []), "rounded up: 8.8"
    assert check(10, 3, present=7, policy=changed(refuse=[])) == ([], ["no_quorum"])
    assert check(10, 3, present=5, policy=changed(quorum_bp=5000)) == ([], [])


def test_d9_a_committee_has_a_fifth_more_candidates() -> None:
    assert check(20, 5, candidates=6) == ([], [])
    assert check(20, 5, candidates=5) == ([], ["margin_small"])
    assert check(20, 4, candidates=5) == ([], []), "rounded up: 4.8"
    assert check(20, 5, candidates=5, policy=changed(refuse=["margin_small"])) == (["/candidates"], [])
    assert check(4, 1, candidates=1) == ([], []), "a secretary alone needs no second candidate"


def test_d9_counts_that_cannot_be_are_refused_whatever_the_policy_says() -> None:
    lax = changed(refuse=[], quorum_bp=0)
    assert check(4, 1, present=5, policy=lax)[0] == ["/present"]
    assert check(4, 2, candidates=1, policy=lax)[0] == ["/candidates"]
    assert check(4, 2, candidates=5, policy=lax)[0] == ["/candidates"]
    assert check(0, 1, policy=lax)[0] == ["/due", "/candidates"]
    assert check(4, 0, policy=lax)[0] == ["/elected"]


def test_d9_other_members_than_registered_are_warned_of() -> None:
    assert check(4, 1, registered=4) == ([], [])
    assert check(4, 1, registered=5) == ([], ["members_differ"])


def approve(
    on: date,
    years: int | None = None,
    *,
    kind: PartyOrganizationKind = "BRANCH",
    others: tuple[Approved, ...] = (),
    policy: Policy[LeadershipPolicy] = POLICY,
) -> tuple[list[str], list[str], date | None]:
    """(pointers refused, codes warned of, last day of the term) of an approval."""
    report = Report("election", date(2026, 4, 1), 4, 4, 2, 1)
    subject = Subject("330106", kind, "standalone", FOUNDED)
    checked, ends_on = check_approval(report, Approval(on, years), subject, others, policy, TODAY, NOW)
    return [one.pointer for one in checked.errors], [one.code for one in checked.warnings], ends_on


@pytest.mark.parametrize(("kind", "years"), [("BRANCH", 3), ("GENERAL", 3), ("COMMITTEE", 5)])
def test_d9_the_term_begins_with_the_approval_and_has_the_years_of_the_kind(
    kind: PartyOrganizationKind, years: int
) -> None:
    assert approve(date(2026, 4, 10), kind=kind) == ([], [], date(2026 + years, 4, 10))


def test_d9_an_approval_may_name_other_years_that_the_policy_allows() -> None:
    assert approve(date(2026, 4, 10), 3, kind="COMMITTEE") == ([], [], date(2029, 4, 10))
    assert approve(date(2026, 4, 10), 2, kind="COMMITTEE")[0] == ["/term_years"]
    assert approve(date(2026, 4, 10), 5)[0] == ["/term_years"]
    village = changed(terms=CONTENT["parameters"]["terms"] | {"BRANCH": {"years": 5, "allowed": [3, 5]}})
    assert approve(date(2026, 4, 10), policy=village)[2] == date(2031, 4, 10)


def test_d9_a_late_approval_is_warned_of() -> None:
    assert approve(date(2026, 5, 1)) == ([], [], date(2029, 5, 1))
    assert approve(date(2026, 5, 2)) == ([], ["approval_late"], date(2029, 5, 2))
    assert approve(date(2026, 5, 2), policy=changed(refuse=["approval_late"]))[0] == ["/approved_on"]


def test_d9_two_leaderships_are_not_approved_on_one_day() -> None:
    other = Approved(1, date(2026, 3, 20), date(2026, 4, 10), date(2029, 4, 10), None)
    assert approve(date(2026, 4, 10), others=(other,))[0] == ["/approved_on"]
    assert approve(date(2026, 4, 11), others=(other,))[0] == []


def test_d9_leaderships_are_approved_in_the_order_of_their_elections() -> None:
    """The election is of 1 April: whichever of both is recorded last, the one elected first is approved first."""
    later = Approved(2, date(2026, 4, 2), date(2026, 4, 12), date(2029, 4, 12), None)
    earlier = Approved(1, date(2026, 3, 31), date(2026, 4, 12), date(2029, 4, 12), None)
    same = Approved(3, date(2026, 4, 1), date(2026, 4, 12), date(2029, 4, 12), None)
    for other, refused, taken in ((later, 13, 11), (earlier, 11, 13)):
        assert approve(date(2026, 4, refused), others=(other,))[0] == ["/approved_on"], other
        assert approve(date(2026, 4, taken), others=(other,))[0] == [], other
    assert [approve(date(2026, 4, day), others=(same,))[0] for day in (11, 13)] == [[], []]


def test_d9_the_leadership_approved_last_is_the_present_one_whichever_was_recorded_last() -> None:
    old = Approved(2, date(2020, 4, 1), date(2020, 4, 10), date(2023, 4, 10), None)
    new = Approved(1, date(2023, 4, 1), date(2023, 4, 10), date(2026, 4, 10), True)
    assert current_of([new, old], date(2013, 1, 1)) is new
    assert current_of([new, old], date(2024, 1, 1)) is None, "founded again since"
    assert current_of([], date(2013, 1, 1)) is None


def extended(until: date, ends_on: date = date(2026, 6, 30), usual: date = date(2026, 6, 30)) -> list[str]:
    begun = date(2023, 6, 30)
    return [one.pointer for one in check_extension((begun, usual, ends_on), until, date(2026, 5, 1), POLICY, TODAY)]


def test_d9_an_election_is_put_off_by_a_year_at_most_in_all() -> None:
    assert extended(date(2026, 6, 30)) == ["/until"]
    assert extended(date(2026, 7, 1)) == []
    assert extended(date(2027, 6, 30)) == []
    assert extended(date(2027, 7, 1)) == ["/until"]
    assert extended(date(2027, 7, 1), ends_on=date(2027, 1, 1)) == ["/until"], "a second one counts from the usual end"
    today = check_extension((TODAY, TODAY, TODAY), date(2026, 7, 1), date(2026, 6, 2), POLICY, TODAY)
    assert [one.pointer for one in today] == ["/approved_on"]


@pytest.mark.parametrize(("approved_on", "refused"), [("2023-06-29", ["/approved_on"]), ("2023-06-30", [])])
def test_d9_an_election_is_put_off_within_the_term_not_before_it(approved_on: str, refused: list[str]) -> None:
    term, day = (date(2023, 6, 30), date(2026, 6, 30), date(2026, 6, 30)), date.fromisoformat(approved_on)
    assert [one.pointer for one in check_extension(term, date(2026, 7, 1), day, POLICY, TODAY)] == refused


def test_d9_months_end_on_the_corresponding_day_or_on_the_months_last() -> None:
    assert months_after(date(2024, 2, 29), 36) == date(2027, 2, 28)
    assert months_after(date(2026, 8, 31), -6) == date(2026, 2, 28)
    assert months_after(date(2026, 1, 15), -1) == date(2025, 12, 15)
    assert months_after(date(2026, 12, 31), 12) == date(2027, 12, 31)


def test_d9_a_day_before_any_policy_is_judged_by_todays() -> None:
    book = PolicyBook([POLICY])
    assert leadership_policy(book, "330106", date(1998, 1, 1), TODAY) is POLICY
    with pytest.raises(NoPolicy):
        leadership_policy(PolicyBook([]), "330106", TODAY, TODAY)


@pytest.mark.parametrize(
    "parameters",
    [
        {"terms": {"BRANCH": {"years": 3, "allowed": [3]}}},
        {"terms": CONTENT["parameters"]["terms"] | {"BRANCH": {"years": 3, "allowed": [5]}}},
        {"small": {"least": 2, "most": 1, "maximum": 2}},
        {"quorum_bp": 10_001},
        {"refuse": ["nobody"]},
        {"reminder_months": []},
    ],
)
def test_leadership_policy__refuses_what_makes_no_sense(parameters: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        changed(**parameters)
