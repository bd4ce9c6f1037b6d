"""Limits of every request, and headers of every response."""

import asyncio
import re
from collections.abc import Mapping

import orjson
import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.problems.language import Text, negotiate
from shared.problems.problems import MEDIA_TYPE, Problem, Unavailable

log = structlog.get_logger(__name__)

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class BodyTooLarge(Problem):
    """The body is larger than this route accepts."""

    slug, status = "body-too-large", 413
    title = Text(zh="请求体过大", en="Body too large")
    detail = Text(zh="请求体不能超过 {limit} 字节。", en="A body has at most {limit} bytes.")


class TooLarge(HTTPException):
    """Raised while a body is read. FastAPI turns any exception there that is no HTTPException into a 400."""

    def __init__(self, limit: int) -> None:
        super().__init__(BodyTooLarge.status)
        self.limit = limit


class SecurityHeaders:
    """Sets the headers on every response, whatever produced it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


_ANY = "{}"
_EXPORT = re.compile(rb"(?:^|&)format=(?:csv|xlsx)(?:&|$)")


def is_export(scope: Scope) -> bool:
    """Whether a request asks for a list as a file, which takes longer than a page."""
    return scope["method"] == "GET" and _EXPORT.search(scope["query_string"]) is not None


class RequestLimits:
    """Limits body size and time. Paths in `streaming` have their own size limit (None: none here) and no time limit;
    one with `{}` in it stands for any segment there.

    A list as a file takes at most `export_seconds`.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        max_body_bytes: int,
        timeout_seconds: float,
        streaming: Mapping[str, int | None],
        export_seconds: float | None = None,
    ) -> None:
        self._app = app
        self._max_body_bytes = max_body_bytes
        self._timeout_seconds = timeout_seconds
        self._export_seconds = export_seconds
        self._streaming = {path: limit for path, limit in streaming.items() if _ANY not in path}
        self._patterns = [
            (re.compile(re.escape(path).replace(re.escape(_ANY), "[^/]+")), limit)
            for path, limit in streaming.items()
            if _ANY in path
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watched_send(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        path = scope["path"].removeprefix(scope.get("root_path", ""))
        seconds = self._export_seconds if is_export(scope) else self._timeout_seconds
        streams, limit = self._stream(path)
        if streams:
            seconds = None
        counted = receive if limit is None else _counting(scope, receive, limit)
        try:
            async with asyncio.timeout(seconds):
                await self._app(scope, counted, watched_send)
        except TimeoutError:
            if started:
                raise
            log.warning("request_timed_out", path=path)
            await _answer(scope, send, Unavailable())

    def _stream(self, path: str) -> tuple[bool, int | None]:
        """Whether a path is one of those in `streaming`, and the limit of its body."""
        if path in self._streaming:
            return True, self._streaming[path]
        for pattern, limit in self._patterns:
            if pattern.fullmatch(path):
                return True, limit
        return False, self._max_body_bytes


def _counting(scope: Scope, receive: Receive, limit: int) -> Receive:
    seen = 0
    declared = Headers(scope=scope).get("content-length", "0")

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit or (declared.isdigit() and int(declared) > limit):
            raise TooLarge(limit)
        return message

    return counted


async def _answer(scope: Scope, send: Send, problem: Problem) -> None:
    document = problem.document(negotiate(Headers(scope=scope).get("accept-language")))
    body = orjson.dumps(document)
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
        *((name.lower().encode(), value.encode()) for name, value in problem.headers.items()),
    ]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
