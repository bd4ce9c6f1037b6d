"""Every error as a problem document: our own problems, the framework's errors, the database's."""

import asyncpg
import orjson
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from shared.db.errors import DRIVER_ERRORS, is_transient
from shared.problems.access import OutsideScope
from shared.problems.language import Text, negotiate
from shared.problems.problems import MAX_ERRORS, MEDIA_TYPE, FieldError, InvalidInput, NotFound, Problem, Unavailable
from shared.problems.validation import field_errors
from shared.web.wire.bodies import not_json
from shared.web.wire.limits import HEADERS, BodyTooLarge, TooLarge

log = structlog.get_logger(__name__)


class _HttpProblem(Problem):
    """An error of the framework itself, in our form."""

    slug = "http-error"
    title = Text(zh="请求无法处理", en="The request cannot be handled")
    detail = Text(zh="状态码 {code}。", en="Status {code}.")


def answer_errors(app: FastAPI) -> None:
    """Register the exception handlers of an app."""
    app.add_exception_handler(Problem, _on_problem)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _on_invalid)  # type: ignore[arg-type]
    app.add_exception_handler(TooLarge, _on_too_large)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, answer_http_error)  # type: ignore[arg-type]
    # Registered by class as well: the handler of plain Exception answers outside every middleware, and re-raises.
    for kind in (DBAPIError, PoolTimeout, *DRIVER_ERRORS):
        app.add_exception_handler(kind, answer_unforeseen)
    app.add_exception_handler(Exception, answer_unforeseen)


def respond(request: Request, problem: Problem, status: int | None = None) -> Response:
    """The answer that a problem is."""
    document = problem.document(negotiate(request.headers.get("accept-language")))
    if status is not None:
        document["status"] = status
    headers = HEADERS | problem.headers
    request_id = request.scope.get("state", {}).get("request_id")
    if request_id:
        headers["X-Request-Id"] = request_id
    return Response(orjson.dumps(document, default=str), status or problem.status, headers, media_type=MEDIA_TYPE)


async def _on_problem(request: Request, problem: Problem) -> Response:
    return respond(request, problem)


_NO_OBJECT = frozenset({"model_attributes_type", "model_type", "dict_type", "list_type"})


async def _on_invalid(request: Request, error: RequestValidationError) -> Response:
    found = error.errors()
    # FastAPI reads as JSON what says that it is; of another body it says only that bytes are no object.
    first = found[0] if found else {}
    if first.get("loc") == ("body",) and first["type"] in _NO_OBJECT and isinstance(first.get("input"), bytes):
        return respond(request, not_json())
    # FastAPI's location begins with the part of the request; a pointer begins inside the body.
    errors = [
        one
        for item in found[:MAX_ERRORS]
        for one in field_errors([item], drop=1 if item["loc"] and item["loc"][0] == "body" else 0)
    ]
    return respond(request, InvalidInput(errors, count=len(found)))


async def _on_too_large(request: Request, error: TooLarge) -> Response:
    problem = BodyTooLarge(limit=error.limit)
    problem.headers = {"Connection": "close"}  # the rest of the body stays unread
    return respond(request, problem)


_UNREADABLE = 400
"""FastAPI's status for a body that it cannot decode: invalid UTF-8, no form."""
_UNREADABLE_BODY = Text(zh="请求体无法读取。", en="The body cannot be read.")


_NOT_ALLOWED = 405
_WRONG_METHOD = Text(
    zh="这一地址不接受 {method} 请求，可用的方法：{allowed}。",
    en="This path does not take {method}; it takes: {allowed}.",
)
_NO_SUCH_PATH = Text(zh="没有“{what}”这一地址。", en="There is nothing at '{what}'.")


async def answer_http_error(request: Request, error: HTTPException) -> Response:
    if error.status_code == NotFound.status:
        problem: Problem = NotFound(what=request.url.path)
        problem.detail = _NO_SUCH_PATH
        return respond(request, problem)
    if error.status_code == _UNREADABLE:
        return respond(request, InvalidInput([FieldError("", _UNREADABLE_BODY)]))
    headers = dict(error.headers or {})
    problem = _HttpProblem(code=error.status_code)
    if error.status_code == _NOT_ALLOWED:
        problem = _HttpProblem(code=_NOT_ALLOWED, method=request.method[:20], allowed=headers.get("Allow", ""))
        problem.detail = _WRONG_METHOD
    problem.headers = headers
    return respond(request, problem, error.status_code)


async def answer_unforeseen(request: Request, error: Exception) -> Response:
    if _is_unstorable_text(error):
        return respond(request, InvalidInput([FieldError("", _UNSTORABLE)]))
    if _sqlstate(error) == _OUTSIDE_POLICY:
        # The database decides last: a row that its policy refuses is outside the caller's divisions.
        return respond(request, OutsideScope(division="?"))
    if is_transient(error):
        log.warning("database_unavailable", path=request.url.path, error=type(error).__name__)
        return respond(request, Unavailable())
    names = request.scope.get("state", {}).get("log_fields", {})
    log.error("request_failed", **names, path=request.url.path, error=type(error).__name__, exc_info=error)
    return respond(request, Problem())


_UNSTORABLE = Text(
    zh="文本中有不能存储的字符（NUL 或残缺的编码）。", en="A text holds a character that cannot be stored."
)


def _is_unstorable_text(error: Exception) -> bool:
    """NUL in text (22021, 22P05) passes JSON and Pydantic; only PostgreSQL refuses it."""
    if isinstance(error, asyncpg.DataError) and "surrogates" in str(error):
        return True
    return _sqlstate(error) in ("22021", "22P05")


def _sqlstate(error: Exception) -> str | None:
    """PostgreSQL's code, whether the error is the driver's own or SQLAlchemy's around it."""
    found: str | None = getattr(getattr(error, "orig", error), "sqlstate", None)
    return found


_OUTSIDE_POLICY = "42501"
