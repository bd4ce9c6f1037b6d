"""Every SELECT of the incubators, and the writes beside them."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    Date,
    Integer,
    String,
    Uuid,
    any_,
    bindparam,
    column,
    literal,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from services.incubation.bodies.queries import UNDER_CIVIL_AFFAIRS
from services.incubation.incubating.places import TAKEN
from services.incubation.incubating.policies import IncubatorPolicies
from services.incubation.incubators.incubator import Incubator, IncubatorState
from services.incubation.tables import incubators
from shared.db.base import columns_of, insert_list, to_json, update_list
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction

_COLUMNS = tuple(column.name for column in incubators.c)
_CHANGED = tuple(name for name in _COLUMNS if name not in ("id", "code", "created_at", "version"))
_JSON = ("operator", "premises", "reasons", "steps")
_INSERT = insert_list(incubators, _COLUMNS, "ON CONFLICT (code) DO NOTHING RETURNING id")
_UPDATE = update_list(incubators, ("id",), _CHANGED, also="version = t.version + 1")
_RULED = tuple(Incubator.__dataclass_fields__)
# What an incubator needs by the policy of the nearest region around it.
NEEDS = """
JOIN LATERAL (
    SELECT r.*, CAST(:today AS date) AS today
    FROM unnest(CAST(:regions AS text[]), CAST(:least AS integer[]), CAST(:structures AS text[]),
        CAST(:departments AS text[]), CAST(:metres AS integer[]), CAST(:grades AS text[]))
        AS r(region, least, structures, department, metres, grade)
    WHERE starts_with(i.division, r.region) ORDER BY length(r.region) DESC LIMIT 1
) AS r ON true
"""
_COMMITTEE = UNDER_CIVIL_AFFAIRS.format(
    code="i.committee",
    day="r.today",
    structures="string_to_array(r.structures, ',')",
    division="i.division",
    street="i.street",
    department="r.department",
)
LACKS = {
    "committee": f"NOT EXISTS ({_COMMITTEE})",
    "party_social_worker": "i.party_social_workers < r.least",
    "premises": "r.metres > COALESCE(CAST(i.premises ->> 'area_m2' AS integer), 0)",
    # Grades are written 1A to 5A: as texts they are in their order.
    "operator": "CAST(i.operator ->> 'outside' AS boolean) AND r.grade > COALESCE(i.operator ->> 'grade', '') "
    'COLLATE "C"',
    "capacity": f"{TAKEN.format(incubator='i.id')} > i.capacity",
}
"""As SQL, what `rules.check_incubator` says in Python: which of its needs an incubator `i` lacks by `NEEDS`."""
_LACKING = text(f"SELECT i.id FROM incubators AS i {NEEDS} WHERE {' OR '.join(LACKS.values())}").columns(  # noqa: S608
    column("id", Uuid)
)
_BY_STATE = text(
    "SELECT division, state, (street IS NOT NULL) AS of_street, count(*) AS number FROM incubators "
    "WHERE starts_with(division, :prefix) GROUP BY 1, 2, 3"
)


async def get(tx: Transaction, code: str, *, lock: bool = False) -> Record | None:
    """One incubator that the caller sees, by its code or its id."""
    condition = incubators.c.code == code
    with suppress(ValueError):  # most codes are no id
        condition = or_(condition, incubators.c.id == UUID(code))
    statement = select(incubators).where(condition)
    return await tx.record(statement.with_for_update() if lock else statement)


async def by_id(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, Record]:
    """Incubators that the caller sees, by id."""
    statement = select(incubators).where(incubators.c.id == any_(literal(sorted(set(ids)), ARRAY(Uuid))))
    return {row["id"]: row for row in await tx.records(statement)} if ids else {}


async def insert(tx: Transaction, row: Record) -> bool:
    """Record an incubator; False where another request took its code meanwhile."""
    return bool(await tx.rows(_INSERT, columns_of([_stored(row)], _COLUMNS)))


async def update(tx: Transaction, row: Record) -> Record:
    """Write an incubator whose row is locked; returns it with its next version."""
    await tx.execute(_UPDATE, columns_of([_stored(row)], ("id", *_CHANGED)))
    return {**row, "version": row["version"] + 1}


async def list_incubators(
    tx: Transaction,
    *,
    division: str | None,
    state: IncubatorState | None,
    lacking: tuple[bool, Sequence[BindParameter[Any]]] | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by id; `lacking`: those alone that lack something, or nothing, by the policies that `needs_of` gives."""
    statement = where_given(select(incubators), {incubators.c.state: state})
    if lacking is not None:
        among = incubators.c.id.in_(_LACKING.bindparams(*lacking[1]))
        statement = statement.where(among if lacking[0] else ~among)
    statement = where_within(statement, incubators.c.division, division)
    return await tx.records(page_by_id(statement, incubators.c.id, after, limit))


def needs_of(policies: IncubatorPolicies, today: date) -> list[BindParameter[Any]]:
    """The parameters of `NEEDS` and `LACKS`: the policies of a day."""
    found = policies.by_region(today)
    figures = [one.parameters for one in found]
    given = {
        "regions": ([one.region for one in found], String),
        "least": ([one.party_social_workers_min for one in figures], Integer),
        "structures": ([",".join(one.committee_structures) for one in figures], String),
        "departments": ([one.civil_affairs for one in figures], String),
        "metres": ([one.premises_min_m2 for one in figures], Integer),
        "grades": ([one.operator_grade_min for one in figures], String),
    }
    named: list[BindParameter[Any]] = [
        bindparam(name, value, ARRAY(kind), unique=True) for name, (value, kind) in given.items()
    ]
    return [*named, bindparam("today", today, Date, unique=True)]


async def count_by_division(tx: Transaction, prefix: str) -> Sequence[Record]:
    """How many there are by division and state, of the district (`of_street` false) and of its streets."""
    return await tx.records(_BY_STATE, {"prefix": prefix})


def incubator_of(row: Record) -> Incubator:
    """A stored row as rules read it."""
    return Incubator(**{name: row[name] for name in _RULED})


def _stored(row: Record) -> Record:
    return {**row, **{name: None if row[name] is None else to_json(row[name]) for name in _JSON}}
