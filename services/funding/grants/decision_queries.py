"""Every SELECT of the decisions on evaluations."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from services.funding.tables import grant_decisions
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction

# Decisions that found no scheme, and that no later one on the same evaluation replaced.
_WITHOUT_SCHEME = (
    "d.outcome = 'none' AND d.policy IS NULL AND d.trigger = 'evaluation' "
    "AND NOT EXISTS (SELECT FROM grant_decisions n WHERE n.recipient_id = d.recipient_id "
    "AND n.year = d.year AND n.evaluation_id = d.evaluation_id AND n.id > d.id)"
)
# The newest decision on each of these recipients' evaluations of a year.
_OF_RECIPIENTS = (
    "d.trigger = 'evaluation' AND d.recipient_id = ANY(CAST(:again_for AS uuid[])) "
    "AND NOT EXISTS (SELECT FROM grant_decisions n WHERE n.recipient_id = d.recipient_id "
    "AND n.year = d.year AND n.trigger = 'evaluation' AND n.id > d.id)"
)
_GROUPS = (
    "SELECT d.division, d.year FROM grant_decisions d WHERE {0} "
    "AND starts_with(d.division, COALESCE(:division, '')) AND d.year = COALESCE(CAST(:year AS integer), d.year) "
    "GROUP BY d.division, d.year"
)
_CHOSEN = (
    "JOIN unnest(CAST(:divisions AS text[]), CAST(:years AS integer[])) AS u(division, year) USING (division, year) "
    "WHERE {0}"
)
# Decisions of the version before did not keep the name: another grant of the recipient has it, or none does.
_TO_REDECIDE = (
    "SELECT d.*, COALESCE(d.facts->>'party_organization_name', (SELECT g.recipient_name FROM grants g "  # noqa: S608
    "WHERE g.recipient_id = d.recipient_id ORDER BY g.id DESC LIMIT 1), d.recipient_id::text) AS recipient_name "
    f"FROM grant_decisions d {_CHOSEN} ORDER BY d.id LIMIT :limit"
)
_COUNT_TO_REDECIDE = text(f"SELECT count(*) FROM grant_decisions d {_CHOSEN}".format(_WITHOUT_SCHEME))  # noqa: S608


async def wait_for_redecisions(tx: Transaction) -> None:
    """One run at a time: no decision is made again twice."""
    await tx.execute(text("SELECT pg_advisory_xact_lock(hashtext('grant_redecisions'))"))


async def list_groups(
    tx: Transaction, *, division: str | None, year: int | None, again_for: Sequence[UUID] | None = None
) -> list[Record]:
    """Divisions and years of the decisions that found no scheme, or of those on `again_for`; `division` is a prefix."""
    statement, asked = _asked(_GROUPS, again_for)
    return await tx.records(statement, {"division": division, "year": year, **asked})


async def list_to_redecide(
    tx: Transaction, groups: Sequence[tuple[str, int]], limit: int, again_for: Sequence[UUID] | None = None
) -> list[Record]:
    """Decisions of these divisions and years that found no scheme, or the newest on `again_for`, the oldest first, with
    the recipient's name."""
    statement, asked = _asked(_TO_REDECIDE, again_for)
    return await tx.records(statement, {**_columns(groups), "limit": limit, **asked})


def _asked(statement: str, again_for: Sequence[UUID] | None) -> tuple[Any, dict[str, list[UUID]]]:
    if again_for is None:
        return text(statement.format(_WITHOUT_SCHEME)), {}
    return text(statement.format(_OF_RECIPIENTS)), {"again_for": list(again_for)}


async def count_to_redecide(tx: Transaction, groups: Sequence[tuple[str, int]]) -> int:
    """How many these are."""
    return int(await tx.scalar(_COUNT_TO_REDECIDE, _columns(groups)))


def _columns(groups: Sequence[tuple[str, int]]) -> dict[str, list[Any]]:
    return {"divisions": [division for division, _ in groups], "years": [year for _, year in groups]}


async def list_decisions(
    tx: Transaction,
    *,
    recipient: UUID | None,
    year: int | None,
    division: str | None,
    outcome: str | None,
    without_scheme: bool | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page of decisions by id, and one row more where there is another page; `division` is a prefix.

    `without_scheme`: those that found none and that no later one replaced, or all others.
    """
    decided = grant_decisions.alias("d")
    decision = decided.c
    statement = where_given(
        select(decided), {decision.recipient_id: recipient, decision.year: year, decision.outcome: outcome}
    )
    statement = where_within(statement, decision.division, division)
    if without_scheme is not None:
        statement = statement.where(text(_WITHOUT_SCHEME if without_scheme else f"NOT ({_WITHOUT_SCHEME})"))
    return await tx.records(page_by_id(statement, decision.id, after, limit))
