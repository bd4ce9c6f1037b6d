from math import inf, nan, pi

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.field import geo
from shared.field.geo import PositionError

longitudes = st.floats(-180, 180)
latitudes = st.floats(-90, 90)


def test_distance_m__hangzhou_to_shanghai() -> None:
    assert geo.distance_m(120.1551, 30.2741, 121.4737, 31.2304) == pytest.approx(164_900, rel=0.001)


def test_distance_m__a_kilometre_of_longitude_shrinks_with_latitude() -> None:
    assert geo.distance_m(120, 0, 121, 0) == pytest.approx(111_195, abs=1)
    assert geo.distance_m(120, 60, 121, 60) == pytest.approx(111_195 / 2, rel=0.001)


def test_distance_m__antipodes() -> None:
    assert geo.distance_m(0, 0, 180, 0) == pytest.approx(pi * geo.EARTH_RADIUS_M)


@given(longitudes, latitudes, longitudes, latitudes)
def test_distance_m__symmetric_and_bounded(lon1: float, lat1: float, lon2: float, lat2: float) -> None:
    there = geo.distance_m(lon1, lat1, lon2, lat2)
    assert there == pytest.approx(geo.distance_m(lon2, lat2, lon1, lat1), abs=1e-3)
    assert 0 <= there <= pi * geo.EARTH_RADIUS_M + 1
    assert geo.distance_m(lon1, lat1, lon1, lat1) == 0


@pytest.mark.parametrize(("lon", "lat"), [(120.15, 30.27), (-180, -90), (180, 90)])
def test_check_position(lon: float, lat: float) -> None:
    assert geo.check_position(lon, lat) == (lon, lat)


@pytest.mark.parametrize(
    ("lon", "lat", "reason"),
    [
        (180.1, 0, "longitude_range"),
        (nan, 0, "longitude_range"),
        (inf, 0, "longitude_range"),
        (30.27, 120.15, "latitude_range"),
        (0, -90.5, "latitude_range"),
        (0, nan, "latitude_range"),
    ],
)
def test_check_position__refused(lon: float, lat: float, reason: str) -> None:
    with pytest.raises(PositionError, match=reason):
        geo.check_position(lon, lat)
