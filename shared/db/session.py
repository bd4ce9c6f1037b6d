"""The one commit: a transaction opened at the door, committed before the answer leaves."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import orjson
from sqlalchemy import Executable, Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from shared.db.base import to_json
from shared.db.wake import Notifier

Record = dict[str, Any]
Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None


class Transaction:
    """One unit of work. Actions read and write through it; none of them commits."""

    __slots__ = ("channels", "connection")

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self.channels: set[str] = set()
        """Who is to be woken after the commit (NOTIFY channels)."""

    async def execute(self, statement: Executable, parameters: Parameters = None) -> int:
        """Run a statement and return how many rows it touched."""
        return (await self.connection.execute(statement, parameters)).rowcount

    async def rows(self, statement: Executable, parameters: Parameters = None) -> Sequence[Row[Any]]:
        """Every row of a query."""
        return (await self.connection.execute(statement, parameters)).all()

    async def row(self, statement: Executable, parameters: Parameters = None) -> Row[Any] | None:
        """The first row of a query, or None."""
        return (await self.connection.execute(statement, parameters)).first()

    async def records(self, statement: Executable, parameters: Parameters = None) -> list[Record]:
        """Every row of a query, as a mapping by column."""
        return [dict(row._mapping) for row in await self.rows(statement, parameters)]

    async def record(self, statement: Executable, parameters: Parameters = None) -> Record | None:
        """The first row of a query as a mapping, or None."""
        row = await self.row(statement, parameters)
        return None if row is None else dict(row._mapping)

    async def scalar(self, statement: Executable, parameters: Parameters = None) -> Any:
        """The first column of the first row, or None."""
        return (await self.connection.execute(statement, parameters)).scalar()


class Database:
    """A service's own database: its pool, and the wake-up of its relay."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = url
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=10,
            json_serializer=to_json,
            json_deserializer=orjson.loads,
            connect_args={"timeout": 10, "server_settings": {"timezone": "UTC"}},
        )
        self.notifier = Notifier(url)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Commits when the block ends, rolls back when it raises; wakes the relay after the commit."""
        async with self.engine.connect() as connection, connection.begin():
            tx = Transaction(connection)
            yield tx
        if tx.channels:
            self.notifier.wake(tx.channels)

    async def close(self) -> None:
        """Close the notifier and every pooled connection."""
        await self.notifier.close()
        await self.engine.dispose()
