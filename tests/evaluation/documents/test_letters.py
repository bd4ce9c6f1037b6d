"""H23: the letter to civil affairs says the score and what it counts there, with a receipt to send back."""

import pytest

from tests.evaluation.conftest import Round
from tests.evaluation.consequences.helpers import corrected, done, of, rated, today
from tests.evaluation.documents.helpers import draft, issued, printed, slug, take, try_draft

pytestmark = pytest.mark.usefixtures("chinese_fonts")


async def test_h23_letter__says_the_score_and_its_number_is_what_the_sending_records(a_round: Round) -> None:
    [evaluation] = await rated(a_round, 100)
    letter = (await of(a_round, evaluation))["score_letter"]
    document = await issued(a_round, "score_letter", letter["id"])
    assert document["number"] == f"西湖两新评抄〔{document['issued_on'][:4]}〕1号"
    said = await printed(a_round, document)
    effect = letter["effect"]
    assert "党建工作测评得分的抄告单西湖区民政局：" in said
    assert f"星级评定得分{effect['total']}分" in said
    assert f"折算计入评估{effect['points']}分（满分{effect['of']}分）" in said
    assert "所覆盖社会组织1个，其中由民政部门登记的1个" in said
    assert "回执中共西湖区委社会工作部：你单位关于" in said
    assert "收到日期年月日" in said
    assert "使用情况□已纳入评估□其他签收单位（盖章）" in said
    sent = await done(a_round, letter, "receipt", step="sending", on=str(today()), reference=document["number"])
    assert sent["receipts"][0]["reference"] == document["number"]


async def test_h23_letter__after_a_correction_there_is_another(a_round: Round) -> None:
    [evaluation] = await rated(a_round, 100)
    letter = (await of(a_round, evaluation))["score_letter"]
    waiting = await draft(a_round, "score_letter", letter["id"])
    await done(a_round, letter, "receipt", step="sending", on=str(today()))
    await corrected(a_round, evaluation, 30)
    for answer in (
        await try_draft(a_round, "score_letter", letter["id"]),
        await take(a_round.client, waiting, "check"),
    ):
        assert (answer.status_code, slug(answer)) == (409, "document-subject-unfit")
    again = (await of(a_round, evaluation))["score_letter"]
    assert again["id"] != letter["id"]
    facts = (await draft(a_round, "score_letter", again["id"]))["facts"]
    assert facts["points"] == again["effect"]["points"]
