"""What a route asks for: the transaction, the language, preconditions, pages."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import orjson
from fastapi import Depends, Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from shared.db.access import NOBODY
from shared.db.session import Transaction
from shared.problems.language import Language, negotiate
from shared.problems.problems import BadCursor, PreconditionFailed, PreconditionRequired

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
