"""S15: every position is in exactly one area; gaps and overlaps are found."""

import random

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from services.incubation.territory.lying import assign, find_faults
from services.incubation.territory.polygons import area_m2
from tests.incubation.areas.helpers import Position, at, policy, square

SIDE = 1200


def tiles(across: int, up: int) -> dict[str, shapely.Polygon]:
    """Squares side by side, by a code of their column and row."""
    return {
        f"330106-{column}{row}": shapely.Polygon(square(column * SIDE, row * SIDE))
        for column in range(across)
        for row in range(up)
    }


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=30))
def test_s15_assign__every_position_is_in_exactly_one_area_on_common_borders_too(steps: list[tuple[int, int]]) -> None:
    areas = tiles(3, 3)
    # Every fourth of a square's side: corners, middles of sides, and inside.
    positions = [at(east * SIDE / 4, north * SIDE / 4) for east, north in steps]
    for (east, north), code in zip(steps, assign(positions, areas, near_border_m=0), strict=True):
        columns = {max(0, (east - 1) // 4), min(2, east // 4)}
        rows = {max(0, (north - 1) // 4), min(2, north // 4)}
        touching = sorted(f"330106-{column}{row}" for column in columns for row in rows)
        assert code == touching[0]


@given(st.randoms(use_true_random=False))
def test_s15_assign__does_not_depend_on_any_order(shuffle: random.Random) -> None:
    areas = tiles(3, 3)
    positions = [at(shuffle.uniform(-500, 4000), shuffle.uniform(-500, 4000)) for _ in range(40)]
    found = dict(zip(positions, assign(positions, areas, 1), strict=True))
    codes = list(areas)
    shuffle.shuffle(codes)
    shuffle.shuffle(positions)
    assert dict(zip(positions, assign(positions, {code: areas[code] for code in codes}, 1), strict=True)) == found


@given(st.floats(-500, 4100), st.floats(-500, 4100))
def test_s15_assign__agrees_with_asking_each_area(east: float, north: float) -> None:
    areas, position = tiles(3, 3), at(east, north)
    inside = sorted(code for code, shape in areas.items() if shape.intersects(shapely.Point(position)))
    assert assign([position], areas, near_border_m=0) == [inside[0] if inside else None]


def test_s15_assign__between_borders_that_do_not_meet_the_nearest_area_has_it() -> None:
    areas = {"330106-A": shapely.Polygon(square()), "330106-B": shapely.Polygon(square(SIDE + 1))}
    near_a, near_b, far = at(SIDE + 0.3, 600), at(SIDE + 0.7, 600), at(600, SIDE + 1.5)
    assert assign([near_a, near_b, far], areas, near_border_m=1) == ["330106-A", "330106-B", None]
    assert assign([near_a, near_b, far], areas, near_border_m=0) == [None, None, None]
    assert assign([far], areas, near_border_m=2) == ["330106-A"]


def test_s15_assign__where_areas_overlap_the_first_code_has_it() -> None:
    areas = {"330106-B": shapely.Polygon(square()), "330106-A": shapely.Polygon(square(1199))}
    assert assign([at(1199.5, 600), at(10, 600)], areas, 1) == ["330106-A", "330106-B"]


def test_s15_assign__without_areas_or_positions_there_is_nothing() -> None:
    assert assign([at(0, 0)], {}, 1) == [None]
    assert assign([], tiles(1, 1), 1) == []


def test_s15_faults__areas_side_by_side_leave_no_gap() -> None:
    assert find_faults(tiles(3, 3), None, policy()) == []
    assert find_faults({}, None, policy()) == []


def test_s15_faults__a_gap_that_areas_enclose_is_found_and_one_position_in_it() -> None:
    areas = tiles(3, 3)
    gap = areas.pop("330106-11")
    [fault] = find_faults(areas, None, policy())
    assert (fault.what, fault.areas) == ("gap", ())
    assert fault.square_metres == pytest.approx(area_m2(gap), abs=2)
    assert gap.contains(shapely.Point(fault.lon, fault.lat))


def test_s15_faults__inside_a_boundary_whatever_no_area_has_is_a_gap() -> None:
    areas, boundary = tiles(1, 1), shapely.Polygon(square(0, 0, 3 * SIDE, SIDE))
    [fault] = find_faults(areas, boundary, policy())
    assert fault.square_metres == pytest.approx(2 * SIDE * SIDE, rel=1e-3)
    assert find_faults(areas, None, policy()) == []


def test_s15_faults__a_gap_below_the_policy_is_none() -> None:
    small, large = square(0, 0, SIDE, SIDE + 0.5), square(0, 0, SIDE, SIDE + 1)
    assert find_faults(tiles(1, 1), shapely.Polygon(small), policy()) == []
    assert len(find_faults(tiles(1, 1), shapely.Polygon(large), policy())) == 1


def test_s15_faults__an_overlap_names_both_areas_and_its_size() -> None:
    areas = {"330106-B": shapely.Polygon(square()), "330106-A": shapely.Polygon(square(SIDE - 1))}
    [fault] = find_faults(areas, None, policy())
    assert (fault.what, fault.areas) == ("overlap", ("330106-A", "330106-B"))
    assert fault.square_metres == pytest.approx(SIDE, rel=0.01)


def test_s15_helpers__positions_are_metres_apart() -> None:
    one: Position = at(0, 0)
    assert one == (120.1, 30.25)
    assert area_m2(shapely.Polygon(square())) == pytest.approx(SIDE * SIDE, rel=2e-4)
