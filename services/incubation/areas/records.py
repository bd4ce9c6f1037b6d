"""Draws areas, draws them otherwise from a day on, and dissolves them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.incubation.area_branches import queries as branches
from services.incubation.areas import queries, rules
from services.incubation.areas.area import Area, redraw
from services.incubation.areas.assigning import assign_division
from services.incubation.areas.boundaries.queries import shape_of
from services.incubation.areas.errors import AreasOverlap
from services.incubation.areas.queries import Box
from services.incubation.areas.rules import Outline
from services.incubation.areas.schemas import AreaBody, AreaEnd
from services.incubation.policies import FormationPolicies
from services.incubation.territory.geojson import one_polygon
from services.incubation.territory.policies import AreaPolicy
from services.incubation.territory.polygons import Position, read_outline
from shared.bus.sending.outbox import NewEvent, emit
from shared.contracts.areas import AreaPeriod, AreaRecorded
from shared.db.base import new_id
from shared.db.session import Transaction
from shared.field.calendar import china_day
from shared.field.policies import Policy
from shared.problems.access import check_reach
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput, NotFound
from shared.problems.versions import Preconditions, check_version


@dataclass(frozen=True, slots=True)
class Sketch:
    """A new area: its line in WGS 84, and where it stands in the request."""

    code: str
    name: str
    line: Sequence[Position]
    workers: int
    pointer: str


_DIGITS = 6
_MARGIN = 0.002
"""Degrees around an outline, more than `near_border_m` may be: bodies beside it may be the nearest to it."""
_NO_BRANCH = Text(zh="该区划没有这个片区党组织。", en="The division has no area Party organization of this id.")
_TAKEN = Text(zh="代码“{code}”已在使用。", en="The code '{code}' is in use.")
_NO_AREA = Text(zh="没有片区“{code}”。", en="There is no area '{code}'.")


async def put_area(
    tx: Transaction,
    code: str,
    body: AreaBody,
    policies: FormationPolicies,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> tuple[Area, bool]:
    """Draw an area as it is from a day on: the area, and whether it is new; the same again changes nothing.

    Raises OutsideScope, PreconditionFailed, InvalidInput, AreasOverlap, AreaEnded.
    """
    division, today = code[:_DIGITS], china_day(now)
    check_reach(tx.access, division)
    since = body.from_ or today
    rules.check_standing(division, since, body.until, today, "/path/code")
    policy = rules.policy_on(policies.areas, division, since)
    rules.check_days(since, body.until)
    rules.check_staffing(body.workers, policy.parameters)
    lines, place = one_polygon(body.polygon, "/polygon")
    drawn = read_outline(lines, body.datum, policy.parameters, place)
    await queries.hold_divisions(tx, [division])
    stored = await queries.get(tx, code)
    check_version(if_match, None if stored is None else stored.version)
    within = rules.find_within(drawn, await shape_of(tx, division), division, policy.parameters, place)
    new = Outline(drawn, body.workers, body.datum, since, body.until, within, policy.id, now)
    area = (
        Area(new_id(), code, division, body.name, (new,))
        if stored is None
        else redraw(stored, body.name, new, today, dated=body.from_ is not None)
    )
    if body.party_organization_id is not None and not await branches.link(
        tx, (division, code), body.party_organization_id
    ):
        raise InvalidInput([FieldError("/party_organization_id", _NO_BRANCH)])
    if stored is not None and area == stored:
        if body.party_organization_id is not None:
            await assign_division(tx, division, now, policies, box=_box_of(stored))
        return stored, False
    others = await queries.list_beside(tx, division, new.drawn.box, since=new.since, until=new.until)
    _check_overlaps(new, {other: found for other, found in others.items() if other != code}, policy)
    if stored is None:
        await queries.insert(tx, [area], now)
    else:
        await queries.update(tx, area)
    await _follow(tx, [area], _box_of(stored, area), policies, now)
    return area, stored is None


async def draw_areas(
    tx: Transaction,
    division: str,
    sketches: Sequence[Sketch],
    since: date,
    policies: FormationPolicies,
    now: datetime,
) -> None:
    """Draw new areas from a day on, all or none. Raises InvalidInput, AreasOverlap."""
    rules.check_county(division, since, "/from")
    policy = rules.policy_on(policies.areas, division, since)
    await queries.hold_divisions(tx, [division])
    known = await queries.known_codes(tx, [one.code for one in sketches])
    taken = [FieldError(f"{one.pointer}/code", _TAKEN, (("code", one.code),)) for one in sketches if one.code in known]
    if taken:
        raise InvalidInput(taken)
    boundary = await shape_of(tx, division)
    areas = []
    for one in sketches:
        rules.check_staffing(one.workers, policy.parameters, f"{one.pointer}/workers")
        drawn = read_outline([one.line], "WGS84", policy.parameters, f"{one.pointer}/number")
        within = rules.find_within(drawn, boundary, division, policy.parameters, f"{one.pointer}/number")
        outline = Outline(drawn, one.workers, "WGS84", since, None, within, policy.id, now)
        areas.append(Area(new_id(), one.code, division, one.name, (outline,)))
    box = _around([area.timeline[0].drawn.box for area in areas])
    beside: dict[str, list[Outline]] = await queries.list_beside(tx, division, box, since=since, until=None)
    for area in areas:
        _check_overlaps(area.timeline[0], beside, policy)
        beside[area.code] = list(area.timeline)
    await queries.insert(tx, areas, now)
    await _follow(tx, areas, box, policies, now)


async def dissolve_area(
    tx: Transaction,
    code: str,
    body: AreaEnd,
    policies: FormationPolicies,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> Area:
    """End an area from a day on: bodies fall to the areas that lie there then, else to none.

    Raises NotFound, PreconditionFailed, InvalidInput.
    """
    division = code[:_DIGITS]
    check_reach(tx.access, division)
    await queries.hold_divisions(tx, [division], known=True)
    stored = await queries.get(tx, code)
    if stored is None:
        raise NotFound(what="area")
    check_version(if_match, stored.version)
    known = await queries.known_codes(tx, body.followed_by)
    wrong = [
        FieldError(f"/followed_by/{place}", _NO_AREA, (("code", one),))
        for place, one in enumerate(body.followed_by)
        if one not in known or one == code
    ]
    if wrong:
        raise InvalidInput(wrong)
    area = replace(
        stored,
        timeline=rules.dissolve(stored.timeline, body.on),
        followed_by=tuple(dict.fromkeys(body.followed_by)),
        ended_why=body.why,
        version=stored.version + 1,
    )
    await queries.update(tx, area)
    await _follow(tx, [area], _box_of(stored, area), policies, now)
    return area


async def get_area(tx: Transaction, code: str) -> Area:
    """One area. Raises NotFound."""
    area = await queries.get(tx, code)
    if area is None:
        raise NotFound(what="area")
    return area


def _check_overlaps(new: Outline, others: Mapping[str, Sequence[Outline]], policy: Policy[AreaPolicy]) -> None:
    overlaps = rules.find_overlaps(new, others, policy.parameters)
    if overlaps:
        first = overlaps[0]
        raise AreasOverlap(other=first.code, square_metres=first.square_metres, since=first.since)


async def _follow(tx: Transaction, areas: Sequence[Area], box: Box, policies: FormationPolicies, now: datetime) -> None:
    """State areas of a division, and assign the bodies in the box where they were or are."""
    division = areas[0].division
    await emit(tx, [_event(area, now) for area in areas])
    await assign_division(tx, division, now, policies, box=box)
    await queries.note_begun(tx, division, china_day(now))


def _box_of(*areas: Area | None) -> Box:
    return _around([one.drawn.box for area in areas if area is not None for one in area.timeline])


def _around(boxes: list[Box]) -> Box:
    west, south = min(box[0] for box in boxes), min(box[1] for box in boxes)
    east, north = max(box[2] for box in boxes), max(box[3] for box in boxes)
    return west - _MARGIN, south - _MARGIN, east + _MARGIN, north + _MARGIN


def _event(area: Area, now: datetime) -> NewEvent:
    periods = [
        AreaPeriod(since=one.since, until=one.until, square_metres=one.drawn.square_metres, workers=one.workers)
        for one in area.timeline
    ]
    payload = AreaRecorded(
        id=area.id,
        code=area.code,
        name=area.name,
        division=area.division,
        periods=periods,
        followed_by=list(area.followed_by),
    )
    return NewEvent(area.id, area.version, payload, area.division, now)
