"""The console as it is built, on one embedded server with the demonstration's data, opened by Debian's Chromium.

To sign in costs two seconds of a processor, most of them for the context and for the scripts, which it compiles: what
only looks takes the pages of one context in turn.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from shared.settings import TREE
from tests.console.browser.conftest import Served, Watched, browser, serve, watch
from tests.running.programs import find_built
from tests.running.serving import demo

__all__ = ["browser"]

BUILD = TREE / "console" / "dist"
AXE = TREE / "console" / "node_modules" / "axe-core" / "axe.min.js"
PATIENCE = 30_000
"""Milliseconds that a page may take on a machine that does much else."""
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_RUN = """async (tags) => (await axe.run(document, { runOnly: { type: 'tag', values: tags } }))
  .violations.map((one) => `${one.id}: ${
    one.nodes.map((node) => node.target.join(' ') + ' ' + node.failureSummary).join('; ')}`)"""

SignIn = Callable[..., Watched]


@pytest.fixture(scope="session")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for the run: a file of this folder writes nothing that another one counts."""
    find_built(BUILD / "index.html")
    find_built(AXE)
    for served in serve(tmp_path_factory.mktemp("console-pages"), BUILD):
        demo("--url", served.url, "--data", str(served.data))
        yield served


@pytest.fixture
def sit(browser: Browser, console: Served) -> Iterator[SignIn]:
    """Signs in at a seat by clicking, in a context of its own: `sit("xihu-registrar", language="en", width=390)`."""
    contexts = []

    def sign_in(seat: str, language: str = "zh", **options: Any) -> Watched:
        context = _open(browser, console, language, **options)
        contexts.append(context)
        watched = watch(context.new_page())
        take_seat(watched, seat)
        return watched

    yield sign_in
    for context in contexts:
        context.close()


def _open(browser: Browser, console: Served, language: str, **options: Any) -> BrowserContext:
    locale = "zh-CN" if language == "zh" else "en"
    context = browser.new_context(base_url=console.url, locale=locale, reduced_motion="reduce", **options)
    context.set_default_timeout(PATIENCE)
    context.add_init_script(f"localStorage.setItem('shuangfu.language', '{language}')")
    return context


def take_seat(watched: Watched, seat: str) -> None:
    """Signs in by clicking, at a browser that nobody has signed in at."""
    watched.page.goto("/console/")
    watched.page.locator(f'button[value="{seat}"]').click()
    settle(watched)


@pytest.fixture(scope="module")
def shared(browser: Browser, console: Served) -> Iterator[Watched]:
    """A page of the file, in Chinese, at which one after the other signs in; see `forget`."""
    context = _open(browser, console, "zh")
    yield watch(context.new_page())
    context.close()


def forget(watched: Watched, console: Served) -> None:
    """Takes from a browser all that it keeps of who signed in, and of what was seen; files that all may read stay."""
    page = watched.page
    if page.url.startswith(console.url):
        page.evaluate("sessionStorage.clear()")
    page.goto("about:blank")
    session = page.context.new_cdp_session(page)
    session.send("Storage.clearDataForOrigin", {"origin": console.url, "storageTypes": "all"})
    session.detach()
    page.context.clear_cookies()
    watched.requests.clear()
    watched.errors.clear()


def settle(watched: Watched) -> None:
    """Returns once the page has its heading and nothing loads any more."""
    page = watched.page
    expect(page.locator("#main h1").first).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".ant-skeleton, .ant-spin-spinning")).to_have_count(0, timeout=PATIENCE)
    page.wait_for_load_state("networkidle")


def leave(watched: Watched, step: Callable[[], object]) -> None:
    """Takes a step that leads to another page, and waits for that one."""
    page = watched.page
    page.locator("#main h1").first.evaluate("(heading) => { heading.dataset.before = '1'; }")
    step()
    expect(page.locator("#main h1[data-before]")).to_have_count(0, timeout=PATIENCE)
    settle(watched)


def visit(watched: Watched, path: str) -> None:
    """Goes to a page within the console, as a link does: signed in as before."""
    page = watched.page
    if page.url.endswith(f"/console{path}"):
        return
    go = "(to) => { history.pushState({}, '', to); dispatchEvent(new PopStateEvent('popstate')); }"
    leave(watched, lambda: page.evaluate(go, f"/console{path}"))


def violations(watched: Watched) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA."""
    page = watched.page
    if not page.evaluate("'axe' in window"):
        # By the debugger, as the page's policy lets no inline script run.
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(_RUN, _TAGS)
    return found
