"""Each role signs in at its seat, lands on its page, and opens every page of its menu."""

import re

import pytest

from shuangfu.identity.seats import read_seats
from tests.console.browser.conftest import Served, Watched
from tests.console.pages.conftest import SignIn, leave, settle, violations, visit

LANDS = {"leader": "overview", "auditor": "operations", "operator": "operations"}
SEATS = [(seat.key, LANDS.get(seat.roles[0], "tasks")) for seat in read_seats("hangzhou").seats]
WIDE = [seat.key for seat in read_seats("hangzhou").seats if not seat.units_of]
"""Whoever has a unit sees less of the same pages."""
MENU = "nav .ant-menu-item a"
WORDS = re.compile(r"[a-z]{3,}( [a-z]{2,})+")
SENTENCE = re.compile(r"[\u4e00-\u9fff]{4,}[。？！]")


@pytest.mark.parametrize(("seat", "page"), SEATS)
def test_seat__lands_on_its_page_without_a_fault(sit: SignIn, console: Served, seat: str, page: str) -> None:
    watched = sit(seat)
    assert watched.page.url.partition("?")[0] == f"{console.url}/console/{page}"
    assert watched.errors == []
    assert watched.foreign(console.url) == []


def test_pages__of_every_seats_menu_are_accessible_and_in_chinese(
    sit: SignIn, console: Served, subtests: pytest.Subtests
) -> None:
    """Each address once, at the first seat whose menu has it, and at each list the first record that it leads to."""
    visited: set[str] = set()
    for seat in WIDE:
        watched = sit(seat)
        addresses = [str(link.get_attribute("href")) for link in watched.page.locator(MENU).all()]
        assert addresses
        for address in [one for one in addresses if one not in visited]:
            visited.add(address)
            with subtests.test(address, seat=seat):
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
