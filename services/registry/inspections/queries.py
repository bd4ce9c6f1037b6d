"""Every SELECT of the annual inspections, and the set-based writes beside them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, TextClause, bindparam, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Date, Integer, Text, Uuid

from services.registry.civil_years.month_days import day_in
from services.registry.civil_years.policies import InspectionPolicy, Outcome
from services.registry.inspections.inspection import FOUND, Inspection
from services.registry.organizations.queries import SHOWN
from services.registry.tables import inspections
from shared.db.base import columns_of, insert_list, to_json, update_list
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction
from shared.db.statements import prepare
from shared.field.policies import Policy

_WRITTEN = (*FOUND, "reasons", "recorded_by", "recorded_at", "version")
_NEW = ("id", "organization_id", "division", "year", *_WRITTEN)
_INSERT = insert_list(inspections, _NEW)
_UPDATE = update_list(inspections, ("id",), _WRITTEN)
_IDS = bindparam("ids", type_=ARRAY(Uuid))
_LOCK = prepare(
    select(inspections).where(inspections.c.organization_id == _IDS.any_()).order_by(inspections.c.id).with_for_update()
)
_OUTCOMES = prepare(
    select(inspections.c.organization_id, inspections.c.year, inspections.c.outcome).where(
        inspections.c.organization_id == _IDS.any_(),
        inspections.c.year >= bindparam("since"),
        or_(inspections.c.concluded_on.is_(None), inspections.c.concluded_on <= bindparam("day", type_=Date)),
    )
)
_SHOWN: Select[Any] = select(inspections, SHOWN.c.uscc, SHOWN.c.name).join(
    SHOWN, SHOWN.c.id == inspections.c.organization_id
)
# Each region's terms by kind; an organization goes by those of the most specific region that has any.
_OWING = """
    FROM organizations AS o
    JOIN unnest(CAST(:regions AS text[]), CAST(:kinds AS text[]), CAST(:sources AS text[]), CAST(:numbers AS integer[]),
        CAST(:set_up_by AS date[])) AS t(region, kind, source, number, set_up_by)
        ON t.kind = o.kind AND t.source = o.source AND o.registered_on <= t.set_up_by AND t.region = (
            SELECT r.region FROM unnest(CAST(:regions AS text[])) AS r(region)
            WHERE starts_with(o.division, r.region) ORDER BY length(r.region) DESC LIMIT 1
        )
    WHERE o.status = 'registered'
        AND NOT EXISTS (SELECT FROM inspections AS i WHERE i.organization_id = o.id AND i.year = :year)
"""
_OUTSTANDING = text(
    f"""
    SELECT o.id, o.uscc, o.name, o.kind, o.division, o.registered_on, t.number {_OWING}
        AND o.id > CAST(:after AS uuid) AND starts_with(o.division, :division)
        AND (CAST(:kind AS text) IS NULL OR o.kind = :kind)
    ORDER BY o.id LIMIT :limit
    """
)
_TASKS = f"""
    SELECT o.id, o.name, o.division, CAST(make_date(CAST(:year AS integer) + 1, 1, 1) AS timestamp)
        AT TIME ZONE 'Asia/Shanghai' AS since, (CAST(:due AS date[]))[t.number + 1] AS due_on,
        CAST('{{}}' AS text[]) AS barred {_OWING.replace("i.year = :year", "i.year = CAST(:year AS integer)")}
"""
_FIRST = UUID(int=0)
_TERMS = ("regions", "kinds", "sources", "numbers", "set_up_by")


async def lock(tx: Transaction, ids: Iterable[UUID]) -> dict[tuple[UUID, int], Inspection]:
    """The inspections of these organizations, locked, by organization and year."""
    found = [Inspection.of(row) for row in await tx.records(_LOCK, {"ids": sorted(set(ids))})]
    return {(one.organization_id, one.year): one for one in found}


async def outcomes(tx: Transaction, ids: Iterable[UUID], since: int, day: date) -> dict[UUID, dict[int, Outcome]]:
    """The outcomes of these organizations by year, from a year on, as they were concluded by a day."""
    found: dict[UUID, dict[int, Outcome]] = {}
    for row in await tx.rows(_OUTCOMES, {"ids": [*ids], "since": since, "day": day}):
        found.setdefault(row.organization_id, {})[row.year] = row.outcome
    return found


async def insert(tx: Transaction, new: Sequence[Inspection]) -> None:
    """Record new ones."""
    if new:
        await tx.execute(_INSERT, columns_of([_row(one) for one in new], _NEW))


async def update(tx: Transaction, changed: Sequence[Inspection]) -> None:
    """Write what changed of those whose rows are locked."""
    if changed:
        await tx.execute(_UPDATE, columns_of([_row(one) for one in changed], ("id", *_WRITTEN)))


async def get(tx: Transaction, organization_id: UUID, year: int) -> Record | None:
    """One inspection with its organization's code and name."""
    return await tx.record(_SHOWN.where(inspections.c.organization_id == organization_id, inspections.c.year == year))


async def list_inspections(
    tx: Transaction,
    *,
    division: str | None,
    year: int | None,
    outcome: Outcome | None,
    organization: UUID | None,
    established: bool | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by id; `established` by what the section on Party building says."""
    statement = where_given(
        _SHOWN,
        {
            inspections.c.year: year,
            inspections.c.outcome: outcome,
            inspections.c.organization_id: organization,
            inspections.c.party_building["established"].as_boolean(): established,
        },
    )
    statement = where_within(statement, inspections.c.division, division)
    return await tx.records(page_by_id(statement, inspections.c.id, after, limit))


async def list_outstanding(
    tx: Transaction,
    policies: Sequence[Policy[InspectionPolicy]],
    *,
    year: int,
    division: str | None,
    kind: str | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by organization of those who owe an inspection that is not recorded; `number` is the policy's place."""
    return await tx.records(
        _OUTSTANDING,
        {name: [one[place] for one in _terms(policies, year)] for place, name in enumerate(_TERMS)}
        | {
            "year": year,
            "division": division or "",
            "kind": kind,
            "after": UUID(after) if after else _FIRST,
            "limit": limit + 1,
        },
    )


def outstanding_tasks(policies: Sequence[Policy[InspectionPolicy]], year: int) -> TextClause:
    """The same of everybody, as tasks: due on the day by which the authority is to have the report."""
    terms = [(*one, number) for number, one in enumerate(_terms(policies, year))]
    due = [
        day_in(year + 1, one.authority_due)
        for policy in policies
        for one in policy.parameters.kinds.values()
        for _ in policy.parameters.sources
    ]
    kinds: dict[str, Any] = {"regions": Text, "kinds": Text, "sources": Text, "numbers": Integer, "set_up_by": Date}
    # Here each row of terms has a number of its own, by which its day is found.
    columns_by_name = {name: [one[place] for one in terms] for place, name in enumerate(_TERMS)}
    columns_by_name["numbers"] = [one[-1] for one in terms]
    named: list[Any] = [
        bindparam(name, columns_by_name[name], ARRAY(kind), unique=True) for name, kind in kinds.items()
    ]
    named += [bindparam("due", due, ARRAY(Date), unique=True), bindparam("year", year, Integer, unique=True)]
    return text(_TASKS).bindparams(*named)


def _terms(policies: Sequence[Policy[InspectionPolicy]], year: int) -> list[tuple[str, str, str, int, date]]:
    return [
        (policy.region, kind_of, source, number, day_in(year, one.set_up_by))
        for number, policy in enumerate(policies)
        for kind_of, one in policy.parameters.kinds.items()
        for source in policy.parameters.sources
    ]


def _row(one: Inspection) -> Record:
    row: Record = {name: getattr(one, name) for name in _NEW if name not in FOUND}
    row |= {name: getattr(one.found, name) for name in FOUND}
    section = one.found.party_building
    return row | {
        "party_building": None if section is None else to_json(section),
        "reasons": to_json([reason if isinstance(reason, dict) else reason.model_dump() for reason in one.reasons]),
    }
