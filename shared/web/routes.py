"""What routes share: transaction, language, preconditions, pages, and the problems that they declare."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import orjson
from fastapi import Depends, Header, Query, Request, Response
from fastapi.params import Depends as Dependency
from pydantic import BaseModel, ConfigDict

from shared.db.access import NOBODY
from shared.db.session import Record, Transaction
from shared.problems.language import Language, negotiate
from shared.problems.problems import MEDIA_TYPE, BadCursor, Problem
from shared.problems.versions import Preconditions
from shared.web.description import REQUIRED

MAX_PAGE = 500


T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    """One page of a list; `next_cursor` is null at the end."""

    items: list[T]
    next_cursor: str | None


TRANSACTION = "transaction"
"""The name, in a request's state, of the transaction that it is a part of (an exported list's pages)."""


async def _transaction(request: Request) -> AsyncIterator[Transaction]:
    shared: Transaction | None = getattr(request.state, TRANSACTION, None)
    if shared is not None:
        yield shared
        return
    # Without a caller the scope is empty: a route that forgot to authenticate sees and changes nothing.
    async with request.app.state.database.transaction(getattr(request.state, "access", NOBODY)) as tx:
        yield tx


# scope="function": the commit happens before the response is sent, so that its failure becomes the response.
Tx = Annotated[Transaction, Depends(_transaction, scope="function")]


def _language(accept_language: Annotated[str | None, Header()] = None) -> Language:
    return negotiate(accept_language)


Lang = Annotated[Language, Depends(_language)]


def encode_cursor(*key: object) -> str:
    """A cursor from the last row's sort key, opaque to clients."""
    return urlsafe_b64encode(orjson.dumps(key)).decode().rstrip("=")


def decode_cursor(cursor: str | None, length: int) -> list[str] | None:
    """The sort key of a cursor, `length` strings; None without a cursor. Raises BadCursor (422)."""
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
    """The id in the cursor of a list that is sorted by id; None without a cursor. Raises BadCursor (422)."""
    key = decode_cursor(cursor, 1)
    if key is None:
        return None
    try:
        return str(UUID(key[0]))
    except ValueError as error:
        raise BadCursor from error


Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]
Cursor = Annotated[str | None, Query(max_length=512)]


def read_preconditions(request: Request) -> Preconditions:
    """The preconditions of a request; several headers of one name are one list (RFC 9110, 5.3)."""
    return Preconditions(*(", ".join(given) or None for given in map(request.headers.getlist, _PRECONDITIONS)))


_PRECONDITIONS = ("if-match", "if-none-match")


def _preconditions(
    request: Request,
    _match: Annotated[str | None, Header(alias="If-Match")] = None,
    _none_match: Annotated[str | None, Header(alias="If-None-Match")] = None,
) -> Preconditions:
    # The parameters are there for the API's document.
    return read_preconditions(request)


def _required_preconditions(
    request: Request,
    _match: Annotated[str | None, Header(alias="If-Match", json_schema_extra={REQUIRED: True})] = None,
    _none_match: Annotated[str | None, Header(alias="If-None-Match")] = None,
) -> Preconditions:
    return read_preconditions(request)


PRECONDITIONS: Dependency = Depends(_preconditions)
IfMatch = Annotated[Preconditions | None, PRECONDITIONS]
IfMatchAlways = Annotated[Preconditions | None, Depends(_required_preconditions)]
"""The preconditions of a write: what they must hold of is checked by `check_version`, under the row's lock."""


def etag(version: int) -> dict[str, str]:
    """The ETag header of a version."""
    return {"ETag": f'"{version}"'}


def answer(model: BaseModel, status: int = 200, version: int | None = None) -> Response:
    """A model as a JSON response."""
    return Response(model.model_dump_json(), status, etag(version) if version is not None else None, "application/json")


def page(rows: Sequence[Record], limit: int, show: Callable[[Record], BaseModel], *, key: str = "id") -> Response:
    """One page of a list sorted by id (or another `key`), from the rows of `page_by_id`.

    Up to `limit`, and perhaps one more, which says that there is a next page.
    """
    items = [show(row) for row in rows[:limit]]
    following = encode_cursor(str(rows[limit - 1][key])) if len(rows) > limit else None
    return answer(Page(items=items, next_cursor=following))


Responses = dict[int | str, dict[str, Any]]


def problems(*kinds: type[Problem], beside: Responses | None = None) -> Responses:
    """The `responses=` of a route: the problems that it may answer with, added to those in `beside`.

    `GuardedRoute` itself declares 401, 403 and the problems of an Idempotency-Key.
    """
    found = dict(beside or {})
    for kind in kinds:
        slugs = _slugs(found.get(kind.status))
        if kind.slug not in slugs:
            description = ", ".join([*slugs, kind.slug])
            found[kind.status] = {"description": description, "model": ProblemDocument, "content": {MEDIA_TYPE: {}}}
    return found


def merge_responses(first: Responses, second: Responses) -> Responses:
    """Both declarations; where both have a status, its problems are joined and the second's other keys win."""
    found = first | second
    for status in first.keys() & second.keys():
        slugs = dict.fromkeys([*_slugs(first[status]), *_slugs(second[status])])
        found[status] = {**first[status], **second[status], "description": ", ".join(slugs)}
    return found


def _slugs(response: dict[str, Any] | None) -> list[str]:
    return [slug for slug in (response or {}).get("description", "").split(", ") if slug]


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
