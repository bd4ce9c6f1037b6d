"""D18: the notification of stars lists a closed cycle's final ratings: counts, and names of Party organizations."""

from typing import Any

import pytest

from services.evaluation.documents import gathering, rules
from tests.evaluation.conftest import Round
from tests.evaluation.consequences.helpers import rated
from tests.evaluation.documents.helpers import draft, issued, pointers, printed, slug, take, try_draft

pytestmark = pytest.mark.usefixtures("chinese_fonts")


async def closed(a_round: Round, *shares: int) -> tuple[str, list[dict[str, Any]]]:
    """A closed cycle with completed ratings."""
    evaluations = await rated(a_round, *shares)
    answer = await a_round.client.post(f"/v1/cycles/{a_round.cycle['id']}/closing")
    assert answer.status_code == 200, answer.text
    return a_round.cycle["id"], evaluations


async def test_d18_notification__counts_stars_and_names_who_has_them(a_round: Round) -> None:
    cycle, _ = await closed(a_round, 30, 100, 30)
    document = await issued(a_round, "star_notification", cycle)
    year = document["issued_on"][:4]
    assert document["number"] == f"杭州两新评通〔{year}〕1号"
    assert (document["issuer"]["name"], document["subject"]["type"]) == ("中共杭州市委社会工作部", "cycle")
    said = await printed(a_round, document)
    assert "关于杭州市2026年度党组织星级评定结果的通报各有关单位：" in said
    assert "共评定党组织3个" in said
    assert "五星级1无星2" in said
    assert "1西湖区第1社工服务中心党支部五星级2西湖区第0社工服务中心党支部无星3西湖区第2" in said
    assert "份印发" not in said


async def test_d18_notification__is_of_a_closed_cycle(a_round: Round) -> None:
    await rated(a_round, 30)
    refused = await try_draft(a_round, "star_notification", a_round.cycle["id"])
    assert (refused.status_code, slug(refused)) == (409, "document-subject-unfit")
    assert "is open" in refused.json()["detail"]


async def test_d18_notification__of_a_long_list_is_issued_in_parts(
    a_round: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (rules, gathering):
        monkeypatch.setattr(module, "PART", 2)
    cycle, _ = await closed(a_round, 30, 100, 30)
    second = await draft(a_round, "star_notification", cycle, part=2)
    assert second["facts"]["names"] == "3\t西湖区第2社工服务中心党支部\t无星"
    assert (second["facts"]["listed"], second["facts"]["parts"]) == ("3", "2")
    assert "本通报分2份印发，本份为第2份。" in await printed(a_round, second)
    assert pointers(await try_draft(a_round, "star_notification", cycle, part=3)) == ["/part"]


async def test_d18_notification__after_a_reopening_is_drafted_again(a_round: Round) -> None:
    cycle, [one, _] = await closed(a_round, 30, 100)
    waiting = await draft(a_round, "star_notification", cycle)
    reopened = await a_round.client.post(f"/v1/evaluations/{one['id']}/reopening", json={"reason": "计分有误"})
    assert reopened.status_code == 200, reopened.text
    outdated = await take(a_round.client, waiting, "check")
    assert (slug(outdated), outdated.json()["changed"]) == ("document-outdated", ["listed", "names", "stars"])
