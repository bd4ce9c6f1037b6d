"""GET the shapes of divisions, as GeoJSON for a map without tiles."""

from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import BaseModel

from services.incubation.areas.boundaries.schemas import MultiPolygonOut
from services.incubation.territory.shapes import Shape, ShapesPolicy, shapes_on, tag_of
from shared.db.base import utc_now
from shared.field.calendar import china_day
from shared.field.policies import PolicyBook
from shared.problems.inputs import Day
from shared.problems.problems import InvalidInput
from shared.web.describing.answers import header
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import answer, problems

router = APIRouter(prefix="/division-shapes", tags=["areas"], route_class=GuardedRoute)
_TAGGED = {"ETag": header("of the shapes: it changes when one of them does", required=True)}


class ShapePropertiesOut(BaseModel):
    """Whose shape it is, by which policy; an `invented` one shows where a division lies, and is no boundary."""

    division: str
    name_zh: str
    name_en: str
    policy: str
    source: str
    invented: bool


class ShapeFeatureOut(BaseModel):
    """A GeoJSON feature, in WGS 84."""

    type: Literal["Feature"] = "Feature"
    id: str
    properties: ShapePropertiesOut
    geometry: MultiPolygonOut


class ShapesOut(BaseModel):
    """A GeoJSON feature collection (RFC 7946)."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[ShapeFeatureOut]


@router.get(
    "",
    dependencies=[requires(Permission.STATISTICS_READ)],
    response_model=ShapesOut,
    responses={
        200: {"headers": _TAGGED},
        304: {"headers": _TAGGED, "description": "the caller has them as they are"},
        **problems(InvalidInput),
    },
)
async def get_division_shapes(
    request: Request,
    division: DivisionFilter = None,
    on: Annotated[Day | None, Query(description="as of this day; default: today")] = None,
    if_none_match: Annotated[str | None, Header(alias="If-None-Match")] = None,
) -> Response:
    """The districts inside a division, simplified, for a map without tiles; nothing is decided by them."""
    book: PolicyBook[ShapesPolicy] = request.app.state.division_shapes
    found = shapes_on(book, division, on or china_day(utc_now()))
    tag = f'"{tag_of(found)}"'
    if if_none_match is not None and tag in (one.strip().removeprefix("W/") for one in if_none_match.split(",")):
        return Response(status_code=304, headers={"ETag": tag})
    response = answer(ShapesOut(features=[_feature(one) for one in found]))
    response.headers["ETag"] = tag
    return response


def _feature(shape: Shape) -> ShapeFeatureOut:
    return ShapeFeatureOut(
        id=shape.division,
        properties=ShapePropertiesOut(
            division=shape.division,
            name_zh=shape.name_zh,
            name_en=shape.name_en,
            policy=shape.policy,
            source=shape.source,
            invented=shape.invented,
        ),
        geometry=MultiPolygonOut(coordinates=[[ring] for ring in shape.outlines]),
    )
