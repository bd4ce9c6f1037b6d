"""What tests ask of leaderships."""

from typing import Any

import httpx
from fastapi import FastAPI

from tests.registry.party_organizations.affiliation.helpers import found

ELECTED: dict[str, Any] = {
    "held_on": "2026-04-01",
    "due": 4,
    "present": 4,
    "candidates": 2,
    "elected": 1,
    "secretary_is_head": True,
}
"""The election of a branch with four full members, as many as `registration` has."""
APPROVED: dict[str, Any] = {"approved_on": "2026-04-10", "approval_number": "杭两新〔2026〕1号"}
REPORTER, APPROVER = "street-officer-1", "district-officer-1"


def path(party: str, rest: str = "") -> str:
    """Of a Party organization's leaderships."""
    return f"/v1/party-organizations/{party}/leadership{rest}"


async def founded(app: FastAPI, client: httpx.AsyncClient, number: int = 1, **changes: Any) -> str:
    """The id of a Party organization that was founded on 10 March 2026."""
    return await found(app, client, number, **changes)


async def report(client: httpx.AsyncClient, party: str, **changes: Any) -> httpx.Response:
    """Report an election; a value of None leaves a field out."""
    content = {name: value for name, value in {**ELECTED, **changes}.items() if value is not None}
    return await client.post(path(party), json=content)


async def approve(client: httpx.AsyncClient, party: str, number: int = 1, **changes: Any) -> httpx.Response:
    """Approve a leadership."""
    return await client.post(path(party, f"/{number}/approval"), json={**APPROVED, **changes})


async def led(client: httpx.AsyncClient, party: str, report_with: Any = None, **approval: Any) -> dict[str, Any]:
    """Report and approve the next leadership; returns it."""
    reported = await report(client, party, **(report_with or {}))
    assert reported.status_code == 201, reported.text
    approved = await approve(client, party, reported.json()["number"], **approval)
    assert approved.status_code == 200, approved.text
    answered: dict[str, Any] = approved.json()
    return answered


async def shown(client: httpx.AsyncClient, party: str) -> dict[str, Any]:
    """The Party organization."""
    response = await client.get(f"/v1/party-organizations/{party}")
    assert response.status_code == 200, response.text
    answered: dict[str, Any] = response.json()
    return answered
