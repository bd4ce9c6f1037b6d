"""Every SELECT of the evaluations, and the set-based writes beside them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, literal_column, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.types import Text, Uuid

from services.evaluation.tables import (
    cycle_indicator_systems,
    cycles,
    evaluation_scores,
    evaluations,
    party_organizations,
)
from shared.db.base import columns_of, insert_list
from shared.db.session import Record, Transaction
from shared.field.divisions import scope_prefix

_NEW_COLUMNS = (
    "id",
    "cycle_id",
    "year",
    "party_organization_id",
    "division",
    "type",
    "state",
    "reasons",
    "sequence",
    "version",
    "enrolled_at",
)
_INSERT = insert_list(
    evaluations, _NEW_COLUMNS, "ON CONFLICT (party_organization_id, year) DO NOTHING RETURNING cycle_id"
)
_IDS = bindparam("ids", type_=ARRAY(Uuid))
_STATES = bindparam("states", type_=ARRAY(Text))


async def insert_new(tx: Transaction, rows: Sequence[dict[str, Any]]) -> int:
    """Enrol; returns how many were not enrolled for the year before."""
    return len(await tx.rows(_INSERT, columns_of(rows, _NEW_COLUMNS))) if rows else 0


# The most particular open cycle of each year comes first where several contain a division. Who is enrolled already
# is left to the INSERT: asking here as well was planned once on empty tables, and took 5 s a list on full ones.
_CANDIDATES = (
    "SELECT DISTINCT ON (p.id, c.year) p.id AS party_organization_id, p.division, p.covers, c.id AS cycle_id, c.year "
    "FROM party_organizations p JOIN cycles c "
    "ON p.division BETWEEN rpad(c.division, 6, '0') AND rpad(c.division, 6, '9') "
    "WHERE {chosen} AND p.dissolved_on IS NULL AND c.state = 'open' "
    "AND jsonb_exists(c.policy->'parameters'->'rated_forms', p.form) "
    "ORDER BY p.id, c.year, length(c.division) DESC"
)
_CANDIDATES_OF_CYCLE = text(_CANDIDATES.format(chosen="c.id = :cycle_id"))
_CANDIDATES_AMONG = text(_CANDIDATES.format(chosen="p.id = ANY(CAST(:ids AS uuid[]))"))


async def candidates_of_cycle(tx: Transaction, cycle_id: UUID) -> list[Record]:
    """Whom an open cycle is for, enrolled already or not."""
    return await tx.records(_CANDIDATES_OF_CYCLE, {"cycle_id": cycle_id})


async def candidates_among(tx: Transaction, party_organization_ids: Sequence[UUID]) -> list[Record]:
    """Which of these an open cycle is for, enrolled already or not."""
    return await tx.records(_CANDIDATES_AMONG, {"ids": list(party_organization_ids)})


async def withdraw(
    tx: Transaction, party_organization_ids: Sequence[UUID], states: Sequence[str], now: datetime
) -> None:
    """End the evaluations of Party organizations that are in one of these states."""
    await tx.execute(
        update(evaluations)
        .where(evaluations.c.party_organization_id == _IDS.any_(), evaluations.c.state == _STATES.any_())
        .values(state="withdrawn", withdrawn_at=now, version=evaluations.c.version + 1),
        {"ids": list(party_organization_ids), "states": list(states)},
    )


def _with_organization() -> Select[Any]:
    return select(
        evaluations,
        party_organizations.c.name.label("party_organization_name"),
        party_organizations.c.kind.label("party_organization_kind"),
        party_organizations.c.form,
    ).join(party_organizations, party_organizations.c.id == evaluations.c.party_organization_id)


async def get(tx: Transaction, evaluation_id: UUID) -> Record | None:
    """One evaluation, with its Party organization's name."""
    return await tx.record(_with_organization().where(evaluations.c.id == evaluation_id))


async def lock(tx: Transaction, evaluation_id: UUID) -> Record | None:
    """One evaluation, locked, with its cycle's state and the rules that the cycle froze."""
    return await tx.record(
        _with_organization()
        .join(cycles, cycles.c.id == evaluations.c.cycle_id)
        .join(
            cycle_indicator_systems,
            (cycle_indicator_systems.c.cycle_id == evaluations.c.cycle_id)
            & (cycle_indicator_systems.c.type == evaluations.c.type),
        )
        .add_columns(
            cycles.c.state.label("cycle_state"), cycles.c.policy, cycle_indicator_systems.c.content.label("system")
        )
        .where(evaluations.c.id == evaluation_id)
        .with_for_update(of=evaluations)
    )


async def list_evaluations(
    tx: Transaction,
    *,
    cycle: UUID | None,
    party_organization: UUID | None,
    state: str | None,
    star: int | None,
    division: str | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by id."""
    statement = _with_organization().order_by(evaluations.c.id).limit(limit)
    wanted = {"cycle_id": cycle, "party_organization_id": party_organization, "state": state, "star": star}
    for name, value in wanted.items():
        if value is not None:
            statement = statement.where(evaluations.c[name] == value)
    if division is not None:
        statement = statement.where(evaluations.c.division.startswith(scope_prefix(division), autoescape=True))
    if after is not None:
        statement = statement.where(evaluations.c.id > UUID(after))
    return await tx.records(statement)


async def sheets(tx: Transaction, evaluation_ids: Sequence[UUID]) -> dict[UUID, list[Record]]:
    """What each stage gave, by evaluation."""
    found: dict[UUID, list[Record]] = defaultdict(list)
    statement = select(evaluation_scores).where(evaluation_scores.c.evaluation_id == _IDS.any_())
    for row in await tx.records(statement, {"ids": list(evaluation_ids)}):
        found[row["evaluation_id"]].append(row)
    return found


# The version before wrote no hands, and nobody at all before there were tokens.
_ALL_HANDS: ColumnElement[Any] = literal_column(
    "array_remove(ARRAY(SELECT DISTINCT unnest("
    "evaluation_scores.hands || evaluation_scores.put_by || excluded.put_by)), NULL)"
)


async def save_sheet(tx: Transaction, row: Mapping[str, Any]) -> None:
    """Write what a stage gave, in place of what it gave before; who gave that stays among its hands."""
    statement = insert(evaluation_scores).values({**row, "hands": [row["put_by"]]})
    replaced: dict[str, Any] = {
        name: statement.excluded[name] for name in ("scores", "bonus", "vetoes", "put_at", "put_by")
    }
    replaced["hands"] = _ALL_HANDS
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=[evaluation_scores.c.evaluation_id, evaluation_scores.c.stage], set_=replaced
        )
    )


async def save(tx: Transaction, evaluation_id: UUID, values: Mapping[str, Any]) -> None:
    """Write columns of an evaluation that is locked, as its next version."""
    await tx.execute(
        update(evaluations).where(evaluations.c.id == evaluation_id).values(**values, version=evaluations.c.version + 1)
    )
