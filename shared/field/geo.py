"""Positions in degrees (WGS 84 or CGCS 2000, which agree to a few centimetres) and distances in metres."""

from math import asin, cos, isfinite, radians, sin, sqrt

from shared.field.errors import FieldError

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the Earth (IUGG)."""

_LONGITUDE_LIMIT = 180.0
_LATITUDE_LIMIT = 90.0


class PositionError(FieldError):
    """A longitude or latitude outside its range."""


def check_position(lon: float, lat: float) -> tuple[float, float]:
    """The position itself; PositionError outside ±180 and ±90 degrees, or when a value is not a number."""
    if not isfinite(lon) or abs(lon) > _LONGITUDE_LIMIT:
        raise PositionError("longitude_range", {"longitude": str(lon)})
    if not isfinite(lat) or abs(lat) > _LATITUDE_LIMIT:
        raise PositionError("latitude_range", {"latitude": str(lat)})
    return lon, lat


def distance_m(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Great-circle distance in metres by the haversine formula (within 0.6 % of the ellipsoid's)."""
    north, south = radians(lat1), radians(lat2)
    half_chord = sin((south - north) / 2) ** 2 + cos(north) * cos(south) * sin(radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(half_chord)))
