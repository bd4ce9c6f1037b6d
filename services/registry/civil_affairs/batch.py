"""A stream of NDJSON lines in, a stream of results out, saved a chunk at a time."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import orjson
import structlog
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from services.registry.civil_affairs.reading import read_registration
from services.registry.organizations import actions
from services.registry.organizations.errors import StaleRegistration
from services.registry.organizations.rules import Effect
from services.registry.organizations.schemas import Registration
from shared.db.access import Access
from shared.db.base import utc_now
from shared.db.errors import is_transient, lost_to_another
from shared.db.session import Database
from shared.web.identity import OutsideScope, check_reach
from shared.web.language import Language, Text
from shared.web.problems import FieldError, InvalidInput, Problem, Unavailable

log = structlog.get_logger(__name__)

CHUNK_LINES = 1000
ATTEMPTS = 3
MAX_LINE_BYTES = 64 * 1024
_TOO_LONG = Text(zh="一行不能超过 {limit} 字节。", en="A line has at most {limit} bytes.")


@dataclass(slots=True)
class _Line:
    """A line of the input, and what became of it."""

    number: int
    uscc: str | None
    registration: Registration | None
    problem: Problem | None = None
    status: int = 0


class BatchResponse(StreamingResponse):
    """An answer that is written while the request is still read.

    Starlette's own would wait for the client's going on the same `receive` and so swallow the body.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """ASGI. A client that goes before its last line has had its complete chunks saved."""
        with suppress(ClientDisconnect):
            await self.stream_response(send)


async def answer_batch(
    body: AsyncIterable[bytes], database: Database, access: Access, *, allow_sample_codes: bool, language: Language
) -> AsyncIterator[bytes]:
    """Results as they come. Reading goes on while a client does not take results yet: it may first send all."""
    results: asyncio.Queue[bytes | None] = asyncio.Queue()

    async def work() -> None:
        try:
            async for chunk in _chunks(body, access, allow_sample_codes=allow_sample_codes):
                await _save(database, access, chunk)
                results.put_nowait(b"".join(_render(line, language) for line in chunk))
        finally:
            results.put_nowait(None)

    task = asyncio.create_task(work())
    try:
        while (part := await results.get()) is not None:
            yield part
        await task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _chunks(
    body: AsyncIterable[bytes], access: Access, *, allow_sample_codes: bool
) -> AsyncIterator[list[_Line]]:
    chunk: list[_Line] = []
    number = 0
    async for raw in _lines(body):
        number += 1
        if raw is not None and not raw.strip():
            continue
        chunk.append(_read(number, raw, access, allow_sample_codes=allow_sample_codes))
        if len(chunk) >= CHUNK_LINES:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


async def _lines(body: AsyncIterable[bytes]) -> AsyncIterator[bytes | None]:
    """Lines of a byte stream; None stands for one that is too long to be kept."""
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


def _read(number: int, raw: bytes | None, access: Access, *, allow_sample_codes: bool) -> _Line:
    if raw is None:
        return _Line(number, None, None, InvalidInput([FieldError("", _TOO_LONG, (("limit", MAX_LINE_BYTES),))]))
    try:
        registration = read_registration(raw, allow_sample_codes=allow_sample_codes)
        check_reach(access, registration.division)
    except (InvalidInput, OutsideScope) as problem:
        return _Line(number, _code_of(raw), None, problem)
    return _Line(number, registration.uscc, registration)


def _code_of(raw: bytes) -> str | None:
    """The code that a refused line names, so that its sender finds it again."""
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
        # The whole chunk was rolled back; its lines are told so and can be sent again.
        log.error("batch_chunk_failed", lines=len(lines), error=type(error).__name__, exc_info=error)
        for line in lines:
            line.problem = Unavailable() if is_transient(error) else Problem()
        return
    for line, result in zip(lines, results, strict=True):
        if result.effect is Effect.HIDDEN:
            line.problem = OutsideScope(division=result.organization["uscc"][2:8])
        elif result.effect is Effect.STALE and line.registration is not None:
            line.problem = StaleRegistration(
                stored_as_of=result.organization["as_of"].isoformat(), as_of=line.registration.as_of.isoformat()
            )
        else:
            line.status = 201 if result.effect is Effect.NEW else 200


async def _register(
    database: Database, access: Access, registrations: Sequence[Registration]
) -> list[actions.Registered]:
    """One transaction; again where it lost: batches that meet in several divisions may lock them in two orders."""
    for attempt in range(ATTEMPTS):
        try:
            async with database.transaction(access) as tx:
                return await actions.register(tx, registrations, utc_now()) if registrations else []
        except Exception as error:
            if attempt + 1 == ATTEMPTS or not lost_to_another(error):
                raise
            log.warning("batch_chunk_lost", lines=len(registrations), attempt=attempt + 1)
    raise AssertionError("the last attempt returns or raises")


def _render(line: _Line, language: Language) -> bytes:
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
