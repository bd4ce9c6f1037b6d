"""Reads files in a process of their own, with a deadline and a memory limit.

What a file does to its reader (a loop, an allocation of terabytes, an abort in a library) ends that process alone.
"""

import asyncio
import resource
import sys
from pathlib import Path
from weakref import WeakKeyDictionary

import orjson

from shared.field.files.reading import kind_of, read_records
from shared.field.files.tables import Sheet, TableError, collect

MAX_SECONDS = 120
MAX_MEMORY_BYTES = 1536 * 1024 * 1024
"""Of the process's address space; the largest xlsx that is taken needs a third of it."""
_AT_ONCE = 2
_END = b"{}"
_PATH = Path(__file__).resolve().parents[3]
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


async def read_file(data: bytes, filename_or_format: str) -> list[Sheet]:
    """Every sheet of a file. Raises TableError, also where it took too long or too much memory."""
    kind = kind_of(filename_or_format)
    command = [sys.executable, "-m", __name__, kind, str(MAX_MEMORY_BYTES)]
    async with _turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(_AT_ONCE)):
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=_PATH,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(MAX_SECONDS):
                output, _ = await process.communicate(data)
        except TimeoutError as error:
            raise TableError("file_too_slow", {"seconds": MAX_SECONDS}) from error
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    return await asyncio.to_thread(_sheets, output)


def _sheets(output: bytes) -> list[Sheet]:
    records = output.split(b"\n")
    whole = len(records) > 1 and records[-2] == _END
    found = collect(record for record in records[: -2 if whole else None] if record)
    if not whole:
        raise TableError("file_too_much_memory")
    return found


def main(kind: str, max_memory_bytes: str) -> None:
    """The reading process: the file from stdin, its records to stdout, `{}` at the end."""
    resource.setrlimit(resource.RLIMIT_AS, (int(max_memory_bytes),) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    out = sys.stdout.buffer
    try:
        for record in read_records(sys.stdin.buffer.read(), kind):
            out.write(record + b"\n")
        out.write(_END + b"\n")
    except TableError as error:
        out.write(orjson.dumps({"reason": error.reason, "facts": error.facts}, default=str) + b"\n")
    out.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
