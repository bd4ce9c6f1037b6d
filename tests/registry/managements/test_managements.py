"""H27-H29: the registry shows how a commended Party organization is managed, beside what it belongs to."""

from typing import Any

import httpx
from fastapi import FastAPI

from tests.registry.managements.helpers import commended
from tests.registry.party_organizations.helpers import deliver, formed, organizations


async def affiliation(client: httpx.AsyncClient, party: str, on: str = "2026-06-01") -> dict[str, Any]:
    response = await client.get(f"/v1/party-organizations/{party}/affiliation", params={"on": on})
    assert response.status_code == 200, response.text
    return dict(response.json())


async def recorded(app: FastAPI, client: httpx.AsyncClient) -> str:
    [organization] = await organizations(client, 1)
    event = formed(organization)
    await deliver(app, event)
    return str(event.data.party_organization_id)


async def test_h27_management__is_shown_from_its_day_on_beside_the_affiliation(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    party = await recorded(app, client)
    before = await affiliation(client, party)
    assert before["management"] is None
    reason = {"rule": "H27", "outcome": "dual_city", "facts": {}, "as_of": "2026-03-30T00:00:00Z"}
    event = commended(party, reasons=[reason])
    await deliver(app, event)
    after = await affiliation(client, party)
    same = ("on", "affiliation", "rating_body", "version")
    assert [after[name] for name in same] == [before[name] for name in same], "where it belongs and who rates it stay"
    [why] = after["management"].pop("reasons")
    assert (why["rule"], why["outcome"]) == ("H27", "dual_city")
    assert why["text"]
    assert after["management"] == {
        "mode": "dual",
        "level": "city",
        "tier": "A",
        "demonstration_site": True,
        "commended_on": "2026-03-30",
        "managed_from": "2026-03-30",
        "ended_on": None,
        "selection_id": str(event.data.id),
    }
    assert (await affiliation(client, party, "2026-03-29"))["management"] is None
    assert (await affiliation(client, party, "2026-03-30"))["management"] is not None


async def test_h28_h29_management__a_later_commendation_takes_its_place(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    party = await recorded(app, client)
    direct = {"tier": "B", "mode": "direct", "level": "district", "managed_from": "2026-05-01", "year": 2026}
    third = {"tier": "C", "mode": "dual", "level": "district", "managed_from": "2027-05-01", "year": 2027}
    await deliver(app, commended(party, **third), commended(party), commended(party, **direct))
    found = [(await affiliation(client, party, on))["management"] for on in ("2026-04-30", "2026-05-01", "2027-05-01")]
    assert [(one["tier"], one["mode"], one["level"]) for one in found] == [
        ("A", "dual", "city"),
        ("B", "direct", "district"),
        ("C", "dual", "district"),
    ]


async def test_management__twice_and_out_of_order_is_the_newest(app: FastAPI, client: httpx.AsyncClient) -> None:
    party = await recorded(app, client)
    first = commended(party)
    newer = commended(party, id=first.data.id, sequence=3, managed_from="2026-04-01")
    older = commended(party, id=first.data.id, sequence=2, managed_from="2026-04-15")
    await deliver(app, newer, first, older)
    await deliver(app, older, first)
    await deliver(app, first)
    assert (await affiliation(client, party))["management"]["managed_from"] == "2026-04-01"


async def test_h27_management__that_ended_gives_way_to_the_affiliation(app: FastAPI, client: httpx.AsyncClient) -> None:
    party = await recorded(app, client)
    earlier = commended(party, year=2024, managed_from="2025-03-30")
    event = commended(party)
    ended = commended(party, id=event.data.id, sequence=2, ended_on="2026-10-01")
    await deliver(app, earlier, ended, event)
    found = [(await affiliation(client, party, on))["management"] for on in ("2026-09-30", "2026-10-01", "2027-05-01")]
    assert found[0]["ended_on"] == "2026-10-01"
    assert found[1:] == [None, None], "the commendation that it took the place of does not come back"
