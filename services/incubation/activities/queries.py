"""Every SELECT of activities and cultivation, and the writes beside them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.types import Text, Uuid

from services.incubation.activities.rules import ActivityState, Had
from services.incubation.organizations.party_facts import FACTS
from services.incubation.organizations.queries import COVERING
from services.incubation.tables import activities, activity_parties, cultivations
from shared.db.base import insert_list, to_json
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction

_ADD_PARTIES = insert_list(activity_parties, ("activity_id", "party_organization_id", "division"))
_DROP_PARTIES = text("DELETE FROM activity_parties WHERE activity_id = :id")
_END_AT = text(
    "UPDATE activities AS a SET until = GREATEST(u.day, a.on_day + 1), version = a.version + 1, "
    "steps = a.steps || CAST(:step AS jsonb) FROM unnest(CAST(:ids AS uuid[]), CAST(:days AS date[])) AS u(id, day) "
    "WHERE a.id = u.id AND a.lasting AND a.state = 'recorded' "
    "AND (a.until IS NULL OR a.until > GREATEST(u.day, a.on_day + 1))"
)
_IDS = bindparam("ids", type_=ARRAY(Uuid))
_PARTIES = (
    select(func.coalesce(func.array_agg(activity_parties.c.party_organization_id), text("CAST('{}' AS uuid[])")))
    .where(activity_parties.c.activity_id == activities.c.id)
    .scalar_subquery()
)
_SHOWN = select(activities, _PARTIES.label("party_organizations"))
_COLUMNS = tuple(column.name for column in activities.c)


async def get(tx: Transaction, activity_id: UUID, *, lock: bool = False) -> Record | None:
    """One activity with its Party organizations."""
    statement = _SHOWN.where(activities.c.id == activity_id)
    return await tx.record(statement.with_for_update(of=activities) if lock else statement)


async def add(tx: Transaction, row: Record) -> None:
    """A new activity."""
    await tx.execute(insert(activities).values({name: row[name] for name in _COLUMNS}))
    await _put_parties(tx, row)


async def list_twins(tx: Transaction, given: Mapping[str, Any], *, untitled: bool, but: UUID) -> set[UUID]:
    """Which of its Party organizations had the same on the day (kind, place, partner, what was done, and title unless
    `untitled`), as another activity than `but`; where none takes part, which activity of none is the same."""
    parties = activity_parties.c.party_organization_id
    same = ("kind", "on_day", "place", "partner", "service", *(() if untitled else ("title",)))
    twin = [activities.c.id != but, activities.c.state == "recorded"]
    twin += [activities.c[name].is_not_distinct_from(given[name]) for name in same]
    took_part = select(parties).where(activity_parties.c.activity_id == activities.c.id)
    if not given["party_organizations"]:
        rows = await tx.rows(select(activities.c.id).where(*twin, ~took_part.exists()))
        return {row.id for row in rows}
    statement = select(parties.label("id")).join(activities, activities.c.id == activity_parties.c.activity_id)
    async with tx.system_scope():
        rows = await tx.rows(
            statement.where(*twin, parties == _IDS.any_()), {"ids": list(given["party_organizations"])}
        )
    return {row.id for row in rows}


async def list_outlived(tx: Transaction, parties: Sequence[UUID]) -> dict[UUID, date]:
    """Of what these Party organizations took part in, that of which each is dissolved: since when the last one is."""
    theirs = select(activity_parties.c.activity_id).where(activity_parties.c.party_organization_id == _IDS.any_())
    statement = (
        select(activity_parties.c.activity_id, func.max(FACTS.c.dissolved_on).label("day"))
        .outerjoin(FACTS, FACTS.c.id == activity_parties.c.party_organization_id)
        .where(activity_parties.c.activity_id.in_(theirs))
        .group_by(activity_parties.c.activity_id)
        .having(func.bool_and(FACTS.c.dissolved_on.is_not(None)))
    )
    return {row.activity_id: row.day for row in await tx.rows(statement, {"ids": list(parties)})}


async def end_at(tx: Transaction, days: Mapping[UUID, date], step: Record) -> None:
    """End what lasts of these activities, each on its day, after a day at least."""
    await tx.execute(_END_AT, {"ids": list(days), "days": list(days.values()), "step": to_json(step)})


async def write(tx: Transaction, row: Record) -> None:
    """An activity whose row is locked, as it is now."""
    values = {name: row[name] for name in _COLUMNS}
    await tx.execute(update(activities).where(activities.c.id == row["id"]).values(values))
    await tx.execute(_DROP_PARTIES, {"id": row["id"]})
    await _put_parties(tx, row)


async def _put_parties(tx: Transaction, row: Record) -> None:
    parties = row["party_organizations"]
    if parties:
        columns = {"activity_id": [row["id"]] * len(parties), "party_organization_id": list(parties)}
        await tx.execute(_ADD_PARTIES, {**columns, "division": [row["division"]] * len(parties)})


async def list_activities(
    tx: Transaction,
    *,
    division: str | None,
    kind: str | None,
    state: ActivityState | None,
    party: UUID | None,
    year: tuple[date, date] | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by id; of a year are those that were on in it."""
    given: dict[ColumnElement[Any], object] = {activities.c.kind: kind, activities.c.state: state}
    statement = where_within(where_given(_SHOWN, given), activities.c.division, division)
    if party is not None:
        took_part = (activity_parties.c.activity_id == activities.c.id) & (
            activity_parties.c.party_organization_id == party
        )
        statement = statement.where(select(activity_parties.c.activity_id).where(took_part).exists())
    if year is not None:
        statement = statement.where(_on_in(*year))
    return await tx.records(page_by_id(statement, activities.c.id, after, limit))


def _on_in(first: date, last: date) -> ColumnElement[bool]:
    """Whether an activity was on in a period: on its day, or from it until it ended."""
    goes_on = activities.c.lasting & (activities.c.until.is_(None) | (activities.c.until > first))
    return (activities.c.on_day <= last) & (goes_on | (activities.c.on_day >= first))


async def known_parties(tx: Transaction, parties: Sequence[UUID]) -> dict[UUID, Record]:
    """Party organizations of any division by id, as far as they are known, with the days of their founding and end."""
    statement = (
        select(COVERING, FACTS.c.established_on, FACTS.c.dissolved_on)
        .outerjoin(FACTS, FACTS.c.id == COVERING.c.id)
        .where(COVERING.c.id == _IDS.any_())
    )
    async with tx.system_scope():
        rows = await tx.records(statement, {"ids": list(parties)})
    return {row["id"]: row for row in rows}


async def page_of_parties(tx: Transaction, *, division: str | None, after: str | None, limit: int) -> list[Record]:
    """A page of the Party organizations that there are now, by id."""
    statement = (
        select(COVERING, FACTS.c.established_on)
        .outerjoin(FACTS, FACTS.c.id == COVERING.c.id)
        .where(COVERING.c.form.is_not(None))
    )
    return await tx.records(
        page_by_id(where_within(statement, COVERING.c.division, division), COVERING.c.id, after, limit)
    )


async def had_in(tx: Transaction, parties: Sequence[UUID], days: tuple[date, date]) -> dict[UUID, list[Had]]:
    """How many activities of each kind these took part in, in a year."""
    statement = (
        select(activity_parties.c.party_organization_id.label("party"), activities.c.kind, func.count().label("count"))
        .join(activities, activities.c.id == activity_parties.c.activity_id)
        .where(activity_parties.c.party_organization_id == _IDS.any_())
        .where(activities.c.state == "recorded", _on_in(*days))
        .group_by(activity_parties.c.party_organization_id, activities.c.kind)
        .order_by(activity_parties.c.party_organization_id, activities.c.kind)
    )
    found: dict[UUID, list[Had]] = {}
    for row in await tx.rows(statement, {"ids": list(parties)}):
        found.setdefault(row.party, []).append(Had(row.kind, row.count))
    return found


async def last_of(
    tx: Transaction, parties: Sequence[UUID], kinds: Sequence[str], day: date
) -> dict[UUID, dict[str, date]]:
    """When these had an activity of each of these kinds last, up to a day."""
    party = activity_parties.c.party_organization_id
    statement = (
        select(party, activities.c.kind, func.max(activities.c.on_day))
        .join(activities, activities.c.id == activity_parties.c.activity_id)
        .where(party == _IDS.any_(), activities.c.kind == bindparam("kinds", type_=ARRAY(Text)).any_())
        .where(activities.c.state == "recorded", activities.c.on_day <= day)
        .group_by(party, activities.c.kind)
    )
    found: dict[UUID, dict[str, date]] = {}
    for one, kind, last in await tx.rows(statement, {"ids": list(parties), "kinds": list(kinds)}):
        found.setdefault(one, {})[kind] = last
    return found


async def cultivation_of(tx: Transaction, parties: Sequence[UUID], year: int, *, lock: bool = False) -> list[Record]:
    """What was counted of these in a year (H12)."""
    statement = select(cultivations).where(cultivations.c.party_organization_id == _IDS.any_())
    statement = statement.where(cultivations.c.year == year)
    return await tx.records(statement.with_for_update() if lock else statement, {"ids": list(parties)})


async def list_cultivations(
    tx: Transaction, *, division: str | None, year: int | None, after: str | None, limit: int
) -> list[Record]:
    """A page by id."""
    statement = where_given(select(cultivations), {cultivations.c.year: year})
    return await tx.records(
        page_by_id(where_within(statement, cultivations.c.division, division), cultivations.c.id, after, limit)
    )


async def put_cultivation(tx: Transaction, row: Record) -> Record:
    """Store a year's counts in place of those before; the row after it."""
    changing = ("division", "staff_to_members", "members_to_staff", "recorded_by", "recorded_at")
    given = {name: row[name] for name in changing} | {"version": cultivations.c.version + 1}
    statement = (
        upsert(cultivations)
        .values(row)
        .on_conflict_do_update(index_elements=["party_organization_id", "year"], set_=given)
        .returning(cultivations)
    )
    stored = await tx.record(statement)
    assert stored is not None
    return stored
