"""What areas are proposed from: H3 cells with the bodies in them, cut by a boundary and by areas in force. Pure.

A part of a cell is a node; two are neighbours where they share a border. Nodes are numbered by their cell, so that the
same bodies give the same nodes in whatever order they come.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan2

import h3
import shapely

from services.incubation.territory.polygons import area_m2, polygons_of

_LEAST_M2 = 500.0
"""A part of a cell that is smaller and has nobody in it is left out."""
_TOUCHING = 1e-7  # degrees: a centimetre
_SHARED = 1e-5  # degrees of a common border: a metre
_SIDES = 6

Position = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Figures:
    """How large areas are, in square metres and in cells, and what counts between two ways to draw them.

    `balance` weighs the square of an area's distance from the mean number of bodies (as a share of the mean), `border`
    each side of a cell that is an area's border.
    """

    min_m2: float
    max_m2: float
    min_cells: float
    max_cells: float
    resolution: int
    balance: float
    border: float

    @property
    def target(self) -> float:
        """The cells of an area of middling size."""
        return (self.min_cells + self.max_cells) / 2


@dataclass(frozen=True, slots=True)
class Node:
    """A cell, or a part of one: `share` of it."""

    cell: str
    shape: shapely.Polygon
    square_metres: float
    share: float
    bodies: int
    whole: bool


@dataclass(slots=True)
class Grid:
    """Nodes with their neighbours; `around` has the six in their order around a node (-1: none), where they lie so."""

    nodes: list[Node]
    neighbours: list[list[int]]
    around: list[tuple[int, ...] | None]
    places: list[int]
    """Of each body given, its node; -1 where no node has it."""


def build_grid(
    bodies: Sequence[Position],
    figures: Figures,
    *,
    boundary: shapely.Geometry | None,
    taken: Sequence[shapely.Polygon],
) -> Grid:
    """The grid around bodies, inside a boundary and outside of areas that are `taken`."""
    cells = [h3.latlng_to_cell(lat, lon, figures.resolution) for lon, lat in bodies]
    reach = _reach(figures)
    near = sorted({one for cell in set(cells) for one in h3.grid_disk(cell, reach)})
    shapes = dict(zip(near, shapely.polygons([_outline(cell) for cell in near]).tolist(), strict=True)) if near else {}
    cut = _cut(shapes, boundary, taken)
    parts: dict[str, list[shapely.Polygon]] = {}
    inside: dict[str, list[list[int]]] = {}
    of_cell: dict[str, list[int]] = {}
    for place, cell in enumerate(cells):
        of_cell.setdefault(cell, []).append(place)
    for cell, shape in cut.items():
        parts[cell] = sorted(polygons_of(shape), key=lambda one: (-one.area, one.bounds))
        inside[cell] = [[] for _ in parts[cell]]
        for place in of_cell.get(cell, ()):
            part = _part_of(bodies[place], parts[cell])
            if part is not None:
                inside[cell][part].append(place)
    grid = Grid([], [], [], [-1] * len(bodies))
    numbers: dict[str, list[int]] = {}
    for cell in near:
        numbers[cell] = []
        if cell not in cut:
            _add(grid, numbers, cell, shapes[cell], of_cell.get(cell, ()), whole=True)
            continue
        for shape, own in zip(parts[cell], inside[cell], strict=True):
            if own or area_m2(shape) >= _LEAST_M2:
                _add(grid, numbers, cell, shape, own, whole=False)
    _connect(grid, numbers)
    return grid


def _add(
    grid: Grid, numbers: dict[str, list[int]], cell: str, shape: shapely.Polygon, own: Sequence[int], *, whole: bool
) -> None:
    size = area_m2(shape)
    share = 1.0 if whole else size / area_m2(shapely.Polygon(_outline(cell)))
    number = len(grid.nodes)
    numbers[cell].append(number)
    grid.nodes.append(Node(cell, shape, size, share, len(own), whole))
    for place in own:
        grid.places[place] = number


def _connect(grid: Grid, numbers: dict[str, list[int]]) -> None:
    around = [_around(node.cell) for node in grid.nodes]
    for node, six in zip(grid.nodes, around, strict=True):
        beside = [other for cell in six for other in numbers.get(cell, ())]
        grid.neighbours.append(sorted(other for other in beside if _are_neighbours(node, grid.nodes[other])))
    for number, six in enumerate(around):
        grid.around.append(_six(grid, numbers, number, six))


def _six(grid: Grid, numbers: dict[str, list[int]], number: int, cells: Sequence[str]) -> tuple[int, ...] | None:
    """The nodes around one, where they lie around it as whole cells would: in one part, each beside the next."""
    parts = [numbers.get(cell, []) for cell in cells]
    if len(numbers[grid.nodes[number].cell]) > 1 or len(parts) != _SIDES or any(len(part) > 1 for part in parts):
        return None
    six = tuple(part[0] if part else -1 for part in parts)
    apart = any(one >= 0 and one not in grid.neighbours[number] for one in six)
    turned = zip(six, six[1:] + six[:1], strict=True)
    if apart or any(one >= 0 and other >= 0 and other not in grid.neighbours[one] for one, other in turned):
        return None
    return six


def _are_neighbours(one: Node, other: Node) -> bool:
    return (one.whole and other.whole) or _share_border(one.shape, other.shape)


def _cut(
    shapes: dict[str, shapely.Polygon], boundary: shapely.Geometry | None, taken: Sequence[shapely.Polygon]
) -> dict[str, shapely.Geometry]:
    """Those of these cells that are not free as a whole, with what is free of them."""
    cells = list(shapes)
    polygons = [shapes[cell] for cell in cells]
    found: dict[str, shapely.Geometry] = {}
    if boundary is not None and polygons:
        shapely.prepare(boundary)
        inside = shapely.covers(boundary, polygons)
        for place, whole in enumerate(inside):
            if not whole:
                found[cells[place]] = shapely.intersection(polygons[place], boundary)
    if taken and polygons:
        tree = shapely.STRtree(polygons)
        touched: dict[int, list[shapely.Polygon]] = {}
        areas, places = tree.query(list(taken), predicate="intersects")
        for area, place in zip(areas.tolist(), places.tolist(), strict=True):
            touched.setdefault(place, []).append(taken[area])
        for place, others in sorted(touched.items()):
            cell = cells[place]
            free = shapely.difference(found.get(cell, polygons[place]), shapely.union_all(others))
            # An area that was made of cells touches its neighbours, and takes nothing of them.
            if area_m2(polygons[place]) - area_m2(free) > 1 or cell in found:
                found[cell] = free
    return found


def _part_of(position: Position, parts: Sequence[shapely.Polygon]) -> int | None:
    point = shapely.Point(position)
    return next((place for place, part in enumerate(parts) if part.dwithin(point, _TOUCHING)), None)


def _share_border(one: shapely.Polygon, other: shapely.Polygon) -> bool:
    common = shapely.intersection(shapely.buffer(one.exterior, _TOUCHING), other.exterior)
    return bool(common.length > _SHARED)


def _reach(figures: Figures) -> int:
    """The steps around a cell within which lie the least cells of an area."""
    rings = 0
    while 3 * rings * (rings + 1) + 1 < figures.min_cells:
        rings += 1
    return max(1, rings)


def _outline(cell: str) -> list[Position]:
    return [(lon, lat) for lat, lon in h3.cell_to_boundary(cell)]


def _around(cell: str) -> list[str]:
    """The cells around one, in the order around it."""
    middle_lat, middle_lon = h3.cell_to_latlng(cell)

    def angle(other: str) -> float:
        lat, lon = h3.cell_to_latlng(other)
        return atan2(lat - middle_lat, lon - middle_lon)

    return sorted(h3.grid_ring(cell, 1), key=angle)
