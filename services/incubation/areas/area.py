"""An area with all its outlines, as it is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from services.incubation.areas.errors import AreaEnded
from services.incubation.areas.rules import Outline, Timeline, draw, outline_on
from services.incubation.territory.polygons import Drawn


@dataclass(frozen=True, slots=True)
class Area:
    """An area of a division by its code; `followed_by` are codes of the areas that took its place."""

    id: UUID
    code: str
    division: str
    name: str
    timeline: Timeline
    followed_by: tuple[str, ...] = ()
    ended_why: str | None = None
    version: int = 1


def outline_of(row: Mapping[str, Any]) -> Outline:
    """The outline of a stored row."""
    ring = tuple((lon, lat) for lon, lat in row["polygon"])
    return Outline(
        Drawn(ring, row["square_metres"]),
        row["workers"],
        row["datum"],
        row["valid_from"],
        row["valid_until"],
        row["within"],
        row["policy"],
        row["recorded_at"],
    )


def area_of(row: Mapping[str, Any], outlines: Sequence[Mapping[str, Any]]) -> Area:
    """The area of a stored row and its outlines' rows."""
    timeline = tuple(outline_of(one) for one in sorted(outlines, key=lambda one: one["valid_from"]))
    return Area(
        row["id"],
        row["code"],
        row["division"],
        row["name"],
        timeline,
        tuple(row["followed_by"]),
        row["ended_why"],
        row["version"],
    )


def redraw(area: Area, name: str, new: Outline, today: date, *, dated: bool) -> Area:
    """The area as an outline has it from its day on; as it is where nothing changes by it.

    `dated`: the day was named. An area that has ended is founded again only from a day that is named, and after its
    end; before it, what is corrected ends no later than it did. Raises AreaEnded.
    """
    last = area.timeline[-1]
    standing = outline_on(area.timeline, new.since)
    same = standing is last and last.same(new) and (not dated or last.since == new.since)
    if same and name == area.name:
        return area
    further = new.until is None or (last.until is not None and new.until > last.until)
    if last.until is not None and last.until <= today and further and not (dated and new.since >= last.until):
        raise AreaEnded(until=last.until)
    timeline = area.timeline if same else draw(area.timeline, new)
    changed = replace(area, name=name, timeline=timeline, version=area.version + 1)
    # What was recorded of its end is of that end only.
    stays = last.until is not None and timeline[-1].until == last.until
    return changed if stays else replace(changed, followed_by=(), ended_why=None)
