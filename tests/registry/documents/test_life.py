"""A document from its drafting to its issue: three people, one text, one number, and nothing changed afterwards."""

import re

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from tests.conftest import AsAdmin, TokenFor
from tests.registry.documents.helpers import NOTICE, PATH, begin, draft, file_of, issued, slug, take, text_of
from tests.registry.helpers import code, put, rows

pytestmark = pytest.mark.usefixtures("chinese_fonts")


async def test_d18_document__is_drafted_checked_and_issued_by_three_people(client: httpx.AsyncClient) -> None:
    await begin(client)
    drafted = await client.post(PATH, json=NOTICE)
    document = drafted.json()
    assert (drafted.status_code, drafted.headers["etag"]) == (201, '"1"')
    assert drafted.headers["location"].endswith(f"/v1/documents/{document['id']}")
    assert (document["state"], document["number"], document["issued_on"]) == ("drafted", None, None)
    assert document["issuer"] == {"code": "CUIYUAN", "name": "翠苑街道党工委"}
    checked = (await take(client, document, "check")).json()
    assert (checked["state"], checked["number"], checked["version"]) == ("checked", None, 2)
    done = (await take(client, checked, "issue")).json()
    assert re.fullmatch(r"翠苑街道党工委〔20\d\d〕1号", done["number"])
    assert (done["state"], done["version"]) == ("issued", 3)
    assert [(one["step"], one["by"]) for one in done["history"]] == [
        ("drafting", "hand-documents"),
        ("check", "hand-check"),
        ("issue", "hand-issue"),
    ]
    assert done["next_steps"] == []
    assert (await client.get(f"{PATH}/{document['id']}")).json() == done


async def test_d18_document__who_took_an_earlier_step_is_refused_whatever_his_roles(
    client: httpx.AsyncClient, token_for: TokenFor
) -> None:
    await begin(client)
    document = await draft(client)
    drafter = {"Authorization": f"Bearer {token_for(subject='Hand-Documents')}"}  # the same person, written otherwise
    refused = await take(client, document, "check", **drafter)
    assert (refused.status_code, slug(refused)) == (403, "same-hand")
    checked = (await take(client, document, "check")).json()
    for subject in ("hand-documents", "hand-check"):
        refused = await take(client, checked, "issue", Authorization=f"Bearer {token_for(subject=subject)}")
        assert (refused.status_code, slug(refused)) == (403, "same-hand")
    shown = (await client.get(f"{PATH}/{document['id']}", headers=drafter)).json()["next_steps"]
    assert [(one["step"], one["allowed"]) for one in shown] == [("issue", False), ("withdrawal", True)]
    assert "核稿" not in shown[0]["reason"]
    assert "起草" in shown[0]["reason"]


async def test_d18_document__steps_name_the_version_and_follow_one_another(client: httpx.AsyncClient) -> None:
    await begin(client)
    document = await draft(client)
    path = f"{PATH}/{document['id']}"
    assert (await client.post(f"{path}/check")).status_code == 428
    assert (await take(client, document | {"version": 7}, "check")).status_code == 412
    early = await take(client, document, "issue")
    assert (early.status_code, early.json()["detail"]) == (409, "该文书处于草拟状态，不能印发。")
    checked = (await take(client, document, "check")).json()
    again = await take(client, checked, "check")
    assert (again.status_code, again.json()["detail"]) == (409, "该文书已核稿，不能再核稿。")
    done = (await take(client, checked, "issue")).json()
    for step in ("check", "issue", "withdrawal"):
        assert (await take(client, done, step)).status_code == 409, step


async def test_d18_document__withdrawn_takes_no_number(client: httpx.AsyncClient) -> None:
    await begin(client)
    first = await draft(client)
    checked = (await take(client, await draft(client), "check")).json()
    for document in (first, checked):
        gone = (await take(client, document, "withdrawal")).json()
        assert (gone["state"], gone["number"], gone["next_steps"]) == ("withdrawn", None, [])
        assert (await take(client, gone, "check")).status_code == 409
    assert (await issued(client))["number"].endswith("〕1号")


async def test_d18_document__outdated_by_a_change_of_its_subject_is_not_issued(client: httpx.AsyncClient) -> None:
    await begin(client)
    document = (await take(client, await draft(client), "check")).json()
    changed = await put(client, code(1), name="西湖区青天社工服务中心", as_of="2026-04-02T09:00:00+08:00")
    assert changed.status_code == 200
    refused = await take(client, document, "issue")
    assert (refused.status_code, slug(refused), refused.json()["changed"]) == (
        409,
        "document-outdated",
        ["organization"],
    )
    assert "社会组织名称" in refused.json()["detail"]
    assert (await take(client, document, "withdrawal")).status_code == 200
    assert (await issued(client))["facts"]["organization"] == "西湖区青天社工服务中心"


async def test_d18_document__says_the_same_after_its_subject_and_its_issuer_changed(client: httpx.AsyncClient) -> None:
    await begin(client)
    document = await issued(client)
    before = {kind: (await file_of(client, document, kind)).content for kind in ("pdf", "docx")}
    later = {"name": "改名后的中心", "full_members": 40, "as_of": "2026-05-01T09:00:00+08:00"}
    assert (await put(client, code(1), **later)).status_code == 200
    names = [{"name": "翠苑街道党工委", "from": "2013-01-01"}, {"name": "翠苑街道新名称", "from": "2026-01-01"}]
    body = (await client.get("/v1/bodies/CUIYUAN")).json()
    sent = {name: body[name] for name in ("level", "kind", "division", "street", "parent", "from")} | {"names": names}
    sent["parent"] = "XIHU"
    assert (await client.put("/v1/bodies/CUIYUAN", json=sent)).status_code == 200
    after = {kind: (await file_of(client, document, kind)).content for kind in ("pdf", "docx")}
    assert after == before
    assert "翠苑街道党工委" in text_of(after["pdf"])
    assert "改名后" not in text_of(after["pdf"])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE documents SET title = '改'",
        "UPDATE documents SET content = '{}'",
        "UPDATE documents SET number = 9",
        "UPDATE documents SET state = 'withdrawn', issued_on = NULL, number = NULL",
        "UPDATE documents SET version = version + 1",
        "DELETE FROM documents",
        "DELETE FROM document_scans",
        "UPDATE document_scans SET sha256 = ''",
    ],
)
async def test_d18_issued_document__never_changes_whoever_tries(
    app: FastAPI, client: httpx.AsyncClient, as_admin: AsAdmin, statement: str
) -> None:
    await begin(client)
    document = await issued(client)
    filed = await client.put(f"{PATH}/{document['id']}/scan", files={"file": ("a.pdf", b"%PDF-1.7 sealed")})
    assert filed.status_code == 201, filed.text
    before = await rows(app, "SELECT * FROM documents")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_admin(app.state.database.url, statement)
    assert await rows(app, "SELECT * FROM documents") == before


async def test_d18_drafted_document__keeps_its_text(app: FastAPI, client: httpx.AsyncClient, as_admin: AsAdmin) -> None:
    await begin(client)
    await draft(client)
    for change in ("title = '改'", "facts = '{}'", "content = '{}'", "series = '别的'", "subject_id = NULL"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await as_admin(app.state.database.url, f"UPDATE documents SET {change}")
