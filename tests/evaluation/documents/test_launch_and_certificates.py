"""H17, H19: the launch of a cycle is notified with its annexes, and a star is certified; H22, H23: what was done."""

from typing import Any

import pytest
from fastapi import FastAPI

from tests.conftest import TokenFor
from tests.evaluation.conftest import Round, established, received, with_policy
from tests.evaluation.consequences.helpers import done, of, rated, today
from tests.evaluation.documents.helpers import draft, issued, printed, slug, try_draft

pytestmark = pytest.mark.usefixtures("chinese_fonts")
TALK: dict[str, Any] = {"participants": 3, "record": "指出党员活动记录不全"}


async def test_h17_launch__says_by_when_each_stage_is_due_and_which_systems_there_are(
    app: FastAPI, a_round: Round
) -> None:
    with_policy(app, deadlines={"self": {"working_days": 5, "by_type": {"T02": 8}}, "committee": {"working_days": 20}})
    await a_round.project(received(established()))
    cycle = await a_round.draft()
    early = await try_draft(a_round, "launch_notice", cycle["id"])
    assert (early.status_code, slug(early)) == (409, "document-subject-unfit")
    opened = await a_round.client.post(f"/v1/cycles/{cycle['id']}/opening", json={"note": "补开"})
    assert opened.status_code == 200, opened.text
    document = await issued(a_round, "launch_notice", cycle["id"])
    rows = [row.split("\t") for row in document["facts"]["calendar"].split("\n")]
    self_rows = [row for row in rows if row[0] == "自评"]
    assert [row[1] for row in self_rows] == ["T01、T03、T04、T05、T06、T07、T08、T09、T10、T11", "T02"]
    assert [row[:2] for row in rows if row[0] != "自评"] == [["评定委员会评分", "全部类型"]]
    systems = [row.split("\t") for row in document["facts"]["systems"].split("\n")]
    assert [row[0] for row in systems] == [f"T{n:02d}" for n in range(1, 12)]
    assert {row[4] for row in systems} == {"100"}
    said = await printed(a_round, document)
    assert "关于开展杭州市2026年度党组织星级评定工作的通知" in said
    assert "附件2分类指标体系" in said


async def test_h19_certificate__is_of_a_completed_star_and_seen_by_its_unit(
    a_round: Round, token_for: TokenFor
) -> None:
    starred, none = await rated(a_round, 100, 30)
    document = await issued(a_round, "star_certificate", starred["id"])
    said = await printed(a_round, document)
    assert "党组织星级证书" in said
    assert "被评定为五星级党组织" in said
    refused = await try_draft(a_round, "star_certificate", none["id"])
    assert (refused.status_code, slug(refused)) == (409, "document-subject-unfit")
    for party, seen in ((starred, 1), (none, 0)):
        units = [party["party_organization_id"]]
        headers = {"Authorization": f"Bearer {token_for('secretary', ['330106'], units=units)}"}
        listed: list[Any] = (await a_round.client.get("/v1/documents", headers=headers)).json()["items"]
        assert len(listed) == seen


async def test_h22_record__has_counts_and_the_office_and_nothing_that_was_said(
    a_round: Round, token_for: TokenFor
) -> None:
    [evaluation] = await rated(a_round, 30)
    talk = (await of(a_round, evaluation))["talk"]
    early = await try_draft(a_round, "admonition_record", talk["id"])
    assert slug(early) == "document-subject-unfit"
    await done(a_round, talk, "talk", held_on=str(today()), **TALK)
    document = await issued(a_round, "admonition_record", talk["id"])
    said = await printed(a_round, document)
    assert "参加谈话的班子成员3人" in said
    assert "谈话单位中共西湖区委社会工作部" in said
    assert TALK["record"] not in said
    assert TALK["record"] not in str(document)
    street = {"Authorization": f"Bearer {token_for('street_officer', ['330106'])}"}
    assert (await a_round.client.get(f"/v1/documents/{document['id']}", headers=street)).status_code == 404


async def test_h23_receipt__says_when_the_letter_was_received_and_used(a_round: Round) -> None:
    [evaluation] = await rated(a_round, 100)
    letter = (await of(a_round, evaluation))["score_letter"]
    await done(a_round, letter, "receipt", step="sending", on=str(today()), reference="西湖两新评抄〔2026〕1号")
    early = await try_draft(a_round, "score_receipt", letter["id"])
    assert slug(early) == "document-subject-unfit"
    await done(a_round, letter, "receipt", step="receipt", on=str(today()), reference="民回〔2026〕2号")
    facts = (await draft(a_round, "score_receipt", letter["id"]))["facts"]
    assert (facts["letter"], facts["receipt"], facts["used_on"]) == (
        "西湖两新评抄〔2026〕1号",
        "民回〔2026〕2号",
        "",
    )
    await done(a_round, letter, "receipt", step="use", on=str(today()))
    used = await issued(a_round, "score_receipt", letter["id"])
    assert used["number"] is None
    assert "纳入社会组织评估" in await printed(a_round, used)
