"""Where it lies: square areas side by side in each district, and points inside them. Invented, in WGS 84. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

SIDE_M = 1_200.0
"""Of an area: 1.44 square kilometres, between the 1 and 2 of S15."""
_WEST, _SOUTH = 120.9, 30.7
_METRES_PER_DEGREE = 111_000.0
_MIDDLE_LATITUDE = 31.2
_HEIGHT = SIDE_M / _METRES_PER_DEGREE
_WIDTH = SIDE_M / (_METRES_PER_DEGREE * math.cos(math.radians(_MIDDLE_LATITUDE)))
_MARGIN = 0.1
"""Of a side: nothing lies on a border."""
_BETWEEN = 2
"""Squares left free between two districts."""


@dataclass(frozen=True, slots=True)
class Square:
    """An area's place: the corner in the south-west, in degrees."""

    division: str
    number: int
    """From 0, in its division."""
    west: float
    south: float

    @property
    def outline(self) -> list[list[float]]:
        """Closed, as GeoJSON has it."""
        west, south = self.west, self.south
        east, north = _rounded(west + _WIDTH), _rounded(south + _HEIGHT)
        return [[west, south], [east, south], [east, north], [west, north], [west, south]]

    def point(self, across: float, up: float) -> tuple[float, float]:
        """Longitude and latitude of a place inside, each share from 0 to 1."""
        inner = 1 - 2 * _MARGIN
        lon = self.west + _WIDTH * (_MARGIN + inner * across)
        lat = self.south + _HEIGHT * (_MARGIN + inner * up)
        return _rounded(lon), _rounded(lat)


def lay_out(divisions: Sequence[str], count: int) -> list[Square]:
    """That many squares, one after the other in each of the divisions, so that each has as many as the next."""
    most = -(-count // len(divisions))
    columns = math.isqrt(most - 1) + 1
    blocks = math.isqrt(len(divisions) - 1) + 1
    step = columns + _BETWEEN
    found = []
    for place in range(count):
        block, number = place % len(divisions), place // len(divisions)
        column = block % blocks * step + number % columns
        row = block // blocks * step + number // columns
        west, south = _rounded(_WEST + column * _WIDTH), _rounded(_SOUTH + row * _HEIGHT)
        found.append(Square(divisions[block], number, west, south))
    return found


def _rounded(degrees: float) -> float:
    return round(degrees, 6)
