"""D18: the public notice lists what one publication made public, and until when one may object."""

from uuid import UUID

import pytest
from fastapi import FastAPI

from tests.conftest import AsAdmin
from tests.evaluation.conftest import Round, dissolved, established, received, with_policy
from tests.evaluation.documents.helpers import draft, issued, printed, slug, take, try_draft
from tests.evaluation.notices.test_notices import POLICY, answer, object_to, publish, published, today

pytestmark = pytest.mark.usefixtures("chinese_fonts")


async def publications(a_round: Round) -> list[str]:
    """Their ids, the latest first."""
    found = await a_round.client.get("/v1/publications")
    assert found.status_code == 200, found.text
    return [one["id"] for one in found.json()["items"]]


async def test_d18_public_notice__says_until_when_and_lists_what_is_to_be_the_star(
    app: FastAPI, a_round: Round
) -> None:
    with_policy(app, **POLICY)
    await published(a_round, 30, 100)
    [one] = await publications(a_round)
    document = await issued(a_round, "public_notice", one)
    assert document["number"] == f"杭州两新评示〔{document['issued_on'][:4]}〕1号"
    assert document["subject"]["type"] == "publication"
    until = app.state.working_days.at("330106", today()).add_working_days(today(), 5)
    said = await printed(a_round, document)
    assert "杭州市2026年度党组织星级评定结果公示" in said
    assert "拟定杭州市2026年度2个党组织的星级" in said
    days = [f"{day.year}年{day.month}月{day.day}日" for day in (today(), until)]
    assert f"公示时间为{days[0]}至{days[1]}。" in said
    assert "向中共杭州市委社会工作部书面提出" in said
    assert "五星级1无星1" in said
    assert "1西湖区第1社工服务中心党支部五星级2西湖区第0社工服务中心党支部无星" in said


async def test_d18_public_notice__lists_its_own_publication_only(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **POLICY)
    await published(a_round, 30)
    # Enrolled late, and published on the same day.
    party = established(name="西湖区示例社工服务中心党支部")
    await a_round.project(received(party))
    late = await a_round.evaluation_of(party.id)
    assert (await a_round.put(late, scores=await a_round.share(100))).status_code == 200
    decided = await a_round.session(count=1, held_on=str(today()))
    assert decided.status_code == 201, decided.text
    assert (await publish(a_round)).status_code == 201
    found = [(await draft(a_round, "public_notice", one))["facts"] for one in await publications(a_round)]
    assert [one["stars"] for one in found] == ["五星级\t1", "无星\t1"]
    assert [one["listed"] for one in found] == ["1", "1"]


async def test_d18_public_notice__is_of_one_that_runs(app: FastAPI, a_round: Round, as_admin: AsAdmin) -> None:
    with_policy(app, **POLICY)
    await published(a_round, 30)
    [one] = await publications(a_round)
    assert slug(await try_draft(a_round, "public_notice", a_round.cycle["id"])) == "not-found"
    waiting = await draft(a_round, "public_notice", one)
    earlier = "UPDATE publications SET published_on = published_on - 30, notice_until = notice_until - 30"
    await as_admin(a_round.database.url, earlier)
    for refused in (await try_draft(a_round, "public_notice", one), await take(a_round.client, waiting, "check")):
        assert (refused.status_code, slug(refused)) == (409, "document-subject-unfit")
        assert "ended on" in refused.json()["detail"]


async def test_d18_public_notice__leaves_out_whom_it_does_not_publish_any_more(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **POLICY)
    upheld, objected, withdrawn, _ = await published(a_round, 78, 88, 92, 30)
    [one] = await publications(a_round)
    objection = (await object_to(a_round, upheld)).json()
    assert (await answer(a_round, objection, upheld=True)).status_code == 200
    assert (await object_to(a_round, objected)).status_code == 201
    party = withdrawn["party_organization_id"]
    await a_round.project(received(dissolved(UUID(party), on=today()), 2))
    assert (await a_round.get(withdrawn))["state"] == "withdrawn"
    stars = "四星级\t1\n无星\t1"
    assert (await draft(a_round, "public_notice", one))["facts"]["stars"] == stars
    # Decided again, by a session whose result nobody published.
    decided = await a_round.session(count=1, held_on=str(today()))
    assert decided.status_code == 201, decided.text
    assert (await draft(a_round, "public_notice", one))["facts"]["stars"] == stars
    assert (await publish(a_round)).status_code == 201
    latest, earlier = await publications(a_round)
    assert [(await draft(a_round, "public_notice", it))["facts"]["listed"] for it in (latest, earlier)] == ["1", "2"]
