"""Which area a position is in, and where areas leave gaps or overlap. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Literal

import numpy as np
import shapely

from services.incubation.territory.policies import AreaPolicy
from services.incubation.territory.polygons import area_m2, polygons_of

_METRES_A_DEGREE = 111_195.0

Positions = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Fault:
    """A gap that areas leave, or an overlap of two: its size, and a position inside it."""

    what: Literal["gap", "overlap"]
    areas: tuple[str, ...]
    square_metres: int
    lon: float
    lat: float


def assign(positions: Positions, areas: Mapping[str, shapely.Polygon], near_border_m: float) -> list[str | None]:
    """The code of the one area that each position is in; None for a position in no area.

    A position on a common border, or where areas overlap, is in that of the smallest code. One between two borders
    that do not meet is in the nearest, up to `near_border_m`.
    """
    codes = sorted(areas)
    if not codes or not positions:
        return [None] * len(positions)
    points = [shapely.Point(lon, lat) for lon, lat in positions]
    tree = shapely.STRtree([areas[code] for code in codes])
    inside, area = tree.query(points, predicate="intersects")
    found = np.full(len(positions), len(codes))
    np.minimum.at(found, inside, area)
    left = np.flatnonzero(found == len(codes))
    for place in left if near_border_m > 0 else ():
        found[place] = _nearest(points[place], tree, codes, near_border_m)
    return [codes[one] if one < len(codes) else None for one in found]


def find_faults(
    areas: Mapping[str, shapely.Polygon], boundary: shapely.Geometry | None, policy: AreaPolicy
) -> list[Fault]:
    """Gaps inside the division (without a boundary: those that areas enclose), and overlaps, the largest first."""
    codes = sorted(areas)
    if not codes:
        return []
    shapes = [areas[code] for code in codes]
    whole = shapely.union_all(shapes)
    around = boundary if boundary is not None else _filled(whole)
    faults = [
        _fault("gap", (), part, size)
        for part in polygons_of(shapely.difference(around, whole))
        if (size := area_m2(part)) >= policy.gap_min_m2
    ]
    tree = shapely.STRtree(shapes)
    one, other = tree.query(shapes, predicate="intersects")
    for first, second in sorted(zip(one.tolist(), other.tolist(), strict=True)):
        if first < second:
            common = shapely.intersection(shapes[first], shapes[second])
            size = area_m2(common)
            if round(size) > 0:
                largest = max(polygons_of(common), key=lambda part: part.area)
                faults.append(_fault("overlap", (codes[first], codes[second]), largest, size))
    return sorted(faults, key=lambda fault: (fault.what, -fault.square_metres, fault.areas, fault.lon, fault.lat))


def _nearest(point: shapely.Point, tree: shapely.STRtree, codes: Sequence[str], most_m: float) -> int:
    """The nearest area's place in `codes`, of several as near the first; `len(codes)` where none is near enough."""
    # Degrees of longitude are the shorter ones: measured with the latitude's, nothing near is overlooked.
    reach = most_m / (_METRES_A_DEGREE * cos(radians(point.y)))
    best = (most_m, len(codes))
    for place in tree.query(point, predicate="dwithin", distance=reach):
        _, (lon, lat) = shapely.shortest_line(point, tree.geometries[place]).coords
        east, north = (lon - point.x) * _METRES_A_DEGREE * cos(radians(point.y)), (lat - point.y) * _METRES_A_DEGREE
        best = min(best, (round(float(np.hypot(east, north)), 6), int(place)))
    return best[1]


def _filled(whole: shapely.Geometry) -> shapely.Geometry:
    return shapely.union_all([shapely.Polygon(part.exterior) for part in polygons_of(whole)])


def _fault(what: Literal["gap", "overlap"], codes: tuple[str, ...], part: shapely.Polygon, size: float) -> Fault:
    inside = part.representative_point()
    return Fault(what, codes, round(size), round(inside.x, 7), round(inside.y, 7))
