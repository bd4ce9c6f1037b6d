"""The lines of a stream of bytes, as long as lines may be."""

from collections.abc import AsyncIterable, AsyncIterator

MAX_LINE_BYTES = 64 * 1024


async def split_lines(body: AsyncIterable[bytes]) -> AsyncIterator[bytes | None]:
    """Lines of a byte stream; None stands for one over `MAX_LINE_BYTES`."""
    rest, skipping = b"", False
    async for part in body:
        *complete, rest = (rest + part).split(b"\n")
        for line in complete:
            yield None if skipping or len(line) > MAX_LINE_BYTES else line
            skipping = False
        if len(rest) > MAX_LINE_BYTES:
            rest, skipping = b"", True
    if rest or skipping:
        yield None if skipping else rest
