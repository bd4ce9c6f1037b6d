"""GeoJSON (RFC 7946) as programs export it: a polygon, several, or features that hold them. Pure.

A geometry is read strictly. What a feature has beside it (`properties`, `id`, members of the program's own) is ignored,
as RFC 7946 (6.1) has it.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from services.incubation.territory.polygons import Ring
from shared.problems.inputs import Body
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput
from shared.problems.validation import TAG

Degrees = Annotated[float, Field(ge=-180, le=180, strict=True, allow_inf_nan=False)]
MOST_POINTS = 10_000
"""Of one line: a bound for readers; the policy has a closer one."""
MOST_POLYGONS = 100
_COORDINATES = (2, 3)
_POSITION = "A position is [longitude, latitude], and an altitude may follow, which is ignored."
_POSITION_ZH = "位置应写作[经度, 纬度]；其后可有海拔，不予采用。"
_BOX = "A bbox is [west, south, east, north], or six numbers with altitudes; it is ignored."
_BOX_ZH = "bbox 应写作[西, 南, 东, 北]，或带海拔的六个数；不予采用。"
_TYPE = "Send a GeoJSON Polygon or MultiPolygon, or a Feature or FeatureCollection of them."
_TYPE_ZH = "应为 GeoJSON 的“Polygon”或“MultiPolygon”，或由其组成的“Feature”或“FeatureCollection”。"
_GEOMETRY = "A feature's geometry is a Polygon or a MultiPolygon."
_GEOMETRY_ZH = "要素的“geometry”应为“Polygon”或“MultiPolygon”。"
_CRS = "Positions are longitude and latitude (CRS84, EPSG:4326 or EPSG:4490): the system '{name}' is another one."
_CRS_ZH = "坐标应为经纬度（CRS84、EPSG:4326 或 EPSG:4490），“{name}”是另一种坐标参照系。"
_GEOGRAPHIC = re.compile(r"(?:CRS84|EPSG:+(?:[0-9.]*:)?(?:4326|4490))$")


def _without_altitude(value: object) -> object:
    if isinstance(value, list | tuple) and len(value) in _COORDINATES:
        altitude = value[2:]
        if all(isinstance(one, int | float) and not isinstance(one, bool) for one in altitude):
            return value[:2]  # what is no longitude or latitude is named in its own place
    raise PydanticCustomError("position", _POSITION, {"zh": _POSITION_ZH, "en": _POSITION})


def _check_box(value: list[float]) -> list[float]:
    if len(value) not in {4, 6}:
        raise PydanticCustomError("bbox", _BOX, {"zh": _BOX_ZH, "en": _BOX})
    return value


def _check_crs(value: dict[str, Any] | None) -> dict[str, Any] | None:
    properties = (value or {}).get("properties")
    name = properties.get("name") if isinstance(properties, dict) else None
    if value is not None and not (isinstance(name, str) and _GEOGRAPHIC.search(name)):
        shown = name[:40] if isinstance(name, str) and name.isprintable() else "?"
        sentences = {"zh": _CRS_ZH.format(name=shown), "en": _CRS.format(name=shown)}
        raise PydanticCustomError("crs", "{en}", sentences)
    return value


Position = Annotated[tuple[Degrees, Degrees], BeforeValidator(_without_altitude)]
"""Longitude and latitude; an altitude (RFC 7946, 3.1.1) is ignored."""
BoundingBox = Annotated[
    list[Annotated[float, Field(strict=True, allow_inf_nan=False)]], Field(max_length=100), AfterValidator(_check_box)
]
"""What any GeoJSON object may have (RFC 7946, 5): it follows from the coordinates, and is ignored."""
Lines = Annotated[list[Annotated[list[Position], Field(max_length=MOST_POINTS)]], Field(max_length=100)]
"""A polygon's lines: its outline, then its holes."""
ReferenceSystem = Annotated[dict[str, Any] | None, AfterValidator(_check_crs)]
"""What GeoJSON had before RFC 7946 and programs write still: only longitude and latitude are taken."""


class PolygonIn(Body):
    """A GeoJSON polygon (RFC 7946): one closed line of (longitude, latitude), its last position its first."""

    type: Literal["Polygon"]
    coordinates: Lines
    bbox: BoundingBox | None = None
    crs: ReferenceSystem = None


class MultiPolygonIn(Body):
    """A GeoJSON multi-polygon: polygons of an outline and its holes."""

    type: Literal["MultiPolygon"]
    coordinates: list[Annotated[Lines, Field(min_length=1)]] = Field(min_length=1, max_length=MOST_POLYGONS)
    bbox: BoundingBox | None = None
    crs: ReferenceSystem = None


def _tag_of(value: object) -> str | None:
    named = value.get("type") if isinstance(value, dict) else getattr(value, "type", None)
    return f"{TAG}{named}" if isinstance(named, str) else None


def _kinds(zh: str, en: str) -> Discriminator:
    """What tells the kinds apart, and the sentence for any other."""
    return Discriminator(_tag_of, "geojson_type", "{en}", {"zh": zh, "en": en})


_Polygon = Annotated[PolygonIn, Tag(f"{TAG}Polygon")]
_MultiPolygon = Annotated[MultiPolygonIn, Tag(f"{TAG}MultiPolygon")]


class FeatureIn(Body):
    """A GeoJSON feature: its geometry is read, and what else it says is ignored."""

    model_config = ConfigDict(extra="ignore")

    type: Literal["Feature"]
    geometry: Annotated[_Polygon | _MultiPolygon, _kinds(_GEOMETRY_ZH, _GEOMETRY)]
    crs: ReferenceSystem = None


class FeatureCollectionIn(Body):
    """A GeoJSON feature collection: the geometries of its features are read together."""

    model_config = ConfigDict(extra="ignore")

    type: Literal["FeatureCollection"]
    features: list[FeatureIn] = Field(min_length=1, max_length=MOST_POLYGONS)
    crs: ReferenceSystem = None


GeoJson = Annotated[
    _Polygon
    | _MultiPolygon
    | Annotated[FeatureIn, Tag(f"{TAG}Feature")]
    | Annotated[FeatureCollectionIn, Tag(f"{TAG}FeatureCollection")],
    _kinds(_TYPE_ZH, _TYPE),
]
"""What holds polygons."""


_SEVERAL = Text(
    zh="片区只能是一个面，实有 {count} 个；请分别登记。",
    en="An area is one polygon, and these are {count}: record each as an area of its own.",
)


class Placed(NamedTuple):
    """A polygon's lines, and where they stand in the request."""

    lines: Sequence[Ring]
    pointer: str


def polygons_in(given: GeoJson, pointer: str) -> Iterator[Placed]:
    """Every polygon that it holds, in its order."""
    if isinstance(given, FeatureCollectionIn):
        for place, feature in enumerate(given.features):
            yield from polygons_in(feature.geometry, f"{pointer}/features/{place}/geometry")
    elif isinstance(given, FeatureIn):
        yield from polygons_in(given.geometry, f"{pointer}/geometry")
    elif isinstance(given, MultiPolygonIn):
        for place, lines in enumerate(given.coordinates):
            yield Placed(lines, f"{pointer}/coordinates/{place}")
    else:
        yield Placed(given.coordinates, f"{pointer}/coordinates")


def one_polygon(given: GeoJson, pointer: str) -> Placed:
    """The polygon that it holds. Raises InvalidInput naming the second one where it holds several."""
    found = list(polygons_in(given, pointer))
    if len(found) > 1:
        raise InvalidInput([FieldError(found[1].pointer, _SEVERAL, (("count", len(found)),))])
    return found[0]
