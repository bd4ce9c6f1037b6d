"""Aggregates are numbered without gaps, and the number of their last event is the one that is stored; versions that a
service declares to publish no event (`unannounced`) count as well.

Which tables hold aggregates follows from the database: those with one uuid as their key and a `sequence`, else a
`version`, unless they are projections, whose `sequence` is another service's. A row counts where its key is the
subject of an event in the outbox.
"""

from dataclasses import dataclass

from shared.db.session import Transaction
from shuangfu.reconciliation.found import Finding, Inputs
from shuangfu.services import Service

# Versions that publish nothing are numbered too; of those before the first event that is kept, nothing is known.
_NUMBERED = """
WITH numbered AS (
    SELECT subject, sequence, true AS published FROM outbox
    UNION ALL
    SELECT u.subject, u.sequence, false FROM ({unannounced}) AS u
    JOIN (SELECT subject, min(sequence) AS first FROM outbox GROUP BY subject) AS o
        ON o.subject = u.subject AND u.sequence > o.first
)
"""
_NOTHING = "SELECT CAST(NULL AS text) AS subject, CAST(NULL AS bigint) AS sequence WHERE false"
# Of one aggregate the outbox keeps every version, or (where days were dropped) the last ones without a gap.
_GAPS = """
SELECT subject, min(sequence) AS first, max(sequence) AS last, count(*) FILTER (WHERE published) AS events FROM numbered
GROUP BY subject
HAVING count(DISTINCT sequence) <> max(sequence) - min(sequence) + 1 OR count(*) <> count(DISTINCT sequence)
ORDER BY subject
"""
_TABLES = """
SELECT c.relname AS name, k.attname AS key, array_agg(n.attname::text) AS numbers
FROM pg_index i
JOIN pg_class c ON c.oid = i.indrelid AND c.relkind IN ('r', 'p') AND NOT c.relispartition
JOIN pg_attribute k ON k.attrelid = c.oid AND k.attnum = i.indkey[0] AND k.atttypid = 'uuid'::regtype
JOIN pg_attribute n ON n.attrelid = c.oid AND n.attnum > 0 AND NOT n.attisdropped AND n.atttypid = 'bigint'::regtype
WHERE i.indisprimary AND i.indnkeyatts = 1 AND c.relnamespace = 'public'::regnamespace
    AND has_table_privilege(c.oid, 'SELECT')
GROUP BY 1, 2 ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A table whose rows may be the subjects of events, its key, and the column with the last event's sequence."""

    table: str
    key: str
    column: str

    def behind(self, unannounced: str) -> str:
        """A SELECT of the rows (`id`) that are at another number (`stored`) than the last that is accounted for."""
        selected = (
            f'SELECT t."{self.key}" AS id, t."{self.column}" AS stored, o.last FROM "{self.table}" t '  # noqa: S608
            "JOIN (SELECT subject, max(sequence) AS last FROM numbered GROUP BY subject) o "
            f'ON o.subject = t."{self.key}"::text WHERE o.last <> t."{self.column}" ORDER BY 1'
        )
        return numbered(unannounced) + selected


def numbered(unannounced: str) -> str:
    """A WITH of every version of the outbox's subjects: with an event, or `unannounced` (`Reconciliation`)."""
    return _NUMBERED.format(unannounced=unannounced or _NOTHING)


def gaps(unannounced: str) -> str:
    """A SELECT of the aggregates whose numbers have a gap or a repeat."""
    return numbered(unannounced) + _GAPS


async def check_versions(inputs: Inputs, name: str) -> Finding:
    """Each aggregate's versions are numbered without gap or repeat, and the last one has the number that is stored."""
    service = inputs.services[name]
    unannounced = service.reconciliation.unannounced
    projected = {table for projection in service.projections for table in projection.tables}
    finding = Finding("versions without gaps", name, 0)
    rebuilt = []
    async with inputs.databases[name].transaction() as tx:
        finding.compared = await tx.driver.fetchval("SELECT count(DISTINCT subject) FROM outbox")
        rows = await tx.driver.fetch(gaps(unannounced))
        finding.add([f"{row['subject']} ({row['events']} events, {row['first']}-{row['last']})" for row in rows])
        for one in await _numbered_tables(tx, service, projected):
            rows = await tx.driver.fetch(one.behind(unannounced))
            table = one.table
            finding.add([f"{table} {row['id']} is at {row['stored']}, its last event at {row['last']}" for row in rows])
            if rows and table in projected:
                rebuilt.append(f"; {table}.{one.column}: `shuangfu replay --service {name}`")
    if finding.differ:
        finding.advice = (
            "somebody wrote past the services: `shuangfu audit verify`, then restore or correct by its trail"
        ) + "".join(rebuilt)
    return finding


async def _numbered_tables(tx: Transaction, service: Service, projected: set[str]) -> list[Numbered]:
    found = []
    for row in await tx.driver.fetch(_TABLES):
        numbers = ("sequence", "version") if row["name"] not in projected else ()
        declared = service.reconciliation.sequences.get(row["name"])
        wanted = [declared] if declared is not None else [column for column in numbers if column in row["numbers"]]
        found += [Numbered(row["name"], row["key"], column) for column in wanted[:1]]
    return found
