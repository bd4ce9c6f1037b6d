"""Schemes beside the annual ones: start-up, once ever, by the month, by stars, projects; and what cannot be active."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from services.funding.policies import SchemeParameters
from shared.field.policies import Policy, PolicyBook, read_policy
from shared.settings import REPOSITORY_POLICIES
from tests.funding.conftest import Funding, completed, party_news
from tests.funding.helpers import ACCOUNTS, activated, enter, listed, load, organization_news, run, scheme_of

SHANGHAI: dict[str, Any] = {"division": "310101"}


def example(name: str, region: str = "3101") -> Policy[SchemeParameters]:
    """A shipped example, put in force for a region."""
    text = (REPOSITORY_POLICIES / "examples" / name / "funding.yaml").read_text("utf-8")
    found = read_policy(text, SchemeParameters)
    return Policy(found.id, region, date(2013, 1, 1), None, found.source, found.parameters)


async def founded(funding: Funding, on: date = date(2026, 3, 9), **changes: Any) -> UUID:
    party = uuid4()
    await funding.deliver(party_news(party, uuid4(), **SHANGHAI | {"established_on": on, "on": on} | changes))
    return party


@pytest.mark.parametrize(
    ("code", "missing"), [("sh-2015-start-up", "amount.fen"), ("sh-2015-secretaries", "monthly_fen")]
)
async def test_s27_s28_no_amount_is_stated_so_it_cannot_be_active(funding: Funding, code: str, missing: str) -> None:
    with pytest.raises(ValidationError, match=f"{missing}.*before the scheme is active"):
        activated(funding, code)
    period: dict[str, Any] = {"month": "2026-03"} if code.endswith("secretaries") else {"year": 2026}
    refused = await run(funding, code, 409, **period)
    assert (refused["type"].rpartition(":")[2], missing in refused["detail"]) == ("scheme-not-active", True)
    party = await founded(funding)
    assert await funding.grants(recipient=str(party)) == []


async def test_s29_what_is_larger_is_to_be_given(funding: Funding) -> None:
    with pytest.raises(ValidationError, match="larger_from_members"):
        activated(funding, "sh-2015-larger")


@pytest.mark.parametrize("trigger", ["closed_rectification"])
def test_a_trigger_that_no_scheme_uses_is_refused(trigger: str) -> None:
    with pytest.raises(ValidationError, match="no scheme uses it"):
        SchemeParameters.model_validate(
            {"scheme": "x", "trigger": trigger, "amount": {"rule": "one_off", "fen": 1}, "accounts": ACCOUNTS}
        )


async def test_s28_a_start_up_grant_once_for_each_party_organization(funding: Funding) -> None:
    load(funding, activated(funding, "sh-2015-start-up", amount={"rule": "one_off", "fen": 200_000}))
    news = party_news(uuid4(), uuid4(), **SHANGHAI)
    await funding.deliver(news, news)
    await funding.deliver(news)
    [grant] = await funding.grants()
    assert (grant["amount_fen"], grant["trigger"], grant["period"], grant["year"]) == (
        200_000,
        "establishment",
        "once",
        2026,
    )
    assert grant["reasons"][0]["rule"] == "S28"
    again = await run(funding, "sh-2015-start-up", year=2026)
    assert (again["raised"], again["unchanged"], again["differing"]) == (0, 1, 0)
    second = await founded(funding)
    assert len(await funding.grants(recipient=str(second))) == 1


async def test_s28_founded_again_for_the_same_organization_gets_none_while_the_first_stands(funding: Funding) -> None:
    load(funding, activated(funding, "sh-2015-start-up", amount={"rule": "one_off", "fen": 200_000}))
    first, organization = uuid4(), uuid4()
    await funding.deliver(party_news(first, organization, **SHANGHAI))
    [grant] = await funding.grants()
    await funding.take(grant["id"], "review", "approval", "payment")
    await funding.deliver(party_news(first, sequence=2, on=date(2026, 4, 1), **SHANGHAI))
    second = uuid4()
    later: dict[str, Any] = {"established_on": date(2027, 1, 5), "on": date(2027, 1, 5)}
    await funding.deliver(party_news(second, organization, **SHANGHAI | later))
    [decision] = (await funding.get("/v1/grants/decisions", recipient=str(second)))["items"]
    assert (decision["outcome"], decision["reasons"][-1]["rule"]) == ("none", "R-counted-once")


async def test_s28_what_found_no_scheme_is_raised_by_a_run(funding: Funding) -> None:
    party = await founded(funding)
    taken_over = await founded(funding, taken_over=True)
    load(funding, activated(funding, "sh-2015-start-up", amount={"rule": "one_off", "fen": 200_000}))
    assert [one["recipient_id"] for one in (await run(funding, "sh-2015-start-up", year=2026))["lines"]] == [str(party)]
    assert await funding.grants(recipient=str(taken_over)) == []
    assert (await run(funding, "sh-2015-start-up", year=2025))["lines"] == []


@pytest.mark.parametrize(("counts", "outcome"), [((40, 10), "raised"), ((40, 9), "none")])
async def test_s29_50000_yuan_from_dues_once_ever_to_larger_ones(
    funding: Funding, counts: tuple[int, int], outcome: str
) -> None:
    load(funding, activated(funding, "sh-2015-larger", basis={"only_larger": True, "larger_from_members": 50}))
    party, organization = uuid4(), uuid4()
    long_ago: dict[str, Any] = {"established_on": date(2020, 1, 1), "on": date(2020, 1, 1)}
    await funding.deliver(
        organization_news(organization, *counts, as_of=date(2024, 6, 1)),
        party_news(party, organization, **SHANGHAI | long_ago),
    )
    [line] = (await run(funding, "sh-2015-larger", year=2025))["lines"]
    assert line["outcome"] == outcome
    if outcome == "none":
        assert line["reasons"][0]["outcome"] == "not_larger"
        return
    assert (await run(funding, "sh-2015-larger", year=2026))["unchanged"] == 1
    [grant] = await funding.grants()
    assert (grant["amount_fen"], grant["channel"], grant["year"]) == (5_000_000, "dues", 2025)
    await funding.take(grant["id"], "review", "approval", "payment")
    assert await funding.balance("4601") == -5_000_000


async def test_d11_secretary_allowance_by_the_month_and_none_for_civil_servants(funding: Funding) -> None:
    load(funding, example("secretary-allowance"))
    full, part = [await founded(funding, date(2020, 1, 1)) for _ in range(2)]
    declared: dict[str, Any] = {"not_civil_servant": True, "effective_from": "2026-01-15"}
    await listed(funding, "secretary-allowance", full, category="full_time", **declared)
    entry = (await enter(funding, "secretary-allowance", part, category="part_time")).json()
    refused = await funding.http.post(f"/v1/scheme-entries/{entry['id']}/confirmation")
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (409, "declaration-missing")
    await listed(
        funding, "secretary-allowance", part, category="part_time", **declared | {"effective_to": "2026-02-27"}
    )
    assert (await run(funding, "secretary-allowance", 422, year=2026))["errors"][0]["pointer"] == "/month"
    totals = [
        (await run(funding, "secretary-allowance", month=f"2026-{month:02d}"))["total_fen"] for month in (1, 2, 3)
    ]
    assert totals == [230_000, 200_000, 200_000]
    assert (await run(funding, "secretary-allowance", month="2026-02"))["raised"] == 0
    months = [(one["period"], one["year"]) for one in await funding.grants(recipient=str(full), year=2026)]
    assert months == [("2026-01", 2026), ("2026-02", 2026), ("2026-03", 2026)]
    unknown = await enter(funding, "secretary-allowance", full, category="retired")
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/category")


async def test_d11_a_star_award_stands_beside_the_annual_grant(funding: Funding) -> None:
    load(funding, example("star-award", "3301"))
    events = [completed(star=star) for star in (2, 3, 5)]
    await funding.deliver(*events)
    await funding.deliver(*events)
    awards = {one["recipient_id"]: one["amount_fen"] for one in await funding.grants(scheme="star-award")}
    recipients = [str(one.data.party_organization_id) for one in events]
    assert awards == {recipients[1]: 200_000, recipients[2]: 500_000}
    assert len(await funding.grants(scheme="hz-2013-annual")) == 3
    decisions = (await funding.get("/v1/grants/decisions", recipient=recipients[0]))["items"]
    assert sorted((one["scheme"], one["outcome"]) for one in decisions) == [
        ("hz-2013-annual", "raised"),
        ("star-award", "none"),
    ]


async def test_d11_a_project_is_paid_what_was_accepted_up_to_the_cap(funding: Funding) -> None:
    load(funding, example("project-award"))
    party = await founded(funding, date(2020, 1, 1))
    over = await enter(funding, "project-award", party, amount_fen=10_000_001, effective_from="2026-05-04")
    assert (over.status_code, over.json()["errors"][0]["pointer"]) == (422, "/amount_fen")
    for fen in (10_000_000, 3_000_000):
        await listed(funding, "project-award", party, amount_fen=fen, effective_from="2026-05-04", grounds="验收合格")
    await enter(funding, "project-award", party, amount_fen=1_000_000, effective_from="2026-05-04")
    assert (await run(funding, "project-award", year=2026))["total_fen"] == 13_000_000, "accepted ones alone"
    assert (await run(funding, "project-award", year=2026))["unchanged"] == 2
    assert (await run(funding, "project-award", year=2025))["lines"] == []
    assert [one["state"] for one in await funding.grants(recipient=str(party))] == ["raised", "raised"]


async def test_t06_a_run_of_a_scheme_of_evaluations_decides_again_what_found_none(funding: Funding) -> None:
    event = completed(division="310101")
    await funding.deliver(event)
    assert (await run(funding, "hz-2013-annual", year=2026))["lines"] == []
    annual = scheme_of(funding, "hz-2013-annual")
    parameters = annual.parameters.model_copy(update={"scheme": "sh-annual"})
    load(funding, Policy("sh-annual", "3101", date(2026, 1, 1), None, "a test", parameters))
    foreseen = await run(funding, "sh-annual", year=2026, dry_run=True)
    assert (foreseen["raised"], foreseen["total_fen"], len(await funding.grants())) == (1, 300_000, 0)
    assert (await run(funding, "sh-annual", year=2026))["lines"][0]["recipient_id"] == str(
        event.data.party_organization_id
    )
    assert (await run(funding, "sh-annual", year=2026))["lines"] == []


@pytest.mark.parametrize("name", ["star-award", "secretary-allowance", "instructor-allowance", "project-award"])
def test_d11_examples_are_in_order_and_active(name: str) -> None:
    assert example(name).parameters.active
    missing: Sequence[str] = example(name).parameters.unstated()
    assert missing == []


async def test_s28_a_later_version_with_the_amount_is_run_whichever_file_comes_first(funding: Funding) -> None:
    party = await founded(funding)
    later = activated(funding, "sh-2015-start-up", amount={"rule": "one_off", "fen": 200_000})
    funding.app.state.schemes = PolicyBook([later, *funding.app.state.schemes.policies])
    assert [one["recipient_id"] for one in (await run(funding, "sh-2015-start-up", year=2026))["lines"]] == [str(party)]


@pytest.mark.parametrize("code", ["sh-2015-dues-refund", "hz-2013-awards"])
async def test_s25_h33_what_claims_and_pools_raise_is_not_run(funding: Funding, code: str) -> None:
    for dry_run in (True, False):
        refused = await run(funding, code, 409, year=2026, dry_run=dry_run)
        assert refused["type"].rpartition(":")[2] == "scheme-not-run"
