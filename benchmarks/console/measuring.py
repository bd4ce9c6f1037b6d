"""The console with a cold cache, and a list of 100,000 organizations paged in it, by Debian's Chromium."""

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Page, sync_playwright

from benchmarks.data import ndjson
from benchmarks.lists.measuring import BATCH, ORGANIZATIONS, PERCENT, QUICK, Answered
from benchmarks.options import say
from benchmarks.report import percentile
from benchmarks.servers import HOST, PROVINCE
from shared.web.identity.permissions import Role
from shuangfu.embedded.issuer import EmbeddedIssuer
from shuangfu.embedded.processes import free_port, tail

LOADS, PAGES = 7, 30
LOAD_GOAL_MS, PAGE_GOAL_MS = 2500.0, 300.0
_START_SECONDS, _WORK_SECONDS, _STOP_SECONDS, _TOKEN_SECONDS = 120.0, 900.0, 60.0, 3600
_SEAT = "xihu-district"
_ROW = "tbody tr.ant-table-row"
_TURN = """(row) => new Promise((done) => {
  const first = () => document.querySelector(row)?.textContent;
  const before = first(), started = performance.now();
  const look = () => (first() && first() !== before && !document.querySelector('.ant-spin-spinning')
    ? done(performance.now() - started) : requestAnimationFrame(look));
  document.querySelector('.pager button:last-of-type').click();
  look();
})"""


def measure_console(folder: Path, *, quick: bool) -> list[Answered]:
    """The worklist's first load, and the turning of a list's pages; fewer organizations where it is to be quick.

    Raises RuntimeError where Chromium or the server does not start, or events are not consumed in time.
    """
    chromium = shutil.which("chromium")
    if chromium is None:
        raise RuntimeError("no chromium: the console is not opened")
    number = QUICK if quick else ORGANIZATIONS
    with _serve(folder) as url, sync_playwright() as playwright:
        say(f"registering {number:,} organizations, and paging them in the console")
        _register(url, folder, number)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        try:
            page = browser.new_context(base_url=url, locale="zh-CN", viewport={"width": 1440, "height": 900}).new_page()
            page.goto("/console/")
            page.locator(f'button[value="{_SEAT}"]').click()
            page.locator(_ROW).first.wait_for()
            loads = [_load_cold(page) for _ in range(LOADS)]
            page.goto("/console/organizations")
            page.locator(_ROW).first.wait_for()
            pages = [float(page.evaluate(_TURN, _ROW)) for _ in range(PAGES)]
        finally:
            browser.close()
    return [
        Answered("console: the worklist, cold cache", number, statistics.median(loads), max(loads), LOAD_GOAL_MS),
        Answered(
            "console: a page of the list", number, statistics.median(pages), percentile(pages, PERCENT), PAGE_GOAL_MS
        ),
    ]


def _load_cold(page: Page) -> float:
    """Milliseconds from the address to the first task, with nothing in the browser's cache but who signed in."""
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")
    started = time.perf_counter()
    page.goto("/console/tasks", wait_until="commit")
    page.locator(_ROW).first.wait_for()
    return (time.perf_counter() - started) * 1000


@contextmanager
def _serve(folder: Path) -> Iterator[str]:
    port, log = free_port(), folder / "console.log"
    url = f"http://{HOST}:{port}"
    command = [sys.executable, "-m", "shuangfu", "serve", "--port", str(port), "--data", str(folder / "console")]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env={**os.environ})
    try:

        def is_ready() -> bool:
            if process.poll() is not None:
                raise RuntimeError(tail(log))
            try:
                return httpx.get(f"{url}/readyz", timeout=2).status_code == httpx.codes.OK
            except httpx.TransportError:
                return False  # not listening yet

        _wait(is_ready, _START_SECONDS, "the server")
        yield url
    finally:
        process.terminate()
        process.wait(_STOP_SECONDS)


def _register(url: str, folder: Path, number: int) -> None:
    issuer = EmbeddedIssuer(folder / "console")
    roles = [str(Role.REGISTRAR), str(Role.OPERATOR)]
    headers = {"Authorization": f"Bearer {issuer.issue('benchmarks', roles, [PROVINCE], _TOKEN_SECONDS)}"}
    ndjson_headers = {**headers, "Content-Type": "application/x-ndjson"}
    with httpx.Client(base_url=url, headers=headers, timeout=300) as client:
        for first in range(0, number, BATCH):
            client.post(
                "/registry/v1/civil-affairs/registrations:batch", content=ndjson(first, BATCH), headers=ndjson_headers
            ).raise_for_status()

        def ask(service: str) -> dict[str, Any]:
            found: dict[str, Any] = client.get(f"/{service}/v1/operations/bus").raise_for_status().json()
            return found

        _wait(lambda: ask("registry")["unpublished"] == 0, _WORK_SECONDS, "the registry's events")
        published = ask("registry")["published"]
        _wait(lambda: ask("incubation")["consumed"] >= published, _WORK_SECONDS, "the formation checks")
        _wait(lambda: ask("incubation")["unpublished"] == 0, _WORK_SECONDS, "incubation's events")


def _wait(holds: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{what}: not within {seconds:g} s")
        time.sleep(0.2)
