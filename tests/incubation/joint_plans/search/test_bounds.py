"""S13: a bound is one that no plan beats, also where there are too many neighbours to list."""

import tracemalloc
from collections.abc import Sequence
from dataclasses import replace

import highspy
import pytest

from services.incubation.joint_plans.search.candidates import Candidate, JointPolicy, Places
from services.incubation.joint_plans.search.draft import Draft
from services.incubation.joint_plans.search.neighbours import NEIGHBOURS_KEPT, find_neighbours
from services.incubation.joint_plans.search.planning import propose_joint_branches
from services.incubation.joint_plans.search.solving.clock import Clock
from services.incubation.joint_plans.search.solving.columns import count_combinations, list_columns
from services.incubation.joint_plans.search.solving.cutting import join_cut
from tests.incubation.joint_plans.search.helpers import POLICY, check, org


def tower(first: int, count: int, east: float, members: int = 1) -> list[Candidate]:
    """Organizations on one spot."""
    return [org(first + n, members, (east + n / 100, 0)) for n in range(count)]


def test_s13_bound__knows_of_neighbours_that_two_cut_lists_leave_out() -> None:
    """71 and 74 on two spots need fifteen branches each; all of them, who may share branches, need one less."""
    plan = check([*tower(0, 71, 0), *tower(100, 74, 1500)], POLICY)
    assert plan.bound.created <= 29
    assert plan.reached.created <= 30
    assert plan.covered == plan.upper_bound == 145


def test_s13_bound__of_spots_too_far_apart_counts_each_by_itself() -> None:
    plan = check([*tower(0, 71, 0), *tower(100, 74, 9000)], POLICY)
    assert plan.reached.created == plan.bound.created == 30


def crowd(count: int) -> list[Candidate]:
    """Two of 25 members, who may only join each other, and between them a crowd too large for either."""
    crowd = [replace(org(n, 1, (700 + n, 0)), total_members=30) for n in range(count)]
    return [*(replace(org(900 + n, 2, (n * 1900.0, 0)), total_members=25) for n in (0, 1)), *crowd]


@pytest.mark.parametrize("count", [NEIGHBOURS_KEPT - 1, NEIGHBOURS_KEPT + 1, 200])
def test_s13_search__finds_partners_behind_those_nearest_who_are_too_large(count: int) -> None:
    plan = check(crowd(count), JointPolicy(3, 5, 2000, max_members=50))
    assert (plan.covered, plan.upper_bound) == (2, 2)


def test_s13_bound__counts_who_may_have_partners_beyond_a_cut_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the search does not look that far, the bound says that more may be possible."""
    monkeypatch.setattr("services.incubation.joint_plans.search.neighbours.MOST_SEEN", NEIGHBOURS_KEPT)
    plan = propose_joint_branches(crowd(80), JointPolicy(3, 5, 2000, max_members=50))
    assert plan.covered == 0
    assert plan.upper_bound >= 2


def test_s13_bound__of_carriers_counts_mates_that_a_cut_list_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a building of many, each list holds a stretch of them; its own stretch may be too large to join."""
    monkeypatch.setattr("services.incubation.joint_plans.search.neighbours.MOST_SEEN", NEIGHBOURS_KEPT)
    units = [replace(one, carrier="大厦") for one in crowd(80)]
    plan = propose_joint_branches(units, JointPolicy(3, 5, 2000, max_members=50))
    assert plan.bound.together >= 2


def draft_of(candidates: Sequence[Candidate], policy: JointPolicy) -> Draft:
    return Draft(find_neighbours(Places(candidates, policy)))


def test_s13_cut_components__are_joined_where_a_street_or_a_building_spans_both() -> None:
    far = [*tower(0, 40, 0), *tower(100, 40, 9000)]
    draft = draft_of(far, POLICY)
    halves = [list(range(40)), list(range(40, 80))]
    assert join_cut(draft, halves) == halves
    for change in ({"street": "甲街"}, {"carrier": "大厦"}):
        draft = draft_of([replace(one, **change) if n in (0, 79) else one for n, one in enumerate(far)], POLICY)  # type: ignore[arg-type]
        draft.neighbours.complete[0] = draft.neighbours.complete[79] = False
        assert join_cut(draft, halves) == [list(range(80))], change


def test_s13_columns__of_large_branches_are_counted_without_being_written_down() -> None:
    """Of 60 neighbours there are more than a million million branches of twenty."""
    tracemalloc.start()
    assert count_combinations([60] * 3, 20) > 10**12
    assert count_combinations([4, 4, 2], 3) == 10 + 10 + 3
    assert tracemalloc.get_traced_memory()[1] < 10**6
    tracemalloc.stop()


def test_s13_columns__of_many_choices_are_listed_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    draft = draft_of(tower(0, 9, 0), POLICY)
    near = dict(enumerate(draft.neighbours.near))
    whole = list_columns(draft, range(9), near)
    monkeypatch.setattr("services.incubation.joint_plans.search.solving.columns._AT_ONCE", 20)
    parts = list_columns(draft, range(9), near)
    assert [parts.branch(row) for row in range(len(parts))] == [whole.branch(row) for row in range(len(whole))]
    assert len(whole) == 84 + 126 + 126  # of three, four and five units


def test_s13_large_branches__are_planned_in_little_memory() -> None:
    tracemalloc.start()
    plan = check(tower(0, 60, 0), JointPolicy(3, 20, 2000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (plan.covered, plan.bound.created) == (60, 3)
    assert peak < 50 * 2**20


def test_s13_stopped__is_said_where_the_time_ended_in_the_last_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """The solver itself may have been cut short then: nothing asks for the time afterwards."""
    runs, end = 0, 10**6

    class Counted(highspy.Highs):  # type: ignore[misc]
        def run(self) -> highspy.HighsStatus:
            nonlocal runs
            runs += 1
            return super().run()

    class Ends(Clock):
        def left(self) -> float:
            self.stopped = self.stopped or runs >= end
            return 600.0 if runs < end else 0.0

    monkeypatch.setattr(highspy, "Highs", Counted)
    candidates = [org(n, 1, (n * 400.0, 0)) for n in range(18)]  # too many for trying everything
    assert not propose_joint_branches(candidates, POLICY, clock=Ends()).stopped
    end, runs = runs, 0
    assert end > 0
    assert propose_joint_branches(candidates, POLICY, clock=Ends()).stopped
