"""Every SELECT of the keys of grants, and the set-based writes of what was decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.funding.grants.deciding.cases import Case
from services.funding.grants.queries import reasons_json, to_row
from services.funding.grants.rules import Grant
from services.funding.tables import grant_decisions, grants
from shared.contracts.funding import GrantStateName
from shared.db.base import columns_of, insert_list, to_json
from shared.db.session import Record, Transaction

Key = tuple[UUID, str, str]
"""A grant's recipient, scheme and period. A scheme has one trigger, and its grants one purpose."""


@dataclass(frozen=True, slots=True)
class Known:
    """A grant that exists; without a hash it was raised by the version before."""

    id: UUID
    scheme: str
    amount_fen: int
    input_hash: str | None
    state: GrantStateName
    to_be_returned_fen: int
    gone: bool = False
    """Whether it was reversed, and nothing of it or of what was granted beside it is out: it bars no other one."""
    number: int = 1
    """How many there were of the key, itself among them."""


_COLUMNS = tuple(
    column.name for column in grants.c if column.name not in {"reviewed_by", "approved_by", "paid_by", "amended_by"}
)
# Reversed, with all that was paid of it back; what an amendment granted beside it as well.
_GONE = (
    "(g.state = 'reversed' AND g.returned_fen = g.return_due_fen AND NOT EXISTS (SELECT FROM grants b "
    "WHERE b.amends = g.id AND (b.state <> 'reversed' OR b.returned_fen < b.return_due_fen)))"
)
_KNOWN = "g.id, g.scheme, g.amount_fen, g.input_hash, g.state, g.return_due_fen - g.returned_fen AS to_be_returned_fen"
_BY_KEY = text(
    f"SELECT DISTINCT ON (u.recipient_id, u.scheme, u.period) u.recipient_id, u.period, {_KNOWN}, {_GONE} AS gone, "  # noqa: S608
    "count(*) OVER (PARTITION BY u.recipient_id, u.scheme, u.period) AS number "
    "FROM unnest(CAST(:recipients AS uuid[]), CAST(:schemes AS text[]), CAST(:periods AS text[])) "
    "AS u(recipient_id, scheme, period) JOIN grants g "
    "ON (g.recipient_id, g.scheme) = (u.recipient_id, u.scheme) AND COALESCE(g.period, g.year::text) = u.period "
    f"ORDER BY u.recipient_id, u.scheme, u.period, {_GONE}, g.raised_at DESC, g.id DESC"
)
_OF_PURPOSE = text(
    f"SELECT DISTINCT ON (u.id) u.id AS draft, {_KNOWN} "  # noqa: S608 - fixed statements
    "FROM unnest(CAST(:id AS uuid[]), CAST(:recipient_id AS uuid[]), CAST(:scheme AS text[]), "
    "CAST(:purpose AS text[]), CAST(:level AS text[]), CAST(:period AS text[])) "
    "AS u(id, recipient_id, scheme, purpose, level, period) JOIN grants g "
    "ON (g.recipient_id, g.purpose, g.level) = (u.recipient_id, u.purpose, u.level) "
    f"AND COALESCE(g.period, g.year::text) = u.period AND g.scheme <> u.scheme AND NOT {_GONE} ORDER BY u.id, g.id"
)
_DECIDED = text(
    "SELECT u.event FROM unnest(CAST(:event AS uuid[]), CAST(:evaluation AS uuid[]), CAST(:recipient AS uuid[]), "
    "CAST(:as_of AS timestamptz[])) AS u(event, evaluation, recipient, as_of) WHERE EXISTS ("
    "SELECT FROM grant_decisions d WHERE d.event_id = u.event) OR EXISTS (SELECT FROM grant_decisions d "
    "WHERE (d.recipient_id, d.evaluation_id) = (u.recipient, u.evaluation) AND d.as_of >= u.as_of)"
)
# Any of three unique keys: of the scheme and period, of the purpose and level (D10), and that of the version before.
_INSERT = insert_list(grants, _COLUMNS, "ON CONFLICT DO NOTHING RETURNING id")
_DECISION_COLUMNS = tuple(column.name for column in grant_decisions.c)
_INSERT_DECISIONS = insert_list(grant_decisions, _DECISION_COLUMNS, "ON CONFLICT (event_id) DO NOTHING")


async def insert_new(tx: Transaction, drafts: Sequence[Grant]) -> set[UUID]:
    """Insert; returns the ids of those whose recipient had none of the key."""
    if not drafts:
        return set()
    rows = [
        to_row(grant) | {"reasons": reasons_json(grant.reasons), "snapshot": to_json(grant.snapshot)}
        for grant in drafts
    ]
    return {row.id for row in await tx.rows(_INSERT, columns_of(rows, _COLUMNS))}


async def find_by_key(tx: Transaction, keys: Sequence[Key]) -> dict[Key, Known]:
    """Grants that exist, by their keys: the one that stands, else the last that is gone."""
    if not keys:
        return {}
    recipients, schemes, periods = zip(*keys, strict=True)
    asked = {"recipients": list(recipients), "schemes": list(schemes), "periods": list(periods)}
    return {
        (row["recipient_id"], row["scheme"], row["period"]): _known(row) for row in await tx.records(_BY_KEY, asked)
    }


async def find_of_purpose(tx: Transaction, drafts: Sequence[Grant]) -> dict[UUID, Known]:
    """By a draft's id, the grant of its recipient that another scheme gave for its purpose, level and period (D10), and
    that is not gone."""
    if not drafts:
        return {}
    names = ("id", "recipient_id", "scheme", "purpose", "level", "period")
    asked = columns_of([{name: getattr(draft, name) for name in names} for draft in drafts], names)
    return {row["draft"]: _known(row) for row in await tx.records(_OF_PURPOSE, asked)}


def _known(row: Record) -> Known:
    return Known(**{one.name: row[one.name] for one in fields(Known) if one.name in row})


async def decided_before(tx: Transaction, cases: Mapping[UUID, Case]) -> set[UUID]:
    """Of which events a decision was kept, of the case itself or of what is later news of the same evaluation."""
    if not cases:
        return set()
    rows: list[Record] = [
        {"event": key, "evaluation": one.evaluation_id, "recipient": one.recipient_id, "as_of": one.as_of}
        for key, one in cases.items()
    ]
    return {
        row.event for row in await tx.rows(_DECIDED, columns_of(rows, ("event", "evaluation", "recipient", "as_of")))
    }


async def insert_decisions(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Keep decisions; one per event, however often it is delivered."""
    if rows:
        await tx.execute(_INSERT_DECISIONS, columns_of(rows, _DECISION_COLUMNS))
