"""H31: the ten key industry committees are listed over HTTP, paid by a run, and excluded from H32."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from tests.conftest import TokenFor
from tests.funding.conftest import Funding, completed, party_news
from tests.funding.helpers import H31, enter, listed, run


async def committee(funding: Funding, **changes: Any) -> UUID:
    party = uuid4()
    news: dict[str, Any] = {"kind": "COMMITTEE", "established_on": date(2015, 5, 4), "on": date(2015, 5, 4)}
    await funding.deliver(party_news(party, uuid4(), **news | changes))
    return party


async def test_h31_a_listed_committee_is_paid_its_amount_and_not_that_of_h32(funding: Funding) -> None:
    party, other = await committee(funding), await committee(funding)
    entry = await listed(funding, H31, party, amount_fen=8_000_000)
    await funding.deliver(
        completed(party_organization_id=party, party_organization_kind="COMMITTEE"),
        completed(party_organization_id=other, party_organization_kind="COMMITTEE"),
    )
    [usual] = await funding.grants()
    assert (usual["recipient_id"], usual["amount_fen"]) == (str(other), 2_000_000)
    [decision] = (await funding.get("/v1/grants/decisions", recipient=str(party)))["items"]
    reason = decision["reasons"][0]
    assert (decision["outcome"], reason["rule"], reason["outcome"]) == ("none", "H31", "excluded")
    assert (reason["facts"]["scheme"], reason["facts"]["entry"]) == (H31, entry["id"])
    ran = await run(funding, H31, year=2026)
    assert (ran["raised"], ran["total_fen"], ran["lines"][0]["recipient_id"]) == (1, 8_000_000, str(party))
    [grant] = await funding.grants(scheme=H31)
    assert (grant["amount_fen"], grant["state"], grant["period"], grant["trigger"]) == (
        8_000_000,
        "raised",
        "2026",
        "run",
    )
    assert grant["snapshot"]["entry"]["id"] == entry["id"]
    assert grant["snapshot"]["computation"]["rule"] == "listed"
    assert (grant["snapshot"]["kind"], grant["snapshot"]["policy"]) == ("COMMITTEE", H31)
    await funding.take(grant["id"], "review", "approval", "payment")
    assert await funding.balance("4001") == -8_000_000


async def test_h31_the_amount_is_50000_to_100000_yuan(funding: Funding) -> None:
    party = await committee(funding)
    for fen in (4_999_999, 10_000_001):
        refused = await enter(funding, H31, party, amount_fen=fen)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/amount_fen")
    for fen in (5_000_000, 10_000_000):
        assert (await enter(funding, H31, party, amount_fen=fen)).status_code == 201


async def test_h31_at_most_ten_are_in_force_on_any_day(funding: Funding) -> None:
    for number in range(10):
        until = {"effective_to": "2026-06-30"} if number == 0 else {}
        await listed(funding, H31, await committee(funding), amount_fen=5_000_000, **until)
    late = (
        await enter(funding, H31, await committee(funding), amount_fen=5_000_000, effective_from="2026-06-30")
    ).json()
    full = await funding.http.post(f"/v1/scheme-entries/{late['id']}/confirmation")
    assert (full.status_code, full.json()["type"].rpartition(":")[2]) == (409, "list-full")
    await listed(funding, H31, await committee(funding), amount_fen=5_000_000, effective_from="2026-07-01")
    assert (await run(funding, H31, year=2026))["raised"] == 10


async def test_h31_who_entered_does_not_confirm(funding: Funding, token_for: TokenFor) -> None:
    party = await committee(funding)
    entry = (await enter(funding, H31, party, amount_fen=5_000_000)).json()
    path = f"/v1/scheme-entries/{entry['id']}/confirmation"
    same = {"Authorization": f"Bearer {token_for(subject=entry['entered_by'])}"}
    refused = await funding.http.post(path, headers=same)
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (403, "same-hand")
    assert (await run(funding, H31, year=2026))["raised"] == 0, "it counts once it is confirmed"
    assert (await funding.http.post(path)).json()["state"] == "confirmed"
    again = await funding.http.post(path)
    assert (again.status_code, again.json()["type"].rpartition(":")[2]) == (409, "illegal-transition")


async def test_h31_an_entry_that_ended_is_paid_until_its_year_and_h32_comes_back(funding: Funding) -> None:
    party = await committee(funding)
    entry = await listed(funding, H31, party, amount_fen=6_000_000)
    ending = {"effective_to": "2025-12-31", "note": "不再列为重点行业"}
    ended = await funding.http.post(f"/v1/scheme-entries/{entry['id']}/ending", json=ending)
    assert ended.json()["effective_to"] == "2025-12-31"
    assert (await run(funding, H31, year=2025))["raised"] == 1
    assert (await run(funding, H31, year=2026))["raised"] == 0
    await funding.deliver(completed(party_organization_id=party, party_organization_kind="COMMITTEE", year=2026))
    assert [(one["year"], one["scheme"]) for one in await funding.grants()] == [(2025, H31), (2026, "hz-2013-annual")]


async def test_h31_an_ending_never_makes_an_entry_longer(funding: Funding) -> None:
    entry = await listed(funding, H31, await committee(funding), amount_fen=6_000_000, effective_to="2025-12-31")
    path = f"/v1/scheme-entries/{entry['id']}/ending"
    refused = await funding.http.post(path, json={"effective_to": "2026-01-01", "note": "延长"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/effective_to")
    for day in ("2025-12-31", "2025-06-30"):
        ended = await funding.http.post(path, json={"effective_to": day, "note": "不再列为重点行业"})
        assert (ended.status_code, ended.json()["effective_to"]) == (200, day)


async def test_d10_whoever_got_h32_before_it_was_listed_gets_no_second_grant_of_the_purpose(funding: Funding) -> None:
    party = await committee(funding)
    await funding.deliver(completed(party_organization_id=party, party_organization_kind="COMMITTEE"))
    await listed(funding, H31, party, amount_fen=6_000_000)
    for dry_run in (True, False):
        ran = await run(funding, H31, year=2026, dry_run=dry_run)
        [line] = ran["lines"]
        reason = line["reasons"][-1]
        assert (line["outcome"], reason["rule"], reason["facts"]["scheme"]) == (
            "none",
            "R-one-scheme",
            "hz-2013-annual",
        )
    assert len(await funding.grants()) == 1


async def test_h31_two_entries_of_one_committee_do_not_overlap(funding: Funding) -> None:
    party = await committee(funding)
    await listed(funding, H31, party, amount_fen=6_000_000, effective_to="2025-12-31")
    await listed(funding, H31, party, amount_fen=7_000_000, effective_from="2026-01-01")
    again = (await enter(funding, H31, party, amount_fen=7_000_000, effective_from="2025-12-31")).json()
    refused = await funding.http.post(f"/v1/scheme-entries/{again['id']}/confirmation")
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (409, "listed-already")
    assert (await run(funding, H31, year=2025))["total_fen"] == 6_000_000
    assert (await run(funding, H31, year=2026))["total_fen"] == 7_000_000


async def test_h31_an_entry_follows_its_recipient_over_a_boundary(funding: Funding) -> None:
    party = await committee(funding)
    await listed(funding, H31, party, amount_fen=6_000_000)
    moved = party_news(party, uuid4(), sequence=2, division="330105", kind="COMMITTEE", established_on=date(2015, 5, 4))
    await funding.deliver(moved)
    [entry] = (await funding.get("/v1/scheme-entries", scheme=H31))["items"]
    assert (entry["division"], entry["version"]) == ("330105", 3)
    assert (await run(funding, H31, year=2026, division="330106"))["raised"] == 0
    assert (await run(funding, H31, year=2026, division="330105"))["raised"] == 1
