"""A stream of NDJSON lines in, a stream of results out, saved a chunk at a time."""

import asyncio
import time
from collections.abc import AsyncIterable, AsyncIterator, Iterator, Sequence
from dataclasses import dataclass

import orjson
import structlog

from services.registry.civil_affairs import registering as actions
from services.registry.civil_affairs.reading import read_registration
from services.registry.civil_affairs.results import Results
from services.registry.organizations.rules import Effect
from services.registry.organizations.schemas import Registration
from shared.db.access import Access
from shared.db.base import utc_now
from shared.db.errors import is_transient, lost_to_another
from shared.db.session import Database
from shared.problems.access import OutsideScope, Unauthenticated, check_reach
from shared.problems.language import Language, Text
from shared.problems.problems import FieldError, InvalidInput, Problem, Unavailable

log = structlog.get_logger(__name__)

CHUNK_LINES = 1000
CHUNK_BYTES = 4 * 1024 * 1024
"""Bounds a chunk whose lines are close to the maximum length."""
ATTEMPTS = 3
MAX_LINE_BYTES = 64 * 1024
MAX_ERRORS = 20
"""The errors reported for one line, which can have thousands of unknown fields."""
PART_BYTES = 64 * 1024
_LINES_AT_A_TIME = 20
_TOO_LONG = Text(zh="一行不能超过 {limit} 字节。", en="A line has at most {limit} bytes.")


@dataclass(slots=True)
class _Line:
    """A line of the input and its result."""

    number: int
    uscc: str | None
    registration: Registration | None
    problem: Problem | None = None
    status: int = 0


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends the lines, and how they are read."""

    access: Access
    expires_at: float
    """When the token expires, in seconds since 1970."""
    allow_sample_codes: bool
    language: Language


async def answer_batch(body: AsyncIterable[bytes], database: Database, sender: Sender, results: Results) -> None:
    """Put a result for each line. A stream may outlive its token: the first chunk after it expired is the last.

    Raises ResultsNotTaken.
    """
    async for chunk in _chunks(body, sender):
        expired = time.time() >= sender.expires_at
        if expired:
            for line in chunk:
                line.problem = Unauthenticated()
        else:
            await _save(database, sender.access, chunk)
        for part in _render(chunk, sender.language):
            await results.put(part)
        if expired:
            break
    await results.end()


async def _chunks(body: AsyncIterable[bytes], sender: Sender) -> AsyncIterator[list[_Line]]:
    chunk: list[_Line] = []
    number = size = 0
    async for raw in _lines(body):
        number += 1
        if raw is not None and not raw.strip():
            continue
        chunk.append(_read(number, raw, sender))
        if number % _LINES_AT_A_TIME == 0:
            await asyncio.sleep(0)  # other requests come in between
        size += len(raw or b"")
        if len(chunk) >= CHUNK_LINES or size >= CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


async def _lines(body: AsyncIterable[bytes]) -> AsyncIterator[bytes | None]:
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


def _read(number: int, raw: bytes | None, sender: Sender) -> _Line:
    if raw is None:
        return _Line(number, None, None, InvalidInput([FieldError("", _TOO_LONG, (("limit", MAX_LINE_BYTES),))]))
    try:
        registration = read_registration(raw, allow_sample_codes=sender.allow_sample_codes)
        check_reach(sender.access, registration.division)
    except (InvalidInput, OutsideScope) as problem:
        # `count` still reports the number of all errors.
        problem.errors = problem.errors[:MAX_ERRORS]
        return _Line(number, _code_of(raw), None, problem.without_chain())
    return _Line(number, registration.uscc, registration)


def _code_of(raw: bytes) -> str | None:
    """The code in a refused line, so that its sender can identify it."""
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    code = found.get("uscc") if isinstance(found, dict) else None
    return code if isinstance(code, str) else None


async def _save(database: Database, access: Access, chunk: Sequence[_Line]) -> None:
    lines = [line for line in chunk if line.registration is not None]
    registrations = [line.registration for line in lines if line.registration is not None]
    try:
        results = await _register(database, access, registrations)
    except Exception as error:
        # The whole chunk was rolled back: each of its lines reports a problem and can be sent again.
        log.error("batch_chunk_failed", lines=len(lines), error=type(error).__name__, exc_info=error)
        for line in lines:
            line.problem = Unavailable() if is_transient(error) else Problem()
        return
    for line, registration, result in zip(lines, registrations, results, strict=True):
        line.problem = actions.refusal_of(registration, result)
        line.status = 201 if result.effect is Effect.NEW else 200


async def _register(
    database: Database, access: Access, registrations: Sequence[Registration]
) -> list[actions.Registered]:
    """One transaction, retried after a deadlock: two batches may lock the divisions they share in opposite orders."""
    for attempt in range(ATTEMPTS):
        try:
            async with database.transaction(access) as tx:
                return await actions.register(tx, registrations, utc_now()) if registrations else []
        except Exception as error:
            if attempt + 1 == ATTEMPTS or not lost_to_another(error):
                raise
            log.warning("batch_chunk_lost", lines=len(registrations), attempt=attempt + 1)
    raise AssertionError("the last attempt returns or raises")


def _render(chunk: Sequence[_Line], language: Language) -> Iterator[bytes]:
    """The chunk's results as NDJSON, in parts of about `PART_BYTES`."""
    lines: list[bytes] = []
    size = 0
    for line in chunk:
        lines.append(_render_line(line, language))
        size += len(lines[-1])
        if size >= PART_BYTES:
            yield b"".join(lines)
            lines, size = [], 0
    if lines:
        yield b"".join(lines)


def _render_line(line: _Line, language: Language) -> bytes:
    problem = line.problem
    return orjson.dumps(
        {
            "line": line.number,
            "uscc": line.uscc,
            "status": problem.status if problem else line.status,
            "problem": problem.document(language) if problem else None,
        },
        option=orjson.OPT_APPEND_NEWLINE,
    )
