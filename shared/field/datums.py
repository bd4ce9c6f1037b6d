"""Which datum a position is given in, and the same position in WGS 84.

China's public maps are shifted: GCJ-02 by some hundred metres (AMap, Tencent), BD-09 once more (Baidu). Neither has a
published definition. The formulas here are those that have been public since 2012 (first in `EvilTransform`), and that
the sample positions of `eviltransform`'s tests agree with; the way back is found by going there again and again.
"""

from math import atan2, cos, hypot, pi, radians, sin, sqrt
from typing import Literal

Datum = Literal["WGS84", "CGCS2000", "GCJ02", "BD09"]
"""WGS 84 and CGCS 2000 agree to a few centimetres."""

_AXIS_M = 6_378_245.0
_ECCENTRICITY_2 = 0.00669342162296594323
_SHIFTED = (72.004, 0.8293, 137.8347, 55.8271)
"""West, south, east and north of what is shifted, in degrees."""
_BAIDU = pi * 3000 / 180
_ROUNDS = 30
_NEAR = 1e-9  # degrees: a tenth of a millimetre


def to_wgs84(lon: float, lat: float, datum: Datum) -> tuple[float, float]:
    """A position in WGS 84 (for WGS 84 and CGCS 2000 as it is)."""
    if datum == "BD09":
        lon, lat = _bd09_to_gcj02(lon, lat)
    return _unshift(lon, lat) if datum in ("BD09", "GCJ02") else (lon, lat)


def from_wgs84(lon: float, lat: float, datum: Datum) -> tuple[float, float]:
    """A position of WGS 84 in another datum."""
    if datum in ("GCJ02", "BD09"):
        lon, lat = _shift(lon, lat)
    return _gcj02_to_bd09(lon, lat) if datum == "BD09" else (lon, lat)


def _shift(lon: float, lat: float) -> tuple[float, float]:
    west, south, east, north = _SHIFTED
    if not (west <= lon <= east and south <= lat <= north):
        return lon, lat
    x, y = lon - 105.0, lat - 35.0
    waves = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    up = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + waves
    up += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3 + (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    right = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + waves
    right += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3 + (
        150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)
    ) * 2 / 3
    turn = 1 - _ECCENTRICITY_2 * sin(radians(lat)) ** 2
    up = up * 180 / (_AXIS_M * (1 - _ECCENTRICITY_2) / (turn * sqrt(turn)) * pi)
    right = right * 180 / (_AXIS_M / sqrt(turn) * cos(radians(lat)) * pi)
    return lon + right, lat + up


def _unshift(lon: float, lat: float) -> tuple[float, float]:
    found = lon, lat
    for _ in range(_ROUNDS):
        there = _shift(*found)
        apart = there[0] - lon, there[1] - lat
        found = found[0] - apart[0], found[1] - apart[1]
        if max(map(abs, apart)) < _NEAR:
            break
    return found


def _gcj02_to_bd09(lon: float, lat: float) -> tuple[float, float]:
    far = hypot(lon, lat) + 0.00002 * sin(lat * _BAIDU)
    angle = atan2(lat, lon) + 0.000003 * cos(lon * _BAIDU)
    return far * cos(angle) + 0.0065, far * sin(angle) + 0.006


def _bd09_to_gcj02(lon: float, lat: float) -> tuple[float, float]:
    found = lon - 0.0065, lat - 0.006
    for _ in range(_ROUNDS):
        there = _gcj02_to_bd09(*found)
        apart = there[0] - lon, there[1] - lat
        found = found[0] - apart[0], found[1] - apart[1]
        if max(map(abs, apart)) < _NEAR:
            break
    return found
