"""Areas in the making: which node is in which, and what may be moved without breaking one. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

import shapely

from services.incubation.area_proposals.search.cells import Figures, Grid
from services.incubation.territory.polygons import polygons_of

FREE = -1
_SLACK = 1e-6
_GRID = 1e-7  # degrees: a centimetre, as outlines are stored


@dataclass(slots=True)
class Draft:
    """A partition in the making. `owner` has each node's area, FREE for none; `members` each area's nodes."""

    grid: Grid
    figures: Figures
    owner: list[int]
    members: list[set[int]]
    share: list[float]
    square_metres: list[float]
    bodies: list[int]

    @classmethod
    def empty(cls, grid: Grid, figures: Figures) -> "Draft":
        """Nothing drawn yet."""
        return cls(grid, figures, [FREE] * len(grid.nodes), [], [], [], [])

    def copy(self) -> "Draft":
        """The same, to be changed apart from it."""
        return Draft(
            self.grid,
            self.figures,
            list(self.owner),
            [set(one) for one in self.members],
            list(self.share),
            list(self.square_metres),
            list(self.bodies),
        )

    def new_area(self) -> int:
        """Another area, without nodes."""
        self.members.append(set())
        self.share.append(0.0)
        self.square_metres.append(0.0)
        self.bodies.append(0)
        return len(self.members) - 1

    def give(self, node: int, area: int) -> None:
        """Move a node to an area (FREE: to none), from whichever has it."""
        before, one = self.owner[node], self.grid.nodes[node]
        if before != FREE:
            self._count(before, node, -one.share, -one.square_metres, -one.bodies)
        if area != FREE:
            self._count(area, node, one.share, one.square_metres, one.bodies)
        self.owner[node] = area

    def clear(self, area: int) -> None:
        """Free an area's nodes."""
        for node in sorted(self.members[area]):
            self.give(node, FREE)

    def large_enough(self, area: int, less: int | None = None) -> bool:
        """Whether an area is not too small (without a node)."""
        share, size = self.share[area], self.square_metres[area]
        if less is not None:
            share, size = share - self.grid.nodes[less].share, size - self.grid.nodes[less].square_metres
        return share >= self.figures.min_cells - _SLACK and size >= self.figures.min_m2 - _SLACK

    def holds(self, area: int, more: int) -> bool:
        """Whether an area has place for a node."""
        one = self.grid.nodes[more]
        share, size = self.share[area] + one.share, self.square_metres[area] + one.square_metres
        return share <= self.figures.max_cells + _SLACK and size <= self.figures.max_m2 + _SLACK

    def touches(self, node: int, area: int) -> bool:
        """Whether a node borders on an area."""
        return any(self.owner[other] == area for other in self.grid.neighbours[node])

    def may_join(self, node: int, area: int) -> bool:
        """Whether an area stays in one piece without holes with a node besides."""
        around = self.grid.around[node]
        if around is not None:
            return _one_run([one >= 0 and self.owner[one] == area for one in around])
        return self.touches(node, area) and in_one_piece(self.grid, self.members[area] | {node})

    def may_leave(self, node: int) -> bool:
        """Whether its area stays in one piece without holes without a node."""
        area, around = self.owner[node], self.grid.around[node]
        if around is not None:
            return _one_run([one >= 0 and self.owner[one] == area for one in around])
        return in_one_piece(self.grid, self.members[area] - {node})

    def edges(self, node: int, area: int) -> int:
        """How many of a node's neighbours an area has."""
        return sum(self.owner[other] == area for other in self.grid.neighbours[node])

    def areas(self) -> list[int]:
        """Those that have nodes."""
        return [area for area, members in enumerate(self.members) if members]

    def placed(self) -> int:
        """Bodies that are in an area."""
        return sum(self.bodies[area] for area in self.areas())

    def _count(self, area: int, node: int, share: float, square_metres: float, bodies: int) -> None:
        (self.members[area].add if share > 0 else self.members[area].remove)(node)
        self.share[area] += share
        self.square_metres[area] += square_metres
        self.bodies[area] += bodies


def in_one_piece(grid: Grid, nodes: set[int]) -> bool:
    """Whether nodes lie in one piece without holes."""
    if not nodes or len(reached(grid, min(nodes), nodes)) < len(nodes):
        return False
    return isinstance(shape := outline_of(grid, nodes), shapely.Polygon) and not shape.interiors


def reached(grid: Grid, start: int, nodes: set[int]) -> set[int]:
    """The nodes that are connected with one."""
    found, waiting = {start}, [start]
    while waiting:
        for other in grid.neighbours[waiting.pop()]:
            if other in nodes and other not in found:
                found.add(other)
                waiting.append(other)
    return found


def outline_of(grid: Grid, nodes: Iterable[int]) -> shapely.Geometry:
    """The shape of some nodes together: a polygon where they lie in one piece."""
    whole = shapely.union_all([grid.nodes[node].shape for node in sorted(nodes)], grid_size=_GRID)
    parts = list(polygons_of(whole))
    return parts[0] if len(parts) == 1 else whole


def _one_run(inside: list[bool]) -> bool:
    """Whether those inside follow each other around a cell, and leave a gap: then nothing is cut off or shut in."""
    turns = sum(one != other for one, other in zip(inside, inside[1:] + inside[:1], strict=True))
    return turns == 2  # noqa: PLR2004 - into the run and out of it
