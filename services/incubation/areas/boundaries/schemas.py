"""A division's boundary as clients send and see it."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field

from services.incubation.areas.schemas import MOST_POINTS, BoundingBox, Line, Position
from shared.field.datums import Datum
from shared.problems.inputs import Body


class MultiPolygonIn(Body):
    """A GeoJSON multi-polygon: polygons of an outline and its holes."""

    type: Literal["MultiPolygon"]
    coordinates: list[
        Annotated[list[Annotated[list[Position], Field(max_length=MOST_POINTS)]], Field(min_length=1, max_length=100)]
    ] = Field(min_length=1, max_length=100)
    bbox: BoundingBox | None = None


class BoundaryBody(Body):
    """A division's boundary as a GeoJSON multi-polygon, and where it comes from."""

    boundary: MultiPolygonIn
    datum: Datum = "WGS84"
    source: Line

    def count_keys(self) -> int:
        """Those of the boundary too."""
        return len(self.model_fields_set) + len(self.boundary.model_fields_set)


class MultiPolygonOut(BaseModel):
    """A GeoJSON multi-polygon in WGS 84."""

    type: Literal["MultiPolygon"] = "MultiPolygon"
    coordinates: list[list[list[tuple[float, float]]]]


class BoundaryOut(BaseModel):
    """A division's recorded boundary."""

    division: str
    boundary: MultiPolygonOut
    datum: Datum
    source: str
    square_metres: int
    recorded_at: AwareDatetime
    version: int
