"""In which divisions a Party organization covers somebody: kept beside the coverages, as these may be many."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from shared.db.session import Transaction

_ADD = text(
    "INSERT INTO covered_divisions (party_organization_id, division) "
    "SELECT DISTINCT * FROM unnest(CAST(:parties AS uuid[]), CAST(:divisions AS text[])) ON CONFLICT DO NOTHING"
)
_DROP = text(
    "DELETE FROM covered_divisions AS d USING unnest(CAST(:parties AS uuid[]), CAST(:divisions AS text[])) "
    "AS u(party, division) WHERE d.party_organization_id = u.party AND d.division = u.division AND NOT EXISTS "
    "(SELECT FROM coverages AS c WHERE c.party_organization_id = u.party AND c.division = u.division "
    "AND c.until IS NULL)"
)

Pairs = Sequence[tuple[UUID, str]]
"""(Party organization, division)."""


async def follow(tx: Transaction, added: Pairs, left: Pairs) -> None:
    """Note divisions in which somebody is covered now, and drop those of `left` in which nobody is any more."""
    for statement, pairs in ((_ADD, added), (_DROP, left)):
        if pairs:
            parties, divisions = zip(*sorted(set(pairs)), strict=True)
            await tx.execute(statement, {"parties": list(parties), "divisions": list(divisions)})


async def of(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, frozenset[str]]:
    """The divisions in which each of these covers somebody."""
    found: dict[UUID, set[str]] = defaultdict(set)
    statement = text("SELECT * FROM covered_divisions WHERE party_organization_id = ANY(CAST(:ids AS uuid[]))")
    for row in await tx.rows(statement, {"ids": list(ids)}):
        found[row.party_organization_id].add(row.division)
    return {one: frozenset(divisions) for one, divisions in found.items()}
