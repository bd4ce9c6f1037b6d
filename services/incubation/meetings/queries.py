"""Every SELECT of meetings and their resolutions, and the writes beside them."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, insert, select, text, update

from services.incubation.history.periods import Counted, ReportYear, counts_of
from services.incubation.meetings.rules import MeetingState, Place, ResolutionState
from services.incubation.routine.policies import MeetingLevel
from services.incubation.tables import meetings, resolutions
from shared.db.base import columns_of, insert_list, to_json
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction

Filters = dict[ColumnElement[Any], object]
_RESOLUTION = tuple(resolutions.c.keys())
_INSERT_RESOLUTIONS = insert_list(resolutions, _RESOLUTION)

_OWNERS = text("SELECT id, owner FROM resolutions WHERE id = ANY(CAST(:ids AS uuid[]))")


async def get(tx: Transaction, meeting_id: UUID, *, lock: bool = False) -> Record | None:
    """One meeting."""
    statement = select(meetings).where(meetings.c.id == meeting_id)
    return await tx.record(statement.with_for_update() if lock else statement)


async def add(tx: Transaction, row: Record) -> None:
    """A new meeting."""
    await tx.execute(insert(meetings).values(row))


async def write(tx: Transaction, row: Record) -> None:
    """A meeting whose row is locked, as it is now."""
    await tx.execute(update(meetings).where(meetings.c.id == row["id"]).values(row))


async def is_held(tx: Transaction, row: Record, day: date) -> bool:
    """Whether another meeting of this one's level and convenor was held on a day."""
    same = (meetings.c.level == row["level"], meetings.c.convenor == row["convenor"], meetings.c.held_on == day)
    return bool(await tx.scalar(select(func.count()).where(meetings.c.id != row["id"], *same)))


async def list_meetings(
    tx: Transaction,
    *,
    division: str | None,
    level: MeetingLevel | None,
    state: MeetingState | None,
    counts: bool | None,
    since: date | None,
    until: date | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by id; the days are of the meeting, or of its plan."""
    day = func.coalesce(meetings.c.held_on, meetings.c.planned_on)
    given: Filters = {meetings.c.level: level, meetings.c.state: state, meetings.c.counts: counts}
    statement = where_within(where_given(select(meetings), given), meetings.c.division, division)
    if since is not None:
        statement = statement.where(day >= since)
    if until is not None:
        statement = statement.where(day <= until)
    return await tx.records(page_by_id(statement, meetings.c.id, after, limit))


async def last_counted(tx: Transaction, prefix: str, on: date) -> dict[Place, date]:
    """The day of the last meeting that counts of each place in a division, until a day."""
    return await _by_place(tx, prefix, func.max(meetings.c.held_on), [meetings.c.counts, meetings.c.held_on <= on])


async def next_planned(tx: Transaction, prefix: str, on: date) -> dict[Place, date]:
    """The day of the next meeting that is planned of each place in a division, from a day on."""
    planned = [meetings.c.state == "planned", meetings.c.planned_on >= on]
    return await _by_place(tx, prefix, func.min(meetings.c.planned_on), planned)


async def _by_place(tx: Transaction, prefix: str, day: Any, where: Sequence[Any]) -> dict[Place, date]:
    place = (meetings.c.level, meetings.c.division, meetings.c.street)
    statement: Select[Any] = select(*place, day.label("day")).where(*where).group_by(*place)
    rows = await tx.rows(where_within(statement, meetings.c.division, prefix))
    return {Place(row.level, row.division, row.street): row.day for row in rows}


async def add_resolutions(tx: Transaction, rows: Sequence[Record]) -> None:
    """New resolutions."""
    if rows:
        stored = [{**row, "steps": to_json(row["steps"])} for row in rows]
        await tx.execute(_INSERT_RESOLUTIONS, columns_of(stored, _RESOLUTION))


async def count_resolutions(tx: Transaction, meeting_id: UUID) -> int:
    """How many resolutions a meeting has, whoever sees them."""
    async with tx.system_scope():
        statement = select(func.count()).select_from(resolutions).where(resolutions.c.meeting_id == meeting_id)
        return int(await tx.scalar(statement))


async def date_resolutions(tx: Transaction, meeting_id: UUID, day: date) -> date | None:
    """Move a meeting's resolutions to the day on which it was held after all.

    Returns the first day by which one is due or was done, whoever sees it, and moves none where that is before.
    """
    of_meeting = resolutions.c.meeting_id == meeting_id
    async with tx.system_scope():
        await tx.rows(select(resolutions.c.id).where(of_meeting).order_by(resolutions.c.id).with_for_update())
        first = func.min(func.least(resolutions.c.due_on, resolutions.c.completed_on))
        earliest: date | None = await tx.scalar(select(first).where(of_meeting))
        if earliest is None or earliest >= day:
            moved = update(resolutions).where(of_meeting, resolutions.c.resolved_on != day)
            await tx.execute(moved.values(resolved_on=day, version=resolutions.c.version + 1))
    return earliest


async def get_resolution(tx: Transaction, resolution_id: UUID, *, lock: bool = False) -> Record | None:
    """One resolution."""
    statement = select(resolutions).where(resolutions.c.id == resolution_id)
    return await tx.record(statement.with_for_update() if lock else statement)


async def owners_of(tx: Transaction, resolution_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The codes of the bodies that are to do what was resolved."""
    rows = await tx.rows(_OWNERS, {"ids": list(resolution_ids)})
    return {row.id: row.owner for row in rows}


async def write_resolution(tx: Transaction, row: Record) -> None:
    """A resolution whose row is locked, as it is now."""
    await tx.execute(update(resolutions).where(resolutions.c.id == row["id"]).values(row))


async def list_resolutions(
    tx: Transaction,
    *,
    division: str | None,
    meeting: UUID | None,
    owner: str | None,
    state: ResolutionState | None,
    overdue: bool | None,
    today: date,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by id; overdue are those that are open after their day."""
    given: Filters = {resolutions.c.meeting_id: meeting, resolutions.c.owner: owner, resolutions.c.state: state}
    statement = where_within(where_given(select(resolutions), given), resolutions.c.division, division)
    if overdue is not None:
        late = (resolutions.c.state == "open") & (resolutions.c.due_on < today)
        statement = statement.where(late if overdue else ~late)
    return await tx.records(page_by_id(statement, resolutions.c.id, after, limit))


# What a district is to do by a city's resolution is the district's.
_YEAR_MEETINGS = text(
    """
    SELECT division, count(*) FILTER (WHERE level = 'city') AS meetings_city,
        count(*) FILTER (WHERE level = 'district') AS meetings_district,
        count(*) FILTER (WHERE level = 'street') AS meetings_street,
        count(*) FILTER (WHERE level = 'conference') AS meetings_conference,
        count(*) FILTER (WHERE counts) AS meetings_counted
    FROM meetings WHERE division LIKE :within AND held_on BETWEEN :first AND :day GROUP BY 1 ORDER BY 1
    """
)
_YEAR_RESOLUTIONS = text(
    """
    SELECT division, count(*) FILTER (WHERE completed_on BETWEEN :first AND :day) AS resolutions_done,
        count(*) FILTER (WHERE due_on < :day AND (completed_on IS NULL OR completed_on > :day)) AS resolutions_overdue
    FROM resolutions WHERE division LIKE :within AND resolved_on <= :day AND state <> 'withdrawn' GROUP BY 1 ORDER BY 1
    """
)
_YEAR_KNOWN_FROM = text(
    "SELECT (SELECT min(held_on) FROM meetings) AS meetings, (SELECT min(resolved_on) FROM resolutions) AS resolutions"
)
_OF_MEETINGS = ("meetings_city", "meetings_district", "meetings_street", "meetings_conference", "meetings_counted")
_OF_RESOLUTIONS = ("resolutions_done", "resolutions_overdue")


async def count_of_year(tx: Transaction, division: str, year: ReportYear) -> Counted:
    """Meetings held and what became of resolutions, by division: for the yearly report."""
    asked = year.asked(division)
    counts = counts_of(await tx.rows(_YEAR_MEETINGS, asked), *_OF_MEETINGS)
    counts += counts_of(await tx.rows(_YEAR_RESOLUTIONS, asked), *_OF_RESOLUTIONS)
    async with tx.system_scope():
        begun = await tx.row(_YEAR_KNOWN_FROM)
    known_from = dict.fromkeys(_OF_MEETINGS, begun.meetings) | dict.fromkeys(_OF_RESOLUTIONS, begun.resolutions)
    return Counted(counts, known_from)
