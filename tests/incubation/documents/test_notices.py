"""D8, D18: the notice of deferral says what was decided of a case, in the form of an official letter."""

import asyncio
import io
from datetime import timedelta

import docx
import pytest

from shared.documents.content import written_day
from tests.conftest import TokenFor
from tests.incubation.bodies.helpers import recorded
from tests.incubation.conftest import FAR, PLANNED, Incubation, Organization
from tests.incubation.documents.helpers import (
    deferred,
    draft,
    file_of,
    issued,
    pointers,
    printed,
    slug,
    superiors,
    take,
    try_draft,
)
from tests.incubation.formation.test_kinds import covered


@pytest.mark.usefixtures("chinese_fonts")
async def test_d8_notice__says_until_when_why_and_who_guides_meanwhile(incubation: Incubation) -> None:
    await superiors(incubation)
    reference = {"post": "区级党建指导员", "reference": "示例〔2026〕1号"}
    one = Organization(1)
    document = await issued(
        incubation, "deferral_notice", await deferred(incubation, one, note="正在换届。", instructor=reference)
    )
    year, month, day = (int(part) for part in document["issued_on"].split("-"))
    assert document["number"] == f"CUIYUAN缓〔{year}〕1号", "numbers of its own: the registry counts CUIYUAN〔〕"
    said = await printed(incubation, document)
    assert said.startswith(f"CUIYUAN缓〔{year}〕1号关于暂缓成立党组织的通知示例组织1：你单位")
    assert f"（统一社会信用代码{one.code}）" in said
    assert "计入的正式党员3名，应当单独成立党组织" in said
    assert f"同意自{year}年{month}月{day}日起暂缓，计划于{written_day(FAR)}前成立。" in said
    assert "暂缓原因：正在换届。暂缓期间，由区级党建指导员（示例〔2026〕1号）联系指导你单位的党建工作。" in said
    assert "特此通知。" in said
    assert said.endswith("—1—")


async def test_d8_notice__in_word_has_the_same_paragraphs(incubation: Incubation) -> None:
    await superiors(incubation)
    case = await deferred(incubation, Organization(1, street="北山街道"), 1)
    document = await issued(incubation, "deferral_notice", case)
    assert document["content"]["red_head"] == "XIHU文件", "the district's, where the street has none"
    assert document["number"].startswith("西湖两新缓〔")
    answer = await file_of(incubation.http, document, "docx")
    texts = [one.text for one in docx.Document(io.BytesIO(answer.content)).paragraphs if one.text]
    assert texts[:4] == ["XIHU文件", document["number"], "关于暂缓成立党组织的通知", "示例组织1："]
    assert any("应当与邻近或者行业相近的单位联合成立党组织" in text for text in texts)
    assert not any("暂缓原因" in text for text in texts), "nobody gave one"


async def test_d8_notice__is_of_a_case_that_is_deferred_now(incubation: Incubation) -> None:
    await superiors(incubation)
    one = Organization(1)
    await incubation.deliver(one.state(3))
    case = (await incubation.case(one))["id"]
    early = await try_draft(incubation, "deferral_notice", case)
    assert (early.status_code, slug(early)) == (409, "document-subject-unfit")
    assert early.json()["detail"] == "“示例组织1”的组建事项正在进行：缓办通知只用于已缓办的事项。"
    assert (await incubation.post(f"/formation-cases/{case}/deferral", PLANNED)).status_code == 200
    document = await draft(incubation, "deferral_notice", case)
    later = (FAR + timedelta(30)).isoformat()
    assert (await incubation.post(f"/formation-cases/{case}/deferral", PLANNED | {"until": later})).is_success
    outdated = await take(incubation.http, document, "check")
    assert (slug(outdated), outdated.json()["changed"]) == ("document-outdated", ["deferred_until"])
    again = await draft(incubation, "deferral_notice", case)
    await incubation.approve(one)
    late = await take(incubation.http, again, "check")
    assert (late.status_code, slug(late)) == (409, "document-subject-unfit")


async def test_d8_notice__is_of_a_founding_not_of_a_change_of_kind(incubation: Incubation) -> None:
    await superiors(incubation)
    one, _ = await covered(incubation)
    await incubation.deliver(one.state(60))
    case = (await incubation.pending(one))["id"]
    assert (await incubation.post(f"/formation-cases/{case}/deferral", PLANNED)).status_code == 200
    refused = await try_draft(incubation, "deferral_notice", case)
    assert (refused.status_code, "变更党组织类别" in refused.json()["detail"]) == (409, True)


async def test_d8_notice__without_a_superior_or_with_a_wrong_one_says_so(incubation: Incubation) -> None:
    case = await deferred(incubation, Organization(1))
    nobody = await try_draft(incubation, "deferral_notice", case)
    assert (nobody.status_code, slug(nobody)) == (409, "no-document-issuer")
    # A kind that nobody is with unless a person says so: it issues where it is named.
    await incubation.deliver(recorded("XIHU-BOTH", kind="composite_committee", department=None))
    assert slug(await try_draft(incubation, "deferral_notice", case)) == "no-document-issuer"
    assert (await draft(incubation, "deferral_notice", case, issuer="XIHU-BOTH"))["issuer"]["code"] == "XIHU-BOTH"
    await superiors(incubation)
    for code in ("NOBODY", "CUIYUAN-2"):
        assert pointers(await try_draft(incubation, "deferral_notice", case, issuer=code)) == ["/issuer"]
    other = await deferred(incubation, Organization(2, street="北山街道"))
    assert pointers(await try_draft(incubation, "deferral_notice", other, issuer="CUIYUAN")) == ["/issuer"]
    assert (await draft(incubation, "deferral_notice", case, issuer="XIHU"))["issuer"]["code"] == "XIHU"


async def test_d18_numbers__of_incubation_have_no_gap_when_many_issue_at_once(incubation: Incubation) -> None:
    await superiors(incubation)
    case = await deferred(incubation, Organization(1))
    checked = []
    for _ in range(8):
        document = await draft(incubation, "deferral_notice", case)
        checked.append((await take(incubation.http, document, "check")).json())
    gone, *others = checked
    answers = await asyncio.gather(
        take(incubation.http, gone, "withdrawal"), *(take(incubation.http, one, "issue") for one in others)
    )
    assert {answer.status_code for answer in answers} == {200}
    numbers = sorted(int(answer.json()["number"].rpartition("〕")[2][:-1]) for answer in answers[1:])
    assert numbers == list(range(1, 8))


async def test_d8_notice__is_hidden_from_another_division(incubation: Incubation, token_for: TokenFor) -> None:
    await superiors(incubation)
    case = await deferred(incubation, Organization(1))
    document = await draft(incubation, "deferral_notice", case)
    elsewhere = {"Authorization": f"Bearer {token_for(divisions=['330105'], subject='elsewhere')}"}
    path = f"/v1/documents/{document['id']}"
    assert (await incubation.http.get(path, headers=elsewhere)).status_code == 404
    body = {"kind": "deferral_notice", "subject": case}
    assert (await incubation.http.post("/v1/documents", json=body, headers=elsewhere)).status_code == 404
    assert (await incubation.http.get("/v1/documents", headers=elsewhere)).json()["items"] == []


async def test_decision_48_notice__once_issued_is_seen_by_the_unit_it_is_about(
    incubation: Incubation, token_for: TokenFor
) -> None:
    await superiors(incubation)
    one, two = Organization(1), Organization(2)
    cases = [await deferred(incubation, each) for each in (one, two)]
    drafted = await draft(incubation, "deferral_notice", cases[0])
    done = [await issued(incubation, "deferral_notice", case) for case in cases]
    unit = {"Authorization": f"Bearer {token_for('secretary', ['330106'], units=[str(one.id)])}"}
    found = (await incubation.http.get("/v1/documents", headers=unit)).json()["items"]
    assert [item["id"] for item in found] == [done[0]["id"]]
    for hidden in (drafted, done[1]):
        assert (await incubation.http.get(f"/v1/documents/{hidden['id']}", headers=unit)).status_code == 404


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"subject": "52330106PDY00001XM"}, "/subject"),
        ({"visit": "0199c3f0-0000-7000-8000-000000000002"}, "/visit"),
        ({"kind": "founding_notice"}, "/kind"),
        ({"kind": "entry_agreement"}, "/ends_on"),
        ({"kind": "visit_sheet"}, "/visit"),
    ],
)
async def test_d18_draft__what_does_not_fit_is_named(
    incubation: Incubation, changes: dict[str, str], pointer: str
) -> None:
    await superiors(incubation)
    sent = {"kind": "deferral_notice", "subject": await deferred(incubation, Organization(1)), **changes}
    assert pointer in pointers(await incubation.http.post("/v1/documents", json=sent))
    assert await incubation.rows("SELECT id FROM documents") == []
