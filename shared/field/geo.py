"""Positions in degrees (WGS 84 or CGCS 2000, which agree to a few centimetres), and distances between them in metres.

A position is turned into a point on the globe once; straight lines (chords) between points order distances as great
circles do, and cost no trigonometry.
"""

from collections.abc import Sequence
from math import asin, cos, log, pi, radians, sin, sqrt

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the Earth (IUGG)."""
_LONGITUDE_LIMIT = 180
_LATITUDE_LIMIT = 90
_AXIS_M, _FLATTENING = 6_378_137.0, 1 / 298.257223563
_ECCENTRICITY_2 = _FLATTENING * (2 - _FLATTENING)
_ECCENTRICITY = sqrt(_ECCENTRICITY_2)

Point = tuple[float, float, float]
"""A place on the globe: metres from its centre along three axes."""


def to_point(lon: float, lat: float) -> Point | None:
    """The point of a position; None outside ±180 and ±90 degrees, or where a value is not a number."""
    if not (abs(lon) <= _LONGITUDE_LIMIT and abs(lat) <= _LATITUDE_LIMIT):
        return None
    flat = EARTH_RADIUS_M * cos(radians(lat))
    return flat * cos(radians(lon)), flat * sin(radians(lon)), EARTH_RADIUS_M * sin(radians(lat))


def squared_chord(one: Point, other: Point) -> float:
    """Square of the straight line between two points (m²)."""
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 + (one[2] - other[2]) ** 2


def chord_m(distance_m: float) -> float:
    """The straight line between two points that are so far apart by great circle."""
    return 2 * EARTH_RADIUS_M * sin(min(pi, distance_m / EARTH_RADIUS_M) / 2)


def distance_m(square: float) -> float:
    """Great-circle distance of two points by the square of their chord (within 0.6 % of the ellipsoid's)."""
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(square) / (2 * EARTH_RADIUS_M)))


def _authalic(sine: float) -> float:
    """Snyder's q of a latitude, given by its sine (Map Projections, USGS 1395, 3-12)."""
    along = _ECCENTRICITY * sine
    return (1 - _ECCENTRICITY_2) * (sine / (1 - along * along) + log((1 + along) / (1 - along)) / (2 * _ECCENTRICITY))


def ring_area_m2(ring: Sequence[tuple[float, float]]) -> float:
    """The area on the ellipsoid of WGS 84 inside a line of (longitude, latitude), whichever way round it goes.

    By the equal-area cylinder: an edge is straight there, which of some kilometres is the geodesic to a millionth.
    """
    across = [_AXIS_M * radians(lon - ring[0][0]) for lon, _ in ring]
    along = [_AXIS_M / 2 * _authalic(sin(radians(lat))) for _, lat in ring]
    twice = sum(across[one - 1] * along[one] - across[one] * along[one - 1] for one in range(len(ring)))
    return abs(twice) / 2
