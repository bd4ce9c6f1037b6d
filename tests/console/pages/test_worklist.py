"""待办: the tasks of the four services as one list."""

from playwright.sync_api import Route, expect

from tests.console.pages.conftest import PATIENCE, SignIn, settle

_ROWS = "tbody tr.ant-table-row"


def test_worklist__is_whole_and_in_order_however_small_the_pages(sit: SignIn) -> None:
    watched = sit("xihu-district")
    page, asked = watched.page, 0

    def ask_for_few(route: Route) -> None:
        nonlocal asked
        asked += 1
        route.continue_(url=route.request.url.replace("limit=50", "limit=9"))

    whole = [row.inner_text() for row in page.locator(_ROWS).all()]
    assert len(whole) > 9
    page.route("**/v1/tasks?*", ask_for_few)
    page.reload()
    expect(page.locator(_ROWS)).to_have_count(len(whole), timeout=PATIENCE)
    settle(watched)
    assert [row.inner_text() for row in page.locator(_ROWS).all()] == whole
    assert asked > 4
