"""Proposes areas for bodies: in one piece, within the figures, even and compact (S15). Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, hypot, pi, radians

import shapely

from services.incubation.area_proposals.search.cells import Figures, Position, build_grid
from services.incubation.area_proposals.search.draft import FREE, Draft, outline_of
from services.incubation.area_proposals.search.growing import grow
from services.incubation.area_proposals.search.improving import improve
from services.incubation.territory.polygons import area_m2

_METRES_A_DEGREE = 111_195.0
_TRIALS = (1.0, 0.85, 1.15)
"""Sizes to aim at, as shares of the middling size: the one is taken that places most, and then is the most even."""


@dataclass(frozen=True, slots=True)
class ProposedArea:
    """An area: its line (closed), its size, how many cells and bodies it has, and how compact it is (a circle: 1)."""

    ring: tuple[Position, ...]
    square_metres: int
    cells: float
    bodies: int
    compactness: float


@dataclass(frozen=True, slots=True)
class ProposalDraft:
    """The areas, and the places (in the bodies given) of those that none could be drawn for."""

    areas: tuple[ProposedArea, ...]
    left: tuple[int, ...]


def propose_areas(
    bodies: Sequence[Position],
    figures: Figures,
    *,
    boundary: shapely.Geometry | None = None,
    taken: Sequence[shapely.Polygon] = (),
    report: Callable[[int], None] | None = None,
) -> ProposalDraft:
    """Areas for bodies (longitude, latitude), inside a boundary and beside areas that are `taken`.

    The same bodies in any order give the same areas. `report` gets how many bodies have their area.
    """
    grid = build_grid(bodies, figures, boundary=boundary, taken=taken)
    total = sum(node.bodies for node in grid.nodes)
    room = sum(node.share for node in grid.nodes if node.bodies)
    best: tuple[tuple[int, float], Draft] | None = None
    for size in _TRIALS:
        target = min(max(figures.target * size, figures.min_cells), figures.max_cells)
        dense = max(1.0, total * target / max(room, target))
        draft = grow(grid, figures, target=target, dense=dense)
        improve(draft)
        if report is not None:
            report(draft.placed())
        key = (-draft.placed(), _unevenness(draft))
        if best is None or key < best[0]:
            best = (key, draft)
    assert best is not None
    draft = best[1]
    areas = [_area(draft, area) for area in draft.areas()]
    return ProposalDraft(tuple(sorted(areas, key=lambda one: one.ring)), _left(bodies, draft, grid.places))


def _unevenness(draft: Draft) -> float:
    areas = draft.areas()
    mean = draft.placed() / len(areas) if areas else 0.0
    return sum((draft.bodies[one] / mean - 1) ** 2 for one in areas) / len(areas) if mean else 0.0


def _area(draft: Draft, area: int) -> ProposedArea:
    shape = outline_of(draft.grid, draft.members[area])
    assert isinstance(shape, shapely.Polygon)
    shape = shapely.orient_polygons(shapely.normalize(shape))
    ring = tuple((round(lon, 7), round(lat, 7)) for lon, lat in shape.exterior.coords)
    size = area_m2(shapely.Polygon(ring))
    return ProposedArea(ring, round(size), round(draft.share[area], 2), draft.bodies[area], _compactness(ring, size))


def _compactness(ring: Sequence[Position], size: float) -> float:
    """Of Polsby and Popper: the area, as a share of that of a circle with the same border."""
    middle = sum(lat for _, lat in ring) / len(ring)
    border = sum(
        hypot((one[0] - other[0]) * cos(radians(middle)), one[1] - other[1]) * _METRES_A_DEGREE
        for one, other in pairwise(ring)
    )
    return round(4 * pi * size / border**2, 3)


def _left(bodies: Sequence[Position], draft: Draft, places: Sequence[int]) -> tuple[int, ...]:
    """Bodies without a node, or whose node has no area."""
    return tuple(place for place in range(len(bodies)) if places[place] < 0 or draft.owner[places[place]] == FREE)
