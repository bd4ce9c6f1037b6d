"""Reads an area's outline as it was sent: what is wrong with it is named with its place. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import shapely

from services.incubation.territory.policies import AreaPolicy
from shared.field.datums import Datum, to_wgs84
from shared.field.geo import ring_area_m2
from shared.field.places import has_position
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput

Position = tuple[float, float]
Ring = Sequence[Position]

_DECIMALS = 7
"""Of degrees: a centimetre."""
_LEAST_POINTS = 4
_HOLES = Text(
    zh="片区不能有空洞：只能有一个外环，实有 {rings} 个环。",
    en="An area has no holes: there is one ring, its outline, and not {rings}.",
)
_NO_RING = Text(zh="缺少外环。", en="The outline is missing.")
_FEW = Text(
    zh="外环至少要有四个点，首尾相同。", en="An outline has at least four positions, the first and last the same."
)
_MANY = Text(
    zh="外环有 {points} 个点，不能超过 {max_points} 个；请先简化。",
    en="The outline has {points} positions, at most {max_points} are allowed: simplify it.",
)
_OPEN = Text(
    zh="外环没有闭合：最后一个点须与第一个点相同。",
    en="The outline is not closed: its last position must be its first.",
)
_SWAPPED = Text(
    zh="经纬度顺序颠倒：应先写经度再写纬度，实为 {first}、{second}。",
    en="Longitude and latitude are the wrong way round in [{first}, {second}]: longitude comes first.",
)
_ELSEWHERE = Text(
    zh="经度 {first}、纬度 {second} 不在中国境内。", en="The position [{first}, {second}] is not in China."
)
_CROSSED = Text(
    zh="外环在经度 {first}、纬度 {second} 附近自相交或重叠。",
    en="The outline crosses or touches itself near [{first}, {second}].",
)
_FLAT = Text(zh="外环没有围成面积。", en="The outline encloses nothing.")
_SMALL = Text(
    zh="面积为 {square_metres} 平方米，不能小于 {least} 平方米。",
    en="It has {square_metres} square metres, and needs at least {least}.",
)
_LARGE = Text(
    zh="面积为 {square_metres} 平方米，不能大于 {most} 平方米。",
    en="It has {square_metres} square metres, at most {most} are allowed.",
)


@dataclass(frozen=True)
class Drawn:
    """An outline in WGS 84, closed and counterclockwise, and the square metres inside (on the ellipsoid)."""

    ring: tuple[Position, ...]
    square_metres: int

    @cached_property
    def shape(self) -> shapely.Polygon:
        """As shapely has it."""
        return shapely.Polygon(self.ring)

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east and north."""
        lons, lats = [lon for lon, _ in self.ring], [lat for _, lat in self.ring]
        return min(lons), min(lats), max(lons), max(lats)


def read_outline(coordinates: Sequence[Ring], datum: Datum, policy: AreaPolicy, pointer: str) -> Drawn:
    """An area's outline from the coordinates of a GeoJSON polygon.

    Raises InvalidInput naming the place for an outline that is open, crosses itself, has holes, too many positions,
    positions outside of China or the wrong way round, and one of another size than the policy has it.
    """
    if len(coordinates) != 1:
        wrong = FieldError(f"{pointer}/1", _HOLES, (("rings", len(coordinates)),))
        raise InvalidInput([wrong if coordinates else FieldError(pointer, _NO_RING)])
    drawn = Drawn(*_read_ring(coordinates[0], datum, policy.max_points, f"{pointer}/0"))
    if drawn.square_metres < policy.min_m2:
        facts = (("square_metres", drawn.square_metres), ("least", policy.min_m2))
        raise InvalidInput([FieldError(pointer, _SMALL, facts)])
    if drawn.square_metres > policy.max_m2:
        facts = (("square_metres", drawn.square_metres), ("most", policy.max_m2))
        raise InvalidInput([FieldError(pointer, _LARGE, facts)])
    return drawn


def read_boundary(
    polygons: Iterable[tuple[Sequence[Ring], str]], datum: Datum, max_points: int, pointer: str
) -> tuple[list[list[tuple[Position, ...]]], shapely.Geometry]:
    """A division's boundary from polygons, each with its place in the request: its lines in WGS 84, and their shape.

    Raises InvalidInput as `read_outline` does; it may have holes and exclaves, and any size.
    """
    read: list[list[tuple[Position, ...]]] = []
    shapes = []
    for rings, place in polygons:
        if not rings:
            raise InvalidInput([FieldError(place, _NO_RING)])
        own = [_read_ring(ring, datum, max_points, f"{place}/{at}")[0] for at, ring in enumerate(rings)]
        read.append(own)
        shapes.append(shapely.Polygon(own[0], own[1:]))
    whole = shapely.MultiPolygon(shapes)
    if not whole.is_valid:
        raise InvalidInput([_crossed(whole, pointer)])
    return read, whole


def shape_from(polygons: Sequence[Sequence[Ring]]) -> shapely.MultiPolygon:
    """The shape of polygons in WGS 84, each its outline and its holes."""
    return shapely.MultiPolygon([shapely.Polygon(lines[0], lines[1:]) for lines in polygons])


def area_m2(shape: shapely.Geometry) -> float:
    """The square metres of a shape in WGS 84, on the ellipsoid; what is no surface has none."""
    return sum(
        ring_area_m2(_positions(part.exterior)) - sum(ring_area_m2(_positions(hole)) for hole in part.interiors)
        for part in polygons_of(shape)
    )


def polygons_of(shape: shapely.Geometry) -> Iterator[shapely.Polygon]:
    """The polygons of a shape, whatever else it holds."""
    for part in shapely.get_parts(shape):
        if isinstance(part, shapely.Polygon) and not part.is_empty:
            yield part
        elif isinstance(part, shapely.MultiPolygon | shapely.GeometryCollection):
            yield from polygons_of(part)


def _read_ring(ring: Ring, datum: Datum, max_points: int, pointer: str) -> tuple[tuple[Position, ...], int]:
    if len(ring) < _LEAST_POINTS:
        raise InvalidInput([FieldError(pointer, _FEW)])
    if len(ring) > max_points:
        raise InvalidInput([FieldError(pointer, _MANY, (("points", len(ring)), ("max_points", max_points)))])
    wrong = [error for place, one in enumerate(ring) if (error := _misplaced(one, f"{pointer}/{place}"))]
    if wrong:
        raise InvalidInput(wrong)
    if tuple(ring[0]) != tuple(ring[-1]):
        raise InvalidInput([FieldError(f"{pointer}/{len(ring) - 1}", _OPEN)])
    moved = [to_wgs84(lon, lat, datum) for lon, lat in ring]
    positions = [(round(lon, _DECIMALS), round(lat, _DECIMALS)) for lon, lat in moved]
    if len(set(positions)) < _LEAST_POINTS - 1:
        raise InvalidInput([FieldError(pointer, _FLAT)])
    shape = shapely.Polygon(positions)
    if not shape.is_valid:
        raise InvalidInput([_crossed(shape, pointer)])
    square_metres = round(ring_area_m2(positions))
    if square_metres == 0:
        raise InvalidInput([FieldError(pointer, _FLAT)])
    return tuple(positions if shape.exterior.is_ccw else positions[::-1]), square_metres


def _misplaced(position: Position, pointer: str) -> FieldError | None:
    first, second = position
    if has_position(first, second):
        return None
    return FieldError(
        pointer, _SWAPPED if has_position(second, first) else _ELSEWHERE, (("first", first), ("second", second))
    )


def _crossed(shape: shapely.Geometry, pointer: str) -> FieldError:
    """With the place that shapely names: `Self-intersection[120.1 30.2]`."""
    said = shapely.is_valid_reason(shape)
    first, second = said[said.index("[") + 1 : -1].split(" ")[:2]
    return FieldError(pointer, _CROSSED, (("first", first), ("second", second)))


def _positions(ring: shapely.LinearRing) -> list[Position]:
    return [(float(lon), float(lat)) for lon, lat in ring.coords]
