"""Every SELECT of the consequences, and the writes beside them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, update

from services.evaluation.consequences.deriving.rules import Corrected, Stored
from services.evaluation.consequences.lives import Kind, State
from services.evaluation.party_organizations.queries import described
from services.evaluation.tables import consequences, evaluations
from shared.db.base import columns_of, insert_list, to_json
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction

_SHOWN = (
    select(
        consequences,
        described.c.party_organization_name,
        func.coalesce(evaluations.c.moved_to, consequences.c.division).label("led_by"),
    )
    .join(described, described.c.id == consequences.c.party_organization_id)
    .join(evaluations, evaluations.c.id == consequences.c.evaluation_id)
)
_NEW = tuple(column.name for column in consequences.c)
_INSERT = insert_list(consequences, _NEW)


@dataclass(frozen=True, slots=True)
class Consequence:
    """A consequence that is to take a step."""

    id: UUID
    evaluation_id: UUID
    division: str
    led_by: str
    """The division that leads what follows: where the Party organization is now."""
    year: int
    party_organization_id: UUID
    party_organization_name: str
    kind: Kind
    state: State
    star: int
    policy: str
    due_on: date | None
    reasons: Sequence[Mapping[str, Any]]
    plan: Mapping[str, Any] | None
    tracking: Sequence[Mapping[str, Any]]
    receipts: Sequence[Mapping[str, Any]]
    steps: Sequence[Mapping[str, Any]]
    sequence: int
    version: int
    created_at: datetime


_FIELDS = tuple(one.name for one in fields(Consequence))


async def get(tx: Transaction, consequence_id: UUID) -> Record | None:
    """One consequence, with its Party organization's name."""
    return await tx.record(_SHOWN.where(consequences.c.id == consequence_id))


async def lock(tx: Transaction, consequence_id: UUID) -> Consequence | None:
    """One consequence, locked."""
    row = await tx.record(_SHOWN.where(consequences.c.id == consequence_id).with_for_update(of=consequences))
    return None if row is None else Consequence(**{name: row[name] for name in _FIELDS})


async def list_consequences(
    tx: Transaction,
    *,
    kind: str | None,
    state: str | None,
    cycle: UUID | None,
    party_organization: UUID | None,
    division: str | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by id, and one row more where there is another page; `division` is a prefix."""
    column = consequences.c
    statement = where_given(
        _SHOWN,
        {
            column.kind: kind,
            column.state: state,
            column.cycle_id: cycle,
            column.party_organization_id: party_organization,
        },
    )
    statement = where_within(statement, column.division, division)
    return await tx.records(page_by_id(statement, column.id, after, limit))


_STORED = text(
    "SELECT evaluation_id, id, kind, state, effect FROM consequences "
    "WHERE evaluation_id = ANY(CAST(:ids AS uuid[])) AND state <> 'superseded' ORDER BY id FOR UPDATE"
)


async def lock_of_evaluations(tx: Transaction, evaluation_ids: Sequence[UUID]) -> dict[UUID, list[Stored]]:
    """What evaluations have, locked, without what a correction took the place of."""
    found: dict[UUID, list[Stored]] = defaultdict(list)
    for row in await tx.records(_STORED, {"ids": list(evaluation_ids)}):
        found[row.pop("evaluation_id")].append(Stored(**row))
    return found


async def insert_new(tx: Transaction, rows: Sequence[Record]) -> None:
    """Record consequences."""
    if rows:
        await tx.execute(_INSERT, columns_of(rows, _NEW))


_CORRECT = text(
    """
    UPDATE consequences AS t SET state = u.state, star = u.star, total = u.total, rated_sequence = u.rated,
        effect = COALESCE(CAST(u.effect AS jsonb), t.effect), reasons = t.reasons || CAST(u.reasons AS jsonb),
        steps = t.steps || CAST(:steps AS jsonb), sequence = t.sequence + u.told, version = t.version + 1,
        closed_on = CASE WHEN u.state = 'superseded' THEN :day ELSE t.closed_on END
    FROM unnest(CAST(:ids AS uuid[]), CAST(:states AS text[]), CAST(:effects AS text[]), CAST(:reasons AS text[]),
                CAST(:told AS bigint[]), CAST(:stars AS smallint[]), CAST(:totals AS numeric[]),
                CAST(:rated AS bigint[])) AS u(id, state, effect, reasons, told, star, total, rated)
    WHERE t.id = u.id RETURNING t.id, t.sequence
    """
)


async def save_corrections(tx: Transaction, changes: Sequence[Corrected], values: Mapping[str, Any]) -> dict[UUID, int]:
    """Write what a correction makes of stored ones. Returns the sequences of their events, by id."""
    if not changes:
        return {}
    rows = await tx.rows(
        _CORRECT,
        {
            "ids": [one.id for one in changes],
            "states": [one.state for one in changes],
            "effects": [None if one.effect is None else to_json(one.effect) for one in changes],
            "reasons": [to_json([why.model_dump(mode="json") for why in one.reasons]) for one in changes],
            "told": [int(one.closes) for one in changes],
            "stars": [one.rating.star for one in changes],
            "totals": [one.rating.total for one in changes],
            "rated": [one.rating.sequence for one in changes],
            **values,
        },
    )
    return {row.id: row.sequence for row in rows}


async def save(tx: Transaction, consequence_id: UUID, values: Mapping[str, Any], step: Mapping[str, Any]) -> None:
    """Write columns of a consequence that is locked, as its next version, with the step that was taken."""
    await tx.execute(
        update(consequences)
        .where(consequences.c.id == consequence_id)
        .values(**values, steps=consequences.c.steps.concat([dict(step)]), version=consequences.c.version + 1)
    )


def with_entry(name: str, entry: Mapping[str, Any]) -> Any:
    """For `save`: a list as it is stored, with an entry more."""
    return consequences.c[name].concat([dict(entry)])


_SETTLE = text(
    "UPDATE consequences SET state = 'closed', closed_on = :day, version = version + 1, "
    "steps = steps || CAST(:steps AS jsonb) "
    "WHERE evaluation_id = :evaluation AND kind = 'laggard' AND state = 'open'"
)


async def settle_listing(tx: Transaction, evaluation_id: UUID, day: date, steps: str) -> None:
    """Take a laggard off the list whose rectification was accepted (D14)."""
    await tx.execute(_SETTLE, {"evaluation": evaluation_id, "day": day, "steps": steps})


_LAPSE = text(
    "UPDATE consequences SET state = 'lapsed', due_on = NULL, closed_on = :day, version = version + 1, "
    "steps = steps || CAST(:steps AS jsonb), reasons = reasons || CAST(:reasons AS jsonb) "
    "WHERE party_organization_id = ANY(CAST(:ids AS uuid[])) AND state = ANY(CAST(:states AS text[])) "
    "AND kind = ANY(CAST(:kinds AS text[]))"
)


async def lapse(tx: Transaction, ids: Sequence[UUID], values: Mapping[str, Any]) -> None:
    """End what is open of Party organizations that are not there any more."""
    await tx.execute(_LAPSE, {"ids": list(ids), **values})


async def note_reading(tx: Transaction, consequence_id: UUID, division: str) -> None:
    """Write the audit row of who read which talk's record."""
    await tx.execute(
        text("SELECT audit_read('consequences', :object_id, :division)"),
        {"object_id": str(consequence_id), "division": division},
    )


_PLAIN = text(
    "SELECT id, talk FROM consequences WHERE kind = 'talk' AND state = 'closed' AND talk->>'record' IS NOT NULL "
    "ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED"
)
_SEAL = text(
    "UPDATE consequences AS t SET talk = CAST(u.talk AS jsonb) "
    "FROM unnest(CAST(:ids AS uuid[]), CAST(:talks AS text[])) AS u(id, talk) WHERE t.id = u.id"
)


async def lock_plain_talks(tx: Transaction, limit: int) -> dict[UUID, Mapping[str, Any]]:
    """Talks whose record is stored as it was written, locked."""
    return {row["id"]: row["talk"] for row in await tx.records(_PLAIN, {"limit": limit})}


async def save_talks(tx: Transaction, talks: Mapping[UUID, Mapping[str, Any]]) -> None:
    """Write talks that are locked; what they say stays, and with it the version."""
    if talks:
        await tx.execute(_SEAL, {"ids": list(talks), "talks": [to_json(talk) for talk in talks.values()]})
