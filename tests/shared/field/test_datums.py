"""Datums: published sample positions, and there and back again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.field.datums import Datum, from_wgs84, to_wgs84
from shared.field.geo import distance_m, squared_chord, to_point

# (latitude, longitude) in WGS 84 and GCJ-02: Shanghai, Shenzhen, Beijing (eviltransform's tests).
GCJ02 = (
    ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
    ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
    ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
)
# The same place in GCJ-02 and BD-09, and in BD-09 and GCJ-02 (coordtransform's).
FORTH, BACK = (
    ((116.404, 39.915), (116.41036949371029, 39.92133699351021)),
    ((116.404, 39.915), (116.39762729, 39.90865674)),
)


def apart_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres between two positions."""
    first, second = to_point(*one), to_point(*other)
    assert first is not None
    assert second is not None
    return distance_m(squared_chord(first, second))


@pytest.mark.parametrize(("plain", "shifted"), GCJ02)
def test_s15_gcj02__agrees_with_the_published_positions(
    plain: tuple[float, float], shifted: tuple[float, float]
) -> None:
    assert from_wgs84(plain[1], plain[0], "GCJ02") == pytest.approx((shifted[1], shifted[0]), abs=1e-12)
    assert apart_m(to_wgs84(shifted[1], shifted[0], "GCJ02"), (plain[1], plain[0])) < 0.001
    assert 200 < apart_m((shifted[1], shifted[0]), (plain[1], plain[0])) < 700


def test_s15_bd09__agrees_with_the_published_positions() -> None:
    plain = to_wgs84(*FORTH[0], "GCJ02")
    assert apart_m(from_wgs84(*plain, "BD09"), FORTH[1]) < 0.001
    assert apart_m(to_wgs84(*FORTH[1], "BD09"), plain) < 0.001
    # Published is one step back alone, which is some centimetres short.
    assert apart_m(to_wgs84(*BACK[0], "BD09"), to_wgs84(*BACK[1], "GCJ02")) < 0.1
    assert 500 < apart_m(FORTH[1], plain) < 1500


@pytest.mark.parametrize("datum", ["WGS84", "CGCS2000"])
def test_s15_wgs84__stays_as_it_is(datum: Datum) -> None:
    assert to_wgs84(120.13, 30.26, datum) == from_wgs84(120.13, 30.26, datum) == (120.13, 30.26)


@given(st.floats(74, 135), st.floats(18, 53), st.sampled_from(["GCJ02", "BD09", "CGCS2000", "WGS84"]))
def test_s15_datums__there_and_back_is_the_same_position(lon: float, lat: float, datum: Datum) -> None:
    assert apart_m(to_wgs84(*from_wgs84(lon, lat, datum), datum), (lon, lat)) < 0.001


def test_s15_gcj02__outside_of_china_nothing_is_shifted() -> None:
    assert from_wgs84(2.35, 48.85, "GCJ02") == (2.35, 48.85)
