"""Tokens against an issuer's keys: fetched, cached, rotated, withdrawn, away. A real HTTP server, no mocks."""

import asyncio
import json
import os
import time
from collections.abc import Iterator
from datetime import datetime, tzinfo
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any, Self

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from fastapi import FastAPI, Request
from pydantic import ValidationError

from shared.settings import ServiceSettings
from shared.web.identity import callers as identity
from shared.web.identity import tokens
from shared.web.identity.callers import requires
from shared.web.identity.claims import TokenRefused
from shared.web.identity.permissions import Permission, Role
from shared.web.identity.tokens import (
    COOLDOWN_SECONDS,
    REFRESH_SECONDS,
    Actor,
    KeysUnavailable,
    TokenVerifier,
)
from shuangfu.embedded.issuer import EmbeddedIssuer
from tests.clock import Clock
from tests.security.forging import claims, signed

ALGORITHMS = {"EC": jwt.algorithms.ECAlgorithm, "RSA": jwt.algorithms.RSAAlgorithm, "OKP": jwt.algorithms.OKPAlgorithm}


class Key:
    """A key pair of an issuer."""

    def __init__(self, name: str | None, private: Any = None, algorithm: str = "ES256", **more: str) -> None:
        self.name = name
        self.algorithm = algorithm
        self.private = private or ec.generate_private_key(ec.SECP256R1())
        kind = {"ES256": "EC", "EdDSA": "OKP"}.get(algorithm, "RSA")
        public = json.loads(ALGORITHMS[kind].to_jwk(self.private.public_key()))
        self.public = {"alg": algorithm, "use": "sig", **public, **({"kid": name} if name else {}), **more}

    def token(self, **changes: Any) -> str:
        headers = {"kid": self.name} if self.name else {}
        return jwt.encode(claims(**changes), self.private, self.algorithm, headers=headers)


class KeyServer:
    """Publishes keys, and counts who asks."""

    def __init__(self) -> None:
        self.keys: list[Any] = []
        self.fetched = 0
        self.content: bytes | None = None
        self.status = 200
        self.answering = Event()
        self.answering.set()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.fetched += 1
                outer.answering.wait(10)
                body = json.dumps({"keys": outer.keys}).encode() if outer.content is None else outer.content
                self.send_response(outer.status)
                if outer.status == 302:
                    self.send_header("Location", outer.url)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/keys"
        self._thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()


@pytest.fixture
def server() -> Iterator[KeyServer]:
    found = KeyServer()
    yield found
    found.stop()


def settings(**changes: Any) -> ServiceSettings:
    nowhere = "postgresql+asyncpg://nobody@127.0.0.1:1/none"
    given = {"auth_issuer": "urn:shuangfu:embedded", "bus": "postgres_log", "bus_database_url": nowhere}
    return ServiceSettings(service="registry", database_url=nowhere, **{**given, **changes})


def verifier_of(server: KeyServer, **changes: Any) -> TokenVerifier:
    return TokenVerifier(settings(auth_jwks_url=server.url, **changes))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Stands still until a test moves it."""
    found = Clock()
    monkeypatch.setattr(tokens, "time", found)
    return found


async def refused(verifier: TokenVerifier, token: str) -> str:
    with pytest.raises(TokenRefused) as found:
        await verifier.verify(token)
    return str(found.value)


async def test_keys__are_fetched_once_however_many_ask(server: KeyServer) -> None:
    key = Key("a")
    server.keys = [key.public]
    verifier = verifier_of(server)
    actors = await asyncio.gather(*(verifier.verify(key.token(sub=f"s{n}")) for n in range(50)))
    assert {actor.subject for actor in actors} == {f"s{n}" for n in range(50)}
    for _ in range(20):
        await verifier.verify(key.token())
    assert server.fetched == 1


async def test_rotation__a_new_key_is_fetched_once_and_known_from_then_on(server: KeyServer, clock: Clock) -> None:
    old, new = Key("old"), Key("new")
    server.keys = [old.public]
    verifier = verifier_of(server)
    await verifier.verify(old.token())
    server.keys = [old.public, new.public]
    clock.move(COOLDOWN_SECONDS)
    await asyncio.gather(*(verifier.verify(new.token(sub=f"s{n}")) for n in range(20)))
    assert server.fetched == 2
    await verifier.verify(old.token(sub="another"))
    assert server.fetched == 2


async def test_rotation__tokens_that_name_unknown_keys_do_not_make_us_ask_all_the_time(
    server: KeyServer, clock: Clock
) -> None:
    key = Key("a")
    server.keys = [key.public]
    unknown = [Key(f"x{n}", key.private).token() for n in range(50)]
    verifier = verifier_of(server)
    await verifier.verify(key.token())
    for token in unknown:
        assert await refused(verifier, token) == "key not known"
    assert server.fetched == 1
    clock.move(COOLDOWN_SECONDS)
    for token in unknown:
        await refused(verifier, token)
    assert server.fetched == 2


@pytest.mark.parametrize("name", ["same", None], ids=["another key of the same name", "keys without a name"])
async def test_withdrawal__what_the_old_key_signed_is_refused_after_the_refresh(
    server: KeyServer, clock: Clock, name: str | None
) -> None:
    old, new = Key(name), Key(name)
    server.keys = [old.public]
    verifier = verifier_of(server)
    token = old.token()
    await verifier.verify(token)
    server.keys = [new.public]
    clock.move(REFRESH_SECONDS)
    assert (await verifier.verify(token)).subject == "tester", "fresh until the refresh"
    clock.move(1)
    await refused(verifier, token)
    await verifier.verify(new.token())


async def test_withdrawal__of_one_key_among_several(server: KeyServer, clock: Clock) -> None:
    kept, gone = Key("kept"), Key("gone")
    server.keys = [kept.public, gone.public]
    verifier = verifier_of(server)
    token = gone.token()
    await verifier.verify(token)
    server.keys = [kept.public]
    clock.move(REFRESH_SECONDS + 1)
    assert await refused(verifier, token) == "key not known"
    await verifier.verify(kept.token())


@pytest.mark.parametrize(
    "away",
    [{"status": 500}, {"content": b"not json"}, {"content": b"[]"}, {"content": b'{"keys": 1}'}, {"status": 302}],
)
async def test_issuer_away__the_keys_we_have_stay_good(server: KeyServer, clock: Clock, away: dict[str, Any]) -> None:
    key, new = Key("a"), Key("b")
    server.keys = [key.public]
    verifier = verifier_of(server)
    await verifier.verify(key.token())
    for name, value in away.items():
        setattr(server, name, value)
    clock.move(REFRESH_SECONDS + 1)
    asked = server.fetched
    for n in range(30):
        assert (await verifier.verify(key.token(sub=f"s{n}"))).subject == f"s{n}"
    assert server.fetched == asked + 1, "not with every token"
    with pytest.raises(KeysUnavailable):
        await verifier.verify(new.token())
    server.status, server.content, server.keys = 200, None, [key.public, new.public]
    clock.move(COOLDOWN_SECONDS)
    await verifier.verify(new.token())


async def test_issuer_away__a_slow_one_holds_up_nobody_whose_key_is_known(server: KeyServer, clock: Clock) -> None:
    key = Key("a")
    server.keys = [key.public]
    verifier = verifier_of(server)
    await verifier.verify(key.token())
    server.answering.clear()
    clock.move(REFRESH_SECONDS + 1)
    first = asyncio.create_task(verifier.verify(key.token(sub="first")))
    try:
        async with asyncio.timeout(10):
            while server.fetched == 1:  # noqa: ASYNC110 - another thread's doing
                await asyncio.sleep(0.01)
        for n in range(10):
            await verifier.verify(key.token(sub=f"s{n}"))
        assert not first.done()
    finally:
        server.answering.set()
    assert (await first).subject == "first"


async def test_no_keys_at_all__is_a_503_and_recovers(server: KeyServer, clock: Clock) -> None:
    server.status = 503
    app = _app(settings(auth_jwks_url=server.url))
    key = Key("a")
    server.keys = [key.public]
    headers = {"Authorization": f"Bearer {key.token()}"}
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        away = await client.get("/v1/thing", headers=headers)
        assert (away.status_code, away.json()["type"]) == (503, "urn:shuangfu:problem:unavailable")
        assert (await client.get("/v1/thing")).status_code == 401, "no token is no token"
        server.status = 200
        clock.move(COOLDOWN_SECONDS)
        assert (await client.get("/v1/thing", headers=headers)).status_code == 200


async def test_nobody_listens__is_keys_away(server: KeyServer) -> None:
    verifier = TokenVerifier(settings(auth_jwks_url="http://127.0.0.1:1/keys"))
    with pytest.raises(KeysUnavailable):
        await verifier.verify(Key("a").token())


def _app(given: ServiceSettings) -> FastAPI:
    from fastapi import APIRouter

    from shared.db.session import Database
    from shared.web.app import create_service_app
    from shared.web.guarded import GuardedRoute

    router = APIRouter(route_class=GuardedRoute)

    @router.get("/thing", dependencies=[requires(Permission.REGISTRY_READ)])
    async def thing() -> dict[str, bool]:
        return {"seen": True}

    return create_service_app(given, Database(given.database_url), [router], reads=Permission.REGISTRY_READ)


def write(path: Path, *keys: Key) -> None:
    """As an operator or a secret store does: another file under the same name."""
    other = path.with_suffix(".new")
    other.write_text(json.dumps({"keys": [key.public for key in keys]}))
    os.replace(other, path)  # noqa: PTH105 - atomically


async def test_file__is_read_again_when_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "jwks.json"
    old, new = Key("old"), Key("new")
    write(path, old)
    verifier = TokenVerifier(settings(auth_jwks_file=path))
    token = old.token()
    await verifier.verify(token)
    await refused(verifier, new.token())
    write(path, new)
    await verifier.verify(new.token())
    await refused(verifier, token)


async def test_file__that_is_broken_or_gone_leaves_the_keys_we_have(tmp_path: Path) -> None:
    path = tmp_path / "jwks.json"
    verifier = TokenVerifier(settings(auth_jwks_file=path))
    key, new = Key("a"), Key("b")
    with pytest.raises(KeysUnavailable):
        await verifier.verify(key.token())
    write(path, key)
    await verifier.verify(key.token())
    path.write_text('{"keys": [')
    await verifier.verify(key.token(sub="while it is being written"))
    path.unlink()
    await verifier.verify(key.token(sub="while it is gone"))
    write(path, new)
    await verifier.verify(new.token())
    await refused(verifier, key.token())


@pytest.mark.parametrize(
    "content", [None, '{"keys": []}', "[]", '{"keys": ['], ids=["gone", "none", "no set", "broken"]
)
async def test_file__without_a_usable_key_is_not_read_for_every_stranger(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads, read = [], Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: (reads.append(path), read(path))[1])
    path = tmp_path / "jwks.json"
    if content is not None:
        path.write_text(content)
    verifier = TokenVerifier(settings(auth_jwks_file=path))
    for _ in range(5):
        with pytest.raises(KeysUnavailable):
            await verifier.verify("x")
    assert len(reads) == (content is not None)
    write(path, key := Key("a"))
    assert (await verifier.verify(key.token())).subject == "tester"


@pytest.mark.parametrize(
    ("headers", "token"),
    [
        ((), None),
        (("Bearer abc",), "abc"),
        (("bEARER   abc ",), "abc"),
        (("Bearer",), ""),
        (("Bearer ",), ""),
        (("Basic abc",), None),
        (("Basic abc", "Bearer abc"), None),
        (("Bearer\tabc",), None),
        (("Bearer a\xe9",), "a\xe9"),
    ],
)
def test_header__what_it_bears(headers: tuple[str, ...], token: str | None) -> None:
    found = [(b"host", b"x"), *((b"authorization", value.encode("latin-1")) for value in headers)]
    assert identity._token_of(Request({"type": "http", "headers": found})) == token


@pytest.mark.parametrize(
    ("private", "algorithm"),
    [
        (rsa.generate_private_key(public_exponent=65537, key_size=2048), "RS256"),
        (ed25519.Ed25519PrivateKey.generate(), "EdDSA"),
        (ec.generate_private_key(ec.SECP256R1()), "ES256"),
    ],
    ids=["RS256", "EdDSA", "ES256"],
)
async def test_algorithms__that_are_accepted(server: KeyServer, private: Any, algorithm: str) -> None:
    key = Key("a", private, algorithm)
    server.keys = [key.public]
    assert (await verifier_of(server).verify(key.token())).subject == "tester"
    narrowed = verifier_of(server, auth_algorithms=("ES384",))
    assert await refused(narrowed, key.token()) == "algorithm not accepted"


async def test_algorithms__another_one_with_the_same_key_is_refused(server: KeyServer) -> None:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    server.keys = [Key("a", private, "RS256").public]
    verifier = verifier_of(server, auth_algorithms=("RS256", "PS256"))
    await refused(verifier, Key("a", private, "PS256").token())


@pytest.mark.parametrize("algorithms", [("HS256",), ("RS256", "hs512"), ("none",), ("ES256", "None"), ("HS384",), ()])
def test_algorithms__a_symmetric_one_in_the_settings_is_refused(algorithms: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError, match="asymmetric"):
        settings(auth_jwks_url="http://127.0.0.1:1/", auth_algorithms=algorithms)


@pytest.mark.parametrize("given", [{}, {"auth_jwks_url": "http://x/", "auth_jwks_file": Path("/x")}])
def test_settings__name_one_place_of_keys(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="auth_jwks"):
        settings(**given)


async def test_keys__symmetric_and_foreign_ones_are_ignored(server: KeyServer) -> None:
    secret = b"k" * 32
    symmetric = {
        "kty": "oct",
        "kid": "s",
        "alg": "HS256",
        "use": "sig",
        "k": "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s",
    }
    encrypting = Key("enc", use="enc")
    good = Key("a")
    odd = [{"kty": "martian", "kid": "m"}, {"kid": "nothing"}, "text", None, {**good.public, "kid": ["x"]}]
    broken = {"kty": "EC", "crv": "P-256", "x": "!", "y": "!", "kid": "broken"}
    server.keys = [symmetric, encrypting.public, *odd, broken, good.public]
    verifier = verifier_of(server)
    await verifier.verify(good.token())
    assert set(verifier._keys) == {"a"}
    for token in (
        jwt.encode(claims(), secret, "HS256", headers={"kid": "s"}),
        jwt.encode(claims(), secret, "HS256"),
        encrypting.token(),
    ):
        await refused(verifier, token)


async def test_key_id__may_be_left_out_where_there_is_one_key(server: KeyServer) -> None:
    key, other = Key("a"), Key("b")
    server.keys = [key.public]
    unnamed = jwt.encode(claims(), key.private, "ES256")
    verifier = verifier_of(server)
    await verifier.verify(unnamed)
    await refused(verifier, jwt.encode(claims(), other.private, "ES256"))
    server.keys = [key.public, other.public]
    assert await refused(verifier_of(server), unnamed) == "key not known"


async def test_leeway__a_clock_may_be_off_by_so_much(server: KeyServer) -> None:
    key = Key("a")
    server.keys = [key.public]
    verifier = verifier_of(server, auth_leeway_seconds=30)
    now = int(time.time())
    for changes in ({"exp": now - 20}, {"nbf": now + 20}, {"iat": now + 20}):
        await verifier.verify(key.token(**changes))
    for changes in ({"exp": now - 40}, {"nbf": now + 40}):
        await refused(verifier, key.token(**changes))


async def test_cache__does_not_outlive_the_token(server: KeyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    key = Key("a")
    server.keys = [key.public]
    verifier = verifier_of(server, auth_leeway_seconds=0)
    exp = int(time.time()) + 60
    token = key.token(exp=exp)
    await verifier.verify(token)

    class Later(datetime):
        """The clock that PyJWT reads, one second after the token's end."""

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromtimestamp(exp + 1, tz)

    # Both clocks are moved, not waited for: a second can pass in the middle of a test on a busy machine.
    monkeypatch.setattr("jwt.api_jwt.datetime", Later)
    monkeypatch.setattr(time, "time", lambda: exp + 1.0)
    assert await refused(verifier, token) == "ExpiredSignatureError"


async def test_cache__holds_so_many_and_only_what_was_good(server: KeyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "CACHED_TOKENS", 3)
    key = Key("a")
    server.keys = [key.public]
    verifier = verifier_of(server)
    for n in range(10):
        await verifier.verify(key.token(sub=f"s{n}"))
        await refused(verifier, key.token(sub=f"s{n}", aud="another"))
    assert len(verifier._known) == 3


async def _actor(server: KeyServer, given: dict[str, Any], **changes: Any) -> Actor:
    key = Key("a")
    server.keys = [key.public]
    return await verifier_of(server, **changes).verify(key.token(roles=None, divisions=None, **given))


async def test_claims__stand_where_the_settings_say(server: KeyServer) -> None:
    actor = await _actor(
        server,
        {"realm_access": {"roles": ["payer", "offline_access"]}, "shuangfu": {"area": {"divisions": ["330100", "31"]}}},
        auth_roles_claim="realm_access.roles",
        auth_divisions_claim="shuangfu.area.divisions",
    )
    assert actor == Actor("tester", frozenset({Role.PAYER}), ("31", "3301"))


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        (["payer", "root", "administrator", "PAYER", "*"], {Role.PAYER}),
        ("payer auditor", {Role.PAYER, Role.AUDITOR}),
        (["root"], set()),
        ([], set()),
        (None, set()),
    ],
)
async def test_claims__unknown_roles_are_ignored(server: KeyServer, roles: Any, expected: set[Role]) -> None:
    key = Key("a")
    server.keys = [key.public]
    actor = await verifier_of(server).verify(key.token(roles=roles))
    assert actor.roles == expected


@pytest.mark.parametrize(
    ("divisions", "scope"),
    [
        (["330106"], ("330106",)),
        (["330000", "33", "330100"], ("33", "3301")),
        ("33 3101", ("3101", "33")),
        ([], ()),
        (None, ()),
    ],
)
async def test_claims__divisions_are_prefixes(server: KeyServer, divisions: Any, scope: tuple[str, ...]) -> None:
    key = Key("a")
    server.keys = [key.public]
    assert (await verifier_of(server).verify(key.token(divisions=divisions))).scope == scope


@pytest.mark.parametrize("code", ["", "%", "33%", "3", "33010", "3301066", "33,31", "３３", "33_0", "330106001", "-3"])
async def test_claims__a_malformed_division_refuses_the_token(server: KeyServer, code: str) -> None:
    key = Key("a")
    server.keys = [key.public]
    given = [code] if code.strip() else ["33", code]
    assert await refused(verifier_of(server), key.token(divisions=given)) == "a division is malformed"


async def test_audience__may_be_one_of_several(server: KeyServer) -> None:
    key = Key("a")
    server.keys = [key.public]
    verifier = verifier_of(server)
    await verifier.verify(key.token(aud=["another", "shuangfu"]))
    for audience in (["another"], [], "shuangfu2", "SHUANGFU"):
        await refused(verifier, key.token(aud=audience))


@pytest.mark.parametrize("subject", [7, ["a"], {"a": 1}, "", None, "a\x00b", "a\nb"])
async def test_subject__is_a_text(server: KeyServer, subject: Any) -> None:
    key = Key("a")
    server.keys = [key.public]
    payload = {**claims(), "sub": subject}
    token = jwt.api_jws.encode(json.dumps(payload).encode(), key.private, "ES256", headers={"kid": "a", "typ": "JWT"})
    await refused(verifier_of(server), token)


def test_embedded_issuer__keeps_its_key_to_itself(tmp_path: Path) -> None:
    issuer = EmbeddedIssuer(tmp_path)
    assert EmbeddedIssuer(tmp_path)._key_id == issuer._key_id
    published = json.loads(issuer.jwks_file.read_text())
    assert all("d" not in key for key in published["keys"])
    assert (tmp_path / "issuer" / "private.pem").stat().st_mode & 0o077 == 0
    assert (tmp_path / "issuer").stat().st_mode & 0o077 == 0


async def test_embedded_issuer__its_tokens_are_good(issuer: EmbeddedIssuer) -> None:
    verifier = TokenVerifier(settings(auth_jwks_file=issuer.jwks_file))
    actor = await verifier.verify(issuer.issue("甲", ["payer"], ["3301"], 60))
    assert actor == Actor("甲", frozenset({Role.PAYER}), ("3301",))
    await verifier.verify(signed(issuer))


def test_private_part_is_never_in_a_public_key() -> None:
    """The helper above publishes what an issuer would."""
    key = Key("a")
    assert "d" not in key.public
    assert key.private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
