"""Each role signs in at its seat, lands on its page, and opens every page of its menu."""

import re
from dataclasses import dataclass

import pytest

from shuangfu.identity.seats import read_seats
from tests.console.browser.conftest import Served, Watched
from tests.console.pages.conftest import SignIn, forget, leave, settle, take_seat, violations, visit

LANDS = {"leader": "overview", "auditor": "operations", "operator": "operations"}
SEATS = {seat.key: LANDS.get(seat.roles[0], "tasks") for seat in read_seats("hangzhou").seats}
"""The page that each lands on."""
WIDE = [seat.key for seat in read_seats("hangzhou").seats if not seat.units_of]
"""Whoever has a unit sees less of the same pages."""
MENU = "nav .ant-menu-item a"
WORDS = re.compile(r"[a-z]{3,}( [a-z]{2,})+")
SENTENCE = re.compile(r"[\u4e00-\u9fff]{4,}[。？！]")


@dataclass(frozen=True)
class Seated:
    """A page at which somebody signed in, and what that led to."""

    watched: Watched
    seat: str
    landed: str
    errors: tuple[str, ...]
    foreign: tuple[str, ...]


@pytest.fixture(scope="module")
def visited() -> set[str]:
    """Addresses that some seat has opened."""
    return set()


@pytest.fixture(scope="module")
def seated(request: pytest.FixtureRequest, shared: Watched, console: Served) -> Seated:
    """Whoever sits at the seat that a test names: signed in once for its tests, which pytest lets follow each other."""
    forget(shared, console)
    take_seat(shared, request.param)
    return Seated(shared, request.param, shared.page.url, tuple(shared.errors), tuple(shared.foreign(console.url)))


@pytest.mark.parametrize("seated", SEATS, indirect=True)
def test_seat__lands_on_its_page_without_a_fault(seated: Seated, console: Served) -> None:
    assert seated.landed.partition("?")[0] == f"{console.url}/console/{SEATS[seated.seat]}"
    assert seated.errors == ()
    assert seated.foreign == ()


@pytest.mark.parametrize("seated", WIDE, indirect=True)
def test_pages__of_a_seats_menu_are_accessible_and_in_chinese(
    seated: Seated, visited: set[str], console: Served, subtests: pytest.Subtests
) -> None:
    """Each address once, at the first seat whose menu has it, and at each list the first record that it leads to."""
    watched = seated.watched
    addresses = [str(link.get_attribute("href")) for link in watched.page.locator(MENU).all()]
    assert addresses
    for address in [one for one in addresses if one not in visited]:
        visited.add(address)
        with subtests.test(address):
            visit(watched, address.removeprefix("/console"))
            _check(watched, console)
            row = watched.page.locator("tbody tr.ant-table-row .cell-link").first
            if row.count():
                leave(watched, row.click)
                _check(watched, console)


def _check(watched: Watched, console: Served) -> None:
    page = watched.page
    assert violations(watched) == [], page.url
    # What stands in <code> is a code; what the field itself writes in English is data.
    said = page.evaluate(
        "() => { const copy = document.body.cloneNode(true);"
        "copy.querySelectorAll('code, kbd, td, [lang=en], script, style').forEach((one) => one.remove());"
        "return copy.textContent; }"
    )
    assert WORDS.findall(said) == [], page.url
    assert watched.errors == [], page.url
    assert watched.foreign(console.url) == []


def test_pages__in_english_have_no_chinese_sentence(sit: SignIn) -> None:
    watched = sit("hangzhou-auditor", "en")
    for address in ("/operations", "/policies", "/overview", "/tasks", "/me"):
        visit(watched, address)
        said = watched.page.evaluate(
            "() => { const copy = document.body.cloneNode(true);"
            "copy.querySelectorAll('td, [lang=zh-CN]').forEach((one) => one.remove()); return copy.textContent; }"
        )
        assert SENTENCE.findall(said) == [], address


def test_narrow__a_telephone_shows_the_worklist_without_scrolling_sideways(sit: SignIn) -> None:
    watched = sit("xihu-district", viewport={"width": 390, "height": 844})
    settle(watched)
    assert violations(watched) == []
    assert watched.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # What stands in the header can be reached without scrolling it.
    for button in watched.page.locator(".top .ant-btn").all():
        box = button.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
