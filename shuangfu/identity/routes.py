"""The provider's endpoints below `/identity/`, for a browser on this machine."""

import secrets
import time
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

import orjson
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from shared.problems.language import Language, negotiate
from shuangfu.identity.grants import Grant, Grants, InvalidGrant
from shuangfu.identity.issuing import ALGORITHM, Issuer
from shuangfu.identity.page import POLICY, refusal_page, seats_page
from shuangfu.identity.requests import SCOPES, Asked, Refused, check_redirect, is_loopback, read
from shuangfu.identity.seats import FindUnits, Held, Seat, Seats

ROOT = "/identity"
ACCESS_SECONDS = 900
IDENTITY_SECONDS = 900
SEAT_SECONDS = 30 * 24 * 3600
_SEAT, _FORM = "shuangfu_seat", "shuangfu_form"
_MOST = 16 * 1024
"""Bytes of a form at most."""
_OWN = ("seat", "form_token")


class Provider:
    """OIDC for the seats of an example: authorization code with PKCE, for one public client on the same origin."""

    def __init__(self, issuer: Issuer, seats: Seats, client: str, find_units: FindUnits) -> None:
        self._issuer = issuer
        self._seats = seats
        self._client = client
        self._find_units = find_units
        self._grants = Grants()

    def routes(self) -> list[Route]:
        """Everything below `/identity`."""
        return [
            Route(f"{ROOT}/.well-known/openid-configuration", self._discovery),
            Route(f"{ROOT}/jwks", self._jwks),
            Route(f"{ROOT}/authorize", self._authorize, methods=["GET", "POST"]),
            Route(f"{ROOT}/token", self._token, methods=["POST"]),
            Route(f"{ROOT}/end-session", self._end, methods=["GET", "POST"]),
        ]

    def _discovery(self, request: Request) -> Response:
        if not _is_here(request):
            return _page("host", request)
        authority = _authority(request)
        return _json(
            {
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
        )

    def _jwks(self, request: Request) -> Response:
        return _json(self._issuer.jwks) if _is_here(request) else _page("host", request)

    async def _authorize(self, request: Request) -> Response:
        if request.method == "POST":
            return await self._choose(request)
        given = dict(request.query_params)
        asked = self._read(request, given)
        if isinstance(asked, Response):
            return asked
        authority = _authority(request)
        if asked.fault:
            return _go(asked.back(authority, error=asked.fault))
        held = None
        if not asked.prompts & {"login", "select_account", "consent"}:
            seat = self._seats.find(request.cookies.get(_SEAT, ""))
            held = await self._hold(seat) if seat else None
        if held is not None:
            return self._promise(request, asked, held)
        if "none" in asked.prompts:
            return _go(asked.back(authority, error="login_required"))
        return self._offer(request, given)

    async def _choose(self, request: Request) -> Response:
        given = await _form(request)
        token = request.cookies.get(_FORM, "")
        # A page of elsewhere can neither read this form's token nor send its cookie (SameSite=Strict).
        if not token or not secrets.compare_digest(token.encode(), given.get("form_token", "").encode()):
            return _page("form", request)
        asked = self._read(request, given)
        if isinstance(asked, Response):
            return asked
        seat = self._seats.find(given.get("seat", ""))
        if asked.fault or seat is None:
            return _page("form", request)
        held = await self._hold(seat)
        if held is None:
            return self._offer(request, given, empty=seat)
        response = self._promise(request, asked, held)
        _set_cookie(response, request, _SEAT, seat.key, SEAT_SECONDS)
        return response

    async def _token(self, request: Request) -> Response:
        if not _is_here(request):
            return _page("host", request)
        given, now = await _form(request), time.time()
        if given.get("client_id") != self._client:
            return _json({"error": "invalid_client"}, 401)
        try:
            match given.get("grant_type"):
                case "authorization_code":
                    verifier, uri = given.get("code_verifier", ""), given.get("redirect_uri", "")
                    grant = self._grants.redeem(given.get("code", ""), self._client, uri, verifier, now)
                    refresh = self._grants.refreshing(grant, now)
                case "refresh_token":
                    grant, refresh = self._grants.refresh(given.get("refresh_token", ""), self._client, now)
                case _:
                    return _json({"error": "unsupported_grant_type"}, 400)
        except InvalidGrant:
            return _json({"error": "invalid_grant"}, 400)
        return _json(self._tokens(grant, refresh))

    async def _end(self, request: Request) -> Response:
        """Sign out: who holds no id_token of the console's (a page of elsewhere) signs nobody out."""
        if not _is_here(request):
            return _page("host", request)
        given = dict(request.query_params) if request.method == "GET" else await _form(request)
        uri = given.get("post_logout_redirect_uri", f"{_origin(request)}/console/")
        try:
            check_redirect(uri, _origin(request))
        except Refused as error:
            return _page(str(error), request)
        if not self._issuer.was_identified(given.get("id_token_hint", ""), self._client):
            return _page("form", request)
        seat = self._seats.find(request.cookies.get(_SEAT, ""))
        if seat is not None:
            self._grants.end(seat.sub)
        response = _go(f"{uri}?{urlencode({'state': given['state']})}" if "state" in given else uri)
        response.delete_cookie(_SEAT, path=ROOT)
        return response

    def _read(self, request: Request, given: Mapping[str, str]) -> Asked | Response:
        if not _is_here(request):
            return _page("host", request)
        try:
            return read(given, self._client, _origin(request))
        except Refused as error:
            return _page(str(error), request)

    def _offer(self, request: Request, given: Mapping[str, str], *, empty: Seat | None = None) -> Response:
        token = request.cookies.get(_FORM) or secrets.token_urlsafe(24)
        hidden = {name: value for name, value in given.items() if name not in (*_OWN, "prompt")}
        page = seats_page(self._seats.seats, {**hidden, "form_token": token}, _language(request), empty=empty)
        response = Response(page, headers={"Content-Security-Policy": POLICY}, media_type="text/html")
        _set_cookie(response, request, _FORM, token, None)
        return response

    def _promise(self, request: Request, asked: Asked, held: Held) -> Response:
        grant = Grant(
            held=held,
            authority=_authority(request),
            client=asked.client,
            redirect_uri=asked.redirect_uri,
            challenge=asked.challenge,
            nonce=asked.nonce,
            scope=asked.scope,
            signed_in_at=int(time.time()),
            session=secrets.token_urlsafe(12),
        )
        return _go(asked.back(grant.authority, code=self._grants.promise(grant, time.time())))

    async def _hold(self, seat: Seat) -> Held | None:
        """The seat with its units; None where there are none of those that it needs."""
        if not seat.units_of:
            return Held(seat)
        units = await self._find_units(seat.units_of, seat.divisions)
        return Held(seat, units) if units else None

    def _tokens(self, grant: Grant, refresh: str) -> dict[str, object]:
        seat = grant.held.seat
        access = self._issuer.issue(
            seat.sub,
            seat.roles,
            seat.divisions,
            ACCESS_SECONDS,
            bodies=[seat.body] if seat.body else (),
            units=grant.held.units,
        )
        claims = {
            "sub": seat.sub,
            "name": seat.zh,
            "name#en": seat.en,
            "roles": list(seat.roles),
            "auth_time": grant.signed_in_at,
            **({} if grant.nonce is None else {"nonce": grant.nonce}),
        }
        return {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": ACCESS_SECONDS,
            "refresh_token": refresh,
            "id_token": self._issuer.identify(grant.authority, grant.client, claims, IDENTITY_SECONDS),
            "scope": grant.scope,
        }


def _is_here(request: Request) -> bool:
    return is_loopback(request.headers.get("host", ""))


def _origin(request: Request) -> str:
    return f"{request.url.scheme}://{request.headers.get('host', '')}"


def _authority(request: Request) -> str:
    return f"{_origin(request)}{ROOT}"


def _language(request: Request) -> Language:
    wanted = request.query_params.get("ui_locales") or request.headers.get("accept-language")
    return negotiate((wanted or "").replace(" ", ","))


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form; empty where it is too long or of another kind."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        return {}
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _MOST:
            return {}
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def _go(where: str) -> Response:
    # 303: what was posted here is not posted there.
    return RedirectResponse(where, 303, headers={"Cache-Control": "no-store"})


def _json(content: Mapping[str, object], status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, headers={"Cache-Control": "no-store"}, media_type="application/json")


def _page(why: str, request: Request) -> Response:
    headers = {"Content-Security-Policy": POLICY}
    status = 421 if why == "host" else 400
    return Response(refusal_page(why, _language(request)), status, headers=headers, media_type="text/html")


def _set_cookie(response: Response, request: Request, name: str, value: str, seconds: int | None) -> None:
    response.set_cookie(
        name, value, seconds, path=ROOT, secure=request.url.scheme == "https", httponly=True, samesite="strict"
    )
