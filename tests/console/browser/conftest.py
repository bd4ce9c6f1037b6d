"""One embedded server with a front end, and a browser that signs in at a seat.

Debian's Chromium is driven by Playwright; no browser is downloaded. The server is one for each run, since the files of
this folder are one lane (`tests/running/spread.py`). Playwright is stopped with each file: its loop would be in
the way of tests that run one of their own.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from shuangfu.embedded.processes import free_port
from tests.running.callers import PLAIN
from tests.running.programs import find_program

FRONT = Path(__file__).parent / "front"
START_SECONDS = 600
STOP_SECONDS = 60
DEMO_SECONDS = 600
_WINDOW = (
    "InitialWebUI,PreloadTopChromeWebUI,PreloadTopChromeWebUILessNavigations,TabSearch,SideBySide,ContextualTasks,"
    "WebUIToolbar,WebUILocationBar,WebUIReloadButton,WebUIOmniboxPopup,WebUIOmniboxFullPopup,WebUIOmniboxAimPopup"
)
"""What Chromium draws around a page, by pages of its own: for each context a second of a processor, seen by nobody."""
_PLAYWRIGHTS = (
    "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,"
    "LensOverlay,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect,"
    "OptimizationHints,NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch"
)
"""What Playwright itself does without. Of several such options, only the last counts."""
_OPTIONS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    f"--disable-features={_PLAYWRIGHTS},{_WINDOW}",
]


@dataclass
class Served:
    """A running server, and its data."""

    url: str
    data: Path


@dataclass
class Watched:
    """A page, with what it asked for and what went wrong in it."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def foreign(self, origin: str) -> list[str]:
        """What was asked of anybody else than the origin."""
        ours = urlsplit(origin)
        asked = [urlsplit(url) for url in self.requests]
        return [one.geturl() for one in asked if one.scheme.startswith("http") and one.netloc != ours.netloc]


def serve(folder: Path, build: Path) -> Iterator[Served]:
    """`shuangfu serve` with a build of the front end."""
    port, log = free_port(), folder / "serve.log"
    served = Served(f"http://127.0.0.1:{port}", folder / "data")
    command = [sys.executable, "-m", "shuangfu", "serve", "--port", str(port), "--data", str(served.data)]
    environment = {**os.environ, "SHUANGFU_CONSOLE_BUILD": str(build)}
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=environment)
    try:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            try:
                if httpx.get(f"{served.url}/readyz", timeout=2, verify=PLAIN).status_code == 200:
                    break
            except httpx.TransportError:
                pass  # not listening yet
            time.sleep(0.1)
        else:
            pytest.fail(log.read_text(errors="replace")[-3000:])
        yield served
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(STOP_SECONDS)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The server, without data."""
    yield from serve(tmp_path_factory.mktemp("console"), FRONT)


@pytest.fixture(scope="session")
def demonstrated(served: Served) -> Served:
    """The same with the demonstration's data."""
    command = [sys.executable, "-m", "shuangfu", "demo", "--json", "--url", served.url, "--data", str(served.data)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=DEMO_SECONDS, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    chromium = find_program("chromium", "the console is not opened")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=_OPTIONS)
        yield found
        found.close()


def watch(page: Page) -> Watched:
    """Notes from now on what a page and its context ask for, and what goes wrong."""
    found = Watched(page)

    def note_error(message: ConsoleMessage) -> None:
        if message.type == "error":
            found.errors.append(message.text)

    def note_request(request: Request) -> None:
        found.requests.append(request.url)

    page.on("console", note_error)
    page.on("pageerror", lambda error: found.errors.append(str(error)))
    page.context.on("request", note_request)
    return found


@pytest.fixture
def watched(browser: Browser, served: Served) -> Iterator[Watched]:
    """A page of a browser that nobody has signed in at yet."""
    context = browser.new_context(base_url=served.url, locale="en")
    context.set_default_timeout(30_000)
    yield watch(context.new_page())
    context.close()


@pytest.fixture
def signed_in(watched: Watched) -> Callable[[str], Watched]:
    """Signs in at a seat by its key, by clicking."""

    def sign_in(seat: str) -> Watched:
        watched.page.goto("/console/")
        watched.page.get_by_role("button", name="Sign in").click()
        watched.page.locator(f'button[value="{seat}"]').click()
        watched.page.wait_for_url("**/console/")
        return watched

    return sign_in
