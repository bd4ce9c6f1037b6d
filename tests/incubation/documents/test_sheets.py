"""H8, D15: the agreement of entry, the sheet of a visit and the sheet of an exit say what incubatees' records say."""

import io
from pathlib import Path
from typing import Any
from uuid import uuid4

import docx
import httpx
import pytest

from shared.documents.rendering.process import Renderer
from tests.conftest import TokenFor
from tests.incubation.conftest import Incubation, Organization
from tests.incubation.documents.helpers import (
    TERM,
    draft,
    file_of,
    issued,
    pointers,
    printed,
    slug,
    take,
    text_of,
    try_draft,
    visit_of,
)
from tests.incubation.incubatees.helpers import (
    AGREEMENT,
    admitted,
    ago,
    assessed,
    entered,
    entered_ago,
    led,
    taken,
    visited,
)
from tests.incubation.incubators.helpers import activated

pytestmark = pytest.mark.usefixtures("chinese_fonts")


async def blank(incubation: Incubation, incubatee: str, kind: str = "pdf") -> httpx.Response:
    return await incubation.http.get(f"/v1/incubatees/{incubatee}/visit-sheet", params={"format": kind})


def cells_of(content: bytes) -> list[list[str]]:
    """The rows of every table of a Word file."""
    tables = docx.Document(io.BytesIO(content)).tables
    return [[cell.text for cell in row.cells] for table in tables for row in table.rows]


async def test_d15_agreement__is_a_form_of_what_the_panel_admitted(incubation: Incubation) -> None:
    await activated(incubation)
    one = Organization(1)
    await incubation.deliver(one.state(3))
    document = await issued(incubation, "entry_agreement", await admitted(incubation, one), **TERM, area_m2=20)
    year = document["issued_on"][:4]
    assert document["number"] == f"HZ-XIHU-INCUBATOR孵协〔{year}〕1号"
    assert (document["content"]["red_head"], document["content"]["recipient"]) == (None, None), "no letter"
    said = await printed(incubation, document)
    assert said.startswith(f"社会组织入壳孵化协议HZ-XIHU-INCUBATOR孵协〔{year}〕1号")
    for fact in (one.code, "社区助老", "到会5人，同意3人", "2026年3月10日至2028年3月9日", "示例路1号", "20平方米"):
        assert fact in said, fact
    assert "每3个月至少走访乙方1次" in said
    assert "甲方（盖章）：西湖区社会组织孵化器" in said
    assert "乙方（盖章）：示例组织1" in said


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"starts_on": "2026-03-04"}, ["/starts_on"]),
        ({"ends_on": "2026-03-10"}, ["/ends_on"]),
        ({"ends_on": "2029-03-11"}, ["/ends_on"]),
        ({"starts_on": "2026-03-05", "ends_on": "2029-03-05"}, None),
        ({"area_m2": 0}, ["/area_m2"]),
    ],
)
async def test_d15_agreement__has_days_that_could_be_recorded(
    incubation: Incubation, changes: dict[str, Any], found: list[str] | None
) -> None:
    await activated(incubation)
    response = await try_draft(incubation, "entry_agreement", await admitted(incubation), **{**TERM, **changes})
    assert (response.status_code == 201) if found is None else (pointers(response) == found)


async def test_d15_agreement__is_drafted_between_the_admission_and_the_entry(incubation: Incubation) -> None:
    await activated(incubation)
    incubatee = await admitted(incubation)
    document = await draft(incubation, "entry_agreement", incubatee, **TERM)
    await taken(incubation, incubatee, "agreement", AGREEMENT)
    late = await try_draft(incubation, "entry_agreement", incubatee, **TERM)
    assert (late.status_code, slug(late)) == (409, "document-subject-unfit")
    assert late.json()["detail"] == "“示例助老队”正在孵化：入壳协议在评审通过之后、协议登记之前拟定。"
    assert (await take(incubation.http, document, "check")).status_code == 409
    assert (await take(incubation.http, document, "withdrawal")).status_code == 200


async def test_h2_visit_sheet__says_what_was_seen_of_both(incubation: Incubation) -> None:
    await activated(incubation)
    incubatee = await entered(incubation)
    await visited(incubation, incubatee, "2026-06-01")
    seen = {"visited_on": "2026-06-20", "organization": "项目推进。\n第二行。", "party_organization": "主题党日1次"}
    await taken(incubation, incubatee, "visits", seen | {"follow_up": "补章程"})
    document = await issued(incubation, "visit_sheet", incubatee, visit=await visit_of(incubation, incubatee))
    assert (document["number"], document["state"]) == (None, "issued"), "a sheet takes no number"
    said = await printed(incubation, document)
    assert said.startswith("社会组织孵化走访表孵化器")
    for fact in ("2026年6月20日", "第2次", "项目推进。第二行。", "主题党日1次", "补章程", "走访单位（盖章）"):
        assert fact in said, fact
    rows = dict(cells_of((await file_of(incubation.http, document, "docx")).content)[:9])
    assert rows["社会组织情况"] == "项目推进。\n第二行。"
    assert rows["跟进事项"] == "补章程"


async def test_h2_visit_sheet__of_a_visit_that_is_not_its_own_or_was_withdrawn(incubation: Incubation) -> None:
    await activated(incubation)
    incubatee = await entered(incubation)
    await visited(incubation, incubatee, "2026-06-01")
    visit = await visit_of(incubation, incubatee)
    other = await admitted(incubation)
    for subject, named in ((incubatee, str(uuid4())), (other, visit)):
        assert pointers(await try_draft(incubation, "visit_sheet", subject, visit=named)) == ["/visit"]
    document = await draft(incubation, "visit_sheet", incubatee, visit=visit)
    await taken(incubation, incubatee, f"visits/{visit}/withdrawal", {"reason": "误录"})
    gone = await take(incubation.http, document, "check")
    assert (gone.status_code, slug(gone), "已撤销" in gone.json()["detail"]) == (409, "document-subject-unfit", True)


async def test_h2_blank_sheet__is_printed_for_the_next_visit_and_nothing_is_kept(incubation: Incubation) -> None:
    await activated(incubation)
    incubatee = await entered(incubation)
    await visited(incubation, incubatee, "2026-06-01")
    answer = await blank(incubation, incubatee)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf"), answer.text
    said = "".join(text_of(answer.content).split())
    assert said.startswith("社会组织孵化走访表孵化器西湖区社会组织孵化器受访组织示例助老队")
    assert "第2次" in said
    assert "送审稿" not in said
    assert "项目推进" not in said, "what was seen is still to be written"
    word = await blank(incubation, incubatee, "docx")
    assert dict(cells_of(word.content)[:9])["社会组织情况"].strip() == ""
    assert await incubation.rows("SELECT id FROM documents") == []


async def test_h2_blank_sheet__is_for_who_is_visited(incubation: Incubation, token_for: TokenFor) -> None:
    await activated(incubation)
    incubatee = await entered(incubation)
    elsewhere = {"Authorization": f"Bearer {token_for(divisions=['330105'], subject='elsewhere')}"}
    path = f"/v1/incubatees/{incubatee}/visit-sheet"
    assert (await incubation.http.get(path, headers=elsewhere)).status_code == 404
    await taken(incubation, incubatee, "exit", {"cause": "withdrew", "reason": "不再需要"})
    gone = await blank(incubation, incubatee)
    assert (gone.status_code, slug(gone)) == (409, "document-subject-unfit")
    assert (await blank(incubation, incubatee, "odt")).status_code == 422


async def test_h8_exit_sheet__of_one_that_left_shows_what_is_missing(incubation: Incubation) -> None:
    await activated(incubation)
    one = Organization(1)
    await incubation.deliver(one.state(3))
    incubatee = await entered_ago(incubation, one, 30)
    assert (await assessed(incubation, incubatee, P3={"passed": False, "evidence": "缺记录"})).is_success
    early = await try_draft(incubation, "exit_sheet", incubatee)
    assert (early.status_code, slug(early)) == (409, "document-subject-unfit")
    assert early.json()["detail"] == "“示例组织1”正在孵化：出壳表在出壳或退出之后制作。"
    await taken(incubation, incubatee, "exit", {"cause": "breach", "reason": "违约"})
    document = await issued(incubation, "exit_sheet", incubatee)
    assert "孵出〔" in document["number"]
    said = await printed(incubation, document)
    for fact in ("违反协议", "O2章程", "缺记录", "两张清单共10项，通过7项，尚未通过：P1", "未覆盖"):
        assert fact in said, fact
    assert "全部通过" not in said
    table = {row[0]: row[2] for row in cells_of((await file_of(incubation.http, document, "docx")).content) if row[3:]}
    assert {code for code, found in table.items() if found == "未通过"} == {"P1", "P2", "P3"}
    assert {code for code, found in table.items() if found == "通过"} == {"O1", "O2", "O3", "O4", "O5", "P4", "P5"}


async def test_h8_exit_sheet__of_one_that_graduated_says_what_was_decided_then(incubation: Incubation) -> None:
    await activated(incubation)
    one = Organization(1)
    event = led(one)
    await incubation.deliver(one.state(3), event)
    incubatee = await entered_ago(incubation, one, 30)
    assert (await assessed(incubation, incubatee)).is_success
    await taken(incubation, incubatee, "graduation", {"graduated_on": ago(0)})
    document = await draft(incubation, "exit_sheet", incubatee)
    facts = document["facts"]
    assert (facts["outcome"], facts["asked"], facts["passed"], facts["missing"]) == ("出壳", "10", "10", "")
    assert facts["cause"] == ""
    assert "本届班子任期自2026年4月20日起" in facts["party_organization_list"]
    said = await printed(incubation, document)
    assert said.startswith("社会组织孵化出壳表（送审稿，未印发）")
    assert "示例支部（2026年4月1日成立）" in said
    assert "两张清单共10项，通过10项，全部通过。" in said
    # The area's Party organization covers it since: what was decided stands.
    await incubation.execute("UPDATE organizations SET coverage = 'uncovered', covered_by = NULL")
    later = (await draft(incubation, "exit_sheet", incubatee))["facts"]
    assert (later["passed"], later["missing"], later["coverage"]) == ("10", "", "未覆盖")
    assert "以办理出壳时的核查为准" in later["party_organization_list"]


async def test_d15_exit_sheet__is_of_one_that_was_inside(incubation: Incubation) -> None:
    await activated(incubation)
    incubatee = await admitted(incubation)
    await taken(incubation, incubatee, "exit", {"cause": "withdrew", "reason": "不再申请"})
    refused = await try_draft(incubation, "exit_sheet", incubatee)
    assert (refused.status_code, "未曾入壳" in refused.json()["detail"]) == (409, True)


async def test_d18_sheet__without_fonts_says_what_to_install(incubation: Incubation, tmp_path: Path) -> None:
    await activated(incubation)
    incubatee = await entered(incubation)
    await visited(incubation, incubatee, "2026-06-01")
    document = await draft(incubation, "visit_sheet", incubatee, visit=await visit_of(incubation, incubatee))
    incubation.app.state.renderer = Renderer(tmp_path, 20, system_fonts=False)
    for refused in (await file_of(incubation.http, document, "pdf"), await blank(incubation, incubatee)):
        assert (refused.status_code, slug(refused)) == (503, "fonts-missing")
        assert "fonts-noto-cjk" in refused.json()["detail"]
    assert (await file_of(incubation.http, document, "docx")).status_code == 200


async def test_d18_sheet__issued_never_changes_and_its_sealed_copy_is_filed(incubation: Incubation) -> None:
    await activated(incubation)
    incubatee = await admitted(incubation)
    document = await issued(incubation, "entry_agreement", incubatee, **TERM)
    path = f"/v1/documents/{document['id']}"
    tasks = (await incubation.get("/tasks", kind="document.scan"))["items"]
    assert [one["link"] for one in tasks] == [f"/incubation{path}"]
    filed = await incubation.http.put(f"{path}/scan", files={"file": ("a.pdf", b"%PDF-1.7 sealed")})
    assert filed.status_code == 201, filed.text
    assert (await incubation.http.get(f"{path}/scan")).content == b"%PDF-1.7 sealed"
    assert (await incubation.get("/tasks", kind="document.scan"))["items"] == []
    for statement in ("UPDATE documents SET title = '改'", "DELETE FROM documents", "DELETE FROM document_scans"):
        with pytest.raises(Exception, match="never change"):
            await incubation.change(statement)
    # The incubatee's later life changes nothing of it.
    before = (await file_of(incubation.http, document, "pdf")).content
    await taken(incubation, incubatee, "agreement", AGREEMENT)
    assert (await file_of(incubation.http, document, "pdf")).content == before
