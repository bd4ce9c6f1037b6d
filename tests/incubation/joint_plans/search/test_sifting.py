"""S13: components with many branches: all of them listed, each once, and bounded by price as by the program."""

import random
from dataclasses import replace
from uuid import UUID

import numpy as np
import pytest

from services.incubation.joint_plans.search import planning
from services.incubation.joint_plans.search.candidates import Candidate, Existing, JointPolicy, Places
from services.incubation.joint_plans.search.construction import construct
from services.incubation.joint_plans.search.draft import Aims, Draft
from services.incubation.joint_plans.search.neighbours import find_neighbours
from services.incubation.joint_plans.search.solving import cliques
from services.incubation.joint_plans.search.solving.clock import Clock
from services.incubation.joint_plans.search.solving.columns import Columns, Flags, list_columns
from services.incubation.joint_plans.search.solving.pricing.diving import dive
from services.incubation.joint_plans.search.solving.pricing.listed import Listed
from services.incubation.joint_plans.search.solving.pricing.sifted import bound_by_sifting
from services.incubation.joint_plans.search.solving.pricing.sifting import nearest_of_each, sift
from services.incubation.joint_plans.search.solving.proving import bound_by_program, bound_created
from services.incubation.joint_plans.search.solving.trying import UNITS_MOST, try_all
from services.incubation.joint_plans.search.solving.windows import most_of
from tests.incubation.joint_plans.search.helpers import POLICY, check, org

LIMITED = JointPolicy(3, 4, 2000, max_members=5, other_sector_m=300)


def town(seed: int, count: int, policy: JointPolicy, *, side: float = 4000, branches: bool = False) -> Draft:
    """Units on a square, a half of them in buildings; with branches that exist, where wanted."""
    chance = random.Random(seed)
    units = []
    for number in range(count):
        one = org(number, chance.choice((1, 1, 2)), (side * chance.random(), side * chance.random()))
        one = replace(one, sector=chance.choice((None, "a", "b")))
        if number % 2 and number > 9:
            house = units[number % 5]
            one = replace(one, lon=house.lon, lat=house.lat, carrier=f"大厦{number % 5}")
        units.append(one)
    existing = [Existing(UUID(int=500 + n), tuple(_branch(chance, n))) for n in range(3)] if branches else []
    return Draft(find_neighbours(Places(units, policy, existing)))


def _branch(chance: random.Random, number: int) -> list[Candidate]:
    east, north = 4000 * chance.random(), 4000 * chance.random()
    return [org(900 + 10 * number + n, 1, (east + n, north)) for n in range(2)]


def listed(draft: Draft) -> Columns:
    near = dict(enumerate(draft.neighbours.near))
    return list_columns(draft, range(len(near)), near)


def nobody(columns: Columns) -> Flags:
    return np.zeros(len(columns), dtype=bool)


def rows(columns: Columns) -> dict[tuple[int, ...], tuple[int, ...]]:
    aims = (columns.covered, columns.together, columns.created, columns.distance)
    found = {columns.branch(row): tuple(int(one[row]) for one in aims) for row in range(len(columns))}
    assert len(found) == len(columns), "each once"
    return found


@pytest.mark.parametrize("policy", [POLICY, LIMITED])
@pytest.mark.parametrize("branches", [False, True])
def test_s13_cliques__are_the_branches_that_listing_around_each_unit_finds(policy: JointPolicy, branches: bool) -> None:
    draft = town(3, 26, policy, branches=branches)
    found = cliques.list_cliques(draft, range(len(draft.neighbours.near)))
    assert found is not None
    assert rows(found) == rows(listed(draft))
    assert len(found) > 100


def test_s13_cliques__that_are_too_many_are_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    draft = town(3, 26, POLICY)
    monkeypatch.setattr(cliques, "CLIQUES_MOST", 100)
    assert cliques.list_cliques(draft, range(26)) is None


@pytest.mark.parametrize(("side", "seed"), [(4000, 0), (9000, 1), (9000, 2)])
def test_s13_bound__by_price_is_that_of_the_whole_program_with_the_earlier_aims_reached(side: int, seed: int) -> None:
    """Not the shares of the largest branch: these know nothing of coverage and buildings, which come first."""
    draft = town(seed, 40, POLICY, side=side)
    component = range(40)
    construct(draft, component)
    columns = listed(draft)
    most = most_of(draft, {one: draft.neighbours.near[one] for one in component})
    wanted = bound_by_program(draft, component, columns, most, Clock())
    found = bound_by_sifting(draft, component, Listed(draft, component, columns), nobody(columns), most, Clock())
    assert (found.covered, found.together, found.created) == (wanted.covered, wanted.together, wanted.created)
    assert 0.9 * wanted.distance <= found.distance <= wanted.distance
    if side > 4000:
        assert found.created > bound_created(draft, component)


def test_s13_bound__by_price_holds_when_the_time_is_over() -> None:
    draft = town(1, 40, POLICY)
    construct(draft, range(40))
    columns = listed(draft)
    whole_list, most = Listed(draft, range(40), columns), Aims(40, 40)
    found = bound_by_sifting(draft, range(40), whole_list, nobody(columns), most, Clock(0.0))
    whole = bound_by_sifting(draft, range(40), whole_list, nobody(columns), most, Clock())
    assert found.covered >= whole.covered
    assert found.created <= whole.created
    assert found.distance <= whole.distance
    assert np.all(columns.covered > 0)


@pytest.mark.parametrize("branches", [False, True])
def test_s13_dive__finds_whole_branches_near_the_programs_value(branches: bool) -> None:
    """Nobody twice, all of them allowed, and not far from what no plan beats."""
    draft = town(4, 110, LIMITED, side=9000, branches=branches)
    component = range(len(draft.neighbours.near))
    found = cliques.list_cliques(draft, component)
    assert found is not None
    whole = Listed(draft, component, found)
    priced = sift(whole, whole.both(), nearest_of_each(whole), 0.1, Clock())
    chosen = dive(draft, whole, whole.both(), priced.used, Clock())
    assert chosen is not None
    placed = [unit for branch in chosen for unit in branch]
    assert len(placed) == len(set(placed))
    assert all(draft.fits(branch) for branch in chosen)
    row_of = np.flatnonzero(found.find(chosen))
    left_out = sorted(set(component) - set(placed))
    program = whole.both()
    value = float(program.costs[row_of].sum() + program.missing[left_out].sum())
    assert priced.bound - 0.001 <= value <= 1.3 * priced.bound
    assert dive(draft, whole, program, priced.used, Clock()) == chosen, "the same again"


def test_s13_plan__of_many_branches_is_that_of_the_prices_and_no_worse_than_the_construction(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where no list is short enough to be one program, the plan is still within all limits, whatever the order."""
    for name in ("EXACT_UNITS", "EXACT_COMBINATIONS"):
        monkeypatch.setattr(planning, name, 0)
    monkeypatch.setattr(planning, "list_all", lambda *_: None)
    draft = town(5, 90, POLICY, side=9000)
    construct(draft, range(90))
    candidates = list(draft.places.candidates)
    plan = check(candidates, POLICY)
    assert plan.reached.rank() <= draft.reached(range(90)).rank()
    random.Random(1).shuffle(candidates)
    assert planning.propose_joint_branches(candidates, POLICY) == plan
    stopped = check(candidates, POLICY, clock=Clock(0.0))
    assert stopped.stopped
    assert stopped.covered == draft.reached(range(90)).covered


def test_s13_trying_all__is_left_where_units_are_many() -> None:
    draft = town(1, UNITS_MOST + 1, POLICY, side=1000)
    assert try_all(listed(draft)) is None
