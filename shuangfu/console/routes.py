"""`/console/`: the build's files, config.json, and index.html for every other path (the routes of the front end)."""

import html
from collections.abc import Mapping

import orjson
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from shared.problems.language import Text, negotiate
from shared.problems.problems import MEDIA_TYPE, NotFound, Problem
from shared.web.reference.pages import PAGE_POLICY, prefers_html
from shuangfu.console.configuration import ConsoleSettings, configuration_for, origin_of
from shuangfu.console.files import INDEX, ServedFile, read_build
from shuangfu.identity.requests import is_loopback

IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATED = "no-cache"
_ASSETS = "assets/"
_PAGE = """<!doctype html>
<html lang="{language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title></head>
<body style="font: 16px/1.6 sans-serif; max-width: 46em; margin: 2em auto; padding: 0 1em">
<h1>{title}</h1>
<p>{detail}</p>
</body>
</html>
"""


class ConsoleNotBuilt(Problem):
    """The front end has not been built here."""

    slug, status = "console-not-built", 404
    title = Text(zh="尚未构建操作台", en="The console has not been built")
    detail = Text(
        zh="本机尚未构建操作台；请运行 make console，然后重新启动。其他接口不受影响。",
        en="The console has not been built on this machine: run `make console`, and start again. All else is served.",
    )


class ForeignHost(Problem):
    """Sign-in for trials was asked for under a name that is not this machine's own."""

    slug, status = "foreign-host", 421
    title = Text(zh="只能在本机登录", en="Sign-in on this machine only")
    detail = Text(
        zh="演示用的登录只在本机使用：请用 http://127.0.0.1 或 http://localhost 打开操作台。",
        en="Sign-in for demonstrations works on this machine only: open the console at http://127.0.0.1 or "
        "http://localhost.",
    )


def policy_for(settings: ConsoleSettings) -> str:
    """The Content-Security-Policy: this origin, and the provider's where it is another."""
    provider = None if settings.embedded else settings.provider
    there = f" {origin_of(provider)}" if provider else ""
    return (
        # The components' library writes its styles into the page; scripts are files of this origin only.
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        f"font-src 'self' data:; worker-src 'self' blob:; connect-src 'self'{there}; frame-src 'self'{there}; "
        "frame-ancestors 'self'; object-src 'none'; base-uri 'none'; form-action 'self'"
    )


class Console:
    """The console's routes, for the embedded mode and for the container behind the gateway."""

    def __init__(self, settings: ConsoleSettings) -> None:
        self._files: Mapping[str, ServedFile] | None = read_build(settings.console_build)
        self._settings = settings
        self._headers = {
            "Content-Security-Policy": policy_for(settings),
            "X-Content-Type-Options": "nosniff",
            # Within the origin alone, so that no path of a record reaches anybody.
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cache-Control": REVALIDATED,
        }

    @property
    def is_built(self) -> bool:
        """Whether there is a build to serve."""
        return self._files is not None

    def routes(self) -> list[Route]:
        """Everything below `/console`."""
        return [
            Route("/console", lambda _: RedirectResponse("/console/", 308)),
            Route("/console/config.json", self._configuration),
            Route("/console/{path:path}", self._file),
        ]

    def _configuration(self, request: Request) -> Response:
        # What names the origin must not be somebody else's name for this machine (DNS rebinding).
        if self._settings.embedded and not is_loopback(request.headers.get("host", "")):
            return _answer(request, ForeignHost())
        found = configuration_for(self._settings, f"{request.url.scheme}://{request.headers.get('host', '')}")
        return Response(orjson.dumps(found.as_json()), headers=self._headers, media_type="application/json")

    def _file(self, request: Request) -> Response:
        if self._files is None:
            return _answer(request, ConsoleNotBuilt())
        path = request.path_params["path"]
        found = self._files.get(path)
        if found is None and path.startswith(_ASSETS):
            # Of a build that is gone: a page in its place would be run as a script.
            return _answer(request, NotFound(what="file"))
        file = found or self._files[INDEX]
        cached = IMMUTABLE if path.startswith(_ASSETS) else REVALIDATED
        coding, content = file.form_for(request.headers.get("accept-encoding", ""))
        headers = {
            **self._headers,
            "Cache-Control": cached,
            "ETag": f'"{file.tag}-{coding}"',
            "Vary": "Accept-Encoding",
            **({} if coding == "identity" else {"Content-Encoding": coding}),
        }
        if headers["ETag"] in [one.strip().removeprefix("W/") for one in _asked(request)]:
            return Response(status_code=304, headers=headers)
        return Response(content, headers={**headers, "Content-Type": file.media_type})


def _asked(request: Request) -> list[str]:
    return request.headers.get("if-none-match", "").split(",")


def _answer(request: Request, problem: Problem) -> Response:
    """A page for browsers, a problem document for programs."""
    language = negotiate(request.headers.get("accept-language"))
    if prefers_html(request.headers.get("accept", "")):
        document = {key: html.escape(str(value)) for key, value in problem.document(language).items()}
        page = _PAGE.format(language=language, title=document["title"], detail=document["detail"])
        headers = {"Content-Security-Policy": PAGE_POLICY}
        return Response(page, problem.status, headers=headers, media_type="text/html")
    return Response(orjson.dumps(problem.document(language)), problem.status, media_type=MEDIA_TYPE)
