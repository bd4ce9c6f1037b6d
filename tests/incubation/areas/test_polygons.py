"""S15: what is wrong with an outline is named with its place; what is right has the size that the ellipsoid has."""

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from services.incubation.territory.geojson import MultiPolygonIn, Placed, PolygonIn
from services.incubation.territory.geojson import Position as PositionIn
from services.incubation.territory.polygons import Drawn, read_boundary, read_outline
from shared.field.datums import from_wgs84
from shared.problems.problems import InvalidInput
from shared.problems.validation import field_errors
from tests.incubation.areas.helpers import Position, at, policy, square


def read(*lines: Sequence[Position]) -> Drawn:
    """An outline in WGS 84 under the shipped policy."""
    return read_outline(lines, "WGS84", policy(), "/polygon/coordinates")


def refused(*lines: Sequence[Position]) -> list[tuple[str, str]]:
    """Where and why an outline is refused."""
    with pytest.raises(InvalidInput) as caught:
        read(*lines)
    found = caught.value.document("en")["errors"]
    assert isinstance(found, list)
    return [(one["pointer"].removeprefix("/polygon/coordinates"), one["detail"]) for one in found]


def test_s15_outline__has_the_square_metres_of_the_ellipsoid() -> None:
    assert read(square()).square_metres == pytest.approx(1_440_000, rel=2e-4)


def test_s15_outline__is_built_once() -> None:
    drawn = read(square())
    assert drawn.shape is drawn.shape
    assert drawn.box is drawn.box
    assert drawn == read(square()), "what is built of it is not part of it"


def test_s15_outline__either_way_round_is_the_same() -> None:
    assert read(square()[::-1]).square_metres == read(square()).square_metres
    assert read(square()[::-1]).shape.exterior.is_ccw
    assert read(square()).shape.exterior.is_ccw


@pytest.mark.parametrize(
    ("line", "where", "why"),
    [
        ([*square()[:-1], at(1, 0)], "/0/4", "not closed"),
        (square()[:3], "/0", "at least four positions"),
        ([], "/0", "at least four positions"),
        (
            [at(0, 0), at(1200, 1200), at(1200, 0), at(0, 1200), at(0, 0)],
            "/0",
            "crosses or touches itself near [120.10",
        ),
        ([*square()[:-1], at(0, 0), at(-500, 0), at(0, -500), at(0, 0)], "/0", "crosses or touches itself"),
        ([at(0, 0), at(500, 0), at(1200, 0), at(0, 0)], "/0", "crosses or touches itself"),
        ([at(0, 0)] * 5, "/0", "encloses nothing"),
        (square(wide=800), "", "needs at least 1000000"),
        (square(wide=2000), "", "at most 2000000"),
    ],
)
def test_s15_outline__what_is_wrong_is_named(line: list[Position], where: str, why: str) -> None:
    [(pointer, detail)] = refused(line)
    assert pointer == where
    assert why in detail


def test_s15_outline__latitude_first_is_named_at_each_position() -> None:
    swapped = [(lat, lon) for lon, lat in square()]
    found = refused(swapped)
    assert [pointer for pointer, _ in found] == [f"/0/{place}" for place in range(5)]
    assert {detail.partition(": ")[2] for _, detail in found} == {"longitude comes first."}


def test_s15_outline__a_position_outside_of_china_is_named() -> None:
    [(pointer, detail)] = refused([*square()[:2], (0.0, 0.0), *square()[3:]])
    assert (pointer, detail) == ("/0/2", "The position [0.0, 0.0] is not in China.")


def test_s15_outline__the_altitude_of_a_position_is_ignored() -> None:
    """RFC 7946, 3.1.1: a third number is an altitude."""
    reader = TypeAdapter(PositionIn)
    assert reader.validate_json("[120.1, 30.25, 12.5]") == reader.validate_json("[120.1, 30.25]") == (120.1, 30.25)


@pytest.mark.parametrize("sent", ["[120.1]", "[120.1, 30.25, 1, 2]", '[120.1, 30.25, "1"]', '"a"', "null"])
def test_s15_outline__what_is_no_position_is_refused_in_a_sentence(sent: str) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(PositionIn).validate_json(sent)
    [found] = field_errors(caught.value.errors())
    assert found.detail.en.startswith("A position is [longitude, latitude]")
    assert found.detail.zh.startswith("位置应写作[经度, 纬度]")


@pytest.mark.parametrize(
    ("box", "allowed"),
    [
        ([120.1, 30.25, 120.2, 30.3], True),
        ([120.1, 30.25, 0, 120.2, 30.3, 12.5], True),
        ([177, -20, -178, -16], True),  # across the antimeridian: its first longitude is the larger one
        ([], False),
        ([120.1, 30.25, 120.2], False),
        ([120.1, 30.25, 120.2, "30.3"], False),
        ([120.1, 30.25, 120.2, math.inf], False),
        ("120.1,30.25,120.2,30.3", False),
    ],
)
def test_s15_outline__may_have_a_bounding_box(box: object, allowed: bool) -> None:
    """RFC 7946, 5: any object may have one; it follows from the coordinates, and is ignored."""
    flat = [list(one) for one in square()]
    for model, kind, coordinates in ((PolygonIn, "Polygon", [flat]), (MultiPolygonIn, "MultiPolygon", [[flat]])):
        given = {"type": kind, "coordinates": coordinates, "bbox": box}
        found: list[str] = []
        try:
            model.model_validate(given)
        except ValidationError as refusal:
            found = [error.pointer for error in field_errors(refusal.errors())]
        assert bool(found) != allowed
        assert all(pointer.startswith("/bbox") for pointer in found)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_s15_outline__what_is_no_number_is_no_position(value: float) -> None:
    [(pointer, _)] = refused([*square()[:2], (value, 30.0), *square()[3:]])
    assert pointer == "/0/2"


def test_s15_outline__has_no_holes() -> None:
    [(pointer, detail)] = refused(square(), square(100, 100, 200, 200))
    assert pointer == "/1"
    assert "no holes" in detail
    assert refused() == [("", "The outline is missing.")]


def test_s15_outline__has_no_more_positions_than_the_policy_says() -> None:
    most = policy().max_points
    round_one = [
        at(700 * math.cos(2 * math.pi * step / most), 700 * math.sin(2 * math.pi * step / most)) for step in range(most)
    ]
    assert read([*round_one[:-1], round_one[0]]).square_metres == pytest.approx(math.pi * 700**2, rel=1e-3)
    [(pointer, detail)] = refused([*round_one, round_one[0]])
    assert pointer == "/0"
    assert f"{most + 1} positions, at most {most}" in detail


@pytest.mark.parametrize("datum", ["GCJ02", "BD09"])
def test_s15_outline__of_another_datum_lies_where_it_would_in_wgs_84(datum: str) -> None:
    moved = [from_wgs84(*position, datum) for position in square()]  # type: ignore[arg-type]
    drawn = read_outline([moved], datum, policy(), "")  # type: ignore[arg-type]
    assert [pytest.approx(one, abs=1e-7) for one in read(square()).ring] == list(drawn.ring)
    assert moved[0] != pytest.approx(square()[0], abs=1e-4)


def test_s15_boundary__may_have_holes_and_exclaves() -> None:
    lines = [[square(0, 0, 5000, 5000), square(1000, 1000, 500, 500)], [square(9000, 0, 100, 100)]]
    polygons, shape = read_boundary([Placed(one, "") for one in lines], "WGS84", 100, "/boundary")
    assert [len(polygon) for polygon in polygons] == [2, 1]
    assert shape.covers(shape.representative_point())
    with pytest.raises(InvalidInput) as caught:
        read_boundary([Placed([square()], "/a"), Placed([square(600)], "/b")], "WGS84", 100, "/boundary")
    assert [one.pointer for one in caught.value.errors] == ["/boundary"]
    with pytest.raises(InvalidInput) as caught:
        read_boundary([Placed([square()], "/a"), Placed([square()[:-1]], "/b")], "WGS84", 100, "/boundary")
    assert [one.pointer for one in caught.value.errors] == ["/b/0/3"]


@given(st.lists(st.tuples(st.floats(-2000, 2000), st.floats(-2000, 2000)), min_size=3, max_size=8))
def test_s15_outline__any_line_is_read_or_refused_with_its_place(corners: list[tuple[float, float]]) -> None:
    line = [at(*corner) for corner in [*corners, corners[0]]]
    pointers: list[str] = []
    drawn = None
    try:
        drawn = read(line)
    except InvalidInput as refusal:
        pointers = [error.pointer for error in refusal.errors]
    assert all(pointer.startswith("/polygon/coordinates") for pointer in pointers)
    assert bool(pointers) == (drawn is None)
    if drawn is not None:
        assert drawn.shape.is_valid
        assert policy().min_m2 <= drawn.square_metres <= policy().max_m2
        assert set(drawn.ring) == set(line)
