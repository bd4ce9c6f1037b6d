"""What the provider's endpoints share: who is asked, forms, answers, cookies."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from shared.problems.language import Language, negotiate
from shuangfu.identity.issuing import ALGORITHM
from shuangfu.identity.page import POLICY, refusal_page
from shuangfu.identity.requests import SCOPES, is_loopback

ROOT = "/identity"
_MOST = 16 * 1024
"""Bytes of a form at most."""


def is_here(request: Request) -> bool:
    """Whether the address names this machine."""
    return is_loopback(request.headers.get("host", ""))


def origin_of(request: Request) -> str:
    """Scheme, host and port that the caller asked."""
    return f"{request.url.scheme}://{request.headers.get('host', '')}"


def authority_of(request: Request) -> str:
    """The provider's URL for the caller."""
    return f"{origin_of(request)}{ROOT}"


def language_of(request: Request) -> Language:
    """What the client asks for, else what the browser does."""
    wanted = request.query_params.get("ui_locales") or request.headers.get("accept-language")
    return negotiate((wanted or "").replace(" ", ","))


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form; empty where it is too long or of another kind."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        return {}
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _MOST:
            return {}
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def go(where: str) -> Response:
    """A redirect that nothing keeps."""
    # 303: what was posted here is not posted there.
    return RedirectResponse(where, 303, headers={"Cache-Control": "no-store"})


def as_json(content: Mapping[str, object], status: int = 200) -> Response:
    """A JSON answer that nothing keeps."""
    return Response(orjson.dumps(content), status, headers={"Cache-Control": "no-store"}, media_type="application/json")


def refuse(why: str, request: Request) -> Response:
    """Why nothing is done, as a page."""
    headers = {"Content-Security-Policy": POLICY}
    status = 421 if why == "host" else 400
    return Response(refusal_page(why, language_of(request)), status, headers=headers, media_type="text/html")


def set_cookie(response: Response, request: Request, name: str, value: str, seconds: int | None) -> None:
    """A cookie of the provider's alone."""
    response.set_cookie(
        name, value, seconds, path=ROOT, secure=request.url.scheme == "https", httponly=True, samesite="strict"
    )


def discovered(authority: str) -> dict[str, object]:
    """The discovery document of the provider at a URL."""
    return {
        "issuer": authority,
        "authorization_endpoint": f"{authority}/authorize",
        "token_endpoint": f"{authority}/token",
        "jwks_uri": f"{authority}/jwks",
        "end_session_endpoint": f"{authority}/end-session",
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "token_endpoint_auth_methods_supported": ["none"],
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "select_account"],
        "scopes_supported": list(SCOPES),
        "claims_supported": ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "name", "roles"],
        "ui_locales_supported": ["zh-CN", "en"],
        "authorization_response_iss_parameter_supported": True,
    }
