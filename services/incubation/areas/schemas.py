"""Areas as clients send and see them."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.incubation.areas.rules import Within
from services.incubation.territory.geojson import GeoJson
from shared.field.datums import Datum
from shared.field.names import normalize_line
from shared.problems.inputs import Body, Day, NoValueIsNone, Prose
from shared.problems.reasons import ReasonOut

CODE = r"^[0-9]{6}-[A-Z0-9][A-Z0-9-]{0,19}$"
Line = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(normalize_line)]


class AreaBody(Body):
    """An area from a day on (default: today), to before `until`; its `polygon` is one, however it is wrapped.

    `party_organization_id`: the area Party organization that stands there already, where one does.
    """

    model_config = ConfigDict(populate_by_name=True)

    name: Line
    polygon: GeoJson
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
