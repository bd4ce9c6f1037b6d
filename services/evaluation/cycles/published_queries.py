"""What earlier cycles froze of versions of indicator systems, whichever division they are of."""

from collections.abc import Sequence

from sqlalchemy import text

from shared.db.session import Record, Transaction

_FROZEN = text(
    """
    SELECT DISTINCT ON (s.type, s.version, COALESCE(s.content->>'region', ''))
        s.type, s.version, COALESCE(s.content->>'region', '') AS region, s.content, c.year
    FROM unnest(CAST(:types AS text[]), CAST(:versions AS text[])) AS g (type, version)
    JOIN cycle_indicator_systems AS s ON s.type = g.type AND s.version = g.version
    JOIN cycles AS c ON c.id = s.cycle_id
    ORDER BY s.type, s.version, COALESCE(s.content->>'region', ''), c.opened_at, c.id
    """
)


async def first_frozen(tx: Transaction, versions: Sequence[tuple[str, str]]) -> list[Record]:
    """What the first cycle froze of each of these types and versions, by region, and the year of that cycle."""
    async with tx.system_scope():
        return await tx.records(
            _FROZEN, {"types": [one for one, _ in versions], "versions": [version for _, version in versions]}
        )
