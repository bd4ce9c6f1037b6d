"""The connection on which a database is migrated."""

import asyncio
from collections.abc import Callable

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from shared.urls import engine_url


class Session:
    """One connection, with its loop, for all steps: with a new one for each, a new database takes twice as long.

    An administrator acts as `role`. It is used by one thread at a time, in which no loop runs.
    """

    def __init__(self, url: str, role: str | None) -> None:
        self._runner = asyncio.Runner()
        self._engine = create_async_engine(
            engine_url(url),
            pool_size=1,
            max_overflow=0,
            # One that was lost between two steps is replaced.
            pool_pre_ping=True,
            connect_args={
                "server_settings": {"role": role} if role else {},
                # A statement that is prepared knows tables as they were before a step.
                "prepared_statement_cache_size": 0,
            },
        )

    def run(self, work: Callable[[Connection], None]) -> None:
        """Do some work in a transaction of its own. Raises whatever it raises."""
        self._runner.run(self._run(work))

    async def _run(self, work: Callable[[Connection], None]) -> None:
        async with self._engine.begin() as connection:
            await connection.run_sync(work)

    def close(self) -> None:
        """Close the connection."""
        with self._runner as runner:
            runner.run(self._engine.dispose())
