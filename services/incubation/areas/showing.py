"""Turns areas into what clients see."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.incubation.areas.area import Area
from services.incubation.areas.rules import Outline, outline_on
from services.incubation.areas.schemas import (
    AreaBriefOut,
    AreaFeatureOut,
    AreaMapOut,
    AreaOut,
    AreaPropertiesOut,
    PolygonOut,
)
from shared.contracts.base import Reason

_NOBODY = {"organizations": 0, "covered_by_area": 0, "uncovered": 0, "filed_bodies": 0}


def area_out(
    area: Area, on: date, *, bodies: Mapping[str, int] | None, branch: UUID | None, reasons: list[Reason]
) -> AreaOut:
    """An area as clients see it."""
    stands = outline_on(area.timeline, on)
    return AreaOut.model_validate(
        {
            **_brief(area, stands, branch),
            "on": on,
            "polygon": None if stands is None else {"coordinates": [list(stands.drawn.ring)]},
            "datum": None if stands is None else stands.datum,
            "policy": None if stands is None else stands.policy,
            "periods": [_period(one) for one in area.timeline],
            "ended_why": area.ended_why,
            "bodies": bodies or _NOBODY,
            "reasons": [one.model_dump() for one in reasons],
        }
    )


def brief_out(area: Area, on: date, *, bodies: Mapping[str, int] | None, branch: UUID | None) -> AreaBriefOut:
    """An area in a list."""
    return AreaBriefOut.model_validate({**_brief(area, outline_on(area.timeline, on), branch), **(bodies or _NOBODY)})


def map_out(areas: Sequence[tuple[Area, Outline]]) -> AreaMapOut:
    """Areas with their outlines on a day, as a map."""
    return AreaMapOut(
        features=[
            AreaFeatureOut(
                id=area.id,
                geometry=PolygonOut(coordinates=[list(outline.drawn.ring)]),
                properties=AreaPropertiesOut.model_validate(
                    {**_period(outline), "code": area.code, "division": area.division, "name": area.name}
                ),
            )
            for area, outline in areas
        ]
    )


def _brief(area: Area, stands: Outline | None, branch: UUID | None) -> dict[str, Any]:
    return {
        "id": area.id,
        "code": area.code,
        "division": area.division,
        "name": area.name,
        "from": None if stands is None else stands.since,
        "until": None if stands is None else stands.until,
        "square_metres": None if stands is None else stands.drawn.square_metres,
        "workers": None if stands is None else stands.workers,
        "within": None if stands is None else stands.within,
        "followed_by": list(area.followed_by),
        "party_organization_id": branch,
        "version": area.version,
    }


def _period(outline: Outline) -> dict[str, Any]:
    return {
        "from": outline.since,
        "until": outline.until,
        "square_metres": outline.drawn.square_metres,
        "workers": outline.workers,
        "datum": outline.datum,
        "within": outline.within,
    }
