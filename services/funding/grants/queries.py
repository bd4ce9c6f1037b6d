"""Every SELECT of the grants, and the set-based writes beside them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, func, literal_column, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from services.funding.grants.rules import ONCE, Grant, Recorded, Step
from services.funding.tables import grant_steps, grants
from shared.contracts.base import Reason
from shared.db.base import columns_of, insert_list, to_json, update_list
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction
from shared.db.statements import prepare

ACTOR_COLUMNS: dict[Step, str] = {
    "release": "drafted_by",
    "review": "reviewed_by",
    "approval": "approved_by",
    "payment": "paid_by",
    "amendment": "amended_by",
}
"""Where the actor of each step is kept."""

_STATE_COLUMNS = (
    *("state", "version", "order_id", "order_state", *ACTOR_COLUMNS.values()),
    *("settlement_state", "use_report_due_on", "settlement_due_on"),
    *("return_due_fen", "return_due_on", "returned_fen", "amount_fen", "amendments"),
)
# Reasons are appended, not rewritten: a later release may have written members that this one does not know.
_SAVE = update_list(
    grants, ("id",), _STATE_COLUMNS, also="reasons = t.reasons || COALESCE(CAST(:added AS jsonb) -> t.id::text, '[]')"
)
_SAVE_ORDER = update_list(grants, ("id",), ("version", "order_id", "order_state"))
_STEP_COLUMNS = tuple(column.name for column in grant_steps.c)
_INSERT_STEPS = insert_list(grant_steps, _STEP_COLUMNS)
_IDS = bindparam("ids", type_=ARRAY(Uuid))
_LOCK = prepare(select(grants).where(grants.c.id == _IDS.any_()).order_by(grants.c.id).with_for_update())
_DRAFTERS = text(
    "SELECT grant_id, array_agg(DISTINCT taken_by) AS by FROM grant_steps WHERE grant_id = ANY(CAST(:ids AS uuid[])) "
    "AND step IN ('release', 'amendment') AND taken_by IS NOT NULL GROUP BY grant_id"
)
_LOCK_OF = prepare(
    select(grants)
    .where(grants.c.recipient_id == _IDS.any_(), grants.c.state != literal_column("'reversed'"))
    .order_by(grants.c.id)
    .with_for_update()
)
_LOCK_HELD = prepare(
    select(grants)
    .where(
        grants.c.recipient_id == bindparam("recipients", type_=ARRAY(Uuid)).any_(),
        grants.c.evaluation_id == _IDS.any_(),
        grants.c.state == literal_column("'held'"),
    )
    .order_by(grants.c.id)
    .with_for_update()
)
_FOLLOW = text(
    "UPDATE grants AS t SET state = u.state, division = u.division, version = u.version, "
    "reasons = t.reasons || CAST(u.reasons AS jsonb) FROM unnest(CAST(:id AS uuid[]), CAST(:state AS text[]), "
    "CAST(:division AS text[]), CAST(:version AS bigint[]), CAST(:reasons AS text[])) "
    "AS u(id, state, division, version, reasons) WHERE t.id = u.id"
)
_STEPS = prepare(
    select(grant_steps)
    .where(grant_steps.c.grant_id == _IDS.any_())
    .order_by(grant_steps.c.grant_id, grant_steps.c.version)
)


async def insert_steps(
    tx: Transaction,
    taken: Iterable[tuple[Grant, Recorded]],
    at: datetime,
    note: str | Mapping[UUID, str] | None = None,
) -> None:
    """Add to the history: grants as they are after a step, each with the step's name; a note for all or of each."""
    rows: list[dict[str, object]] = [
        {
            "grant_id": grant.id,
            "version": grant.version,
            "division": grant.division,
            "step": step,
            "at": at,
            "note": note.get(grant.id) if isinstance(note, Mapping) else note,
            "taken_by": tx.access.actor,
        }
        for grant, step in taken
    ]
    if rows:
        await tx.execute(_INSERT_STEPS, columns_of(rows, _STEP_COLUMNS))


async def lock_many(tx: Transaction, ids: Sequence[UUID]) -> list[Grant]:
    """Grants by id, locked in the order of their ids: two lists cannot deadlock. With all who drafted them."""
    rows = await tx.records(_LOCK, {"ids": list(ids)})
    drafters = {row.grant_id: row.by for row in await tx.rows(_DRAFTERS, {"ids": list(ids)})} if rows else {}
    return [replace(_to_grant(row), drafted_by=drafters.get(row["id"], ())) for row in rows]


def actors_of(row: Record) -> dict[Step, str | None]:
    """Who took which step of a grant last, from its row."""
    return {step: row[column] for step, column in ACTOR_COLUMNS.items()}


def _to_grant(row: Record) -> Grant:
    actors = {step: row.pop(column) for step, column in ACTOR_COLUMNS.items()}
    reasons = [Reason.model_validate(reason) for reason in row.pop("reasons")]
    of_year = row.pop("of_year")
    return Grant(**row | {"year": of_year or row["year"]}, reasons=reasons, actors=actors)


def to_row(grant: Grant) -> Record:
    """A grant as it is stored: `year` is empty where its scheme may give several in one, or gave one that is gone."""
    alone = grant.period in (None, str(grant.year), ONCE) and not grant.again
    actors = {column: grant.actors.get(step) for step, column in ACTOR_COLUMNS.items()}
    return vars(grant) | actors | {"year": grant.year if alone else None, "of_year": grant.year}


def shown(row: Record) -> Record:
    """A stored grant as clients see it: of a year and a period, whichever version raised it."""
    year = row["of_year"] or row["year"]
    return {**row, "year": year, "period": row["period"] or str(year)}


def reasons_json(reasons: Iterable[Reason]) -> str:
    """Reasons as they are stored."""
    return to_json([reason.model_dump(mode="json") for reason in reasons])


async def save_step(tx: Transaction, after: Sequence[Grant], added: Mapping[UUID, Sequence[Reason]]) -> None:
    """Write state, version and actors of grants that took a step, and append the reasons that it added to each."""
    columns = columns_of([to_row(grant) for grant in after], ("id", *_STATE_COLUMNS))
    reasons = {str(one): [reason.model_dump(mode="json") for reason in some] for one, some in added.items()}
    await tx.execute(_SAVE, {**columns, "added": to_json(reasons)})


async def save_order(tx: Transaction, after: Sequence[Grant]) -> None:
    """Write in which order grants are, and what became of them there."""
    columns = columns_of([to_row(grant) for grant in after], ("id", "version", "order_id", "order_state"))
    await tx.execute(_SAVE_ORDER, columns)


async def lock_of_recipients(tx: Transaction, recipients: Sequence[UUID]) -> list[Grant]:
    """The grants of recipients that were not reversed, locked in the order of their ids."""
    return [_to_grant(row) for row in await tx.records(_LOCK_OF, {"ids": list(recipients)})]


async def lock_held(tx: Transaction, recipients: Sequence[UUID], evaluations: Sequence[UUID]) -> list[Grant]:
    """The held grants of recipients for these evaluations of theirs, locked in the order of their ids."""
    if not evaluations:
        return []
    wanted = {"recipients": list(recipients), "ids": list(evaluations)}
    return [_to_grant(row) for row in await tx.records(_LOCK_HELD, wanted)]


async def save_following(tx: Transaction, after: Sequence[tuple[Grant, Sequence[Reason]]]) -> None:
    """Write state, division and version of grants that followed their recipients, and append reasons to each."""
    if after:
        columns = columns_of([to_row(grant) for grant, _ in after], ("id", "state", "division", "version"))
        await tx.execute(_FOLLOW, {**columns, "reasons": [reasons_json(reasons) for _, reasons in after]})


async def get(tx: Transaction, grant_id: UUID) -> Record | None:
    """One grant."""
    row = await tx.record(select(grants).where(grants.c.id == grant_id))
    return None if row is None else shown(row)


async def steps_of(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, list[Record]]:
    """The history of each of these grants, in its order."""
    history: dict[UUID, list[Record]] = defaultdict(list)
    for step in await tx.records(_STEPS, {"ids": list(ids)}) if ids else []:
        history[step["grant_id"]].append(step)
    return history


async def list_grants(
    tx: Transaction,
    *,
    recipient: UUID | None,
    year: int | None,
    state: str | None,
    division: str | None,
    scheme: str | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by id, and one row more where there is another page; `division` is a prefix."""
    grant = grants.c
    statement = where_given(
        select(grants),
        {
            grant.recipient_id: recipient,
            func.coalesce(grant.of_year, grant.year): year,
            grant.state: state,
            grant.scheme: scheme,
        },
    )
    statement = where_within(statement, grant.division, division)
    return [shown(row) for row in await tx.records(page_by_id(statement, grant.id, after, limit))]
