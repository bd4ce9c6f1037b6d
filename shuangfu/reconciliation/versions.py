"""Aggregates are numbered without gaps, and the number of their last event is the one that is stored.

Which tables hold aggregates follows from the database: those with one uuid as their key and a `sequence`, else a
`version`, unless they are projections, whose `sequence` is another service's. A row counts where its key is the
subject of an event in the outbox.
"""

from dataclasses import dataclass

from shared.db.session import Transaction
from shuangfu.reconciliation.found import Finding, Inputs
from shuangfu.services import Service

# Of one aggregate the outbox keeps every version, or (where days were dropped) the last ones without a gap.
_GAPS = """
SELECT subject, min(sequence) AS first, max(sequence) AS last, count(*) AS events FROM outbox
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

    def behind(self) -> str:
        """A SELECT of the rows (`id`) that are at another number (`stored`) than their last event (`last`)."""
        return (
            f'SELECT t."{self.key}" AS id, t."{self.column}" AS stored, o.last FROM "{self.table}" t '  # noqa: S608
            "JOIN (SELECT subject, max(sequence) AS last FROM outbox GROUP BY subject) o "
            f'ON o.subject = t."{self.key}"::text WHERE o.last <> t."{self.column}" ORDER BY 1'
        )


async def check_versions(inputs: Inputs, name: str) -> Finding:
    """Each aggregate's events are numbered without gap or repeat, and the last one has the number that is stored."""
    service = inputs.services[name]
    projected = {table for projection in service.projections for table in projection.tables}
    finding = Finding("versions without gaps", name, 0)
    rebuilt = []
    async with inputs.databases[name].transaction() as tx:
        finding.compared = await tx.driver.fetchval("SELECT count(DISTINCT subject) FROM outbox")
        rows = await tx.driver.fetch(_GAPS)
        finding.add([f"{row['subject']} ({row['events']} events, {row['first']}-{row['last']})" for row in rows])
        for numbered in await _numbered_tables(tx, service, projected):
            rows = await tx.driver.fetch(numbered.behind())
            table = numbered.table
            finding.add([f"{table} {row['id']} is at {row['stored']}, its last event at {row['last']}" for row in rows])
            if rows and table in projected:
                rebuilt.append(f"; {table}.{numbered.column}: `shuangfu replay --service {name}`")
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
