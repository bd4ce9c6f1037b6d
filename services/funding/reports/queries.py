"""Adds up grants and what the ledger has of them, by level: one SELECT over grants and ledger."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.funding.reports.rules import FIGURES, UNBUDGETED, By, Kind
from shared.db.session import Record, Transaction

# The source is that of the appropriation which the approval charged, as its reason says: the appropriation may be the
# city's, whose row a district does not see.
_SOURCE = (
    "COALESCE(jsonb_path_query_first(g.reasons, "
    "'$[*] ? (@.rule == \"R-budget\" && exists(@.facts.appropriation)).facts.source') #>> '{}', "
    f"'{UNBUDGETED}')"
)
_GRANTS = (
    "SELECT g.id, g.division, g.recipient_id::text AS recipient, g.recipient_name, "
    "COALESCE(g.of_year, g.year)::text AS year, g.scheme, g.channel, {source} AS source, "
    "CASE WHEN g.state = 'reversed' THEN 0 ELSE g.amount_fen END AS raised_fen FROM grants g"
)
# By the kinds of postings, so that it stays right whatever states a grant has; a reversal takes off what it corrects,
# and so does what is to be returned of what was approved, and what came back of what was paid.
# Of the chosen grants alone: the ledger grows with every year.
_SIGNED = (
    "CASE WHEN (t.corrects IS NULL) = (COALESCE(o.kind, t.kind) IN ('grant_approved', 'grant_paid')) "
    "THEN e.debit_fen ELSE -e.debit_fen END"
)
POSTED = (
    "SELECT t.grant_id, "  # noqa: S608 - fixed
    f"COALESCE(sum({_SIGNED}) "
    "FILTER (WHERE COALESCE(o.kind, t.kind) IN ('grant_approved', 'grant_reduced')), 0)::bigint AS approved_fen, "
    f"COALESCE(sum({_SIGNED}) "
    "FILTER (WHERE COALESCE(o.kind, t.kind) IN ('grant_paid', 'grant_returned')), 0)::bigint AS paid_fen "
    "FROM chosen c JOIN ledger_transactions t ON t.grant_id = c.id JOIN ledger_entries e ON e.transaction_id = t.id "
    "LEFT JOIN ledger_transactions o ON o.id = t.corrects GROUP BY t.grant_id"
)
_FACTS = (
    "SELECT c.*, COALESCE(p.approved_fen, 0) AS approved_fen, COALESCE(p.paid_fen, 0) AS paid_fen, "
    "COALESCE(p.approved_fen, 0) - COALESCE(p.paid_fen, 0) AS owed_fen "
    "FROM chosen c LEFT JOIN posted p ON p.grant_id = c.id"
)
_ABOVE = "ARRAY[left(f.division, 2), left(f.division, 4), left(f.division, 6), f.division]"
# A division above what is asked for, or above what the caller sees, would have a part of its sum alone.
_KEYS: dict[By, str] = {
    "division": f"SELECT '' AS key UNION SELECT one FROM unnest({_ABOVE}) AS one "  # noqa: S608 - fixed
    "WHERE one LIKE :division || '%' AND one LIKE ANY (string_to_array(:scope, ','))",
    "recipient": "VALUES (''), (f.recipient)",
    "year": "VALUES (''), (f.year)",
    "scheme": "VALUES (''), (f.scheme)",
    "source": "VALUES (''), (f.source)",
    "channel": "VALUES (''), (f.channel)",
}
_SUMS = ", ".join(f"sum(f.{name})::bigint AS {name}" for name in ("raised_fen", "approved_fen", "paid_fen", "owed_fen"))


async def add_up(
    tx: Transaction,
    kind: Kind,
    by: By,
    *,
    division: str | None,
    recipient: UUID | None,
    year: int | None,
    scheme: str | None,
    source: str | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page of sums by key, the total (an empty key) first, and one row more where there is another page."""
    asked: dict[str, Any] = {"division": division or "", "most": limit + 1}
    filters = {
        "recipient": None if recipient is None else str(recipient),
        "year": None if year is None else str(year),
        "scheme": scheme,
        "source": source,
    }
    given = {name: value for name, value in filters.items() if value is not None}
    wanted = ["g.division LIKE :division || '%'", *(f"g.{name} = :{name}" for name in given)]
    wheres = [f"f.{FIGURES[kind]} <> 0"]
    if by == "division":
        asked["scope"] = tx.access.patterns()
    if after is not None:
        wheres.append('k.key COLLATE "C" > :after')
        asked["after"] = after
    # Read where it is asked for alone: reasons are long.
    grants = _GRANTS.format(source=_SOURCE if by == "source" or source is not None else "NULL::text")
    statement = text(
        f"WITH chosen AS (SELECT g.* FROM ({grants}) AS g WHERE {' AND '.join(wanted)}), "  # noqa: S608 - fixed
        f"posted AS ({POSTED}), f AS ({_FACTS}) "
        "SELECT k.key, CASE WHEN k.key = '' THEN NULL ELSE max(f.recipient_name) END AS recipient_name, "
        f"count(*) AS grants, {_SUMS} FROM f CROSS JOIN LATERAL ({_KEYS[by]}) AS k(key) "
        f'WHERE {" AND ".join(wheres)} GROUP BY k.key ORDER BY k.key COLLATE "C" LIMIT :most'
    )
    return await tx.records(statement, asked | given)
