"""D9, D18: the approval of a leadership says what was reported and recorded, and no other figures."""

from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from tests.registry.documents.helpers import ELECTION, PATH, begin, draft, found_party, pointers, slug, take
from tests.registry.helpers import rows


def paragraphs(document: dict[str, Any]) -> str:
    return "\n".join(block["text"] for block in document["content"]["blocks"])


def about(party: UUID, **given: Any) -> dict[str, Any]:
    return {"kind": "leadership_approval", "subject": str(party), **given}


async def report(client: httpx.AsyncClient, party: UUID, **changes: Any) -> None:
    response = await client.post(f"/v1/party-organizations/{party}/leadership", json=ELECTION | changes)
    assert response.status_code == 201, response.text


async def approve(client: httpx.AsyncClient, party: UUID, number: int = 1, **changes: Any) -> None:
    given = {"approved_on": "2026-03-25", "approval_number": "杭两新〔2026〕1号", **changes}
    response = await client.post(f"/v1/party-organizations/{party}/leadership/{number}/approval", json=given)
    assert response.status_code == 200, response.text


async def test_d9_leadership_approval__says_what_was_reported(app: FastAPI, client: httpx.AsyncClient) -> None:
    await begin(client)
    party = await found_party(app, client)
    unled = await client.post(PATH, json=about(party))
    assert (unled.status_code, slug(unled)) == (409, "document-subject-unfit"), "nothing is reported"
    await report(client, party)
    said = paragraphs(await draft(client, about(party)))
    assert "2026年3月20日选举大会应到会有选举权的党员12名，实到11名，选出委员3名" in said
    assert "本届任期3年，自本批复印发之日起" in said, "the term begins with the approval"
    await approve(client, party)
    assert "本届任期3年，自2026年3月25日起" in paragraphs(await draft(client, about(party)))


async def test_d9_leadership_approval__is_outdated_once_the_term_was_approved_otherwise(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await begin(client)
    party = await found_party(app, client)
    await report(client, party)
    document = await draft(client, about(party))
    await approve(client, party)
    refused = await take(client, document, "check")
    assert (slug(refused), refused.json()["changed"]) == ("document-outdated", ["term_from"])


async def test_d9_leadership_approval__of_the_next_election_or_of_one_by_its_number(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await begin(client)
    party = await found_party(app, client)
    await report(client, party)
    await approve(client, party)
    await report(client, party, held_on="2026-05-04", due=9, present=9)
    assert "2026年5月4日选举大会应到会有选举权的党员9名" in paragraphs(await draft(client, about(party)))
    assert "应到会有选举权的党员12名" in paragraphs(await draft(client, about(party, leadership=1)))
    assert pointers(await client.post(PATH, json=about(party, leadership=3))) == ["/leadership"]
    returned = await client.post(f"/v1/party-organizations/{party}/leadership/2/return", json={"reason": "人数有误"})
    assert returned.status_code == 200, returned.text
    assert "应到会有选举权的党员12名" in paragraphs(await draft(client, about(party))), "the present one"
    gone = await client.post(PATH, json=about(party, leadership=2))
    assert (gone.status_code, slug(gone)) == (409, "document-subject-unfit")


async def test_d9_leadership_approval__its_years_are_those_of_the_policy(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await begin(client)
    party = await found_party(app, client, kind="COMMITTEE")
    await report(client, party, elected=5, candidates=6)
    for years in (1, 2, 6, 10):
        assert pointers(await client.post(PATH, json=about(party, term_years=years))) == ["/term_years"]
    assert "本届任期5年" in paragraphs(await draft(client, about(party))), "the usual ones"
    assert "本届任期4年" in paragraphs(await draft(client, about(party, term_years=4)))
    await approve(client, party, term_years=4)
    assert "本届任期4年，自2026年3月25日起" in paragraphs(await draft(client, about(party)))
    assert pointers(await client.post(PATH, json=about(party, term_years=3))) == ["/term_years"], "not those approved"


async def test_d9_leadership_approval__one_that_was_appointed_has_no_election(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await begin(client)
    party = await found_party(app, client, form="temporary")
    given = {"method": "appointment", "held_on": "2026-03-20"}
    response = await client.post(f"/v1/party-organizations/{party}/leadership", json=given)
    assert response.status_code == 201, response.text
    refused = await client.post(PATH, json=about(party))
    assert (refused.status_code, slug(refused)) == (409, "document-subject-unfit")


@pytest.mark.parametrize("name", ["due", "present", "elected", "elected_on", "term_from", "members_to", "secretary"])
async def test_d9_leadership_approval__its_drafter_gives_no_figures(
    app: FastAPI, client: httpx.AsyncClient, name: str
) -> None:
    await begin(client)
    party = await found_party(app, client)
    await report(client, party)
    assert pointers(await client.post(PATH, json=about(party, **{name: "1"}))) == [f"/{name}"]
    assert await rows(app, "SELECT id FROM documents") == []


async def test_d9_founding_approval__a_request_of_a_day_to_come_is_refused(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await begin(client)
    party = await found_party(app, client)
    content = {"kind": "founding_approval", "subject": str(party)}
    assert pointers(await client.post(PATH, json={**content, "requested_on": "2099-03-01"})) == ["/requested_on"]
