"""The reference page of a service (Redoc, served from here), and what lies at the root, as JSON or as a page."""

import html
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from shared.problems.language import Language, negotiate
from shared.web.guarded import StrictRoute

BUNDLE = "redoc.standalone.js"
_FOLDER = Path(__file__).parent
_FRAME = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
PAGE_POLICY = f"default-src 'none'; style-src 'unsafe-inline'; {_FRAME}"
REFERENCE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; connect-src 'self'; "
    f"img-src 'self' data:; font-src 'self' data:; worker-src blob:; {_FRAME}"
)
"""For the reference page alone: scripts and requests of this server only, nothing inline but styles."""

_REFERENCE = """<!doctype html>
<html lang="{language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title></head>
<body style="margin: 0">
<redoc spec-url="{root}/v1/openapi.json"></redoc>
<script src="{root}/docs/{bundle}"></script>
</body>
</html>
"""
_CONTENTS = """<!doctype html>
<html lang="{language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title></head>
<body style="font: 16px/1.6 sans-serif; max-width: 46em; margin: 2em auto; padding: 0 1em">
<h1>{title}</h1>
{parts}
</body>
</html>
"""
_NAMES: Mapping[str, Mapping[Language, str]] = {
    "shuangfu": {"zh": "双孵", "en": "Shuangfu"},
    "registry": {"zh": "登记", "en": "Registry"},
    "incubation": {"zh": "孵化组建", "en": "Incubation"},
    "evaluation": {"zh": "星级评定", "en": "Evaluation"},
    "funding": {"zh": "经费补助", "en": "Funding"},
    "docs": {"zh": "接口说明", "en": "Reference of the interface"},
    "openapi": {"zh": "接口描述（OpenAPI）", "en": "Description of the interface (OpenAPI)"},
    "asyncapi": {"zh": "事件描述（AsyncAPI）", "en": "Description of the events (AsyncAPI)"},
    "rules": {"zh": "规则（须带访问令牌）", "en": "Rules (needs a token)"},
    "me": {"zh": "当前身份（须带访问令牌）", "en": "Who one is (needs a token)"},
}


def links_of(root: str) -> dict[str, str]:
    """What a service has, by name, below its root path."""
    return {
        "docs": f"{root}/docs",
        "openapi": f"{root}/v1/openapi.json",
        "asyncapi": f"{root}/v1/asyncapi.json",
        "rules": f"{root}/v1/rules",
        "me": f"{root}/v1/me",
    }


def answer_contents(request: Request, title: str, services: Sequence[tuple[str, Mapping[str, str]]]) -> Response:
    """What is here: a page for browsers (Accept: text/html), JSON for everybody else."""
    language = negotiate(request.headers.get("accept-language"))
    headers = {"Vary": "Accept, Accept-Language"}
    if not prefers_html(request.headers.get("accept", "")):
        content = {"name": title, "services": [{"name": name, **links} for name, links in services]}
        return Response(orjson.dumps(content), headers=headers, media_type="application/json")
    parts = "\n".join(_part(name, links, language) for name, links in services)
    page = _CONTENTS.format(language=language, title=_name(title, language), parts=parts)
    return Response(page, headers={**headers, "Content-Security-Policy": PAGE_POLICY}, media_type="text/html")


def prefers_html(accept: str) -> bool:
    """Browsers name text/html; `*/*` alone is a program."""
    ranges = [part.strip().partition(";")[0].lower() for part in accept.split(",")]
    return next((one == "text/html" for one in ranges if one in ("text/html", "application/json")), False)


def _part(name: str, links: Mapping[str, str], language: Language) -> str:
    items = "".join(_item(key, link, language) for key, link in links.items())
    return f"<h2>{_name(name, language)}</h2>\n<ul>{items}</ul>"


def _name(key: str, language: Language) -> str:
    return html.escape(_NAMES.get(key, {"zh": key, "en": key})[language])


def _item(key: str, link: str, language: Language) -> str:
    return f'<li><a href="{html.escape(link)}">{_name(key, language)}</a></li>'


@cache
def _bundle() -> bytes:
    return (_FOLDER / BUNDLE).read_bytes()


def create_reference(service: str) -> APIRouter:
    """The root, the reference page and the description that it shows. They need no token."""
    router = APIRouter(route_class=StrictRoute, include_in_schema=False)

    def root_of(request: Request) -> str:
        return str(request.scope.get("root_path", "")).rstrip("/")

    @router.get("/")
    async def contents(request: Request) -> Response:
        """What the service has."""
        return answer_contents(request, service, [(service, links_of(root_of(request)))])

    @router.get("/docs")
    async def reference(request: Request) -> Response:
        """The reference page."""
        language = negotiate(request.headers.get("accept-language"))
        page = _REFERENCE.format(
            language=language, title=f"Shuangfu {service}", root=html.escape(root_of(request)), bundle=BUNDLE
        )
        return Response(page, headers={"Content-Security-Policy": REFERENCE_POLICY}, media_type="text/html")

    @router.get(f"/docs/{BUNDLE}")
    async def bundle() -> Response:
        """Redoc."""
        return Response(_bundle(), headers={"Cache-Control": "public, max-age=86400"}, media_type="text/javascript")

    @router.get("/v1/openapi.json")
    async def openapi(request: Request) -> Response:
        """The description of the service, with the path that it lies under."""
        document: dict[str, Any] = request.app.openapi()
        root = root_of(request)
        return Response(
            orjson.dumps({**document, "servers": [{"url": root}]} if root else document), media_type="application/json"
        )

    return router
