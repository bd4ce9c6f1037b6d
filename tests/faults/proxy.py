"""A small TCP proxy before PostgreSQL that cuts connections at a commit: nobody knows then what became of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from random import Random

_COMMITS = (b"Q\x00\x00\x00\x0bCOMMIT\x00", b"Q\x00\x00\x00\x0cCOMMIT;\x00")


class CommitCutter:
    """Passes everything on, until it is told to cut: then the next commit's connection is lost.

    Before the commit reached the server (it is rolled back), or after it did (it is done, and nobody is told).
    """

    def __init__(self, host: str, port: int, chance: Random) -> None:
        self._place = host, port
        self._chance = chance
        self._wanted = 0
        self.cut_before = 0
        self.cut_after = 0

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[int]:
        """The port to connect to."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        tasks = self._tasks = set[asyncio.Task[None]]()
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def cut(self, times: int, *, seconds: float = 30.0) -> None:
        """Cut so many of the coming commits; returns when it is done. Raises TimeoutError."""
        self._wanted += times
        async with asyncio.timeout(seconds):
            while self._wanted:  # noqa: ASYNC110 - connections come and go
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
                if self._wanted and data.endswith(_COMMITS):
                    self._wanted -= 1
                    if self._chance.random() < 0.5:
                        self.cut_before += 1
                        return
                    self.cut_after += 1
                    answers.cancel()
                    server_writer.write(data)
                    await server_writer.drain()
                    await server_reader.read(1)  # the server's answer: the commit is done
                    return
                server_writer.write(data)
                await server_writer.drain()
        finally:
            answers.cancel()
            await asyncio.gather(answers, return_exceptions=True)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.transport.abort()
