"""What waits of documents: the next step, for who may take it."""

from typing import Any

import httpx

from tests.conftest import TokenFor
from tests.registry.documents.helpers import PATH, begin, draft, take


async def tasks(client: httpx.AsyncClient, **query: Any) -> list[tuple[str, str]]:
    headers = query.pop("headers", None)
    found = (await client.get("/v1/tasks", params=query, headers=headers)).json()
    return [(one["kind"], one["waits_for"]) for one in found["items"] if one["kind"].startswith("document.")]


async def test_d18_task__is_the_next_step_of_a_document(client: httpx.AsyncClient, token_for: TokenFor) -> None:
    await begin(client)
    document = await draft(client)
    assert await tasks(client) == [("document.check", "reviewer")]
    drafter = {"Authorization": f"Bearer {token_for(subject='hand-documents')}"}
    assert await tasks(client, mine=True, headers=drafter) == [], "who drafted it does not check it"
    checker = {"Authorization": f"Bearer {token_for('reviewer', subject='hand-check')}"}
    assert await tasks(client, mine=True, headers=checker) == [("document.check", "reviewer")]
    [shown] = [one for one in (await client.get("/v1/tasks")).json()["items"] if one["kind"] == "document.check"]
    assert shown["title"] == "核稿：关于成立党组织的告知书：西湖区蓝天社工服务中心"
    assert shown["link"] == f"/registry/v1/documents/{document['id']}"
    document = (await take(client, document, "check")).json()
    assert await tasks(client) == [("document.issue", "approver")]
    approver = {"Authorization": f"Bearer {token_for('approver', subject='hand-check')}"}
    assert await tasks(client, mine=True, headers=approver) == []
    await take(client, document, "issue")
    assert await tasks(client) == [("document.scan", "district_officer")]
    await client.put(f"{PATH}/{document['id']}/scan", files={"file": ("a.pdf", b"%PDF-1.7")})
    assert await tasks(client) == []
    gone = await draft(client)
    await take(client, gone, "withdrawal")
    assert await tasks(client) == []
