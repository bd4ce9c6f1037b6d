"""Every SELECT of the evaluations, and the set-based writes beside them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, case, func, literal_column, null, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.types import Text, Uuid

from services.evaluation.cycles.frozen_rules import FrozenPolicy
from services.evaluation.cycles.queries import frozen_systems
from services.evaluation.evaluations.rules import Evaluation, state_of
from services.evaluation.indicator_systems.scoring import ScoringSystem
from services.evaluation.party_organizations.queries import described
from services.evaluation.tables import evaluation_scores, evaluations
from shared.contracts.base import Reason
from shared.db.session import Record, Transaction
from shared.db.statements import prepare

IDS = bindparam("ids", type_=ARRAY(Uuid))
SHOWN = select(evaluations, *(column for column in described.c if column.name != "id")).join(
    described, described.c.id == evaluations.c.party_organization_id
)
_ONE = evaluations.c.id == bindparam("id", type_=Uuid)
_GET = prepare(SHOWN.where(_ONE))
_LOCK = prepare(SHOWN.where(_ONE).with_for_update(of=evaluations))
_FROZEN = prepare(
    select(
        frozen_systems.c.cycle_id,
        frozen_systems.c.type,
        frozen_systems.c.cycle_state,
        frozen_systems.c.opened_by,
        frozen_systems.c.policy,
        frozen_systems.c.system,
    ).where(
        frozen_systems.c.cycle_id == bindparam("cycle", type_=Uuid),
        bindparam("types", type_=ARRAY(Text)).any_() == frozen_systems.c.type,
    )
)
# `state_of`, in SQL.
STATE = case(
    (evaluations.c.state == "scoring", func.coalesce(evaluations.c.phase, evaluations.c.state)),
    else_=evaluations.c.state,
)
_EVALUATION_FIELDS = tuple(field.name for field in fields(Evaluation))


async def get(tx: Transaction, evaluation_id: UUID) -> Record | None:
    """One evaluation, with its Party organization's name."""
    row = await tx.record(_GET, {"id": evaluation_id})
    return None if row is None else named(row)


def named(row: Record) -> Record:
    """A stored row with its state as it is called."""
    return {**row, "state": state_of(row)}


async def lock(tx: Transaction, evaluation_id: UUID) -> Evaluation | None:
    """One evaluation, locked, with its cycle's state and the rules that the cycle froze.

    Of a cycle beyond the caller's scope too, where an evaluation that moved waits.
    """
    found = await tx.record(_LOCK, {"id": evaluation_id})
    if found is None:
        return None
    frozen = await frozen_of(tx, found["cycle_id"], found["type"])
    assert frozen is not None
    return to_evaluation(found | frozen)


async def frozen_of(tx: Transaction, cycle_id: UUID, system_type: str) -> Record | None:
    """What a cycle froze for a type, read; with the cycle's state. Of a cycle beyond the caller's scope too."""
    return (await frozen_of_types(tx, cycle_id, [system_type])).get(system_type)


async def frozen_of_types(tx: Transaction, cycle_id: UUID, types: Sequence[str]) -> dict[str, Record]:
    """The same for several types, by type."""
    async with tx.system_scope():
        rows = await tx.records(_FROZEN, {"cycle": cycle_id, "types": list(types)})
    policy = FrozenPolicy.model_validate(rows[0]["policy"]) if rows else None
    return {
        row["type"]: row
        | {
            "policy": policy,
            "system": ScoringSystem.model_validate(row["system"]),
            "content": row["system"],
        }
        for row in rows
    }


def to_evaluation(row: Record) -> Evaluation:
    """A stored row with what `frozen_of` gave, as the rules read it."""
    row = named(row)
    reasons = [Reason.model_validate(reason) for reason in row["reasons"]]
    return Evaluation(**{**{name: row[name] for name in _EVALUATION_FIELDS}, "reasons": reasons})


_SHEETS = prepare(select(evaluation_scores).where(evaluation_scores.c.evaluation_id == IDS.any_()))


async def sheets(tx: Transaction, evaluation_ids: Sequence[UUID]) -> dict[UUID, list[Record]]:
    """The stages' sheets, by evaluation."""
    found: dict[UUID, list[Record]] = defaultdict(list)
    for row in await tx.records(_SHEETS, {"ids": list(evaluation_ids)}):
        found[row["evaluation_id"]].append(row)
    return found


# Of one that was reopened, the star that it had.
_STARS_BEFORE = text(
    "SELECT DISTINCT ON (party_organization_id) party_organization_id AS id, "
    "COALESCE(star, CAST(earlier->-1->>'star' AS smallint)) AS star FROM evaluations "
    "WHERE party_organization_id = ANY(CAST(:ids AS uuid[])) AND (state = 'completed' OR earlier <> '[]') "
    "AND year < :year ORDER BY party_organization_id, year DESC"
)


async def stars_before(tx: Transaction, party_organization_ids: Sequence[UUID], year: int) -> dict[UUID, int]:
    """The star of each one's last rating before a year, wherever that was; without one, it is left out."""
    async with tx.system_scope():
        rows = await tx.rows(_STARS_BEFORE, {"ids": list(party_organization_ids), "year": year})
    return {row.id: row.star for row in rows}


# The previous release wrote no `hands`, and rows from before there were tokens name nobody.
_ALL_HANDS: ColumnElement[Any] = literal_column(
    "array_remove(ARRAY(SELECT DISTINCT unnest("
    "evaluation_scores.hands || evaluation_scores.put_by || excluded.put_by)), NULL)"
)


async def save_sheet(tx: Transaction, row: Mapping[str, Any]) -> None:
    """Write a stage's sheet in place of its earlier one; `hands` keeps all who ever put it."""
    statement = insert(evaluation_scores).values({**row, "hands": [row["put_by"]]})
    replaced: dict[str, Any] = {
        name: statement.excluded[name] for name in ("scores", "bonus", "vetoes", "facts", "word", "put_at", "put_by")
    }
    replaced["hands"] = _ALL_HANDS
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=[evaluation_scores.c.evaluation_id, evaluation_scores.c.stage], set_=replaced
        )
    )


CLEARED = null()
"""For `save`: no value, also in a JSON column, where None would be JSON's null."""


async def save(tx: Transaction, evaluation_id: UUID, values: Mapping[str, Any]) -> None:
    """Write columns of an evaluation that is locked, as its next version."""
    await tx.execute(
        update(evaluations).where(evaluations.c.id == evaluation_id).values(**values, version=evaluations.c.version + 1)
    )


def taken(tx: Transaction, step: str, now: datetime, note: str | None = None) -> list[Record]:
    """What an evaluation keeps of a step; of a self-assessment also whether the unit's own seat put it."""
    kept: Record = {"step": step, "at": now.isoformat(), "by": tx.access.actor, "note": note}
    return [kept if step != "self" else kept | {"as": "for_unit" if tx.access.units is None else "unit"}]


def moved(before: str, after: str, at: str) -> str:
    """For SET: R-moved, as a list of one; the arguments are the row before, the row after, and when, in SQL."""
    return (
        "jsonb_build_array(jsonb_build_object('rule', 'R-moved', 'outcome', 'followed', 'facts', jsonb_build_object("
        f"'from', {before}.division, 'to', {after}.division, 'from_cycle', {before}.cycle_id, "
        f"'to_cycle', {after}.cycle_id), 'as_of', {at}))"
    )


def with_step(tx: Transaction, step: str, now: datetime, note: str | None = None) -> ColumnElement[Any]:
    """For `save`: the stored steps, unchanged, and this one."""
    return evaluations.c.steps.concat(taken(tx, step, now, note))


def supplemented(stage: str) -> ColumnElement[Any]:
    """For `save`: what is to be supplemented, unless it is this stage, which was put."""
    return literal_column(
        f"CASE WHEN evaluations.returned->>'stage' = '{stage}' THEN NULL ELSE evaluations.returned END"
    )


def with_earlier(rating: Mapping[str, Any]) -> ColumnElement[Any]:
    """For `save`: the ratings that were reopened before, unchanged, and this one."""
    return evaluations.c.earlier.concat([dict(rating)])


def appended(reasons: Iterable[Reason]) -> ColumnElement[Any]:
    """For `save`: the stored reasons, unchanged, and these."""
    return evaluations.c.reasons.concat([reason.model_dump(mode="json") for reason in reasons])
