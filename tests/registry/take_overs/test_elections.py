"""D9: a take-over adds past elections with past approvals; what is to be decided now is decided by two."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.registry.take_overs.actions import take_over
from services.registry.take_overs.elections import election_errors
from services.registry.take_overs.take_over import TakeOver
from shared.db.base import utc_now
from shared.field.calendar import china_day
from tests.conftest import SYSTEM
from tests.registry.helpers import code
from tests.registry.leaderships.helpers import led
from tests.registry.party_organizations.helpers import deliver, formed, organizations
from tests.registry.take_overs.helpers import parties, refusals, register, row, take

TODAY = china_day(datetime.now(UTC))
NEXT: dict[str, Any] = {"elected_on": "2026-04-01", "approved_on": "2026-04-10", "approval_number": "杭两新〔2026〕1号"}


async def leaderships(client: httpx.AsyncClient, party: str) -> list[tuple[int, str]]:
    """Number and day of each election."""
    found = (await client.get(f"/v1/party-organizations/{party}/leadership")).json()["items"]
    return [(one["number"], one["held_on"]) for one in found]


async def test_d9_one_that_is_being_founded_takes_no_election_from_a_file(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    [organization] = await organizations(client, 1)
    await deliver(app, formed(organization, name="中共示例组织1支部"))
    found = await take(app, client, row(1, established_on="2026-03-10", founding_number=None, **NEXT))
    assert [field for _, field, _ in await refusals(client, found)] == ["elected_on"]
    [party] = await parties(client)
    assert (party["state"], await leaderships(client, party["id"])) == ("founding", [])


async def test_d9_the_next_election_comes_from_a_file_with_its_past_approval_only(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await register(client, 1)
    await take(app, client, row(1))
    [party] = await parties(client)
    without = await take(app, client, row(1, **{**NEXT, "approved_on": None, "approval_number": None}))
    assert [field for _, field, _ in await refusals(client, without)] == ["approved_on"]
    today = await take(app, client, row(1, **{**NEXT, "approved_on": TODAY.isoformat()}))
    assert [field for _, field, _ in await refusals(client, today)] == ["approved_on"], "somebody else approves today"
    assert (await parties(client))[0]["term"]["since"] == "2024-05-01"
    yesterday = (TODAY - timedelta(days=1)).isoformat()
    added = await take(app, client, row(1, **{**NEXT, "approved_on": yesterday}))
    assert added["counts"]["changed"] == 1, await refusals(client, added)
    assert (await parties(client))[0]["term"]["since"] == yesterday
    assert await leaderships(client, party["id"]) == [(1, "2024-04-20"), (2, "2026-04-01")]


@pytest.mark.parametrize("first", ["new", "stored"])
async def test_d9_two_rows_of_one_in_one_list_are_two_elections_with_their_numbers(
    app: FastAPI, client: httpx.AsyncClient, first: str
) -> None:
    """No two rows of a file are one's; what sends lists otherwise may name one twice."""
    await register(client, 1)
    if first == "stored":
        await take(app, client, row(1, elected_on=None, approved_on=None, approval_number=None))
    about = {"name": "中共示例组织1支部", "kind": "BRANCH", "form": "standalone", "division": "330106"}
    about |= {"established_on": "2018-05-04", "covers": code(1)}
    days = [("2021-04-20", "2021-05-01"), ("2024-04-20", "2024-05-01"), ("2024-04-20", "2024-05-01")]
    rows = [TakeOver.model_validate({**about, "elected_on": one, "approved_on": two}) for one, two in days]
    async with app.state.database.transaction(SYSTEM) as tx:
        answers = await take_over(tx, rows, app.state.policies, utc_now())
    assert [effect for effect, _ in answers] == ["created" if first == "new" else "changed", "changed", "same"]
    [party] = await parties(client)
    assert await leaderships(client, party["id"]) == [(1, "2021-04-20"), (2, "2024-04-20")]
    assert party["term"]["since"] == "2024-05-01"


async def test_d9_a_taken_over_leadership_is_corrected_without_the_counts_that_nobody_knows(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await register(client, 1, 2)
    await take(app, client, row(1))
    [party] = await parties(client)
    path = f"/v1/party-organizations/{party['id']}/leadership/1/correction"
    fixed = await client.post(path, json={"approval_number": "杭两新〔2024〕9号", "reason": "误录"})
    assert fixed.status_code == 200, fixed.text
    shown = fixed.json()
    assert (shown["approval"]["approval_number"], shown["due"], shown["elected"]) == ("杭两新〔2024〕9号", None, None)
    assert shown["term"] == {"since": "2024-05-01", "ends_on": "2027-05-01"}
    some = await client.post(path, json={"due": 4, "reason": "误录"})
    assert some.status_code == 422, "counts are given together"


async def test_d9_a_reported_leadership_is_not_corrected_to_have_no_counts(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await register(client, 1)
    await take(app, client, row(1))
    [party] = await parties(client)
    await led(client, party["id"], {"held_on": "2026-04-01"}, approved_on="2026-04-10")
    none = {"due": None, "present": None, "candidates": None, "elected": None, "reason": "误录"}
    refused = await client.post(f"/v1/party-organizations/{party['id']}/leadership/2/correction", json=none)
    assert refused.status_code == 422


@pytest.mark.parametrize(
    ("counts", "wrong"),
    [
        ((8, 9, 4, 3), "present"),
        ((8, 8, 2, 3), "candidates"),
        ((0, 0, 1, 1), "due"),
        ((8, 8, 4, 0), "elected"),
        ((8, 6, 4, 3), None),
        ((8, 8, 3, 3), None),
    ],
)
def test_d9_counts_that_cannot_be_are_refused_in_a_file_too(counts: tuple[int, ...], wrong: str | None) -> None:
    """As of an election that is reported; what is only unusual of a past one is taken."""
    about = {"name": "中共示例组织1支部", "kind": "BRANCH", "form": "standalone", "division": "330106"}
    about |= {"established_on": "2018-05-04", "covers": code(1), "elected_on": "2024-04-20"}
    given = dict(zip(("due", "present", "candidates", "elected"), counts, strict=True))
    found = election_errors(TakeOver.model_validate({**about, **given}), TODAY)
    assert [one.pointer for one in found] == ([f"/{wrong}"] if wrong else [])
