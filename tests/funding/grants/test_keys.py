"""One grant of a scheme and period, one of a purpose and level (D10), beside what older versions raised."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from tests.funding.conftest import Funding, completed, party_news
from tests.funding.helpers import MEMBERS, load, make_scheme, organization_news, run

LATER = date(2014, 1, 1)
"""Of two schemes of a day the later one is followed: Hangzhou's list begins in 2013."""
AS_BEFORE = "UPDATE grants SET period = NULL, of_year = NULL, input_hash = NULL, snapshot = NULL"
COPY = (
    "INSERT INTO grants SELECT (jsonb_populate_record(g, jsonb_build_object('id', gen_random_uuid(), {changes}))).* "
    "FROM grants g LIMIT 1"
)


async def test_h32_what_the_version_before_raised_is_its_years_only_grant(funding: Funding) -> None:
    recipient = uuid4()
    await funding.deliver(completed(party_organization_id=recipient))
    await funding.change(AS_BEFORE)
    [grant] = await funding.grants(year=2026)
    assert (grant["period"], grant["year"], grant["snapshot"], grant["trigger"]) == ("2026", 2026, None, "evaluation")
    await funding.deliver(completed(party_organization_id=recipient, star=5, party_organization_kind="COMMITTEE"))
    assert await funding.grants() == [grant]
    decisions = (await funding.get("/v1/grants/decisions"))["items"]
    assert [one["outcome"] for one in decisions] == ["raised", "unchanged"]
    assert "input" not in decisions[-1]["reasons"][-1]["facts"], "nothing is known of what it was computed from"
    await funding.take(grant["id"], "review", "approval", "payment")


async def test_d10_another_scheme_of_the_purpose_gives_nothing_beside_what_was_raised_before(funding: Funding) -> None:
    party = uuid4()
    await funding.deliver(party_news(party, uuid4()), completed(party_organization_id=party))
    await funding.change(AS_BEFORE)
    amounts = {"COMMITTEE": 3, "GENERAL": 2, "BRANCH": 1}
    own: dict[str, Any] = {"trigger": "run", "amounts_fen": amounts, "reference": "year_end", "begins": LATER}
    load(funding, make_scheme(scheme="other", **own), make_scheme(scheme="district", level="district", **own))
    [line] = (await run(funding, "other", year=2026))["lines"]
    assert (line["outcome"], line["reasons"][-1]["rule"]) == ("none", "R-one-scheme")
    assert (await run(funding, "district", year=2026))["raised"] == 1, "another level gives beside it"


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ("'scheme', 'another'", "uq_grants_recipient_id_purpose_level_period"),
        ("'purpose', 'another'", "uq_grants_recipient_id_scheme_year"),
        ("'year', null, 'level', 'district'", "uq_grants_trigger_recipient_id_scheme_period_purpose"),
    ],
)
async def test_d10_the_database_refuses_a_second_grant_of_the_key(funding: Funding, changes: str, key: str) -> None:
    await funding.raised()
    with pytest.raises(asyncpg.UniqueViolationError, match=key):
        await funding.change(COPY.format(changes=changes))
    await funding.change(COPY.format(changes="'year', null, 'period', '2026-03'"))


async def test_s26_two_runs_at_once_and_an_event_between_raise_once(funding: Funding) -> None:
    parties: list[UUID] = []
    for _ in range(20):
        party, organization = uuid4(), uuid4()
        parties.append(party)
        news = party_news(party, organization, division="310101", established_on="2020-01-01", on="2020-01-01")  # type: ignore[arg-type]
        await funding.deliver(organization_news(organization, 3), news)
    ran = await asyncio.gather(*(run(funding, MEMBERS, year=2026) for _ in range(4)))
    assert sorted(one["raised"] for one in ran) == [0, 0, 0, 20]
    assert len(await funding.grants(scheme=MEMBERS)) == 20
    assert len(await funding.rows("SELECT id FROM outbox")) == 20
