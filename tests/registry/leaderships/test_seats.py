"""D9: a secretary reports the election of its own Party organization, and of no other; somebody else approves it."""

import httpx
from fastapi import FastAPI

from tests.conftest import TokenFor
from tests.registry.leaderships.helpers import APPROVED, ELECTED, founded, path, shown


async def test_d9_secretary__reports_the_election_of_its_own_unit(
    app: FastAPI, client: httpx.AsyncClient, token_for: TokenFor
) -> None:
    own, other = await founded(app, client), await founded(app, client, 2)
    token = token_for("secretary", ["330106"], "secretary-1", units=[own])
    headers = {"Authorization": f"Bearer {token}"}
    reported = await client.post(path(own), json=ELECTED, headers=headers)
    assert reported.status_code == 201, reported.text
    assert (reported.json()["state"], reported.json()["history"][0]["by"]) == ("reported", "secretary-1")
    assert (await client.post(path(other), json=ELECTED, headers=headers)).status_code == 404
    assert (await client.post(path(own, "/1/approval"), json=APPROVED, headers=headers)).status_code == 403
    approved = await client.post(path(own, "/1/approval"), json=APPROVED)
    assert approved.status_code == 200, approved.text
    assert (await shown(client, own))["state"] == "active"
    again = {**ELECTED, "held_on": "2026-05-01", "approval": {**APPROVED, "approved_on": "2026-05-02"}}
    refused = await client.post(path(own), json=again, headers=headers)
    assert refused.status_code == 403, "an approval is the superior's to record"


async def test_d9_secretary__of_an_organization_or_of_nothing_reports_nothing(
    app: FastAPI, client: httpx.AsyncClient, token_for: TokenFor
) -> None:
    party = await founded(app, client)
    organization = (await shown(client, party))["covers"][0]["organization_id"]
    for units in ([organization], []):
        headers = {"Authorization": f"Bearer {token_for('secretary', ['330106'], 'secretary-1', units=units)}"}
        refused = await client.post(path(party), json=ELECTED, headers=headers)
        assert refused.status_code == 404, refused.text
