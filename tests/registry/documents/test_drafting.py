"""Each kind of document is drafted from what the registry knows of its subject; what does not fit is named."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from tests.conftest import TokenFor
from tests.registry.documents.helpers import (
    NOTICE,
    PATH,
    begin,
    draft,
    file_of,
    found_party,
    issued,
    pointers,
    slug,
    take,
    text_of,
)
from tests.registry.helpers import code, put, rows


def paragraphs(document: dict[str, Any]) -> str:
    return "\n".join(block["text"] for block in document["content"]["blocks"])


async def test_d18_founding_notice__is_of_an_organization(client: httpx.AsyncClient) -> None:
    await begin(client)
    document = await draft(client)
    assert document["content"]["recipient"] == "西湖区蓝天社工服务中心"
    said = paragraphs(document)
    assert "2026年3月1日登记为社会服务机构" in said
    assert "正式党员4名，其中专职工作人员中的正式党员3名；预备党员1名" in said
    assert "于2099年3月1日前" in said
    assert document["subject"]["reference"] == code(1)


async def test_d18_founding_approval__is_of_a_party_organization(app: FastAPI, client: httpx.AsyncClient) -> None:
    await begin(client)
    party = await found_party(app, client, 1)
    content = {"kind": "founding_approval", "subject": str(party)}
    document = await draft(client, content, requested_on="2026-03-05")
    assert document["title"] == "关于同意成立西湖区蓝天社工服务中心党支部的批复"
    assert paragraphs(document).startswith("你单位2026年3月5日关于成立党组织的请示收悉。")
    assert "自2026年3月10日起算" in paragraphs(document)
    assert document["issuer"]["name"] == "翠苑街道党工委", "what it belongs to"
    without = await draft(client, content)
    assert paragraphs(without).startswith("关于成立党组织的请示收悉。")


async def test_d9_founding_approval__is_issued_once(app: FastAPI, client: httpx.AsyncClient) -> None:
    """Whichever of several drafts comes first; also where both are issued at the same moment."""
    await begin(client)
    parties = [await found_party(app, client, 1), await found_party(app, client, 2, name="西湖区青天社工党支部")]
    for party in parties:
        content = {"kind": "founding_approval", "subject": str(party)}
        drafts = [await draft(client, content) for _ in range(3)]
        checked = [(await take(client, one, "check")).json() for one in drafts[:2]]
        answers = await asyncio.gather(*(take(client, one, "issue") for one in checked))
        assert sorted(one.status_code for one in answers) == [200, 409]
        [refused] = [one for one in answers if one.status_code == 409]
        [done] = [one.json() for one in answers if one.status_code == 200]
        assert slug(refused) == "document-subject-unfit"
        assert done["number"] in refused.json()["detail"]
        for late in (await take(client, drafts[2], "check"), await client.post(PATH, json=content)):
            assert (late.status_code, slug(late)) == (409, "document-subject-unfit")
        assert (await take(client, drafts[2], "withdrawal")).status_code == 200


async def test_d18_founding_approval__names_some_of_many(app: FastAPI, client: httpx.AsyncClient) -> None:
    await begin(client)
    party = await found_party(app, client, *range(1, 8), form="joint", name="翠苑街道社会组织联合党支部")
    document = await draft(client, {"kind": "founding_approval", "subject": str(party)})
    assert document["facts"]["covers_count"] == "7"
    assert document["content"]["recipient"].endswith("等7家单位")
    assert "联合组建" in paragraphs(document)


async def test_d18_dissolution__before_and_after_the_party_organization_ended(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await begin(client)
    party = await found_party(app, client)
    content = {
        "kind": "dissolution_approval",
        "subject": str(party),
        "dissolved_on": "2026-06-01",
        "members_to": "翠苑街道社会组织联合党支部",
        "why": "所在单位注销",
    }
    document = await draft(client, content)
    assert "同意自2026年6月1日起撤销" in paragraphs(document)
    assert "撤销原因：所在单位注销。" in paragraphs(document)
    assert (await put(client, code(1), status="deregistered", as_of="2026-06-01T09:00:00+08:00")).status_code == 200
    [stored] = await rows(app, "SELECT dissolved_on FROM party_organizations")
    day = str(stored["dissolved_on"])
    assert day != "None"
    done = await issued(client, content, dissolved_on=day)
    assert done["issuer"]["name"] == "翠苑街道党工委", "what it belonged to last"
    assert pointers(await client.post(PATH, json=content | {"dissolved_on": "2026-03-11"})) == ["/dissolved_on"]
    late = await client.post(PATH, json={"kind": "founding_approval", "subject": str(party)})
    assert (late.status_code, slug(late)) == (409, "document-subject-unfit")


@pytest.mark.usefixtures("chinese_fonts")
async def test_d18_statistics_cover__counts_a_division_and_takes_no_number(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await begin(client)
    await found_party(app, client, 1)
    await put(client, code(2))
    content = {"kind": "statistics_cover", "subject": "3301", "period": "2026年上半年"}
    document = await issued(client, content)
    assert (document["number"], document["issuer"]["code"], document["division"]) == (None, "CITY", "330100")
    [table] = [block["rows"] for block in document["content"]["blocks"]]
    assert ["社会组织", "2个"] in table
    assert ["未覆盖", "1个"] in table
    assert "2026年上半年" in text_of((await file_of(client, document, "pdf")).content)


@pytest.mark.parametrize(
    ("changes", "status", "what"),
    [
        ({"subject": code(99)}, 404, "not-found"),
        ({"subject": str(uuid4())}, 404, "not-found"),
        ({"kind": "founding_approval", "due_on": None, "subject": str(uuid4())}, 404, "not-found"),
        ({"kind": "statistics_cover", "due_on": None, "subject": "339999", "period": "2026"}, 404, "not-found"),
        ({"due_on": None}, 422, "/due_on"),
        ({"due_on": "2020-01-01"}, 422, "/due_on"),
        ({"period": "2026"}, 422, "/period"),
        ({"kind": "love_letter"}, 422, "/kind"),
        ({"kind": "founding_approval", "due_on": None}, 422, "/subject"),
        ({"kind": "statistics_cover", "due_on": None, "subject": "西湖", "period": "2026"}, 422, "/subject"),
        ({"issuer": "NOBODY"}, 422, "/issuer"),
        ({"issuer": "GONGSHU"}, 422, "/issuer"),
        ({"kind": "statistics_cover", "due_on": None, "subject": "3301", "period": "电话13800138000"}, 422, "/period"),
    ],
)
async def test_d18_draft__what_does_not_fit_is_named_and_nothing_is_kept(
    app: FastAPI, client: httpx.AsyncClient, changes: dict[str, Any], status: int, what: str
) -> None:
    await begin(client)
    names = [{"name": "拱墅区示例工委", "from": "2013-01-01"}]
    other = {"level": "district", "kind": "work_committee", "division": "330105", "from": "2013-01-01", "names": names}
    assert (await client.put("/v1/bodies/GONGSHU", json=other)).status_code == 201
    sent = {name: value for name, value in (NOTICE | changes).items() if value is not None}
    refused = await client.post(PATH, json=sent)
    assert refused.status_code == status, refused.text
    assert what in (slug(refused), *(one["pointer"] for one in refused.json()["errors"]))
    assert await rows(app, "SELECT id FROM documents") == []


async def test_d18_notice__goes_to_nobody_that_is_gone_or_has_its_own(app: FastAPI, client: httpx.AsyncClient) -> None:
    await begin(client)
    await found_party(app, client, 1)
    covered = await client.post(PATH, json=NOTICE)
    assert (covered.status_code, slug(covered)) == (409, "document-subject-unfit")
    await put(client, code(2))
    await put(client, code(2), status="deregistered", as_of="2026-06-01T09:00:00+08:00")
    gone = await client.post(PATH, json=NOTICE | {"subject": code(2)})
    assert (gone.status_code, "已注销" in gone.json()["detail"]) == (409, True)


async def test_d18_draft__without_a_superior_body_says_so(client: httpx.AsyncClient) -> None:
    await put(client, code(1))
    refused = await client.post(PATH, json=NOTICE)
    assert (refused.status_code, slug(refused)) == (409, "no-document-issuer")


async def test_d18_issue__is_for_who_reaches_the_issuer(client: httpx.AsyncClient, token_for: TokenFor) -> None:
    await begin(client)
    document = await draft(client, issuer="CITY")
    path = f"{PATH}/{document['id']}"
    checked = await client.post(f"{path}/check", headers={"If-Match": '"1"'})
    assert checked.status_code == 200
    district = {"Authorization": f"Bearer {token_for(divisions=['330106'], subject='district')}"}
    refused = await client.post(f"{path}/issue", headers={"If-Match": '"2"', **district})
    assert (refused.status_code, slug(refused)) == (403, "outside-scope")
    elsewhere = {"Authorization": f"Bearer {token_for(divisions=['330105'], subject='elsewhere')}"}
    assert (await client.get(path, headers=elsewhere)).status_code == 404
    assert (await client.post(PATH, json=NOTICE, headers=elsewhere)).status_code == 404
    city = {"Authorization": f"Bearer {token_for(divisions=['3301'], subject='city')}"}
    assert (await client.post(f"{path}/issue", headers={"If-Match": '"2"', **city})).status_code == 200


async def test_d18_draft__with_a_key_is_drafted_once(app: FastAPI, client: httpx.AsyncClient) -> None:
    await begin(client)
    headers = {"Idempotency-Key": "notice-1"}
    first, again = [await client.post(PATH, json=NOTICE, headers=headers) for _ in range(2)]
    assert first.json() == again.json()
    assert len(await rows(app, "SELECT id FROM documents")) == 1


async def test_d18_documents__are_listed_by_what_they_are(app: FastAPI, client: httpx.AsyncClient) -> None:
    await begin(client)
    done = await issued(client)
    await draft(client)
    party = await found_party(app, client, 2)
    await draft(client, {"kind": "founding_approval", "subject": str(party)})

    async def count(**filters: Any) -> int:
        found = await client.get(PATH, params=filters)
        assert found.status_code == 200, found.text
        return len(found.json()["items"])

    assert [await count(), await count(kind="founding_notice"), await count(state="issued")] == [3, 2, 1]
    assert [await count(about=code(1)), await count(about=str(party))] == [2, 1]
    await draft(client, {"kind": "statistics_cover", "subject": "3301", "period": "2026H1"})
    for written, found in (("3301", 1), ("330100", 1), (f" {code(1).lower()}", 2), (str(party).upper(), 1)):
        assert await count(about=written) == found, "read as it is when a document is drafted"
    assert [await count(year=int(done["issued_on"][:4])), await count(division="330105")] == [1, 0]
    first = (await client.get(PATH, params={"limit": 2})).json()
    rest = (await client.get(PATH, params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [len(first["items"]), len(rest["items"]), rest["next_cursor"]] == [2, 2, None]
    assert "content" not in first["items"][0]
    exported = await client.get(PATH, params={"format": "csv"})
    assert done["number"] in exported.text
