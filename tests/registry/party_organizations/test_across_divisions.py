"""T27: a joint branch over two divisions: each sees it, with its own organizations alone."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from shared.db.access import Access
from tests.conftest import TokenFor
from tests.registry.helpers import code, put, rows
from tests.registry.party_organizations.helpers import deliver, formed
from tests.running.feeds import kinds, publish, pull

LATER = "2026-04-01T09:00:00+08:00"
HOME, SECOND, THIRD = "330106", "330105", "330108"


class Branch:
    """A joint branch of 330106 that covers two organizations there and one of 330105."""

    def __init__(self, client: httpx.AsyncClient, token_for: TokenFor, party: str, ids: list[str]) -> None:
        self.client, self.party, self.ids = client, party, ids
        self.tokens = {
            division: token_for("integration_client", [division], division) for division in (HOME, SECOND, THIRD, "33")
        }

    async def seen(self, division: str) -> Any:
        """(status, covered ids) of GET, and whether the list has it."""
        headers = {"Authorization": f"Bearer {self.tokens[division]}"}
        one = await self.client.get(f"/v1/party-organizations/{self.party}", headers=headers)
        listed = (await self.client.get("/v1/party-organizations", headers=headers)).json()["items"]
        covers = [cover["organization_id"] for cover in one.json().get("covers", [])]
        assert [[cover["organization_id"] for cover in item["covers"]] for item in listed] == (
            [covers] if one.status_code == 200 else []
        )
        return one.status_code, covers

    async def told(self, division: str) -> list[tuple[str, list[str] | None]]:
        """(what happened, whom it covers) of the branch's events in the feed of a division."""
        found = [event for event in await pull(self.client, self.tokens[division]) if event["subject"] == self.party]
        covers = [
            [one["organization_id"] for one in event["data"]["covers"]] if "covers" in event["data"] else None
            for event in found
        ]
        return [(kind.rpartition(".")[2], ids) for kind, ids in zip(kinds(found), covers, strict=True)]


@pytest.fixture
async def branch(app: FastAPI, client: httpx.AsyncClient, token_for: TokenFor) -> Branch:
    ids = [
        str((await put(client, code(n), division=division)).json()["id"])
        for n, division in ((1, HOME), (2, HOME), (3, SECOND))
    ]
    event = formed(*ids, form="joint", divisions=[HOME, HOME, SECOND])
    await deliver(app, event)
    await publish(app)
    return Branch(client, token_for, str(event.data.party_organization_id), ids)


async def test_t27_covers__are_each_divisions_own_in_feed_and_answers(branch: Branch) -> None:
    one, two, three = branch.ids
    for division, covers in {HOME: [one, two], SECOND: [three], "33": branch.ids}.items():
        assert await branch.seen(division) == (200, covers), division
        assert await branch.told(division) == [("established", covers)], division
    assert await branch.seen(THIRD) == (404, [])
    assert await branch.told(THIRD) == []


async def test_t27_second_division__sees_no_code_of_the_first(branch: Branch) -> None:
    seen = str(await pull(branch.client, branch.tokens[SECOND]))
    assert (code(3) in seen, code(1) in seen, code(2) in seen) == (True, False, False)
    seen = str(await pull(branch.client, branch.tokens[HOME]))
    assert (code(1) in seen, code(3) in seen) == (True, False)


async def test_t27_second_division__whose_last_organization_ends_is_told(app: FastAPI, branch: Branch) -> None:
    _, _, three = branch.ids
    ended = await put(branch.client, code(3), division=SECOND, status="deregistered", as_of=LATER)
    assert ended.status_code == 200
    await publish(app)
    assert await branch.told(SECOND) == [("established", [three]), ("left", None)]
    assert await branch.seen(SECOND) == (404, [])
    assert (await branch.told(HOME))[1] == ("changed", branch.ids[:2])


async def test_t27_moved_organization__its_new_division_learns_of_the_branch(app: FastAPI, branch: Branch) -> None:
    one, two, three = branch.ids
    assert (await put(branch.client, code(2), division=THIRD, as_of=LATER)).status_code == 200
    await publish(app)
    assert await branch.told(THIRD) == [("changed", [two])]
    assert await branch.seen(THIRD) == (200, [two])
    assert (await branch.told(HOME))[1] == ("changed", [one])
    assert (await branch.told(SECOND))[1] == ("changed", [three])
    assert (await put(branch.client, code(3), division=HOME, as_of=LATER)).status_code == 200
    await publish(app)
    assert (await branch.told(SECOND))[2] == ("left", None)
    assert await branch.seen(SECOND) == (404, [])
    assert (await branch.told(HOME))[2] == ("changed", [one, three])


async def test_t27_second_division__changes_nothing_of_the_branch(app: FastAPI, branch: Branch) -> None:
    """It reads the row by a policy for reading alone."""
    second = Access("second", (SECOND,))
    async with app.state.database.transaction(second) as tx:
        assert await tx.scalar(text("SELECT count(*) FROM party_organizations")) == 1
        assert await tx.execute(text("UPDATE party_organizations SET name = 'x'")) == 0
        assert await tx.rows(text("SELECT id FROM party_organizations FOR UPDATE")) == []
        assert await tx.scalar(text("SELECT count(*) FROM outbox")) == 1, "its organization's; the branch's stays shut"
    found = await rows(app, "SELECT division FROM covered_divisions ORDER BY division")
    assert [row["division"] for row in found] == [SECOND, HOME]
