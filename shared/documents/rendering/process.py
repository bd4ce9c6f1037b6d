"""Renders documents in a process of its own, with a deadline and a memory limit: the event loop never waits for it."""

import asyncio
import resource
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from weakref import WeakKeyDictionary

import orjson

from shared.documents.content import Printed
from shared.documents.errors import CharacterMissing, FontsMissing, RenderingFailed
from shared.problems.problems import Problem

Format = Literal["pdf", "docx"]
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
MAX_MEMORY_BYTES = 2048 * 1024 * 1024
"""Of the process's address space; the fonts of a machine are mapped into it."""
_AT_ONCE = 2
_PATH = Path(__file__).resolve().parents[3]
_MADE, _REFUSED = b"made\n", b"refused\n"
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Renderer:
    """How documents are rendered: with a folder of fonts before those of the machine, in at most this many seconds."""

    fonts: Path | None
    seconds: float
    system_fonts: bool = True

    async def render(self, printed: Printed, kind: Format) -> bytes:
        """The document as a file. Raises FontsMissing, CharacterMissing, RenderingFailed (503)."""
        asked = {
            "kind": kind,
            "document": printed.as_json(),
            "fonts": None if self.fonts is None else str(self.fonts),
            "system": self.system_fonts,
        }
        try:
            async with asyncio.timeout(self.seconds):
                output = await _run(orjson.dumps(asked))
        except TimeoutError as error:
            raise RenderingFailed(seconds=self.seconds) from error
        if output.startswith(_MADE):
            return output.removeprefix(_MADE)
        raise self._problem(output)

    def _problem(self, output: bytes) -> Problem:
        if output.startswith(_REFUSED):
            refused = orjson.loads(output.removeprefix(_REFUSED))
            return FontsMissing() if refused is None else CharacterMissing(character=refused)
        return RenderingFailed(seconds=self.seconds)


async def _run(asked: bytes) -> bytes:
    async with _turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(_AT_ONCE)):
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            __name__,
            str(MAX_MEMORY_BYTES),
            cwd=_PATH,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            output, _ = await process.communicate(asked)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return output


def main(max_memory_bytes: str) -> None:
    """The rendering process: what is asked from stdin, the file or why there is none to stdout."""
    resource.setrlimit(resource.RLIMIT_AS, (int(max_memory_bytes),) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asked = orjson.loads(sys.stdin.buffer.read())
    sys.stdout.buffer.write(_rendered(asked))
    sys.stdout.buffer.flush()


def _rendered(asked: dict[str, object]) -> bytes:
    # Loaded here only: a service renders nothing itself.
    from shared.documents.rendering.fonts import NoFonts
    from shared.documents.rendering.pdf import NoGlyph, render_pdf
    from shared.documents.rendering.word import render_word

    document, folder = asked["document"], asked["fonts"]
    assert isinstance(document, dict)
    if asked["kind"] == "docx":
        return _MADE + render_word(document)
    try:
        return _MADE + render_pdf(document, None if folder is None else Path(str(folder)), system=bool(asked["system"]))
    except NoFonts:
        return _REFUSED + orjson.dumps(None)
    except NoGlyph as missing:
        return _REFUSED + orjson.dumps(str(missing))


if __name__ == "__main__":
    main(*sys.argv[1:])
