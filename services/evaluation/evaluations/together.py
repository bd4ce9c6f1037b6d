"""The evaluations of a cycle as sessions, public notices, workbooks and documents take them: all at once, by a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from services.evaluation.deadlines.due_days import IS_RATED
from services.evaluation.deadlines.progress import TIMING
from services.evaluation.evaluations.queries import IDS, SHOWN, STATE, taken, to_evaluation
from services.evaluation.evaluations.rules import TRANSITIONS, Evaluation
from services.evaluation.indicator_systems.scoring import Rated, rated_as
from services.evaluation.party_organizations.queries import described_columns
from services.evaluation.tables import evaluations
from shared.contracts.base import Reason
from shared.db.base import columns_of, to_json, update_list
from shared.db.paging import where_given, where_within
from shared.db.session import Record, Transaction
from shared.db.statements import prepare
from shared.problems.transitions import move

_STATES = bindparam("states", type_=ARRAY(Text))
_LOCK_LIST = prepare(
    SHOWN.where(evaluations.c.id == IDS.any_()).order_by(evaluations.c.id).with_for_update(of=evaluations)
)


async def lock_list(tx: Transaction, evaluation_ids: Sequence[UUID], frozen: Record) -> list[Evaluation]:
    """Those of these evaluations that are seen and have what `frozen_of` gave for their cycle and type, locked."""
    rows = await tx.records(_LOCK_LIST, {"ids": list(evaluation_ids)})
    of = (frozen["cycle_id"], frozen["type"])
    return [to_evaluation(row | frozen) for row in rows if (row["cycle_id"], row["type"]) == of]


async def list_rated(
    tx: Transaction, cycle: UUID, system_type: str, states: Sequence[str], division: str | None, limit: int
) -> list[Record]:
    """Evaluations of a cycle and type in these states, by division; `division` is a prefix."""
    evaluation = evaluations.c
    statement = where_given(SHOWN, {evaluation.cycle_id: cycle, evaluation.type: system_type})
    statement = where_within(statement.where(_STATES.any_() == STATE), evaluation.division, division)
    statement = statement.order_by(evaluation.division, evaluation.id).limit(limit)
    return await tx.records(statement, {"states": list(states)})


@dataclass(frozen=True, slots=True)
class Open:
    """An evaluation that waits for its decision."""

    id: UUID
    party_organization_id: UUID
    name: str
    division: str
    type: str
    rated: Rated
    reopened: bool
    timing: Record
    """What `progress_of` reads of it."""


@dataclass(frozen=True, slots=True)
class Settled:
    """One that was decided earlier, be it completed or not."""

    division: str
    type: str
    total: Decimal
    star: int


_OPEN = text(
    f"SELECT e.id, e.party_organization_id, {described_columns('p')}, e.division, e.type, e.reasons, "  # noqa: S608 - names of our own columns
    "e.earlier <> '[]' AS reopened, e.year, e.deadlines, e.extended, e.steps, e.decision, e.returned "
    "FROM evaluations AS e JOIN party_organizations AS p ON p.id = e.party_organization_id "
    "WHERE e.cycle_id = :cycle AND e.state = 'scoring' AND e.phase IS NULL ORDER BY e.id FOR UPDATE OF e"
)
_UNDECIDED = text(
    "SELECT e.id, e.division FROM evaluations AS e JOIN cycles AS c ON c.id = e.cycle_id "  # noqa: S608 - fixed
    f"WHERE e.cycle_id = :cycle AND e.state IN ('enrolled', 'scoring') AND e.phase IS NULL AND {IS_RATED} ORDER BY e.id"
)
_SETTLED = text(
    "SELECT division, type, COALESCE(total, CAST(decision->>'total' AS numeric)) AS total, "
    "COALESCE(star, CAST(decision->>'star' AS smallint)) AS star FROM evaluations "
    "WHERE cycle_id = :cycle AND (state = 'completed' OR (state = 'scoring' AND phase IS NOT NULL))"
)
_DECIDED = text(
    "SELECT id, division, CAST(decision->>'held_on' AS date) AS held_on FROM evaluations "
    "WHERE cycle_id = :cycle AND state = 'scoring' AND phase = 'decided' AND (NOT :reopened OR earlier <> '[]') "
    "ORDER BY id FOR UPDATE"
)
_NOT_FINAL = text(
    "SELECT count(*) FROM evaluations WHERE cycle_id = :cycle AND state = 'scoring' AND phase IS NOT NULL "
    "AND earlier = '[]'"
)
_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('evaluation_session'), hashtext(CAST(:cycle AS text)))")
_SAVE = update_list(
    evaluations,
    ("id",),
    ("decision",),
    also="phase = 'decided', notice_until = NULL, version = t.version + 1, steps = t.steps || CAST(:steps AS jsonb)",
)
_PUBLISH = text(
    "UPDATE evaluations SET phase = 'published', published_on = :on, notice_until = :until, version = version + 1, "
    "steps = steps || CAST(:steps AS jsonb) WHERE id = ANY(CAST(:ids AS uuid[]))"
)


async def lock_decisions(tx: Transaction, cycle_id: UUID) -> None:
    """Let one session of a cycle decide at a time: whom it finds decided counts for its quotas."""
    await tx.execute(_LOCK, {"cycle": str(cycle_id)})


async def list_open(tx: Transaction, cycle_id: UUID) -> list[Open]:
    """Those of a cycle that are scored and not decided, locked."""
    found = []
    for row in await tx.records(_OPEN, {"cycle": cycle_id}):
        reasons = [Reason.model_validate(reason) for reason in row["reasons"]]
        found.append(
            Open(
                id=row["id"],
                party_organization_id=row["party_organization_id"],
                name=row["party_organization_name"],
                division=row["division"],
                type=row["type"],
                rated=rated_as(row["form"], row["party_organization_kind"], reasons),
                reopened=row["reopened"],
                timing={name: row[name] for name in TIMING},
            )
        )
    return found


async def list_undecided(tx: Transaction, cycle_id: UUID) -> list[tuple[UUID, str]]:
    """Those of a cycle that nobody decided yet, with their divisions; who is withdrawn or not rated is none."""
    return [(row.id, row.division) for row in await tx.rows(_UNDECIDED, {"cycle": cycle_id})]


async def list_settled(tx: Transaction, cycle_id: UUID) -> list[Settled]:
    """Those of a cycle that were decided earlier."""
    return [Settled(**row) for row in await tx.records(_SETTLED, {"cycle": cycle_id})]


async def count_decided(tx: Transaction, cycle_id: UUID) -> int:
    """How many of a cycle were decided by a session and are not completed; what was reopened goes on in any case."""
    return int(await tx.scalar(_NOT_FINAL, {"cycle": cycle_id}) or 0)


async def save_decisions(tx: Transaction, decisions: Mapping[UUID, Mapping[str, Any]], now: datetime) -> None:
    """Write what a session decided."""
    move(TRANSITIONS, "scoring", "decision")
    rows: list[dict[str, object]] = [{"id": one, "decision": to_json(decisions[one])} for one in sorted(decisions)]
    columns = columns_of(rows, ("id", "decision"))
    await tx.execute(_SAVE, columns | {"steps": to_json(taken(tx, "decision", now))})


@dataclass(frozen=True, slots=True)
class Unpublished:
    """One that was decided and is not published."""

    id: UUID
    division: str
    held_on: date


async def list_decided(tx: Transaction, cycle_id: UUID, *, reopened: bool) -> list[Unpublished]:
    """Those of a cycle that were decided and are not published, locked; `reopened`: of a closed one, none but these."""
    return [Unpublished(**row) for row in await tx.records(_DECIDED, {"cycle": cycle_id, "reopened": reopened})]


async def publish(
    tx: Transaction, evaluation_ids: Sequence[UUID], *, published_on: date, until: date, now: datetime
) -> None:
    """Write that decided evaluations are published until the end of a day."""
    move(TRANSITIONS, "decided", "publication")
    steps = to_json(taken(tx, "publication", now))
    await tx.execute(_PUBLISH, {"ids": list(evaluation_ids), "on": published_on, "until": until, "steps": steps})


# Final ratings, or those that one publication made public and that still are by it: it wrote the same step into each.
# Who was decided again since, or is withdrawn, is on no list until another publication.
_LISTED = (
    "FROM evaluations AS e JOIN party_organizations AS p ON p.id = e.party_organization_id WHERE e.cycle_id = :cycle "
    "AND CASE WHEN CAST(:step AS text) IS NULL THEN e.state = 'completed' "
    "ELSE e.state = 'scoring' AND e.phase IN ('published', 'objected') "
    "AND jsonb_path_query_array(e.steps, '$[*] ? (@.step == \"publication\")')->-1 @> CAST(:step AS jsonb) END"
)
_STAR = "COALESCE(e.star, CAST(e.decision->>'star' AS smallint))"
_COUNT_STARS = text(f"SELECT {_STAR} AS star, count(*) AS count {_LISTED} GROUP BY 1 ORDER BY 1 DESC")
_NAMES = text(
    f"SELECT p.name, {_STAR} AS star {_LISTED} ORDER BY 2 DESC, e.division, p.name, e.id OFFSET :skipped LIMIT :most"
)


async def count_stars(tx: Transaction, cycle_id: UUID, published_at: datetime | None = None) -> dict[int, int]:
    """How many of a cycle have which final star, the highest first.

    Or of those published at a moment, as far as they still are.
    """
    rows = await tx.rows(_COUNT_STARS, {"cycle": cycle_id, "step": _step_at(published_at)})
    return {row.star: row.count for row in rows}


async def list_names(
    tx: Transaction, cycle_id: UUID, *, skipped: int, most: int, published_at: datetime | None = None
) -> list[tuple[str, int]]:
    """Names and stars of the same, the highest stars first."""
    given = {"cycle": cycle_id, "step": _step_at(published_at), "skipped": skipped, "most": most}
    return [(row.name, row.star) for row in await tx.rows(_NAMES, given)]


def _step_at(published_at: datetime | None) -> str | None:
    if published_at is None:
        return None
    return to_json({"step": "publication", "at": published_at.astimezone(UTC).isoformat()})
