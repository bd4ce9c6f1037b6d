"""H20, D18: an opinion says how a Party organization was rated, and what is asked of it, in the form of a letter."""

import io

import docx
import pytest
from fastapi import FastAPI

from tests.conftest import TokenFor
from tests.evaluation.conftest import Round, with_policy
from tests.evaluation.consequences.helpers import PLAN, accepted, corrected, decided_again, done, of, rated
from tests.evaluation.documents.helpers import draft, file_of, issued, pointers, printed, slug, take, try_draft

pytestmark = pytest.mark.usefixtures("chinese_fonts")


async def test_h20_rectification__says_star_total_and_by_when_a_plan_is_due(a_round: Round) -> None:
    [evaluation] = await rated(a_round, 30)
    one = (await of(a_round, evaluation))["rectification"]
    document = await issued(a_round, "rectification_opinion", one["id"])
    year = document["issued_on"][:4]
    assert document["number"] == f"西湖两新评〔{year}〕1号", "numbers of its own: the registry counts 西湖两新〔〕"
    assert document["issuer"] == {"code": "330106-SWD", "name": "中共西湖区委社会工作部"}
    assert document["subject"]["type"] == "consequence"
    said = await printed(a_round, document)
    assert said.startswith(f"中共西湖区委社会工作部文件西湖两新评〔{year}〕1号关于西湖区第0社工服务中心党支部2026年度")
    assert f"得分{one['total']}分，定为无星" in said
    due = "{}年{}月{}日".format(*(int(part) for part in one["due_on"].split("-")))
    assert f"于{due}前报送，并按方案整顿到位。" in said
    assert "整顿方案的目标为" not in said
    assert "特此通知。" in said


async def test_h20_improvement__with_a_plan_says_its_goal_and_measures_in_word_too(a_round: Round) -> None:
    [evaluation] = await rated(a_round, 100)
    one = (await of(a_round, evaluation))["improvement"]
    await done(a_round, one, "plan", **PLAN)
    document = await issued(a_round, "improvement_opinion", one["id"])
    said = await printed(a_round, document)
    assert "定为五星级" in said
    assert "目标为：党建工作达到二星级。计划于2027年3月31日前完成。" in said
    assert "前报送改进计划" not in said
    assert "2补齐活动台账" in said
    word = docx.Document(io.BytesIO((await file_of(a_round.client, document, "docx")).content))
    texts = [one.text for one in word.paragraphs if one.text]
    assert texts[:2] == ["中共西湖区委社会工作部文件", document["number"]]
    assert [cell.text for cell in word.tables[-1].rows[0].cells] == ["序号", "改进措施"]


async def test_h20_opinion__is_of_its_kind_and_while_it_is_open(a_round: Round) -> None:
    [evaluation] = await rated(a_round, 30)
    found = await of(a_round, evaluation)
    for kind, subject in (("improvement_opinion", "rectification"), ("rectification_opinion", "talk")):
        refused = await try_draft(a_round, kind, found[subject]["id"])
        assert (refused.status_code, slug(refused)) == (409, "document-subject-unfit")
    one = found["rectification"]
    waiting = await draft(a_round, "rectification_opinion", one["id"])
    await accepted(a_round, one)
    for answer in (
        await try_draft(a_round, "rectification_opinion", one["id"]),
        await take(a_round.client, waiting, "check"),
    ):
        assert (answer.status_code, slug(answer)) == (409, "document-subject-unfit")
    assert "is closed" in answer.json()["detail"]


async def test_h20_opinion__after_a_correction_is_drafted_again(a_round: Round) -> None:
    [evaluation] = await rated(a_round, 30)
    one = (await of(a_round, evaluation))["rectification"]
    waiting = await draft(a_round, "rectification_opinion", one["id"])
    await corrected(a_round, evaluation, 35)
    outdated = await take(a_round.client, waiting, "check")
    assert (slug(outdated), "total" in outdated.json()["changed"]) == ("document-outdated", True)


async def test_d14_opinion__says_whether_the_corrected_rating_is_a_laggards(app: FastAPI, a_round: Round) -> None:
    with_policy(app, session={}, laggards_min_bp=5000)
    one, last = await a_round.scored(55, 40)
    assert (await a_round.session(count=2)).status_code == 201
    for each in (one, last):
        assert (await a_round.complete(each)).status_code == 200
    opinion = (await of(a_round, one))["rectification"]
    assert (await draft(a_round, "rectification_opinion", opinion["id"]))["facts"]["laggard"] == ""
    await decided_again(a_round, one, 30)
    found = await of(a_round, one)
    assert (found["rectification"]["id"], found["laggard"]["state"]) == (opinion["id"], "open")
    assert (await draft(a_round, "rectification_opinion", opinion["id"]))["facts"]["laggard"] == "是"


async def test_d18_opinion__is_issued_by_a_body_of_the_policy(a_round: Round) -> None:
    [evaluation] = await rated(a_round, 30)
    one = (await of(a_round, evaluation))["rectification"]
    for code in ("330105-SWD", "HZ-XIHU"):
        assert pointers(await try_draft(a_round, "rectification_opinion", one["id"], issuer=code)) == ["/issuer"]
    named = await draft(a_round, "rectification_opinion", one["id"], issuer="330106-SWD")
    assert named["issuer"]["code"] == "330106-SWD"
    assert pointers(await try_draft(a_round, "rectification_opinion", "330106")) == ["/subject"]


async def test_decision_48_opinion__once_issued_is_seen_by_the_unit_it_is_about(
    a_round: Round, token_for: TokenFor
) -> None:
    evaluations = await rated(a_round, 30, 35)
    ones = [(await of(a_round, each))["rectification"]["id"] for each in evaluations]
    drafted = await draft(a_round, "rectification_opinion", ones[0])
    done_ = [await issued(a_round, "rectification_opinion", one) for one in ones]
    party = evaluations[0]["party_organization_id"]
    unit = {"Authorization": f"Bearer {token_for('secretary', ['330106'], units=[party])}"}
    found = (await a_round.client.get("/v1/documents", headers=unit)).json()["items"]
    assert [item["id"] for item in found] == [done_[0]["id"]]
    elsewhere = {"Authorization": f"Bearer {token_for(divisions=['330105'], subject='elsewhere')}"}
    for headers, hidden in ((unit, drafted), (unit, done_[1]), (elsewhere, done_[0])):
        assert (await a_round.client.get(f"/v1/documents/{hidden['id']}", headers=headers)).status_code == 404
    body = {"kind": "rectification_opinion", "subject": ones[0]}
    assert (await a_round.client.post("/v1/documents", json=body, headers=elsewhere)).status_code == 404
