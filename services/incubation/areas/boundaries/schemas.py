"""A division's boundary as clients send and see it."""

from typing import Literal

from pydantic import AwareDatetime, BaseModel

from services.incubation.areas.schemas import Line
from services.incubation.territory.geojson import GeoJson
from shared.field.datums import Datum
from shared.problems.inputs import Body


class BoundaryBody(Body):
    """A division's boundary, as one or more polygons of GeoJSON, and where it comes from."""

    boundary: GeoJson
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
