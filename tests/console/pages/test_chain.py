"""The whole chain by clicking, each role at its own seat: from an uploaded workbook to a paid grant's statement."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from examples.xihu.make import COLUMNS, rows
from shared.field import uscc
from shared.field.calendar import china_day
from shared.field.files.writing import write_table
from tests.console.browser.conftest import Watched
from tests.console.pages.conftest import PATIENCE, SignIn, leave, settle, violations

NAME = "西湖区晨光公益服务中心"
CODE = uscc.make("52", "330106", "PDY00901")
HEADING = "甲项"
YEAR = china_day(datetime.now(UTC)).year - 1
"""The demonstration's cycle is of the last year."""
TRIES = 12
"""How often a list is loaded again until what events bring stands in it."""


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """One organization, with six full members; its name stands under a heading that nobody knows."""
    row = {**rows()[0], "uscc": CODE, HEADING: NAME, "address": "示例路 901 号", "carrier": None}
    columns = [HEADING if name == "name" else name for name in COLUMNS]
    target = tmp_path / "chain.xlsx"
    target.write_bytes(write_table(columns, [{**row, "registered_on": f"{YEAR}-05-06"}]))
    return target


def go(watched: Watched, path: str) -> None:
    """To a page by the menu; one that is open is loaded again."""
    if watched.page.url.partition("?")[0].endswith(f"/console{path}"):
        watched.page.reload()
        settle(watched)
        return
    leave(watched, watched.page.locator(f'.side a[href="/console{path}"]').click)


def open_row(watched: Watched, path: str, text: str = NAME) -> None:
    """Opens the record of a list, as soon as it is in it."""
    row = watched.page.locator("tr", has_text=text).locator(".cell-link").first
    for _ in range(TRIES):
        go(watched, path)
        if row.count():
            leave(watched, row.click)
            return
    raise AssertionError(f"{text} is not in {path}: {watched.page.locator('main').inner_text()}")


def take(watched: Watched, step: str, **fields: str) -> None:
    """Takes a step of a record: presses its button, fills its form by the fields' names, and sends it."""
    watched.page.locator(".steps, .page-head-extra").get_by_role("button", name=step).first.click()
    drawer = watched.page.locator(".ant-drawer-open form").last
    expect(drawer).to_be_visible()
    for name, value in fields.items():
        _field(drawer, name).fill(value)
    drawer.locator("button[type=submit]").click()
    expect(drawer).to_have_count(0, timeout=PATIENCE)
    settle(watched)


def _field(form: Locator, name: str) -> Locator:
    return form.locator(f'input[id$="_{name}"], textarea[id$="_{name}"]').first


def has_state(watched: Watched, state: str) -> None:
    expect(watched.page.locator(".summary")).to_contain_text(state, timeout=PATIENCE)


def score(watched: Watched, stage: str) -> None:
    """Gives each indicator all its points, in the sheet of a stage."""
    page = watched.page
    leave(watched, page.get_by_role("button", name=f"填写{stage}", exact=True).click)
    for line in page.locator("tbody tr:has(td.editing input)").all():
        line.locator("td.editing input").first.fill(line.locator("td.money").first.inner_text())
    expect(page.locator(".score-foot")).to_contain_text("100.00")
    leave(watched, page.get_by_role("button", name=f"提交{stage}").click)


def test_chain__from_an_uploaded_workbook_to_a_paid_grant_by_clicking(sit: SignIn, workbook: Path) -> None:
    _register(sit("xihu-registrar"), workbook)
    _found(sit)
    _rate(sit)
    _pay(sit)


def _register(registrar: Watched, workbook: Path) -> None:
    """The registrar tries the file, maps the column that it lacks, sees what would come of it, and takes it in."""
    page = registrar.page
    go(registrar, "/imports")
    page.locator("input[type=file]").set_input_files(workbook)
    page.get_by_role("button", name="试运行").click()
    field = page.get_by_role("combobox", name=f"“{HEADING}”列对应的字段")
    field.fill("名称")
    field.press("Enter")
    expect(page.locator("tr", has_text=HEADING).locator(".ant-select")).to_contain_text("名称")
    assert violations(registrar) == []
    leave(registrar, page.get_by_role("button", name="试运行").click)
    taken = page.get_by_role("button", name="正式导入")
    # The file that was tried is still at hand.
    expect(taken).to_be_enabled()
    assert violations(registrar) == []
    tried = page.url
    taken.click()
    page.wait_for_url(lambda url: "/imports/" in url and url != tried)
    expect(page.locator(".cards .card", has_text="新增")).to_contain_text("1")
    open_row(registrar, "/organizations")
    expect(page.locator(".summary")).to_contain_text(CODE)


def _found(sit: SignIn) -> None:
    """The district founds by the case, and approves the leadership whose election the street reports."""
    district = sit("xihu-district")
    open_row(district, "/formation-cases")
    expect(district.page.locator(".basis .rule").first).to_contain_text("S10")
    take(district, "批准", founded_on=f"{YEAR}-12-31")
    has_state(district, "已批准")
    street = sit("xihu-street")
    open_row(street, "/party-organizations")
    counts = {"due": "6", "present": "6", "candidates": "3", "elected": "2"}
    take(street, "上报选举结果", held_on=f"{YEAR + 1}-01-20", **counts)
    expect(street.page.locator(".steps")).to_be_visible()
    open_row(district, "/party-organizations")
    district.page.get_by_role("tab", name="班子").click()
    leave(district, district.page.locator("[role=tabpanel] .cell-link").first.click)
    take(district, "批准", approved_on=f"{YEAR + 1}-02-01", approval_number=f"西湖两新〔{YEAR + 1}〕901号")
    has_state(district, "已批准")
    open_row(district, "/party-organizations")
    has_state(district, "正常")


def _rate(sit: SignIn) -> None:
    """Whom the open cycle enrolled is scored by two raters, completed by a third, and its score sent on."""
    city = sit("hangzhou-city")
    leave_to_cycle = city.page.locator("tr", has_text=str(YEAR)).locator(".cell-link").first
    go(city, "/cycles")
    leave(city, leave_to_cycle.click)
    expect(city.page.locator("main")).to_contain_text(NAME)
    first = sit("xihu-assessor-of-stars")
    open_row(first, "/evaluations")
    score(first, "自评")
    committee = sit("xihu-rater")
    open_row(committee, "/evaluations")
    score(committee, "小组评分")
    score(committee, "委员会评分")
    # Who scored does not complete.
    completer = sit("xihu-completer")
    open_row(completer, "/evaluations")
    take(completer, "完成")
    has_state(completer, "已完成")
    district = sit("xihu-district")
    open_row(district, "/consequences")
    expect(district.page.locator(".basis .rule").first).to_be_visible()


def _pay(sit: SignIn) -> None:
    """Three seats take the grant through its steps; what each did stands in the statement of the recipient."""
    for seat, step, state in [
        ("xihu-reviewer", "复核", "已复核"),
        ("xihu-approver", "批准", "已批准"),
        ("xihu-payer", "拨付", "已拨付"),
    ]:
        watched = sit(seat)
        open_row(watched, "/grants")
        take(watched, step)
        has_state(watched, state)
        assert watched.errors == []
    watched.page.get_by_role("tab", name="受助方").click()
    leave(watched, watched.page.locator('a[href*="/statements/"]').click)
    expect(watched.page.locator(".statement-of")).to_contain_text(NAME)
    paid = watched.page.locator(".cards .card", has_text="本期拨付").locator("b")
    expect(paid).not_to_have_text("0.00")
