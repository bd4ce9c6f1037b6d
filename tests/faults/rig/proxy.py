"""A small TCP proxy before PostgreSQL that cuts connections at a commit: nobody knows then what became of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from random import Random

import asyncpg

_COMMITS = (b"Q\x00\x00\x00\x0bCOMMIT\x00", b"Q\x00\x00\x00\x0cCOMMIT;\x00")
_DONE = b"C\x00\x00\x00\x0bCOMMIT\x00"
"""What the server says once the commit is done,"""
_READY = b"Z\x00\x00\x00\x05"
"""and when it takes the next command."""
_WROTE = "SELECT backend_xid IS NOT NULL FROM pg_stat_activity WHERE client_port = $1"


class CommitCutter:
    """Passes everything on, until it has to cut: then the next commit of something written loses its connection.

    Before the commit reached the server (it is rolled back), or once it is done there (and nobody learns it).
    """

    def __init__(self, host: str, port: int, url: str, chance: Random) -> None:
        self._place = host, port
        self._url = url
        """An administrator's, who sees what a backend has done."""
        self._chance = chance
        self._wanted = 0
        self._kinds: list[bool] = []
        self._asking = asyncio.Lock()
        self.cut_before = 0
        self.cut_after = 0

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[int]:
        """The port to connect to."""
        self._admin = await asyncpg.connect(self._url)
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        tasks = self._tasks = set[asyncio.Task[None]]()
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._admin.close()

    async def cut(self, times: int, *, seconds: float = 120.0) -> None:
        """Cut `times` of the coming commits; returns when it is done. Raises TimeoutError."""
        goal = self.cut_before + self.cut_after + times
        self._wanted += times
        async with asyncio.timeout(seconds):
            while self.cut_before + self.cut_after < goal:  # noqa: ASYNC110 - connections come and go
                await asyncio.sleep(0.01)

    def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._pass(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(OSError):
                server_reader, server_writer = await asyncio.open_connection(*self._place)
                try:
                    await self._both_ways(reader, writer, server_reader, server_writer)
                finally:
                    server_writer.transport.abort()
        finally:
            writer.transport.abort()

    async def _both_ways(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        server_reader: asyncio.StreamReader,
        server_writer: asyncio.StreamWriter,
    ) -> None:
        answers = asyncio.create_task(_copy(server_reader, writer))
        try:
            while data := await reader.read(65536):
                if data.endswith(_COMMITS) and await self._is_doomed(server_writer):
                    if self._before():
                        self.cut_before += 1
                        return
                    await _end(answers)  # two readers at once the stream does not allow
                    server_writer.write(data)
                    await server_writer.drain()
                    if _DONE in await _answer(server_reader):
                        self.cut_after += 1
                    else:
                        self._wanted += 1  # refused, or the server went away by itself: another one then
                    return
                server_writer.write(data)
                await server_writer.drain()
        finally:
            await _end(answers)

    async def _is_doomed(self, server_writer: asyncio.StreamWriter) -> bool:
        """Whether this commit is one of those to cut; what was only read leaves no outcome to doubt."""
        async with self._asking:
            if not self._wanted:
                return False
            port = server_writer.get_extra_info("sockname")[1]
            if not await self._admin.fetchval(_WROTE, port):
                return False
            self._wanted -= 1
            return True

    def _before(self) -> bool:
        """Both kinds in each two, in an order that is drawn."""
        if not self._kinds:
            self._kinds = [True, False]
            self._chance.shuffle(self._kinds)
        return self._kinds.pop()


async def _answer(reader: asyncio.StreamReader) -> bytes:
    """Up to where the server is ready for the next command."""
    found = b""
    while _READY not in found and (more := await reader.read(65536)):
        found += more
    return found


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.transport.abort()


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
