"""Signing in, renewing and signing out by a real browser, on the real embedded server."""

import re
from collections.abc import Callable

import httpx
from playwright.sync_api import expect

from tests.console.browser.conftest import Served, Watched
from tests.running.callers import PLAIN

INLINE = "inline script"


def test_sign_in__at_a_seat_renewed_silently_and_out_again(signed_in: Callable[[str], Watched], served: Served) -> None:
    watched = signed_in("xihu-registrar")
    page = watched.page
    expect(page.locator("#who")).to_have_text("demo-registrar registrar")
    # A reload begins without tokens: the provider knows the seat.
    page.goto("/console/organizations/0199a1b2?tab=reasons")
    expect(page.locator("#who")).to_have_text("demo-registrar registrar")
    assert page.url.endswith("/console/organizations/0199a1b2?tab=reasons")
    page.get_by_role("button", name="Renew").click()
    expect(page.locator("body")).to_have_attribute("data-renewed", "true")
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("#who")).to_have_text("nobody")
    page.reload()
    expect(page.locator("#who")).to_have_text("nobody")
    assert watched.foreign(served.url) == []
    # The page's own inline script is refused each time, and nothing else goes wrong.
    assert page.title() == "Front end of the tests"
    assert watched.errors
    assert [one for one in watched.errors if INLINE not in one] == []


def test_sign_in__another_seat_after_signing_out(signed_in: Callable[[str], Watched]) -> None:
    page = signed_in("xihu-reviewer").page
    expect(page.locator("#who")).to_have_text("demo-reviewer reviewer")
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("#who")).to_have_text("nobody")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Who are you today?")).to_be_visible()
    page.get_by_role("button", name="Payer of grants").press("Enter")
    expect(page.locator("#who")).to_have_text("demo-payer payer")


def test_sign_in__a_seat_of_a_unit_that_is_not_registered_yet(watched: Watched) -> None:
    page = watched.page
    page.goto("/console/")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Secretary of the branch at Qinghe").click()
    expect(page.get_by_role("alert")).to_contain_text("is not registered yet")


def test_root__leads_a_browser_to_the_console_and_a_program_nowhere(watched: Watched, served: Served) -> None:
    watched.page.goto("/")
    assert watched.page.url == f"{served.url}/console/"
    answer = httpx.get(f"{served.url}/", verify=PLAIN)
    assert answer.json()["name"] == "shuangfu"


def test_z_sign_in__a_secretary_sees_its_own_units(demonstrated: Served, signed_in: Callable[[str], Watched]) -> None:
    page = signed_in("qinghe-secretary").page
    # The organization, and the branch that covers it.
    expect(page.locator("#who")).to_have_text(re.compile(r"^seat-qinghe-secretary secretary \S{36} \S{36}$"))
