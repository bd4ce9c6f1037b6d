"""The side copy of a projection's tables, and the difference to the live ones as set-based statements."""

from dataclasses import dataclass, field

import asyncpg

from shared.bus.projections import Projection

_EXAMPLES = 5


@dataclass(slots=True)
class TableDifference:
    """Rows of one table: only in the side copy, only in the live table, in both but not the same."""

    added: int
    removed: int
    changed: int
    examples: list[str] = field(default_factory=list)
    """A few keys of them."""


class SideTables:
    """Temporary tables with the names of a projection's."""

    def __init__(self, driver: asyncpg.Connection, projection: Projection) -> None:
        self._driver = driver
        self._projection = projection
        self._columns: dict[str, list[str]] = {}

    async def create(self, *, copied: bool) -> None:
        """Create them empty, or as copies of the live tables at one instant."""
        async with self._driver.transaction(isolation="repeatable_read"):
            for table in self._projection.tables:
                await self._driver.execute(f"CREATE TEMPORARY TABLE {table} (LIKE public.{table} INCLUDING ALL)")
                rows = await self._driver.fetch(
                    "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass('public.' || $1) AND attnum > 0 "
                    "AND NOT attisdropped ORDER BY attnum",
                    table,
                )
                self._columns[table] = [row["attname"] for row in rows]
                if copied:
                    names = ", ".join(self._columns[table])
                    await self._driver.execute(
                        f"INSERT INTO pg_temp.{table} ({names}) SELECT {names} FROM public.{table}"  # noqa: S608
                    )

    async def reopen(self) -> None:
        """Set a copy's rows back to before the first event that is applied again: it would be ignored as old."""
        for table in self._projection.tables:
            await self._driver.execute(
                f"UPDATE pg_temp.{table} AS t SET sequence = e.first - 1 "  # noqa: S608 - our own names
                "FROM (SELECT subject, min(sequence) AS first FROM replay_events WHERE place IS NOT NULL GROUP BY 1) e "
                "WHERE t.id::text = e.subject AND t.sequence >= e.first"
            )

    async def analyze(self) -> None:
        """Collect statistics: temporary tables have none by themselves."""
        for table in self._projection.tables:
            await self._driver.execute(f"ANALYZE pg_temp.{table}")

    async def lock(self) -> None:
        """Make writers of the live tables wait. Raises LockNotAvailableError after lock_timeout."""
        names = ", ".join(f"public.{table}" for table in self._projection.tables)
        await self._driver.execute(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")

    async def complete(self) -> None:
        """Set the service's own columns."""
        if self._projection.complete is not None:
            await self._driver.execute(self._projection.complete)

    async def compare(self, table: str) -> TableDifference:
        """How the side copy differs from the live table."""
        found = f"pg_temp.{table} s FULL JOIN public.{table} l ON l.id = s.id WHERE {self._differ(table)}"
        row = await self._driver.fetchrow(
            "WITH d AS MATERIALIZED (SELECT COALESCE(s.id, l.id)::text AS id, s.id IS NULL AS removed, "  # noqa: S608
            f"l.id IS NULL AS added FROM {found}) "
            "SELECT count(*) FILTER (WHERE added) AS added, count(*) FILTER (WHERE removed) AS removed, "
            "count(*) FILTER (WHERE NOT added AND NOT removed) AS changed, "
            f"ARRAY(SELECT id FROM d ORDER BY id LIMIT {_EXAMPLES}) AS examples FROM d"
        )
        assert row is not None
        return TableDifference(row["added"], row["removed"], row["changed"], list(row["examples"]))

    async def swap(self) -> None:
        """Make the live tables equal by content: policies, grants and references stay. Raises ForeignKeyViolation."""
        for table in self._projection.tables:
            live, side = f"public.{table}", f"pg_temp.{table}"
            names = ", ".join(self._columns[table])
            kept = ", ".join(f"{name} = s.{name}" for name in self._columns[table] if name != "id")
            gone = f"DELETE FROM {live} l WHERE NOT EXISTS (SELECT FROM {side} s WHERE s.id = l.id)"  # noqa: S608
            same = f"UPDATE {live} l SET {kept} FROM {side} s WHERE s.id = l.id AND {self._differ(table)}"  # noqa: S608
            new = f"SELECT {names} FROM {side} s WHERE NOT EXISTS (SELECT FROM {live} l WHERE l.id = s.id)"  # noqa: S608
            await self._driver.execute(gone)
            await self._driver.execute(same)
            await self._driver.execute(f"INSERT INTO {live} ({names}) {new}")

    def _differ(self, table: str) -> str:
        return f"({self._row(table, 's')}) IS DISTINCT FROM ({self._row(table, 'l')})"

    def _row(self, table: str, alias: str) -> str:
        return ", ".join(f"{alias}.{name}" for name in self._columns[table])
