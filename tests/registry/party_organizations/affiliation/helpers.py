"""What tests ask of affiliations."""

from typing import Any

import httpx
from fastapi import FastAPI

from tests.registry.helpers import code, put
from tests.registry.party_organizations.helpers import deliver, formed

LAW_FIRM = {"name": "示例律师事务所", "kind": "law_firm", "evaluation_type": "T02"}


async def found(app: FastAPI, client: httpx.AsyncClient, number: int = 1, **changes: Any) -> str:
    """The id of a Party organization of its own for a new organization."""
    pair = "31" if changes.get("kind") == "law_firm" else "52"
    organization = (await put(client, code(number, pair), **changes)).json()["id"]
    event = formed(organization)
    await deliver(app, event)
    return str(event.data.party_organization_id)


async def affiliation(client: httpx.AsyncClient, party: str, on: str | None = None) -> dict[str, Any]:
    """Affiliation and rater of a day."""
    response = await client.get(f"/v1/party-organizations/{party}/affiliation", params={"on": on} if on else {})
    assert response.status_code == 200, response.text
    answered: dict[str, Any] = response.json()
    return answered


async def body_on(client: httpx.AsyncClient, party: str, on: str | None = None) -> str | None:
    """The code of the body of a day."""
    found = (await affiliation(client, party, on))["affiliation"]
    return found and str(found["body"])


async def assign(
    client: httpx.AsyncClient, party: str, body: str | None, since: str, kind: str = "competent_unit", **more: Any
) -> httpx.Response:
    """Put an affiliation."""
    headers = more.pop("headers", {})
    content = {"body": body, "kind": kind, "from": since, **more}
    return await client.put(f"/v1/party-organizations/{party}/affiliation", json=content, headers=headers)


async def periods(client: httpx.AsyncClient, party: str) -> list[tuple[str, str, str | None]]:
    """(body, from, until) of every affiliation, in the order of days."""
    response = await client.get(f"/v1/party-organizations/{party}/affiliations")
    assert response.status_code == 200, response.text
    items = sorted(response.json()["items"], key=lambda one: str(one["from"]))
    return [(one["body"], one["from"], one["until"]) for one in items]
