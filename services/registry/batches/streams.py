"""A stream of NDJSON lines in, a stream of results out, saved a chunk at a time; whatever the lines are records of."""

import asyncio
import time
from collections.abc import AsyncIterable, AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic

import orjson
import structlog

from services.registry.batches.lines import MAX_LINE_BYTES, split_lines
from services.registry.batches.results import Results
from services.registry.batches.taking import Checked, Item, Outcome, Records, Remark
from shared.db.access import Access
from shared.db.errors import is_transient, lost_to_another
from shared.db.session import Database
from shared.problems.access import OutsideScope, Unauthenticated
from shared.problems.language import Language, Text
from shared.problems.problems import FieldError, InvalidInput, Problem, Unavailable

log = structlog.get_logger(__name__)

CHUNK_LINES = 1000
CHUNK_BYTES = 4 * 1024 * 1024
"""Bounds a chunk whose lines are close to the maximum length."""
ATTEMPTS = 3
MAX_ERRORS = 20
"""The errors reported for one line, which can have thousands of unknown fields."""
PART_BYTES = 64 * 1024
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LINES_AT_A_TIME = 20
_TOO_LONG = Text(zh="一行不能超过 {limit} 字节。", en="A line has at most {limit} bytes.")


@dataclass(slots=True)
class Line(Generic[Item]):
    """A line of the input and its result."""

    number: int
    named: dict[str, object]
    """The fields that name the record, as far as they can be read."""
    checked: Checked[Item] | None
    problem: Problem | None = None
    status: int = 0
    remarks: Sequence[Remark] = ()
    """What became of it that a person should look at."""
    doubtful: bytes | None = None
    """The line's text, where it may be read otherwise once what is stored is known."""


@dataclass(frozen=True, slots=True)
class Sender(Generic[Item]):
    """Who sends the lines, and what they are."""

    access: Access
    expires_at: float
    """When the token expires, in seconds since 1970."""
    language: Language
    records: Records[Item] = field(repr=False)


async def answer_batch(body: AsyncIterable[bytes], database: Database, sender: Sender[Item], results: Results) -> None:
    """Put a result for each line. A stream may outlive its token: the first chunk after it expired is the last.

    Raises ResultsNotTaken.
    """
    async for chunk in _chunks(results.watch(body), sender):
        expired = time.time() >= sender.expires_at
        if expired:
            for line in chunk:
                line.problem = Unauthenticated()
        else:
            await _save(database, sender, chunk)
        for part in _render(chunk, sender):
            await results.put(part)
        if expired:
            break
    await results.end()


async def _chunks(body: AsyncIterable[bytes], sender: Sender[Item]) -> AsyncIterator[list[Line[Item]]]:
    chunk: list[Line[Item]] = []
    number = size = 0
    sender.records.begin()
    async for line in split_lines(body):
        number += 1
        raw = line.removeprefix(_BYTE_ORDER_MARK) if line is not None and number == 1 else line
        if raw is not None and not raw.strip():
            continue
        chunk.append(_read(number, raw, sender))
        if number % _LINES_AT_A_TIME == 0:
            await asyncio.sleep(0)  # other requests come in between
        size += len(raw or b"")
        if len(chunk) >= CHUNK_LINES or size >= CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
            sender.records.begin()
    if chunk:
        yield chunk


def _read(number: int, raw: bytes | None, sender: Sender[Item]) -> Line[Item]:
    if raw is None:
        return Line(number, {}, None, InvalidInput([FieldError("", _TOO_LONG, (("limit", MAX_LINE_BYTES),))]))
    try:
        checked = sender.records.read(raw)
        checked.check_reach(sender.access)
    except (InvalidInput, OutsideScope) as problem:
        # `count` still reports the number of all errors.
        problem.errors = problem.errors[:MAX_ERRORS]
        named = _named(raw, sender.records)
        key = named.get(sender.records.key)
        doubtful = isinstance(problem, InvalidInput) and isinstance(key, str) and sender.records.doubts(key)
        return Line(number, named, None, problem.without_chain(), doubtful=raw if doubtful else None)
    beside = {name: getattr(checked.item, name) for name in sender.records.beside}
    return Line(number, {sender.records.key: checked.key, **beside}, checked)


def _named(raw: bytes, records: Records[Item]) -> dict[str, object]:
    """What names the record in a refused line, so that its sender can identify it."""
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return {}
    if not isinstance(found, dict):
        return {}
    key = found.get(records.key)
    named: dict[str, object] = {records.key: key} if isinstance(key, str) else {}
    beside = {name: found.get(name) for name in records.beside}
    return named | {name: value for name, value in beside.items() if type(value) is records.beside[name]}


async def _read_again(database: Database, sender: Sender[Item], chunk: Sequence[Line[Item]]) -> None:
    """Read doubtful lines again where what is stored says so."""
    doubtful = [(str(line.named[sender.records.key]), line) for line in chunk if line.doubtful is not None]
    if not doubtful:
        return
    async with database.transaction(sender.access) as tx:
        await sender.records.resolve(tx, [key for key, _ in doubtful])
    for key, line in doubtful:
        if sender.records.resolved(key):
            again = _read(line.number, line.doubtful, sender)
            line.named, line.checked, line.problem = again.named, again.checked, again.problem


async def _save(database: Database, sender: Sender[Item], chunk: Sequence[Line[Item]]) -> None:
    lines: list[Line[Item]] = []
    try:
        await _read_again(database, sender, chunk)
        lines = [line for line in chunk if line.checked is not None]
        outcomes = await _take_in(database, sender, [line.checked.item for line in lines if line.checked is not None])
    except Exception as error:
        # The whole chunk was rolled back: each of its lines reports a problem and can be sent again.
        log.error("batch_chunk_failed", lines=len(lines), error=type(error).__name__, exc_info=error)
        for line in lines or chunk:
            line.problem = Unavailable() if is_transient(error) else Problem()
        return
    for line, outcome in zip(lines, outcomes, strict=True):
        line.problem, line.remarks = outcome.problem, outcome.warnings
        line.status = 201 if outcome.effect == "created" else 200


async def _take_in(database: Database, sender: Sender[Item], items: Sequence[Item]) -> list[Outcome]:
    """One transaction, retried after a deadlock: two batches may lock the divisions they share in opposite orders."""
    for attempt in range(ATTEMPTS):
        try:
            async with database.transaction(sender.access) as tx:
                return await sender.records.take_in(tx, items) if items else []
        except Exception as error:
            if attempt + 1 == ATTEMPTS or not lost_to_another(error):
                raise
            log.warning("batch_chunk_lost", lines=len(items), attempt=attempt + 1)
    raise AssertionError("the last attempt returns or raises")


def _render(chunk: Sequence[Line[Item]], sender: Sender[Item]) -> Iterator[bytes]:
    """The chunk's results as NDJSON, in parts of about `PART_BYTES`."""
    lines: list[bytes] = []
    size = 0
    for line in chunk:
        lines.append(_render_line(line, sender))
        size += len(lines[-1])
        if size >= PART_BYTES:
            yield b"".join(lines)
            lines, size = [], 0
    if lines:
        yield b"".join(lines)


def _render_line(line: Line[Item], sender: Sender[Item]) -> bytes:
    problem = line.problem
    shown: dict[str, Any] = {
        "line": line.number,
        **{name: line.named.get(name) for name in (sender.records.key, *sender.records.beside)},
        "status": problem.status if problem else line.status,
        "problem": problem.document(sender.language) if problem else None,
    }
    if line.checked is not None and (line.checked.warnings or line.remarks):
        warnings = (*line.checked.warnings, *line.remarks)
        shown["warnings"] = [warned.document(sender.language) for warned in warnings]
    return orjson.dumps(shown, option=orjson.OPT_APPEND_NEWLINE)
