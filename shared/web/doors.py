"""What a route asks for: the transaction, the language, idempotency, preconditions, pages."""

import hashlib
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import orjson
from fastapi import Depends, Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import text

from shared.db.access import NOBODY
from shared.db.session import Transaction
from shared.web.language import Language, negotiate
from shared.web.problems import (
    BadCursor,
    IdempotencyKeyInFlight,
    IdempotencyKeyRequired,
    IdempotencyKeyReused,
    PreconditionFailed,
    PreconditionRequired,
)

MAX_PAGE = 500


class Body(BaseModel):
    """Base of what clients send: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class Note(Body):
    """A decision's optional note."""

    note: Annotated[str | None, Field(max_length=2000)] = None


T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    """One page of a list; `next_cursor` is null at the end."""

    items: list[T]
    next_cursor: str | None


async def _transaction(request: Request) -> AsyncIterator[Transaction]:
    # Without a caller the scope is empty: a route that forgot to ask sees and changes nothing.
    async with request.app.state.database.transaction(getattr(request.state, "access", NOBODY)) as tx:
        yield tx


# scope="function": the commit happens before the response leaves, and its failure is the response.
Tx = Annotated[Transaction, Depends(_transaction, scope="function")]


def _language(accept_language: Annotated[str | None, Header()] = None) -> Language:
    return negotiate(accept_language)


Lang = Annotated[Language, Depends(_language)]


def encode_cursor(*key: object) -> str:
    """The last row's sort key, opaque to clients."""
    return urlsafe_b64encode(orjson.dumps(key)).decode().rstrip("=")


def decode_cursor(cursor: str | None, length: int) -> list[str] | None:
    """The sort key of a cursor. Raises BadCursor."""
    if cursor is None:
        return None
    try:
        key = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError as error:
        raise BadCursor from error
    if not isinstance(key, list) or len(key) != length or not all(isinstance(part, str) for part in key):
        raise BadCursor
    return key


def decode_id_cursor(cursor: str | None) -> str | None:
    """The id in a cursor of a list that is sorted by id. Raises BadCursor."""
    key = decode_cursor(cursor, 1)
    if key is None:
        return None
    try:
        return str(UUID(key[0]))
    except ValueError as error:
        raise BadCursor from error


Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]
Cursor = Annotated[str | None, Query(max_length=512)]


def _if_match(if_match: Annotated[str | None, Header()] = None) -> str | None:
    return if_match


IfMatch = Annotated[str | None, Depends(_if_match)]


def check_version(if_match: str | None, current: int, *, required: bool = False) -> None:
    """Raises PreconditionFailed (412) for another version, PreconditionRequired (428) when it must be named."""
    if if_match is None:
        if required:
            raise PreconditionRequired
        return
    tags = [tag.strip().removeprefix("W/").strip('"') for tag in if_match.split(",")]
    if "*" not in tags and str(current) not in tags:
        raise PreconditionFailed(current=current)


def etag(version: int) -> dict[str, str]:
    """The ETag header of a version."""
    return {"ETag": f'"{version}"'}


def answer(model: BaseModel, status: int = 200, version: int | None = None) -> Response:
    """A model as a JSON response."""
    return Response(model.model_dump_json(), status, etag(version) if version is not None else None, "application/json")


class Once:
    """Idempotency: the first request with a key runs, and its response is stored in the same transaction.

    A repeat gets the stored response; the same key with other content is refused (422), and so is one whose
    first request is still under way (409).
    """

    def __init__(self, tx: Transaction, request: Request, key: str | None, body: bytes) -> None:
        self._tx = tx
        self._key = key
        self._route = f"{request.method} {request.url.path}"
        self._hash = hashlib.sha256(self._route.encode() + b"\0" + body).hexdigest()
        self._caller = tx.access.actor

    async def __call__(self, run: Callable[[], Awaitable[Response]], *, required: bool = False) -> Response:
        """Run, or answer from what is stored. Raises IdempotencyKeyRequired (400) where one must come."""
        if self._key is None:
            if required:
                raise IdempotencyKeyRequired
            return await run()
        lock = zlib.crc32(f"{self._caller}\0{self._key}".encode())
        if not await self._tx.scalar(text("SELECT pg_try_advisory_xact_lock(1751, :key)"), {"key": lock - 2**31}):
            raise IdempotencyKeyInFlight
        stored = await self._tx.row(
            text("SELECT request_hash, status, headers, body FROM idempotency_keys WHERE caller = :c AND key = :k"),
            {"c": self._caller, "k": self._key},
        )
        if stored is not None:
            if stored.request_hash != self._hash:
                raise IdempotencyKeyReused
            return Response(bytes(stored.body), stored.status, stored.headers | {"Idempotent-Replayed": "true"})
        response = await run()
        kept = {name: value for name, value in response.headers.items() if name != "content-length"}
        await self._tx.execute(
            text(
                "INSERT INTO idempotency_keys (caller, key, route, request_hash, status, headers, body) "
                "VALUES (:caller, :key, :route, :hash, :status, CAST(:headers AS jsonb), :body)"
            ),
            {
                "caller": self._caller,
                "key": self._key,
                "route": self._route,
                "hash": self._hash,
                "status": response.status_code,
                "headers": orjson.dumps(kept).decode(),
                "body": bytes(response.body),
            },
        )
        return response


async def _once(
    tx: Tx,
    request: Request,
    idempotency_key: Annotated[str | None, Header(max_length=255)] = None,
) -> Once:
    return Once(tx, request, idempotency_key, await request.body())


OnceOnly = Annotated[Once, Depends(_once)]

IDEMPOTENCY_TABLE_V1 = """
CREATE TABLE idempotency_keys (
    caller text NOT NULL,
    key text NOT NULL,
    route text NOT NULL,
    request_hash text NOT NULL,
    status integer NOT NULL,
    headers jsonb NOT NULL,
    body bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_idempotency_keys PRIMARY KEY (caller, key)
);
"""


def problems(*kinds: type[Any]) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route: which problems it may answer with."""
    found: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        slugs: Sequence[str] = found.get(kind.status, {}).get("slugs", ())
        names = [*slugs, kind.slug]
        found[kind.status] = {"slugs": names, "description": ", ".join(names), "model": ProblemDocument}
    for response in found.values():
        response.pop("slugs")
        response["content"] = {"application/problem+json": {}}
    return found


class FieldErrorDocument(BaseModel):
    """What is wrong with one field."""

    pointer: str
    detail: str


class ProblemDocument(BaseModel):
    """RFC 9457."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldErrorDocument]
