"""`/console/`: files and their headers, the front end's own paths, and a machine without a build."""

import asyncio
import gzip
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from shared.web.wire.limits import SecurityHeaders
from shuangfu.console.configuration import ConsoleSettings
from shuangfu.console.routes import IMMUTABLE, Console, policy_for

SCRIPT = "console.log('ours');" * 100
ORIGIN = "http://127.0.0.1:8000"


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """A small build."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text('<!doctype html><script type="module" src="/console/assets/a-1f.js"></script>')
    (tmp_path / "assets" / "a-1f.js").write_text(SCRIPT)
    (tmp_path / "assets" / "b-2f.js").write_text(SCRIPT)
    (tmp_path / "assets" / "b-2f.js.br").write_bytes(b"as brotli has it")
    (tmp_path.parent / "secret.txt").write_text("outside")
    return tmp_path


def ask(build: Path, path: str, settings: ConsoleSettings | None = None, **headers: str) -> httpx.Response:
    """GET of the console, as behind the gateway."""
    app = Starlette(routes=[*Console(settings or ConsoleSettings(console_build=build)).routes()])
    # httpx undoes the coding itself, so each request names what it takes.
    given = {"Accept-Encoding": "identity", **{name.replace("_", "-"): value for name, value in headers.items()}}

    async def get() -> httpx.Response:
        transport = httpx.ASGITransport(SecurityHeaders(app))
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            return await client.get(path, headers=given)

    return asyncio.run(get())


def test_files__hashed_ones_are_kept_and_the_page_is_asked_for_again(build: Path) -> None:
    script, page = ask(build, "/console/assets/a-1f.js"), ask(build, "/console/")
    assert (script.text, script.headers["cache-control"]) == (SCRIPT, IMMUTABLE)
    assert script.headers["content-type"].startswith("text/javascript")
    assert page.headers["cache-control"] == "no-cache"
    for answer in (script, page):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
    again = ask(build, "/console/", If_None_Match=page.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")


def test_files__compressed_by_the_build_or_at_the_start(build: Path) -> None:
    brotli = ask(build, "/console/assets/b-2f.js", Accept_Encoding="gzip, br")
    zipped = ask(build, "/console/assets/a-1f.js", Accept_Encoding="gzip, br")
    refused = ask(build, "/console/assets/a-1f.js", Accept_Encoding="gzip;q=0, identity")
    assert brotli.headers["content-encoding"] == "br"
    assert brotli.headers["vary"] == "Accept-Encoding"
    assert (zipped.headers["content-encoding"], zipped.text) == ("gzip", SCRIPT)
    assert int(zipped.headers["content-length"]) == len(gzip.compress(SCRIPT.encode(), 6, mtime=0))
    assert "content-encoding" not in refused.headers
    # A compressed form is no file of its own.
    assert ask(build, "/console/assets/b-2f.js.br").status_code == 404


@pytest.mark.parametrize("path", ["/console/", "/console/grants/0199a1b2?tab=reasons", "/console/callback?code=1"])
def test_paths__of_the_front_end_answer_its_page(build: Path, path: str) -> None:
    answer = ask(build, path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "/console/assets/a-1f.js" in answer.text


@pytest.mark.parametrize("path", ["/console/assets/gone-0.js", "/console/assets/%2e%2e/%2e%2e/secret.txt"])
def test_paths__a_file_that_is_gone_is_no_page(build: Path, path: str) -> None:
    answer = ask(build, path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_paths__nothing_outside_the_build_is_served(build: Path) -> None:
    assert "outside" not in ask(build, "/console/%2e%2e/secret.txt").text


def test_configuration__of_the_embedded_issuer_and_of_a_provider(build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = ask(build, "/console/config.json")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.json() == {
        "authority": f"{ORIGIN}/identity",
        "client_id": "shuangfu-console",
        "scope": "openid profile",
        "embedded": True,
        "region": "hangzhou",
    }
    assert ask(build, "/console/config.json", Host="evil.example").status_code == 421
    monkeypatch.setenv("SHUANGFU_AUTH_ISSUER", "https://id.example.gov.cn/realms/city")
    monkeypatch.setenv("SHUANGFU_CONSOLE_SCOPE", "openid profile shuangfu")
    monkeypatch.setenv("SHUANGFU_REGION", "shanghai")
    assert ask(build, "/console/config.json", Host="console.example.gov.cn").json() == {
        "authority": "https://id.example.gov.cn/realms/city",
        "client_id": "shuangfu-console",
        "scope": "openid profile shuangfu",
        "embedded": False,
        "region": "shanghai",
    }


def test_policy__names_the_providers_origin_and_nothing_else_of_outside() -> None:
    own = policy_for(ConsoleSettings())
    assert "script-src 'self';" in own
    assert "http" not in own
    named = policy_for(ConsoleSettings(auth_issuer="https://id.example.gov.cn/realms/city"))
    assert "connect-src 'self' https://id.example.gov.cn;" in named
    assert "frame-src 'self' https://id.example.gov.cn;" in named
    with pytest.raises(ValueError, match="OIDC provider"):
        ConsoleSettings(console_authority="https://id.example; script-src *")


def test_no_build__is_said_to_browsers_and_to_programs(tmp_path: Path) -> None:
    page = ask(tmp_path, "/console/", Accept="text/html", Accept_Language="en")
    problem = ask(tmp_path, "/console/tasks")
    assert (page.status_code, "make console" in page.text) == (404, True)
    assert problem.json()["type"] == "urn:shuangfu:problem:console-not-built"
    assert ask(tmp_path, "/console/config.json").status_code == 200
