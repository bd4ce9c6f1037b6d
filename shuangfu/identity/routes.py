"""The provider's endpoints below `/identity/`, for a browser on this machine."""

import secrets
import time
from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shuangfu.identity.answers import (
    ROOT,
    as_json,
    authority_of,
    discovered,
    go,
    is_here,
    language_of,
    origin_of,
    read_form,
    refuse,
    set_cookie,
)
from shuangfu.identity.grants import Grant, Grants, InvalidGrant
from shuangfu.identity.issuing import Issuer
from shuangfu.identity.page import POLICY, seats_page
from shuangfu.identity.requests import Asked, Refused, check_redirect, read
from shuangfu.identity.seats import FindUnits, Held, Seat, Seats

ACCESS_SECONDS = 900
IDENTITY_SECONDS = 900
SEAT_SECONDS = 30 * 24 * 3600
_SEAT, _FORM = "shuangfu_seat", "shuangfu_form"
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
        if not is_here(request):
            return refuse("host", request)
        return as_json(discovered(authority_of(request)))

    def _jwks(self, request: Request) -> Response:
        return as_json(self._issuer.jwks) if is_here(request) else refuse("host", request)

    async def _authorize(self, request: Request) -> Response:
        if request.method == "POST":
            return await self._choose(request)
        given = dict(request.query_params)
        asked = self._read(request, given)
        if isinstance(asked, Response):
            return asked
        authority = authority_of(request)
        if asked.fault:
            return go(asked.back(authority, error=asked.fault))
        held = None
        if not asked.prompts & {"login", "select_account", "consent"}:
            seat = self._seats.find(request.cookies.get(_SEAT, ""))
            held = await self._hold(seat) if seat else None
        if held is not None:
            return self._promise(request, asked, held)
        if "none" in asked.prompts:
            return go(asked.back(authority, error="login_required"))
        return self._offer(request, given)

    async def _choose(self, request: Request) -> Response:
        given = await read_form(request)
        token = request.cookies.get(_FORM, "")
        # A page of elsewhere can neither read this form's token nor send its cookie (SameSite=Strict).
        if not token or not secrets.compare_digest(token.encode(), given.get("form_token", "").encode()):
            return refuse("form", request)
        asked = self._read(request, given)
        if isinstance(asked, Response):
            return asked
        seat = self._seats.find(given.get("seat", ""))
        if asked.fault or seat is None:
            return refuse("form", request)
        held = await self._hold(seat)
        if held is None:
            return self._offer(request, given, empty=seat)
        response = self._promise(request, asked, held)
        set_cookie(response, request, _SEAT, seat.key, SEAT_SECONDS)
        return response

    async def _token(self, request: Request) -> Response:
        if not is_here(request):
            return refuse("host", request)
        given, now = await read_form(request), time.time()
        if given.get("client_id") != self._client:
            return as_json({"error": "invalid_client"}, 401)
        try:
            match given.get("grant_type"):
                case "authorization_code":
                    verifier, uri = given.get("code_verifier", ""), given.get("redirect_uri", "")
                    grant = self._grants.redeem(given.get("code", ""), self._client, uri, verifier, now)
                    refresh = self._grants.refreshing(grant, now)
                case "refresh_token":
                    grant, refresh = self._grants.refresh(given.get("refresh_token", ""), self._client, now)
                case _:
                    return as_json({"error": "unsupported_grant_type"}, 400)
        except InvalidGrant:
            return as_json({"error": "invalid_grant"}, 400)
        return as_json(self._tokens(grant, refresh))

    async def _end(self, request: Request) -> Response:
        """Sign out: who holds no id_token of the console's (a page of elsewhere) signs nobody out."""
        if not is_here(request):
            return refuse("host", request)
        given = dict(request.query_params) if request.method == "GET" else await read_form(request)
        uri = given.get("post_logout_redirect_uri", f"{origin_of(request)}/console/")
        try:
            check_redirect(uri, origin_of(request))
        except Refused as error:
            return refuse(str(error), request)
        if not self._issuer.was_identified(given.get("id_token_hint", ""), self._client):
            return refuse("form", request)
        seat = self._seats.find(request.cookies.get(_SEAT, ""))
        if seat is not None:
            self._grants.end(seat.sub)
        response = go(f"{uri}?{urlencode({'state': given['state']})}" if "state" in given else uri)
        response.delete_cookie(_SEAT, path=ROOT)
        return response

    def _read(self, request: Request, given: Mapping[str, str]) -> Asked | Response:
        if not is_here(request):
            return refuse("host", request)
        try:
            return read(given, self._client, origin_of(request))
        except Refused as error:
            return refuse(str(error), request)

    def _offer(self, request: Request, given: Mapping[str, str], *, empty: Seat | None = None) -> Response:
        token = request.cookies.get(_FORM) or secrets.token_urlsafe(24)
        hidden = {name: value for name, value in given.items() if name not in (*_OWN, "prompt")}
        page = seats_page(self._seats.seats, {**hidden, "form_token": token}, language_of(request), empty=empty)
        response = Response(page, headers={"Content-Security-Policy": POLICY}, media_type="text/html")
        set_cookie(response, request, _FORM, token, None)
        return response

    def _promise(self, request: Request, asked: Asked, held: Held) -> Response:
        grant = Grant(
            held=held,
            authority=authority_of(request),
            client=asked.client,
            redirect_uri=asked.redirect_uri,
            challenge=asked.challenge,
            nonce=asked.nonce,
            scope=asked.scope,
            signed_in_at=int(time.time()),
            session=secrets.token_urlsafe(12),
        )
        return go(asked.back(grant.authority, code=self._grants.promise(grant, time.time())))

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
