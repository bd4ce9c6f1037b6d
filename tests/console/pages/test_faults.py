"""Faults as the pages show them: barred steps, stale versions, conflicts, a lost or busy server, an expired token."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.console.browser.conftest import Watched
from tests.console.pages.conftest import SignIn, leave, settle, violations, visit


def _problem(status: int, slug: str, title: str, **headers: str) -> dict[str, Any]:
    body = {
        "type": f"urn:shuangfu:problem:{slug}",
        "title": title,
        "status": status,
        "detail": f"{title}。",
        "errors": [],
    }
    return {
        "status": status,
        "headers": {"content-type": "application/problem+json", **headers},
        "body": json.dumps(body),
    }


def _open_case(watched: Watched) -> Page:
    page = watched.page
    visit(watched, "/formation-cases?state=open")
    leave(watched, page.locator("tbody tr.ant-table-row .cell-link").first.click)
    return page


def test_barred__a_step_is_disabled_with_its_reason(sit: SignIn) -> None:
    page = _open_case(sit("hangzhou-auditor"))
    barred = page.locator(".barred").first
    expect(barred.get_by_role("button")).to_be_disabled()
    expect(barred.locator(".why")).not_to_be_empty()


@pytest.mark.parametrize(
    ("status", "slug", "said"),
    [
        (412, "version-mismatch", "此事项已被他人更新。"),
        (409, "wrong-state", "状态已变"),
        (503, "unavailable", "服务器暂时繁忙"),
    ],
)
def test_refused__a_step_says_why_and_keeps_what_was_written(sit: SignIn, status: int, slug: str, said: str) -> None:
    watched = sit("xihu-district")
    page = _open_case(watched)
    page.locator(".steps button:enabled").first.click()
    form = page.locator(".ant-drawer form")
    note = form.locator("textarea, input[type=text]").first
    note.fill("示范说明")

    def refuse(route: Route) -> None:
        if route.request.method == "GET":
            route.continue_()
        else:
            route.fulfill(**_problem(status, slug, "状态已变", **{"retry-after": "1"}))

    page.route("**/incubation/v1/**", refuse)
    form.locator("button[type=submit]").click()
    expect(form.locator(".problem")).to_contain_text(said)
    expect(note).to_have_value("示范说明")


def test_offline__is_shown_until_the_server_is_back(sit: SignIn) -> None:
    watched = sit("xihu-district")
    watched.page.context.set_offline(True)
    banner = watched.page.get_by_text("与服务器的连接已中断")
    expect(banner).to_be_visible()
    assert violations(watched) == []
    watched.page.context.set_offline(False)
    expect(banner).to_have_count(0)


def test_expired__a_token_is_renewed_and_the_request_repeated(sit: SignIn) -> None:
    watched = sit("xihu-district")
    refused: list[str] = []

    def expire(route: Route) -> None:
        if refused:
            route.continue_()
        else:
            refused.append(route.request.url)
            route.fulfill(**_problem(401, "unauthorized", "令牌已过期"))

    watched.page.route("**/incubation/v1/formation-cases*", expire)
    visit(watched, "/formation-cases")
    expect(watched.page.locator("tbody tr.ant-table-row").first).to_be_visible()
    assert len(refused) == 1


def test_keyboard__alone_through_the_worklist(sit: SignIn) -> None:
    watched = sit("xihu-district")
    page = watched.page
    page.keyboard.press("g")
    page.keyboard.press("t")
    settle(watched)
    expect(page.locator("tbody tr.ant-table-row").first).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("tr.row-focus")).to_have_id("tasks-row-0")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/tasks" not in url)
    settle(watched)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_print__the_worklist_is_a_pdf_without_the_menu(sit: SignIn, tmp_path: Path) -> None:
    page = sit("xihu-district").page
    page.emulate_media(media="print")
    expect(page.locator(".side")).to_be_hidden()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
