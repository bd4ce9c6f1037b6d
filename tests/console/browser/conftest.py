"""One embedded server with a front end, and a browser that signs in at a seat.

Debian's Chromium is driven by Playwright; no browser is downloaded. The server is one for each run, since the files of
this folder are one lane (`tests/running/spread.py`). Playwright is stopped with each file: its loop would be in
the way of tests that run one of their own.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from tests.running.commands import Command
from tests.running.programs import find_program
from tests.running.serving import Server, demo

FRONT = Path(__file__).parent / "front"
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


class _Fronted(Server):
    """With a build of the front end."""

    def __init__(self, data: Path, build: Path) -> None:
        super().__init__(data)
        self._environment = {**os.environ, "SHUANGFU_CONSOLE_BUILD": str(build)}

    def launch(self) -> Command:
        """See `Server`."""
        return Command(self.arguments(self.port), self.log, self.log, self._environment)


def serve(folder: Path, build: Path) -> Iterator[Served]:
    """`shuangfu serve` with a build of the front end."""
    server = _Fronted(folder / "data", build)
    try:
        server.start()
        yield Served(server.url, server.data)
    finally:
        server.end()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The server, without data."""
    yield from serve(tmp_path_factory.mktemp("console"), FRONT)


@pytest.fixture(scope="session")
def demonstrated(served: Served) -> Served:
    """The same with the demonstration's data."""
    demo("--url", served.url, "--data", str(served.data))
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
