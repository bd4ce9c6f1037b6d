"""The reference page, and what lies at the root."""

import json
import re
from pathlib import Path

import httpx
import pytest

from shared.web.reference import pages
from shuangfu.embedded.server import Options, create_embedded_app
from shuangfu.services import SERVICES
from tests.conftest import REPOSITORY
from tests.security.walk import APPS

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


async def get(service: str, path: str, **headers: str) -> httpx.Response:
    transport = httpx.ASGITransport(APPS[service], root_path=f"/{service}")
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.get(f"/{service}{path}", headers=headers)


@pytest.mark.parametrize("service", SERVICES)
async def test_t32_docs__load_nothing_from_elsewhere(service: str) -> None:
    page = await get(service, "/docs")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    links = re.findall(r'(?:src|href|spec-url)="([^"]+)"', page.text)
    assert links == [f"/{service}/v1/openapi.json", f"/{service}/docs/redoc.standalone.js"]
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; ")
    assert "unsafe-eval" not in policy
    assert "http" not in policy
    assert "script-src 'self' 'unsafe-inline'" not in policy
    script = await get(service, "/docs/redoc.standalone.js")
    assert (script.status_code, script.headers["content-type"]) == (200, "text/javascript; charset=utf-8")
    document = await get(service, "/v1/openapi.json")
    assert document.json()["servers"] == [{"url": f"/{service}"}]
    assert document.headers["content-security-policy"].startswith("default-src 'none'; frame-ancestors")


@pytest.mark.parametrize("service", SERVICES)
async def test_t32_root__says_what_is_here(service: str) -> None:
    for accept in ("*/*", "application/json", "application/json, text/html"):
        [here] = (await get(service, "/", Accept=accept)).json()["services"]
        assert here["name"] == service
        assert here["docs"] == f"/{service}/docs"
        for link in (here["docs"], here["openapi"], here["asyncapi"]):
            assert (await get(service, link.removeprefix(f"/{service}"))).status_code == 200
    page = await get(service, "/", **HTML)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert f'href="/{service}/docs"' in page.text
    assert "接口说明" in page.text
    assert "Reference" in (await get(service, "/", **HTML, **{"Accept-Language": "en"})).text


async def test_t32_gateway__of_the_embedded_mode_names_all_four(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Where the console is built, a browser is led there from the root.
    monkeypatch.setenv("SHUANGFU_CONSOLE_BUILD", str(tmp_path))
    nowhere = dict.fromkeys((*SERVICES, "bus"), "postgresql+asyncpg://nobody@127.0.0.1:1/none")
    gateway = create_embedded_app(nowhere, Options(data=tmp_path))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(gateway), base_url="http://test") as client:
        named = (await client.get("/")).json()
        assert [one["name"] for one in named["services"]] == list(SERVICES)
        for path in ("/", "/docs"):
            page = await client.get(path, headers=HTML)
            assert all(f'href="/{service}/docs"' in page.text for service in SERVICES)
        for one in named["services"]:
            assert (await client.get(one["docs"])).status_code == 200


def test_t32_gateway__of_the_containers_passes_the_pages_on() -> None:
    configuration = (REPOSITORY / "deploy" / "gateway" / "nginx.conf").read_text(encoding="utf-8")
    for service in SERVICES:
        assert f'href="/{service}/docs"' in configuration
    [contents] = re.findall(r"default '(\{\"name\".*)';", configuration)
    assert json.loads(contents)["services"] == [
        {"name": service, **pages.links_of(f"/{service}")} for service in SERVICES
    ]


def test_t32_bundle__is_of_the_locked_version() -> None:
    folder = REPOSITORY / "shared" / "web" / "reference"
    lock = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))["packages"]["node_modules/redoc"]
    assert lock["integrity"].startswith("sha512-")
    assert f'"{lock["version"]}"' in (folder / pages.BUNDLE).read_text(encoding="utf-8")
