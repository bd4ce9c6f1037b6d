"""Every SELECT of the evaluations, and the set-based writes beside them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, literal_column, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.types import Uuid

from services.evaluation.cycles.frozen_rules import FrozenPolicy
from services.evaluation.cycles.queries import OPEN_CYCLES, OPENED_CYCLES, frozen_systems
from services.evaluation.cycles.rules import Counts
from services.evaluation.evaluations.rules import Evaluation, State
from services.evaluation.indicator_systems.rules import ScoringSystem
from services.evaluation.party_organizations.queries import EXISTED, STATES, described
from services.evaluation.party_organizations.rules import Cover
from services.evaluation.tables import evaluation_scores, evaluations
from shared.contracts.base import Reason
from shared.db.base import columns_of, insert_list
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction
from shared.db.statements import prepare

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
_IN_OPEN_CYCLE = "EXISTS (SELECT FROM cycles c WHERE c.id = evaluations.cycle_id AND c.state = 'open')"
_SCORED = "EXISTS (SELECT FROM evaluation_scores s WHERE s.evaluation_id = evaluations.id)"
# Who is enrolled stays so. Until there are scores, it follows what it is rated by: its type, and the cycle of the
# smallest division. Who ended and exists again comes back.
_INSERT = insert_list(
    evaluations,
    _NEW_COLUMNS,
    "ON CONFLICT (party_organization_id, year) DO UPDATE SET "
    f"state = CASE WHEN {_SCORED} THEN 'scoring' ELSE 'enrolled' END, withdrawn_at = NULL, "
    f"type = CASE WHEN {_SCORED} THEN evaluations.type ELSE excluded.type END, "
    f"reasons = CASE WHEN {_SCORED} THEN evaluations.reasons ELSE excluded.reasons END, "
    f"cycle_id = CASE WHEN {_SCORED} THEN evaluations.cycle_id ELSE excluded.cycle_id END, "
    f"division = CASE WHEN {_SCORED} OR evaluations.cycle_id = excluded.cycle_id THEN evaluations.division "
    "ELSE excluded.division END, version = evaluations.version + 1 "
    f"WHERE {_IN_OPEN_CYCLE} AND (evaluations.state = 'withdrawn' OR (evaluations.state = 'enrolled' "
    f"AND NOT {_SCORED} AND (evaluations.type, evaluations.cycle_id) <> (excluded.type, excluded.cycle_id))) "
    "RETURNING id",
)
_IDS = bindparam("ids", type_=ARRAY(Uuid))


async def enrol(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Enrol, once a year each; bring up to date whoever is enrolled and not scored yet."""
    if rows:
        await tx.execute(_INSERT, columns_of(rows, _NEW_COLUMNS))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A Party organization that an open cycle is for."""

    party_organization_id: UUID
    division: str
    covers: Sequence[Cover]
    cycle_id: UUID
    year: int


# Where several open cycles of a year contain a division, the most particular one is chosen. Those already enrolled are
# left to the INSERT: a NOT EXISTS here was planned once, on empty tables, and took 5 s per list on full ones.
_CANDIDATES = (
    "SELECT DISTINCT ON (p.id, c.year) p.id AS party_organization_id, p.division, p.covers, c.id AS cycle_id, c.year "  # noqa: S608 - fixed statements
    f"FROM ({STATES}) p JOIN ({OPEN_CYCLES}) c ON p.division BETWEEN c.first_division AND c.last_division "
    f"WHERE {{chosen}} AND {EXISTED} AND jsonb_exists(c.rated_forms, p.form) "
    "ORDER BY p.id, c.year, length(c.division) DESC"
)
_CANDIDATES_OF_CYCLES = text(
    f"SELECT * FROM ({_CANDIDATES.format(chosen='true')}) x WHERE cycle_id = ANY(CAST(:ids AS uuid[]))"  # noqa: S608
)
_CANDIDATES_AMONG = text(_CANDIDATES.format(chosen="p.id = ANY(CAST(:ids AS uuid[]))"))


async def candidates_of_cycles(tx: Transaction, cycle_ids: Sequence[UUID]) -> list[Candidate]:
    """Whom open cycles are for, enrolled already or not."""
    return [_to_candidate(row) for row in await tx.records(_CANDIDATES_OF_CYCLES, {"ids": list(cycle_ids)})]


async def candidates_among(tx: Transaction, party_organization_ids: Sequence[UUID]) -> list[Candidate]:
    """Which of these an open cycle is for, enrolled already or not."""
    return [_to_candidate(row) for row in await tx.records(_CANDIDATES_AMONG, {"ids": list(party_organization_ids)})]


def _to_candidate(row: Record) -> Candidate:
    covers = [Cover(cover["kind"], cover.get("evaluation_type")) for cover in row["covers"]]
    return Candidate(**{**row, "covers": covers})


_WITHDRAW = (
    "UPDATE evaluations e SET state = 'withdrawn', withdrawn_at = :now, version = e.version + 1 "  # noqa: S608
    f"FROM ({OPEN_CYCLES}) c WHERE c.id = e.cycle_id AND {{chosen}} = ANY(CAST(:ids AS uuid[])) "
    "AND e.state = ANY(CAST(:states AS text[])) AND NOT EXISTS (SELECT FROM "
    f"({STATES}) p WHERE p.id = e.party_organization_id AND {EXISTED} AND jsonb_exists(c.rated_forms, p.form))"
)
_WITHDRAW_OF = {
    "party_organizations": text(_WITHDRAW.format(chosen="e.party_organization_id")),
    "cycles": text(_WITHDRAW.format(chosen="e.cycle_id")),
}


async def withdraw(
    tx: Transaction,
    of: Literal["party_organizations", "cycles"],
    ids: Sequence[UUID],
    states: Sequence[State],
    now: datetime,
) -> None:
    """End the evaluations, in one of these states, of Party organizations that an open cycle is not for.

    Theirs, or those of these cycles.
    """
    await tx.execute(_WITHDRAW_OF[of], {"ids": list(ids), "states": list(states), "now": now})


_COUNTS = text(
    "SELECT c.id, (SELECT count(*) FROM evaluations e WHERE e.cycle_id = c.id AND e.state <> 'withdrawn') AS enrolled, "  # noqa: S608
    f"(SELECT count(*) FROM ({STATES}) p WHERE p.division BETWEEN c.first_division AND c.last_division "
    f"AND {EXISTED} AND NOT jsonb_exists(c.rated_forms, p.form)) AS not_rated "
    f"FROM ({OPENED_CYCLES}) c WHERE c.id = ANY(CAST(:ids AS uuid[]))"
)


async def count_of_cycles(tx: Transaction, cycle_ids: Sequence[UUID]) -> dict[UUID, Counts]:
    """Whom cycles that were opened enrolled, and whom they do not rate, by cycle."""
    rows = await tx.rows(_COUNTS, {"ids": list(cycle_ids)})
    return {row.id: Counts(row.enrolled, row.not_rated) for row in rows}


_SHOWN = select(
    evaluations, described.c.party_organization_name, described.c.party_organization_kind, described.c.form
).join(described, described.c.id == evaluations.c.party_organization_id)
_ONE = evaluations.c.id == bindparam("id", type_=Uuid)
_GET = prepare(_SHOWN.where(_ONE))
_LOCK = prepare(
    _SHOWN.join(
        frozen_systems,
        (frozen_systems.c.cycle_id == evaluations.c.cycle_id) & (frozen_systems.c.type == evaluations.c.type),
    )
    .add_columns(
        frozen_systems.c.cycle_state, frozen_systems.c.opened_by, frozen_systems.c.policy, frozen_systems.c.system
    )
    .where(_ONE)
    .with_for_update(of=evaluations)
)
_EVALUATION_FIELDS = tuple(field.name for field in fields(Evaluation))


async def get(tx: Transaction, evaluation_id: UUID) -> Record | None:
    """One evaluation, with its Party organization's name."""
    return await tx.record(_GET, {"id": evaluation_id})


async def lock(tx: Transaction, evaluation_id: UUID) -> Evaluation | None:
    """One evaluation, locked, with its cycle's state and the rules that the cycle froze."""
    row = await tx.record(_LOCK, {"id": evaluation_id})
    if row is None:
        return None
    read: dict[str, Any] = {
        "reasons": [Reason.model_validate(reason) for reason in row["reasons"]],
        "policy": FrozenPolicy.model_validate(row["policy"]),
        "system": ScoringSystem.model_validate(row["system"]),
    }
    return Evaluation(**{name: row[name] for name in _EVALUATION_FIELDS if name not in read}, **read)


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
    """A page by id, and one row more where there is another page; `division` is a prefix."""
    evaluation = evaluations.c
    statement = where_given(
        _SHOWN,
        {
            evaluation.cycle_id: cycle,
            evaluation.party_organization_id: party_organization,
            evaluation.state: state,
            evaluation.star: star,
        },
    )
    statement = where_within(statement, evaluation.division, division)
    return await tx.records(page_by_id(statement, evaluation.id, after, limit))


_SHEETS = prepare(select(evaluation_scores).where(evaluation_scores.c.evaluation_id == _IDS.any_()))


async def sheets(tx: Transaction, evaluation_ids: Sequence[UUID]) -> dict[UUID, list[Record]]:
    """The stages' sheets, by evaluation."""
    found: dict[UUID, list[Record]] = defaultdict(list)
    for row in await tx.records(_SHEETS, {"ids": list(evaluation_ids)}):
        found[row["evaluation_id"]].append(row)
    return found


# The previous release wrote no `hands`, and rows from before there were tokens name nobody.
_ALL_HANDS: ColumnElement[Any] = literal_column(
    "array_remove(ARRAY(SELECT DISTINCT unnest("
    "evaluation_scores.hands || evaluation_scores.put_by || excluded.put_by)), NULL)"
)


async def save_sheet(tx: Transaction, row: Mapping[str, Any]) -> None:
    """Write a stage's sheet in place of its earlier one; `hands` keeps all who ever put it."""
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


def appended(reasons: Iterable[Reason]) -> ColumnElement[Any]:
    """For `save`: the stored reasons, unchanged, and these."""
    return evaluations.c.reasons.concat([reason.model_dump(mode="json") for reason in reasons])
