"""The provider for trials: authorization code with PKCE, on loopback alone."""

import asyncio
import base64
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import jwt
import pytest
from starlette.applications import Starlette

from shared.web.identity.permissions import Role
from shuangfu.embedded.issuer import AUDIENCE, ISSUER, EmbeddedIssuer
from shuangfu.identity.grants import CODE_SECONDS, REFRESH_SECONDS, Grant, Grants, InvalidGrant
from shuangfu.identity.requests import is_loopback
from shuangfu.identity.routes import Provider
from shuangfu.identity.seats import FILES, Held, Seat, read_seats

ORIGIN = "http://127.0.0.1:8000"
CALLBACK = f"{ORIGIN}/console/callback"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
ASKED = {
    "client_id": "shuangfu-console",
    "redirect_uri": CALLBACK,
    "response_type": "code",
    "scope": "openid profile",
    "state": "a state&",
    "nonce": "a nonce",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}
UNIT = "0199a1b2-0000-7000-8000-000000000001"


async def one_unit(codes: Sequence[str], divisions: Sequence[str]) -> tuple[str, ...]:
    return (UNIT,) if codes[0].endswith("PDY00001XM") else ()


@pytest.fixture
def issuer(tmp_path: Path) -> EmbeddedIssuer:
    return EmbeddedIssuer(tmp_path)


class Browser:
    """Keeps cookies, and follows no redirect."""

    def __init__(self, app: Starlette) -> None:
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN)

    def get(self, path: str, **options: Any) -> httpx.Response:
        return asyncio.run(self._client.get(path, **options))

    def post(self, path: str, **options: Any) -> httpx.Response:
        return asyncio.run(self._client.post(path, **options))


@pytest.fixture
def client(issuer: EmbeddedIssuer) -> Browser:
    provider = Provider(issuer, read_seats("hangzhou"), "shuangfu-console", one_unit)
    return Browser(Starlette(routes=provider.routes()))


def back(location: str) -> dict[str, str]:
    """The parameters that a redirect to the console carries."""
    assert location.startswith(f"{CALLBACK}?"), location
    return dict(parse_qsl(urlsplit(location).query))


def choose(client: Browser, seat: str = "xihu-registrar", **changed: str) -> str:
    """The code that taking a seat gives."""
    page = client.get("/identity/authorize", params={**ASKED, **changed})
    assert page.status_code == 200, page.text
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', page.text.partition("<ul>")[0]))
    given = {**ASKED, **changed, "form_token": fields["form_token"], "seat": seat}
    answer = client.post("/identity/authorize", data=given)
    assert answer.status_code == 303, answer.text
    found = back(answer.headers["location"])
    assert (found["state"], found["iss"]) == (ASKED["state"], f"{ORIGIN}/identity")
    return found["code"]


def redeem(client: Browser, code: str, **changed: str) -> tuple[int, dict[str, str]]:
    given = {
        "grant_type": "authorization_code",
        "client_id": "shuangfu-console",
        "redirect_uri": CALLBACK,
        "code": code,
        "code_verifier": VERIFIER,
    }
    answer = client.post("/identity/token", data={**given, **changed})
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code, answer.json()


def claims(token: str, issuer: EmbeddedIssuer, audience: str, named: str) -> dict[str, object]:
    key = jwt.PyJWKSet.from_dict(issuer.jwks).keys[0]
    return dict(jwt.decode(token, key, algorithms=["ES256"], audience=audience, issuer=named))


def test_sign_in__gives_the_seats_tokens(client: Browser, issuer: EmbeddedIssuer) -> None:
    discovered = client.get("/identity/.well-known/openid-configuration").json()
    status, tokens = redeem(client, choose(client))
    assert status == 200
    access = claims(tokens["access_token"], issuer, AUDIENCE, ISSUER)
    assert (access["sub"], access["roles"], access["divisions"]) == ("demo-registrar", ["registrar"], ["330106"])
    assert access["bodies"] == ["HZ-XIHU-CIVIL"]
    identity = claims(tokens["id_token"], issuer, "shuangfu-console", discovered["issuer"])
    assert (identity["nonce"], identity["name"], identity["roles"]) == (ASKED["nonce"], "西湖区登记岗", ["registrar"])


def test_sign_in__a_secretary_gets_the_units_of_its_seat(client: Browser, issuer: EmbeddedIssuer) -> None:
    _, tokens = redeem(client, choose(client, "qinghe-secretary"))
    assert claims(tokens["access_token"], issuer, AUDIENCE, ISSUER)["units"] == [UNIT]


def test_sign_in__a_seat_whose_unit_there_is_not_is_said(client: Browser) -> None:
    page = client.get("/identity/authorize", params=ASKED)
    [token] = re.findall(r'name="form_token" value="([^"]+)"', page.text)
    answer = client.post("/identity/authorize", data={**ASKED, "form_token": token, "seat": "xihu-instructor"})
    assert answer.status_code == 200
    assert 'role="alert"' in answer.text


def test_renewal__silent_while_the_seat_is_remembered(client: Browser) -> None:
    silent = {**ASKED, "prompt": "none"}
    before = client.get("/identity/authorize", params=silent)
    assert back(before.headers["location"])["error"] == "login_required"
    choose(client)
    after = client.get("/identity/authorize", params=silent)
    assert redeem(client, back(after.headers["location"])["code"])[0] == 200
    for prompt in ("login", "select_account"):
        assert client.get("/identity/authorize", params={**ASKED, "prompt": prompt}).status_code == 200


def test_renewal__refresh_tokens_rotate_and_one_that_comes_twice_ends_all(client: Browser) -> None:
    _, tokens = redeem(client, choose(client))

    def refresh(token: str) -> tuple[int, dict[str, str]]:
        return redeem(client, "", grant_type="refresh_token", refresh_token=token)

    status, second = refresh(tokens["refresh_token"])
    assert status == 200
    assert second["refresh_token"] != tokens["refresh_token"]
    assert refresh(tokens["refresh_token"]) == (400, {"error": "invalid_grant"})
    assert refresh(second["refresh_token"]) == (400, {"error": "invalid_grant"})


def test_sign_out__needs_the_consoles_id_token_and_forgets_the_seat(client: Browser) -> None:
    _, tokens = redeem(client, choose(client))
    there = {"post_logout_redirect_uri": f"{ORIGIN}/console/", "state": "s"}
    assert client.get("/identity/end-session", params=there).status_code == 400
    foreign = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": "https://evil.example/"}
    assert client.get("/identity/end-session", params=foreign).status_code == 400
    # An access token of the same key is no id_token.
    wrong = {**there, "id_token_hint": tokens["access_token"]}
    assert client.get("/identity/end-session", params=wrong).status_code == 400
    done = client.get("/identity/end-session", params={**there, "id_token_hint": tokens["id_token"]})
    assert done.headers["location"] == f"{ORIGIN}/console/?state=s"
    silent = client.get("/identity/authorize", params={**ASKED, "prompt": "none"})
    assert back(silent.headers["location"])["error"] == "login_required"
    assert redeem(client, "", grant_type="refresh_token", refresh_token=tokens["refresh_token"])[0] == 400


@pytest.mark.parametrize(
    "changed",
    [
        {"code_verifier": "w" * 64},
        {"code_verifier": ""},
        {"redirect_uri": f"{ORIGIN}/console/silent"},
        {"code": "unknown"},
    ],
)
def test_code__refused_and_spent_by_the_attempt(client: Browser, changed: dict[str, str]) -> None:
    code = choose(client)
    assert redeem(client, **{"code": code, **changed}) == (400, {"error": "invalid_grant"})
    if "code" not in changed:
        assert redeem(client, code) == (400, {"error": "invalid_grant"})


def test_code__used_twice_ends_what_it_gave(client: Browser) -> None:
    code = choose(client)
    _, tokens = redeem(client, code)
    assert redeem(client, code) == (400, {"error": "invalid_grant"})
    answer = redeem(client, "", grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert answer == (400, {"error": "invalid_grant"})


@pytest.mark.parametrize(
    "uri",
    [
        "https://evil.example/console/callback",
        f"{CALLBACK}/",
        f"{CALLBACK}?next=1",
        f"{ORIGIN}/console/../registry",
        "http://127.0.0.1:8001/console/callback",
        "",
    ],
)
def test_redirect__anything_else_is_shown_and_never_followed(client: Browser, uri: str) -> None:
    answer = client.get("/identity/authorize", params={**ASKED, "redirect_uri": uri, "prompt": "none"})
    assert (answer.status_code, answer.headers.get("location")) == (400, None)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"request_uri": "https://evil.example"}, "request_uri_not_supported"),
    ],
)
def test_request__a_fault_goes_back_with_the_state(client: Browser, changed: dict[str, str], error: str) -> None:
    found = back(client.get("/identity/authorize", params={**ASKED, **changed}).headers["location"])
    assert (found["error"], found["state"]) == (error, ASKED["state"])


def test_form__without_its_token_signs_nobody_in(client: Browser) -> None:
    client.get("/identity/authorize", params=ASKED)
    for token in ("", "another"):
        answer = client.post("/identity/authorize", data={**ASKED, "seat": "xihu-registrar", "form_token": token})
        assert (answer.status_code, "location" in answer.headers) == (400, False)


def test_form__the_page_repeats_what_was_asked_as_text(client: Browser) -> None:
    page = client.get("/identity/authorize", params={**ASKED, "state": '"><script>alert(1)</script>'})
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("127.0.0.1:8000", True),
        ("localhost", True),
        ("[::1]:9", True),
        ("evil.example", False),
        ("127.0.0.1.evil.example:8000", False),
        ("evil@127.0.0.1", False),
        ("127.0.0.1/evil", False),
        ("localhost:99999", False),
        ("", False),
    ],
)
def test_host__another_name_for_this_machine_is_refused(client: Browser, host: str, ours: bool) -> None:
    assert is_loopback(host) is ours
    if not ours and host:
        for path in ("/.well-known/openid-configuration", "/jwks", "/authorize", "/end-session"):
            answer = client.get(f"/identity{path}", params=ASKED, headers={"Host": host})
            assert answer.status_code == 421, path
        assert client.post("/identity/token", data={}, headers={"Host": host}).status_code == 421


def test_grants__end_with_their_time() -> None:
    seat = Seat(key="a", zh="甲", en="A", roles=(Role.PAYER,), divisions=("33",))
    grant = Grant(Held(seat), "a", "c", "r", CHALLENGE, None, "openid", 0, "s")
    grants = Grants()
    late = grants.promise(grant, 0)
    with pytest.raises(InvalidGrant):
        grants.redeem(late, "c", "r", VERIFIER, CODE_SECONDS)
    assert grants.redeem(grants.promise(grant, 0), "c", "r", VERIFIER, CODE_SECONDS - 1) == grant
    token = grants.refreshing(grant, 0)
    with pytest.raises(InvalidGrant):
        grants.refresh(token, "c", REFRESH_SECONDS)


@pytest.mark.parametrize("region", FILES)
def test_seats__there_is_one_for_every_role(region: str) -> None:
    found = read_seats(region)
    assert found.region == region
    assert {role for seat in found.seats for role in seat.roles} == set(Role)
    assert len({seat.key for seat in found.seats}) == len(found.seats)
    # Duties are segregated by subject: two seats are never one.
    assert len({seat.sub for seat in found.seats}) == len(found.seats)
