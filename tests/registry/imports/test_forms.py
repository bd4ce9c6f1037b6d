"""What is given for a whole file, one's own list, the template, and the report as a workbook."""

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from services.registry.civil_affairs import registering
from services.registry.import_forms import ORGANIZATIONS
from services.registry.imports import queries, runner
from services.registry.imports.subjects.organizations import OrganizationImports
from shared.field.files.tables import column_letters
from tests.conftest import SYSTEM, Hands
from tests.registry.helpers import all_items, code, rows
from tests.registry.imports.helpers import (
    COLUMNS,
    NAMES,
    WORDS_IN_FORCE,
    as_csv,
    counts,
    finished,
    import_file,
    ndjson,
    post,
    row,
    running,
    step,
    work_off,
    xlsx,
)
from tests.registry.imports.office import book, details_of, errors_of, form, record
from tests.shared.field.files.helpers import sheets_of

NOTES = OrganizationImports.notes
LACKING = [name for name in NAMES if name not in ("as_of", "division")]


async def test_t22_given__as_of_and_division_for_the_whole_file(app: FastAPI, client: httpx.AsyncClient) -> None:
    content = xlsx([row(1)], columns=LACKING)
    found = await import_file(app, client, content, "a.xlsx", as_of="2026年3月2日", division="西湖区")
    assert (found["counts"], found["as_of"], found["division"]) == (
        counts(total=1, created=1),
        "2026-03-02T00:00:00+08:00",
        "330106",
    )
    shown = (await client.get(f"/v1/organizations/{code(1)}")).json()
    assert (shown["as_of"], shown["division"]) == ("2026-03-01T16:00:00Z", "330106")


async def test_t22_given__a_rows_own_day_wins_and_its_division_must_agree(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    made = [row(1, as_of="2026-03-05"), row(2, as_of=None), row(3, division="330105")]
    found = await import_file(app, client, xlsx(made), "a.xlsx", as_of="2026-03-02", division="330106")
    assert found["counts"] == counts(total=3, created=2, refused=1)
    assert await details_of(client, found) == ["D4（division）的值“330105”不在导入时指定的行政区划 330106 之内。"]
    days = [(await client.get(f"/v1/organizations/{code(number)}")).json()["as_of"][:10] for number in (1, 2)]
    assert days == ["2026-03-04", "2026-03-01"]


@pytest.mark.parametrize(
    ("given", "pointer", "detail"),
    [
        ({"as_of": "去年"}, "/as_of", "as_of的值“去年”不是可识别的日期"),
        ({"division": "西胡区"}, "/division", "division的值“西胡区”不是可识别的行政区划"),
        ({"division": "339999"}, "/division", "行政区划“339999”不存在"),
    ],
)
async def test_t22_given__what_is_not_understood_is_named(
    client: httpx.AsyncClient, given: dict[str, str], pointer: str, detail: str
) -> None:
    refused = await post(client, xlsx([row(1)]), "a.xlsx", **given)
    assert refused.status_code == 422
    [error] = refused.json()["errors"]
    assert (error["pointer"], error["detail"].startswith(detail)) == (pointer, True), error


async def test_t22_dry_run__says_that_nothing_was_written(app: FastAPI, client: httpx.AsyncClient) -> None:
    dry = await import_file(app, client, xlsx([row(1), row(2, kind="?")]), "a.xlsx", dry_run="true")
    assert dry["message"] == (
        "试运行：没有写入任何数据。若正式导入，将新增 1 条、变更 0 条，0 条无变化，1 条不予采用。"
    )
    english = await client.get(f"/v1/imports/{dry['id']}", headers={"Accept-Language": "en"})
    assert english.json()["message"].startswith("Dry run: nothing was written.")
    real = await import_file(app, client, xlsx([row(1)]), "a.xlsx")
    assert real["message"] == "已新增 1 条、变更 0 条，0 条无变化，0 条未采用。"


async def test_t22_list__of_ones_own_imports(app: FastAPI, client: httpx.AsyncClient, hands: Hands) -> None:
    names = [f"{number}.xlsx" for number in range(5)]
    for name in names:
        assert (await post(client, xlsx([row(1)]), name)).status_code == 202
    async with app.state.database.transaction(SYSTEM) as tx:
        await tx.execute(text("UPDATE imports SET created_by = 'somebody' WHERE filename = '2.xlsx'"))
    listed = await all_items(client, "/v1/imports", 2)
    assert [one["filename"] for one in listed] == ["4.xlsx", "3.xlsx", "1.xlsx", "0.xlsx"]
    bad = await client.get("/v1/imports", params={"cursor": "??"})
    assert (bad.status_code, bad.json()["type"]) == (422, "urn:shuangfu:problem:bad-cursor")


async def test_t20_template__its_example_imports_without_a_fault(app: FastAPI, client: httpx.AsyncClient) -> None:
    response = await client.get("/v1/imports/template.xlsx")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("application/vnd.openxmlformats")
    listed, notes = sheets_of(response.content, "a.xlsx")
    [(_, headings), (_, example)] = listed.rows()
    assert headings == [COLUMNS[field][0] + ("*" if field in ORGANIZATIONS.required else "") for field in NOTES]
    assert len(example) == len(headings)
    assert [cells[0] for _, cells in notes.rows()][1 : len(NOTES) + 1] == [COLUMNS[field][0] for field in NOTES]
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        comments = archive.read("xl/comments1.xml").decode()
    assert re.findall(r'sqref="([A-Z]+)2:[A-Z]+5001"', sheet) == ["C", "J", "Q", "R", "S"]
    assert "社会团体,基金会,社会服务机构" in sheet
    assert comments.count("<comment ") == len(NOTES)
    found = await import_file(app, client, response.content, "template.xlsx")
    assert (found["state"], found["counts"]) == ("completed", counts(total=1, created=1))
    assert (found["ignored_columns"], found["sheets_left_out"]) == ([], ["填写说明"])


async def test_t20_page__lists_every_heading_and_word() -> None:
    page = (Path(__file__).parents[3] / "docs/how-to/import-files.md").read_text(encoding="utf-8")
    words = WORDS_IN_FORCE
    for field, headings in words.headings.items():
        assert f"| `{field}` | {'、'.join(headings)} |" in page
    for meanings in (words.kinds, words.statuses, words.sources):
        for meaning, written in meanings.items():
            assert f"| `{meaning}` | {'、'.join(written)} |" in page


async def report_of(client: httpx.AsyncClient, found: dict[str, Any], language: str = "zh") -> bytes:
    response = await client.get(
        f"/v1/imports/{found['id']}/errors", params={"format": "xlsx"}, headers={"Accept-Language": language}
    )
    assert response.status_code == 200, response.text
    assert response.headers["content-disposition"].endswith('.xlsx"')
    return response.content


async def test_t21_report__the_file_back_with_reasons_marks_and_sums(app: FastAPI, client: httpx.AsyncClient) -> None:
    table = form(
        [record(1), record(2, kind="民办机构", street="=1+1"), record(3, kind="民办机构"), record(4, name=None)]
    )
    found = await import_file(app, client, book({"说明": [["请填写"]], "名册": table}), "a.xlsx")
    assert found["counts"] == counts(total=4, created=1, refused=3)
    content = await report_of(client, found)
    listed, sums = sheets_of(content, "a.xlsx")
    given = sheets_of(book({"名册": table}), "a.xlsx")[0]
    back = dict(listed.rows())
    assert (listed.name, sums.name) == ("名册", "汇总")
    assert {number: back[number][: len(cells)] for number, cells in given.rows()} == dict(given.rows())
    assert back[4][14] == "原因"
    assert back[7][14].startswith("D7（组织类别）的值“民办机构”无法识别")
    assert len(back[6]) == 14
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    styles = dict(re.findall(r'<c r="([A-Z]+[0-9]+)" s="([0-9]+)"', sheet))
    marked = styles["O7"]
    assert sorted(place for place, style in styles.items() if style == marked) == ["C9", "D7", "D8", "O7", "O8", "O9"]
    summed = [cells for _, cells in sums.rows()]
    assert [cells[:3] for cells in summed] == [["列标题", "行数", "首行"], ["组织类别", 2, 7], ["名 称*", 1, 9]]
    shown = (await client.get(f"/v1/imports/{found['id']}")).json()["faults"]
    assert [(one["field"], one["rows"], one["first_row"]) for one in shown] == [("kind", 2, 7), ("name", 1, 9)]
    english = sheets_of(await report_of(client, found, "en"), "a.xlsx")
    assert dict(english[0].rows())[4][14] == "Reason"


async def test_t21_report__corrected_it_imports_again(app: FastAPI, client: httpx.AsyncClient) -> None:
    found = await import_file(app, client, as_csv([row(1), row(2, kind="?")], "gb18030"), "a.csv")
    report = await report_of(client, found)
    again = await import_file(app, client, report, "back.xlsx")
    assert again["counts"] == counts(total=2, same=1, refused=1)
    lines = await import_file(app, client, ndjson([row(3), row(4, kind="?"), b"{broken"]), "a.ndjson")
    [listed, _] = sheets_of(await report_of(client, lines), "a.xlsx")
    told = {number: cells[-1] for number, cells in listed.rows()}
    assert told[1] == "原因"
    assert told[3].startswith("第 2 行（kind）的值“?”无法识别")
    assert told[4].startswith("第 3 行不是有效的 JSON")


async def test_t15_report__a_warned_row_has_its_cell_and_no_fault(app: FastAPI, client: httpx.AsyncClient) -> None:
    found = await import_file(app, client, xlsx([row(1, street="火星街道"), row(2, kind="?")]), "a.xlsx")
    assert (found["counts"]["created"], found["counts"]["refused"], found["warned"]) == (1, 1, 1)
    [sent] = sheets_of(xlsx([row(1, street="火星街道")]), "a.xlsx")
    where = f"{column_letters(dict(sent.rows())[2].index('火星街道'))}2"
    warned, refused = (await client.get(f"/v1/imports/{found['id']}/errors")).json()["items"]
    [cell] = warned["cells"]
    assert (warned["severity"], cell["field"], cell["cell"], cell["value"]) == ("warning", "street", where, "火星街道")
    assert warned["problem"]["errors"][0]["detail"] == cell["detail"]
    assert cell["detail"].startswith(where)
    assert (refused["row"], refused["severity"]) == (3, "refused")
    summed = (await client.get(f"/v1/imports/{found['id']}")).json()["faults"]
    assert [fault["field"] for fault in summed] == ["kind"], "what was taken has no fault"
    back = dict(sheets_of(await report_of(client, found), "a.xlsx")[0].rows())
    assert str(back[2][-1]).startswith("已受理，但有提示\n")
    assert not str(back[3][-1]).startswith("已受理")


async def test_t21_report__of_a_file_that_is_not_kept(app: FastAPI, client: httpx.AsyncClient) -> None:
    clean = await import_file(app, client, xlsx([row(1)]), "a.xlsx")
    gone = await client.get(f"/v1/imports/{clean['id']}/errors", params={"format": "xlsx"})
    assert (gone.status_code, gone.json()["type"]) == (410, "urn:shuangfu:problem:file-gone")
    refused = await import_file(app, client, xlsx([row(2, kind="?")]), "a.xlsx")
    async with app.state.database.transaction(SYSTEM) as tx:
        await queries.forget_files(tx, 30)
    await report_of(client, refused)
    async with app.state.database.transaction(SYSTEM) as tx:
        await tx.execute(text("UPDATE imports SET finished_at = now() - interval '31 days'"))
        await queries.forget_files(tx, 30)
    assert await rows(app, "SELECT count(content) AS n FROM imports") == [{"n": 0}]


async def test_t23_attempts__one_that_kills_its_worker_does_not_come_first_again(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    killing = (await post(client, xlsx([row(1)]), "a.xlsx")).json()
    good = (await post(client, xlsx([row(2)]), "b.xlsx")).json()

    async def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(runner, "open_stored", killed)
        with pytest.raises(KeyboardInterrupt):
            await step(app)
    await work_off(app)
    assert (await client.get(f"/v1/imports/{good['id']}")).json()["state"] == "completed"
    assert await step(app) is None, "others leave it alone for a while"
    for _ in range(runner.MAX_ATTEMPTS - 1):
        await passed(app)
        with monkeypatch.context() as patched:
            patched.setattr(runner, "open_stored", killed)
            with pytest.raises(KeyboardInterrupt):
                await step(app)
    await passed(app)
    assert await step(app) is None
    found = (await client.get(f"/v1/imports/{killing['id']}")).json()
    assert (found["state"], found["problem"]["reason"]) == ("failed", "file_given_up")
    assert found["problem"]["detail"].endswith("3 次处理均未完成，已停止。请联系管理员，或分成几个文件再导入。")


async def passed(app: FastAPI) -> None:
    """The time that others leave an import alone."""
    async with app.state.database.transaction(SYSTEM) as tx:
        await tx.execute(text("UPDATE imports SET attempted_at = attempted_at - interval '1 day'"))


async def test_t23_attempts__a_database_that_is_unavailable_is_no_fault_of_the_file(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, failing = registering.register, [ConnectionResetError("away")] * (runner.MAX_ATTEMPTS + 1)

    async def register(*arguments: Any) -> Any:
        if failing:
            raise failing.pop()
        return await real(*arguments)

    monkeypatch.setattr(registering, "register", register)
    posted = (await post(client, xlsx([row(1)]), "a.xlsx")).json()
    async with running(app, poll_seconds=0.05):
        assert (await finished(client, posted["id"]))["state"] == "completed"


async def test_t22_csv__a_row_longer_than_its_heading_is_refused_with_its_cells(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    heading, *lines = as_csv([row(number) for number in (1, 2, 3)], "utf-8", columns=[*NAMES, "status"]).splitlines()
    width = len(NAMES) + 1
    content = b"\n".join([heading, lines[0] + ",注销,,注销".encode(), lines[1] + b",, ,", lines[2]])
    found = await import_file(app, client, content, "a.csv")
    assert found["counts"] == counts(total=3, created=2, refused=1)
    cells = f"{column_letters(width)}2、{column_letters(width + 2)}2"
    [told] = await details_of(client, found)
    assert told.startswith(f"第 2 行比标题行多出单元格 {cells}（“注销”）")
    [problem] = await errors_of(client, found)
    [mark] = problem["cells"]
    assert (problem["row"], mark["cell"], mark["field"], mark["value"]) == (
        2,
        f"{column_letters(width)}2",
        None,
        "注销",
    )


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_t22_cells_under_no_heading_are_reported_with_their_row(
    app: FastAPI, client: httpx.AsyncClient, kind: str
) -> None:
    """The column left of all headings numbers the rows; the one in their midst has something to say in row 3."""
    columns = ["", *NAMES[:3], " ", *NAMES[3:]]
    made = [{"": str(number), **row(number), " ": said} for number, said in ((1, None), (2, "7"))]
    lines = [columns, *([str(one.get(name) or "") for name in columns] for one in made)]
    content = "\n".join(map(",".join, lines)).encode() if kind == "csv" else xlsx(made, columns=columns)
    found = await import_file(app, client, content, f"a.{kind}")
    assert (found["counts"], found["warned"]) == (counts(total=2, created=2), 1)
    [problem] = await errors_of(client, found)
    [mark] = problem["cells"]
    assert (problem["row"], problem["severity"], mark["value"]) == (3, "warning", "7")
    assert "上方没有列标题" in mark["detail"]
    assert "E3" in mark["detail"]
