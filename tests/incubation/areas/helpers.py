"""Outlines for tests: squares by metres from a place in Xihu district."""

from functools import cache
from typing import Any

from services.incubation.territory.policies import AreaPolicy
from shared.field.policies import read_policies
from tests.conftest import REPOSITORY

WEST, SOUTH = 120.1, 30.25
LON_M, LAT_M = 96_235.0, 110_857.0
"""Metres of a degree of longitude and of latitude there, on the ellipsoid."""

Position = tuple[float, float]


@cache
def policy() -> AreaPolicy:
    """The policy that is shipped for every region."""
    return read_policies(REPOSITORY / "policies", "areas", AreaPolicy).policies[0].parameters


def at(east: float, north: float) -> Position:
    """The position that lies by these metres east and north of the place."""
    return round(WEST + east / LON_M, 7), round(SOUTH + north / LAT_M, 7)


def square(east: float = 0, north: float = 0, wide: float = 1200, high: float = 1200) -> list[Position]:
    """A closed line around a rectangle, by the metres of its south-west corner and its sides."""
    corners = [(east, north), (east + wide, north), (east + wide, north + high), (east, north + high)]
    return [at(*corner) for corner in [*corners, corners[0]]]


def polygon(line: list[Position] | None = None) -> dict[str, Any]:
    """As GeoJSON."""
    return {"type": "Polygon", "coordinates": [[list(one) for one in line or square()]]}


def area(line: list[Position] | None = None, **changes: Any) -> dict[str, Any]:
    """The body of a PUT."""
    return {"name": "翠苑一区片区", "polygon": polygon(line), "workers": 2, **changes}


BOUNDARY = {
    "boundary": {"type": "MultiPolygon", "coordinates": [[[list(one) for one in square(-100, -100, 3000, 3000)]]]},
    "source": "示例界线",
}
"""The body of a PUT of a division's boundary, around the place."""
