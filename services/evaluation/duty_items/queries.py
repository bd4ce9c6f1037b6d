"""Every SELECT of the duty items, with who owes one, and the writes beside them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Date,
    Integer,
    Select,
    String,
    TextualSelect,
    bindparam,
    cast,
    column,
    or_,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.types import BigInteger, Uuid

from services.evaluation.duty_items.policies import DutyItemPolicies, reference_day
from services.evaluation.tables import duty_items
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction
from shared.field.calendar import months_after

# Of each division and street, the body of the kind that the nearest region's policy names first, as they were on the
# last day of the year; where an item is stored, the body that it is stored of, whatever became known later. Bodies of
# the divisions above are seen too, and owe theirs there. `only` derives those of one body's division alone.
_OWED = """
SELECT DISTINCT ON (b.division, b.level, b.street) b.id, b.code, b.names,
    (SELECT n->>'name' FROM jsonb_array_elements(b.names) WITH ORDINALITY AS x(n, place)
     WHERE CAST(n->>'from' AS date) <= CAST(:day AS date) OR place = 1 ORDER BY place DESC LIMIT 1) AS name,
    b.level, b.kind, b.department, b.division,
    b.street, b.parent, b.since, b.until, CAST(:year AS integer) AS year, COALESCE(i.state, 'due') AS state,
    r.opens_on, COALESCE(i.report_due, r.report_due) AS report_due,
    COALESCE(i.appraisal_due, r.appraisal_due) AS appraisal_due, COALESCE(i.policy, r.policy) AS policy,
    i.reported_on, i.reference, i.note, i.grade, i.ground, i.appraised_on, i.appraised_by, i.appraisal_reference,
    COALESCE(i.reasons, '[]') AS reasons, COALESCE(i.steps, '[]') AS steps, COALESCE(i.version, 0) AS version
FROM bodies AS b
LEFT JOIN LATERAL (
    SELECT u.*, array_position(string_to_array(u.kinds, ','), b.kind) AS rank
    FROM unnest(CAST(:regions AS text[]), CAST(:levels AS text[]), CAST(:kinds AS text[]), CAST(:policies AS text[]),
        CAST(:opening AS date[]), CAST(:reporting AS date[]), CAST(:appraising AS date[])
    ) AS u(region, level, kinds, policy, opens_on, report_due, appraisal_due)
    WHERE u.level = b.level AND u.region = (
        SELECT n.region FROM unnest(CAST(:regions AS text[])) AS n(region)
        WHERE starts_with(b.division, n.region) ORDER BY length(n.region) DESC LIMIT 1
    )
) AS r ON true
LEFT JOIN duty_items AS i ON i.body_id = b.id AND i.year = CAST(:year AS integer)
WHERE b.division LIKE ANY ((SELECT string_to_array(current_setting('shuangfu.scope', true), ','))::text[])
AND (CAST(:only AS text) IS NULL
    OR b.division = (SELECT o.division FROM bodies AS o WHERE o.code = CAST(:only AS text)))
AND (i.id IS NOT NULL OR (
    r.rank IS NOT NULL AND b.since <= CAST(:day AS date) AND (b.until IS NULL OR b.until > CAST(:day AS date))
))
ORDER BY b.division, b.level, b.street, i.id IS NULL, r.rank, b.code
"""
_STRINGS = ("code", "name", "level", "kind", "department", "division", "street", "parent", "state", "policy")
_MORE = ("reference", "note", "grade", "ground", "appraised_by", "appraisal_reference")
_DAYS = ("since", "until", "opens_on", "report_due", "appraisal_due", "reported_on", "appraised_on")
_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('duty_items'), hashtext(:place))")


def owed(policies: DutyItemPolicies, year: int, only: str | None = None) -> TextualSelect:
    """Every duty item of a year in the caller's divisions, stored or due; `only` those where a body (a code) is."""
    found = [
        (one, place, one.parameters.terms(year))
        for one in policies.by_region(reference_day(year))
        for place in one.parameters.owed_by
    ]
    values: Mapping[str, tuple[list[Any], Any]] = {
        "regions": ([one.region for one, _, _ in found], String),
        "levels": ([place.level for _, place, _ in found], String),
        "kinds": ([",".join(place.kinds) for _, place, _ in found], String),
        "policies": ([one.id for one, _, _ in found], String),
        "opening": ([terms.opens_on for _, _, terms in found], Date),
        "reporting": ([terms.report_due for _, _, terms in found], Date),
        "appraising": ([terms.appraisal_due for _, _, terms in found], Date),
    }
    named = [bindparam(name, value, ARRAY(kind), unique=True) for name, (value, kind) in values.items()]
    fixed: list[Any] = [bindparam("year", year, Integer, unique=True)]
    fixed += [bindparam("day", reference_day(year), Date, unique=True), bindparam("only", only, String, unique=True)]
    return (
        text(_OWED)
        .bindparams(*named, *fixed)
        .columns(
            column("id", Uuid),
            *(column(name, String) for name in (*_STRINGS, *_MORE)),
            *(column(name, Date) for name in _DAYS),
            *(column(name, JSONB) for name in ("names", "reasons", "steps")),
            column("year", Integer),
            column("version", BigInteger),
        )
    )


def owed_lately(policies: DutyItemPolicies, today: date) -> Select[Any]:
    """The duty items of the current year and the one before, each region's own: they opened in the last two years."""
    begins = months_after(today, -24)
    years = [
        year
        for year in (today.year, today.year - 1, today.year - 2)
        if any(begins < one.parameters.terms(year).opens_on <= today for one in policies.by_region(reference_day(year)))
    ]
    parts = [select(owed(policies, year).subquery()) for year in years or (today.year - 1,)]
    items = union_all(*parts).subquery("owed")
    # What is stored of a body that would owe none by now has no opening day.
    opened = (items.c.opens_on > begins) & (items.c.opens_on <= today)
    return select(items).where(or_(items.c.opens_on.is_(None), opened))


async def list_items(
    tx: Transaction,
    policies: DutyItemPolicies,
    year: int,
    *,
    state: str | None = None,
    level: str | None = None,
    body: str | None = None,
    overdue: bool | None = None,
    division: str | None = None,
    today: date,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by the bodies' ids, and one row more where there is another page; `division` is a prefix."""
    items = owed(policies, year).subquery("items")
    statement = where_given(select(items), {items.c.state: state, items.c.level: level})
    if body is not None:
        statement = statement.where(or_(items.c.code == body, cast(items.c.id, String) == body))
    if overdue is not None:
        late = or_(
            (items.c.state == "due") & (items.c.report_due < today),
            (items.c.state == "reported") & (items.c.appraisal_due < today),
        )
        statement = statement.where(late if overdue else ~late)
    statement = where_within(statement, items.c.division, division)
    return await tx.records(page_by_id(statement, items.c.id, after, limit))


async def get(tx: Transaction, policies: DutyItemPolicies, code: str, year: int) -> Record | None:
    """The item of a body and year, stored or due; None where it owes none."""
    items = owed(policies, year, code).subquery("items")
    return await tx.record(select(items).where(items.c.code == code))


async def place_of(tx: Transaction, code: str) -> str | None:
    """The division of a body."""
    found: str | None = await tx.scalar(_PLACE, {"code": code})
    return found


_PLACE = text("SELECT division FROM bodies WHERE code = :code")
_CODES = text("SELECT id, code FROM bodies WHERE id = ANY(CAST(:ids AS uuid[]))")


async def codes_of(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, str]:
    """The codes of bodies."""
    return {row.id: row.code for row in await tx.rows(_CODES, {"ids": list(ids)})}


async def lock_place(tx: Transaction, division: str, year: int) -> None:
    """Let one transaction at a time write items of a division and year: a place has one, whichever body it is of."""
    await tx.execute(_LOCK, {"place": f"{division} {year}"})


async def insert_new(tx: Transaction, row: Mapping[str, Any]) -> None:
    """Store the first report of an item; its place is locked."""
    await tx.execute(insert(duty_items).values(**row))


async def save(tx: Transaction, row: Record, values: Mapping[str, Any], step: Mapping[str, Any]) -> None:
    """Write columns of a stored item whose place is locked, as its next version, with the step that was taken."""
    await tx.execute(
        update(duty_items)
        .where(duty_items.c.body_id == row["id"], duty_items.c.year == row["year"])
        .values(**values, steps=duty_items.c.steps.concat([dict(step)]), version=duty_items.c.version + 1)
    )


def more_reasons(reasons: list[Record]) -> Any:
    """For `save`: the stored reasons, unchanged, and these."""
    return duty_items.c.reasons.concat(reasons)
