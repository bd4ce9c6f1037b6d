"""The operator's page of events that could not take effect: one is tried again, another discarded, by clicking."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from playwright.sync_api import expect
from sqlalchemy import text

from shared.audit.operations import operator_access
from shared.bus.envelope import Delivered, encode
from shared.bus.receiving import dead_letters
from shared.db.session import Database
from shuangfu.commands.places import settings_of
from tests.console.browser.conftest import Served
from tests.console.pages.conftest import SignIn, settle, violations, visit
from tests.incubation.conftest import Organization

NUMBER = 9701
T = TypeVar("T")


def test_letters__are_retried_and_discarded_by_clicking(sit: SignIn, console: Served) -> None:
    _run(_set_aside(console))
    watched = sit("hangzhou-operator")
    page = watched.page
    visit(watched, "/operations")
    page.locator('a[href*="/dead-letters?service=incubation"]').click()
    rows = page.locator("tbody tr.ant-table-row")
    expect(rows).to_have_count(2)
    assert violations(watched) == []
    rows.first.get_by_role("checkbox").check()
    page.get_by_role("button", name="重试").click()
    page.locator(".ant-drawer form button[type=submit]").click()
    expect(page.locator("[role=status]", has_text="已处理 1 件")).to_be_visible()
    expect(rows).to_have_count(1)
    rows.first.get_by_role("checkbox").check()
    page.get_by_role("button", name="作废").click()
    form = page.locator(".ant-drawer form")
    form.locator("button[type=submit]").click()
    expect(form.locator(".ant-form-item-explain-error")).to_be_visible()
    form.locator("textarea, input[type=text]").fill("发送方已更正并重发。")
    form.locator("button[type=submit]").click()
    expect(rows).to_have_count(0)
    settle(watched)
    expect(page.get_by_text("没有未生效的事件。")).to_be_visible()
    assert _run(_states(console)) == ["discarded", "retried"]


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Playwright has a loop of its own in the thread of the test."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


async def _set_aside(console: Served) -> None:
    """The first news of two organizations, once more: it changes nothing that another test of this server counts."""
    with settings_of(console.data, ["incubation"]) as settings:
        database = Database(settings["incubation"].database_url, pool_size=1, access=operator_access("incubation"))
        async with database.transaction() as tx:
            known = await tx.rows(text("SELECT id FROM organizations ORDER BY id LIMIT 2"))
            assert len(known) == 2
            for number, row in enumerate(known):
                event = Organization(NUMBER + number, id=row.id).state(sequence=1)
                message = encode(event.data.TOPIC, event.envelope, event.data.model_dump_json().encode())
                await dead_letters.record(
                    tx,
                    "incubation",
                    Delivered(message, 0, number),
                    event.envelope.id,
                    envelope=event.envelope,
                    reason="handler_failed",
                    detail="invented",
                    handler=None,
                    attempts=5,
                )
        await database.close()


async def _states(console: Served) -> list[str]:
    with settings_of(console.data, ["incubation"]) as settings:
        database = Database(settings["incubation"].database_url, pool_size=1, access=operator_access("incubation"))
        async with database.transaction() as tx:
            found = await dead_letters.list_letters(tx, state=None)
        await database.close()
    return sorted(row.state for row in found)
