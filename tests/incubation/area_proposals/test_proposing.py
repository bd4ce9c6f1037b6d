"""S15: proposed areas are in one piece and within the figures, have every body once, and do not depend on any order."""

import random
from itertools import combinations

import h3
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from services.incubation.area_proposals.process import figures_of
from services.incubation.area_proposals.search.cells import Figures, Grid, Position, build_grid
from services.incubation.area_proposals.search.draft import in_one_piece
from services.incubation.area_proposals.search.proposing import ProposalDraft, propose_areas
from services.incubation.territory.lying import assign
from services.incubation.territory.polygons import area_m2, read_outline
from tests.incubation.areas.helpers import at, policy, square

FIGURES = figures_of(policy())
SMALL = Figures(0, 1e9, 2, 3, 9, 64, 1)
"""Areas of two or three cells: few enough to try everything."""


def shapes(draft: ProposalDraft) -> dict[str, shapely.Polygon]:
    """The proposed areas by a code of their place."""
    return {f"330106-{number:03d}": shapely.Polygon(one.ring) for number, one in enumerate(draft.areas)}


def check(bodies: list[Position], draft: ProposalDraft, figures: Figures) -> None:
    """What holds of every proposal."""
    areas = shapes(draft)
    for one, shape in zip(draft.areas, areas.values(), strict=True):
        assert shape.is_valid
        assert not shape.interiors
        assert figures.min_cells - 1e-3 <= one.cells <= figures.max_cells + 1e-3
        assert figures.min_m2 - 1 <= one.square_metres <= figures.max_m2 + 1
        assert one.square_metres == pytest.approx(area_m2(shape), abs=1)
    overlap = sum(shape.area for shape in areas.values()) - shapely.union_all(list(areas.values())).area
    assert overlap == pytest.approx(0, abs=1e-9)
    found = assign(bodies, areas, near_border_m=1)
    assert {place for place, code in enumerate(found) if code is None} <= set(draft.left)
    placed = [code for place, code in enumerate(found) if place not in draft.left]
    assert None not in placed
    assert sum(one.bodies for one in draft.areas) == len(placed)


def spread(seed: int, count: int, side: float) -> list[Position]:
    """Bodies around some centres and between them."""
    chance = random.Random(seed)
    centres = [(chance.uniform(0, side), chance.uniform(0, side)) for _ in range(4)]
    found = []
    for _ in range(count):
        east, north = chance.choice(centres) if chance.random() < 0.7 else (side / 2, side / 2)
        found.append(at(chance.gauss(east, side / 8), chance.gauss(north, side / 8)))
    return found


@pytest.mark.parametrize("seed", range(6))
def test_s15_proposal__places_every_body_within_the_figures(seed: int) -> None:
    bodies = spread(seed, 400, 8000)
    draft = propose_areas(bodies, FIGURES)
    check(bodies, draft, FIGURES)
    assert draft.left == ()


@pytest.mark.parametrize("seed", range(4))
def test_s15_proposal__stays_inside_the_boundary_and_beside_areas_in_force(seed: int) -> None:
    boundary = shapely.Polygon(square(0, 0, 7000, 7000))
    taken = [shapely.Polygon(square(3000, 3000)), shapely.Polygon(square(4300, 3000))]
    bodies = [
        one
        for one in spread(seed, 500, 7000)
        if boundary.contains(shapely.Point(one)) and not any(area.intersects(shapely.Point(one)) for area in taken)
    ]
    draft = propose_areas(bodies, FIGURES, boundary=boundary, taken=taken)
    check(bodies, draft, FIGURES)
    for area in shapes(draft).values():
        assert area_m2(shapely.difference(area, boundary)) < 1
        assert all(area_m2(shapely.intersection(area, other)) < 1 for other in taken)
    # Between two areas and the border of the grid there may be pockets that are too small for one.
    assert len(draft.left) <= len(bodies) / 20


@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
@settings(max_examples=8, deadline=None)
def test_s15_proposal__the_same_bodies_in_any_order_give_the_same_areas(seed: int, chance: random.Random) -> None:
    bodies = spread(seed, 60, 4000)
    first = propose_areas(bodies, FIGURES)
    shuffled = list(bodies)
    chance.shuffle(shuffled)
    again = propose_areas(shuffled, FIGURES)
    assert again.areas == first.areas
    assert sorted(shuffled[place] for place in again.left) == sorted(bodies[place] for place in first.left)


def test_s15_proposal__is_an_outline_that_may_be_drawn() -> None:
    for one in propose_areas(spread(1, 200, 5000), FIGURES).areas:
        drawn = read_outline([one.ring], "WGS84", policy(), "")
        assert drawn.square_metres == one.square_metres
        assert set(drawn.ring) == set(one.ring)


def unevenness(draft: ProposalDraft) -> float:
    mean = sum(one.bodies for one in draft.areas) / len(draft.areas)
    return sum((one.bodies / mean - 1) ** 2 for one in draft.areas) / len(draft.areas)


def compactness(draft: ProposalDraft) -> float:
    return sum(one.compactness for one in draft.areas) / len(draft.areas)


@pytest.mark.parametrize("seed", range(3))
def test_s15_proposal__is_as_even_or_as_compact_as_the_policy_weighs_it(seed: int) -> None:
    bodies = spread(seed, 400, 8000)
    even, shipped, compact = (
        propose_areas(bodies, figures_of(policy().model_copy(update=weights)))
        for weights in ({"border_weight": 0}, {}, {"balance_weight": 0})
    )
    assert unevenness(even) < unevenness(compact)
    assert unevenness(shipped) < unevenness(compact)
    assert compactness(even) < compactness(shipped)


def test_s15_proposal__one_body_gets_an_area_around_it() -> None:
    [area] = propose_areas([at(0, 0)], FIGURES).areas
    assert (area.bodies, area.cells) == (1, 13)
    assert area.compactness > 0.4


def test_s15_proposal__nobody_gets_none() -> None:
    assert propose_areas([], FIGURES) == ProposalDraft((), ())


def test_s15_proposal__who_is_outside_of_the_boundary_is_left() -> None:
    boundary = shapely.Polygon(square(0, 0, 5000, 5000))
    draft = propose_areas([at(2500, 2500), at(9000, 9000)], FIGURES, boundary=boundary)
    assert draft.left == (1,)


def test_s15_proposal__a_pocket_that_is_too_small_is_left() -> None:
    boundary = shapely.Polygon(square(0, 0, 900, 900))
    assert propose_areas([at(450, 450)], FIGURES, boundary=boundary) == ProposalDraft((), (0,))


def most_placed(grid: Grid, figures: Figures) -> int:
    """How many bodies areas can have at most, by trying every set of areas."""
    possible: list[tuple[frozenset[int], int]] = []
    for size in range(1, len(grid.nodes) + 1):
        for nodes in combinations(range(len(grid.nodes)), size):
            share = sum(grid.nodes[one].share for one in nodes)
            if figures.min_cells - 1e-6 <= share <= figures.max_cells + 1e-6 and in_one_piece(grid, set(nodes)):
                possible.append((frozenset(nodes), sum(grid.nodes[one].bodies for one in nodes)))

    def best(used: frozenset[int], start: int) -> int:
        found = 0
        for place in range(start, len(possible)):
            nodes, bodies = possible[place]
            if not nodes & used:
                found = max(found, bodies + best(used | nodes, place + 1))
        return found

    return best(frozenset(), 0)


CENTRE = h3.latlng_to_cell(30.26, 120.13, 9)
CELLS = sorted(h3.grid_disk(CENTRE, 2))


@given(
    st.lists(st.sampled_from(CELLS), min_size=2, max_size=8, unique=True),
    st.lists(st.integers(0, 100), min_size=1, max_size=6),
)
@settings(max_examples=150, deadline=None)
def test_s15_proposal__places_as_many_as_trying_everything_does(free: list[str], picks: list[int]) -> None:
    hexagons = [shapely.Polygon([(lon, lat) for lat, lon in h3.cell_to_boundary(cell)]) for cell in free]
    boundary = shapely.union_all(hexagons).buffer(1e-9)
    bodies = [h3.cell_to_latlng(free[pick % len(free)])[::-1] for pick in picks]
    grid = build_grid(bodies, SMALL, boundary=boundary, taken=[])
    draft = propose_areas(bodies, SMALL, boundary=boundary)
    check(bodies, draft, SMALL)
    assert len(bodies) - len(draft.left) == most_placed(grid, SMALL)
