"""A browser (Debian's Chromium) opens the reference page of each service, and it shows the routes."""

import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from shuangfu.services import SERVICES
from tests.running.programs import find_program, run_program
from tests.security.walk import APPS

SHOWN = {
    "registry": "putRegistration",
    "incubation": "approveFormationCase",
    "evaluation": "completeEvaluation",
    "funding": "payGrant",
}
_PATIENCE = 30


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The four services' pages on a socket; they need no database."""
    gateway = Starlette(routes=[Mount(f"/{service}", app) for service, app in APPS.items()])
    server = uvicorn.Server(uvicorn.Config(gateway, port=0, log_level="warning", log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    waited = time.monotonic() + _PATIENCE
    while not server.started:
        assert time.monotonic() < waited
        time.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(_PATIENCE)


@pytest.mark.parametrize("service", SERVICES)
def test_t32_docs__are_drawn_by_a_browser(url: str, service: str, tmp_path: Path) -> None:
    browser = find_program("chromium", "the reference page is not opened")
    options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--dump-dom"]
    waiting = ["--virtual-time-budget=20000", f"--user-data-dir={tmp_path / 'profile'}"]
    page = run_program([browser, *options, *waiting, f"{url}/{service}/docs"], tmp_path)
    assert f"Shuangfu {service}" in page
    assert re.search(f"operation/{SHOWN[service]}", page), "the route is not in the page"
