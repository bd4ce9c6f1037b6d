"""Positions, and distances by great circle."""

from math import asin, cos, inf, nan, pi, radians, sin, sqrt

import h3
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shared.field import geo

longitudes = st.floats(-180, 180)
latitudes = st.floats(-90, 90)


def distance(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Metres between two positions, as callers work them out."""
    one, other = geo.to_point(lon1, lat1), geo.to_point(lon2, lat2)
    assert one is not None
    assert other is not None
    return geo.distance_m(geo.squared_chord(one, other))


def haversine(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """The same by another formula."""
    north, south = radians(lat1), radians(lat2)
    half_chord = sin((south - north) / 2) ** 2 + cos(north) * cos(south) * sin(radians(lon2 - lon1) / 2) ** 2
    return 2 * geo.EARTH_RADIUS_M * asin(min(1.0, sqrt(half_chord)))


def test_distance__hangzhou_to_shanghai() -> None:
    assert distance(120.1551, 30.2741, 121.4737, 31.2304) == pytest.approx(164_900, rel=0.001)


def test_distance__a_degree_of_longitude_shrinks_with_latitude() -> None:
    assert distance(120, 0, 121, 0) == pytest.approx(111_195, abs=1)
    assert distance(120, 60, 121, 60) == pytest.approx(111_195 / 2, rel=0.001)


def test_distance__antipodes() -> None:
    assert distance(0, 0, 180, 0) == pytest.approx(pi * geo.EARTH_RADIUS_M)


@given(longitudes, latitudes, longitudes, latitudes)
def test_distance__symmetric_and_bounded(lon1: float, lat1: float, lon2: float, lat2: float) -> None:
    there = distance(lon1, lat1, lon2, lat2)
    assert there == distance(lon2, lat2, lon1, lat1)
    assert 0 <= there <= pi * geo.EARTH_RADIUS_M + 1
    assert distance(lon1, lat1, lon1, lat1) == 0


@given(longitudes, latitudes, st.floats(-0.5, 0.5), st.floats(-0.5, 0.5))
def test_distance__agrees_with_the_haversine(lon: float, lat: float, east: float, north: float) -> None:
    assume(abs(lon + east) <= 180 and abs(lat + north) <= 90)
    there = distance(lon, lat, lon + east, lat + north)
    assert there == pytest.approx(haversine(lon, lat, lon + east, lat + north), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("metres", [0, 0.5, 2000, 100_000, pi * geo.EARTH_RADIUS_M])
def test_chord__is_undone_by_distance(metres: float) -> None:
    assert geo.distance_m(geo.chord_m(metres) ** 2) == pytest.approx(metres, abs=1e-3)


def test_chord__is_never_longer_than_the_diameter() -> None:
    assert geo.chord_m(1e9) == 2 * geo.EARTH_RADIUS_M


@pytest.mark.parametrize(("lon", "lat"), [(120.15, 30.27), (-180, -90), (180, 90)])
def test_point__lies_on_the_globe(lon: float, lat: float) -> None:
    point = geo.to_point(lon, lat)
    assert point is not None
    assert sqrt(geo.squared_chord(point, (0, 0, 0))) == pytest.approx(geo.EARTH_RADIUS_M)


@pytest.mark.parametrize(
    ("lon", "lat"),
    [(180.1, 0), (-180.1, 0), (nan, 0), (inf, 0), (30.27, 120.15), (0, -90.5), (0, nan), (0, -inf)],
)
def test_point__of_no_position_is_none(lon: float, lat: float) -> None:
    assert geo.to_point(lon, lat) is None


def test_s15_area__of_the_whole_ellipsoid_is_the_published_one() -> None:
    half = geo.ring_area_m2([(0, -90), (180, -90), (180, 90), (0, 90)])
    assert 2 * half == pytest.approx(510_065_621.724e6, rel=1e-12)


def test_s15_area__of_a_square_of_a_kilometre_is_a_square_kilometre() -> None:
    # At 30° north: a degree of longitude is 96 486.3 m, one of latitude 110 852.4 m (WGS 84).
    lon, lat = 500 / 96_486.3, 500 / 110_852.4
    ring = [(120 - lon, 30 - lat), (120 + lon, 30 - lat), (120 + lon, 30 + lat), (120 - lon, 30 + lat)]
    assert geo.ring_area_m2(ring) == pytest.approx(1_000_000, rel=1e-5)
    assert geo.ring_area_m2(ring[::-1]) == geo.ring_area_m2(ring)
    assert geo.ring_area_m2([*ring, ring[0]]) == pytest.approx(geo.ring_area_m2(ring), rel=1e-12)


def test_s15_area__of_a_cell_is_what_h3_has_for_it() -> None:
    cell = h3.latlng_to_cell(30.26, 120.13, 9)
    ring = [(lon, lat) for lat, lon in h3.cell_to_boundary(cell)]
    # h3 has a globe, and we the ellipsoid.
    assert geo.ring_area_m2(ring) == pytest.approx(h3.cell_area(cell, "m^2"), rel=0.003)
