"""Areas as clients send and see them."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from services.incubation.areas.rules import Within
from shared.field.datums import Datum
from shared.field.names import normalize_line
from shared.problems.inputs import Body, Day, NoValueIsNone, Prose
from shared.problems.reasons import ReasonOut

CODE = r"^[0-9]{6}-[A-Z0-9][A-Z0-9-]{0,19}$"
Degrees = Annotated[float, Field(ge=-180, le=180, strict=True, allow_inf_nan=False)]
_COORDINATES = (2, 3)
_POSITION = "A position is [longitude, latitude], and an altitude may follow, which is ignored."
_POSITION_ZH = "位置应写作[经度, 纬度]；其后可有海拔，不予采用。"


def _without_altitude(value: object) -> object:
    if isinstance(value, list | tuple) and len(value) in _COORDINATES:
        altitude = value[2:]
        if all(isinstance(one, int | float) and not isinstance(one, bool) for one in altitude):
            return value[:2]  # what is no longitude or latitude is named in its own place
    raise PydanticCustomError("position", _POSITION, {"zh": _POSITION_ZH, "en": _POSITION})


Position = Annotated[tuple[Degrees, Degrees], BeforeValidator(_without_altitude)]
"""Longitude and latitude; an altitude (RFC 7946, 3.1.1) is ignored."""
Line = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(normalize_line)]
_BOX = "A bbox is [west, south, east, north], or six numbers with altitudes; it is ignored."
_BOX_ZH = "bbox 应写作[西, 南, 东, 北]，或带海拔的六个数；不予采用。"


def _check_box(value: list[float]) -> list[float]:
    if len(value) not in {4, 6}:
        raise PydanticCustomError("bbox", _BOX, {"zh": _BOX_ZH, "en": _BOX})
    return value


BoundingBox = Annotated[
    list[Annotated[float, Field(strict=True, allow_inf_nan=False)]], Field(max_length=100), AfterValidator(_check_box)
]
"""What any GeoJSON object may have (RFC 7946, 5): it follows from the coordinates, and is ignored."""
MOST_POINTS = 10_000
"""A bound for readers; the policy has a closer one."""


class PolygonIn(Body):
    """A GeoJSON polygon (RFC 7946): one closed line of (longitude, latitude), its last position its first."""

    type: Literal["Polygon"]
    coordinates: list[Annotated[list[Position], Field(max_length=MOST_POINTS)]] = Field(max_length=100)
    bbox: BoundingBox | None = None


class AreaBody(Body):
    """An area from a day on (default: today), to before `until`.

    `party_organization_id`: the area Party organization that stands there already, where one does.
    """

    model_config = ConfigDict(populate_by_name=True)

    name: Line
    polygon: PolygonIn
    datum: Datum = "WGS84"
    workers: Annotated[int, Field(ge=0, le=1000, strict=True)]
    from_: Annotated[Day | None, Field(alias="from")] = None
    until: Day | None = None
    party_organization_id: UUID | None = None

    def count_keys(self) -> int:
        """Those of the polygon too."""
        return len(self.model_fields_set) + len(self.polygon.model_fields_set)


class AreaEnd(Body):
    """An area is dissolved from a day on; `followed_by` are codes of the areas that take its place."""

    on: Day
    followed_by: Annotated[list[Annotated[str, Field(pattern=CODE)]], Field(max_length=20)] = Field(
        default_factory=list
    )
    why: Annotated[Prose | None, NoValueIsNone] = None


class PolygonOut(BaseModel):
    """A GeoJSON polygon in WGS 84."""

    type: Literal["Polygon"] = "Polygon"
    coordinates: list[list[tuple[float, float]]]


class AreaPeriodOut(BaseModel):
    """How an area is from a day on, to before `until`."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    from_: date = Field(alias="from")
    until: date | None
    square_metres: int
    workers: int
    datum: Datum
    within: Within


class AreaBodiesOut(BaseModel):
    """Bodies in an area: organizations that are registered, those of them whom an area's Party organization covers,
    those whom none covers; and filed bodies."""

    organizations: int
    covered_by_area: int
    uncovered: int
    filed_bodies: int


class AreaOut(BaseModel):
    """An area as it is on the day asked for; `from` is null where it does not stand then.

    `within` says whether it was found inside its division, or no boundary of the division was recorded then.
    `bodies` are as of today.
    """

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    id: UUID
    code: str
    division: str
    name: str
    on: date
    from_: date | None = Field(alias="from")
    until: date | None
    polygon: PolygonOut | None
    datum: Datum | None
    square_metres: int | None
    workers: int | None
    within: Within | None
    policy: str | None
    periods: list[AreaPeriodOut]
    followed_by: list[str]
    ended_why: str | None
    party_organization_id: UUID | None
    bodies: AreaBodiesOut
    reasons: list[ReasonOut]
    version: int


class AreaBriefOut(BaseModel):
    """An area in a list: as it is on the day asked for, without its outline."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    id: UUID
    code: str
    division: str
    name: str
    from_: date | None = Field(alias="from")
    until: date | None
    square_metres: int | None
    workers: int | None
    within: Within | None
    followed_by: list[str]
    party_organization_id: UUID | None
    organizations: int
    covered_by_area: int
    uncovered: int
    filed_bodies: int
    version: int


class AreaPropertiesOut(BaseModel):
    """What a map says of an area."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    code: str
    division: str
    name: str
    from_: date = Field(alias="from")
    until: date | None
    square_metres: int
    workers: int
    datum: Datum
    within: Within


class AreaFeatureOut(BaseModel):
    """An area as a GeoJSON feature."""

    type: Literal["Feature"] = "Feature"
    id: UUID
    geometry: PolygonOut
    properties: AreaPropertiesOut


class AreaMapOut(BaseModel):
    """A GeoJSON feature collection."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[AreaFeatureOut]


class UncoveredOut(BaseModel):
    """What no area covers: a body (`organization`, `filed_body`) with a position in no area, or a `gap`; or an
    `overlap` of the `areas`. A gap or overlap has its size, and a position inside it."""

    id: UUID
    what: Literal["organization", "filed_body", "gap", "overlap"]
    division: str
    number: str | None
    name: str | None
    street: str | None
    areas: str | None
    square_metres: int | None
    lon: float
    lat: float
