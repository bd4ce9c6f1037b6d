"""Refund claims (S25, D12): exactly what was remitted, once, in time, to the receiver by form."""

import asyncio
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from services.funding.amount_rules import Refund
from services.funding.coverage.rules import PartyOrganization
from services.funding.dues import errors
from services.funding.dues.refunds.rules import Receiver, check_claim, find_receiver, find_refunding
from services.funding.dues.rules import Paper, Quarter
from services.funding.policies import read_schemes
from shared.contracts.base import Form
from shared.problems.problems import InvalidInput
from shared.settings import REPOSITORY_POLICIES
from tests.conftest import TokenFor
from tests.funding.conftest import Funding, party_news
from tests.funding.dues.helpers import HOST, YEAR, allow_refunds, certified, claim
from tests.funding.ledger.helpers import problem

NOW = datetime(2026, 1, 10, tzinfo=UTC)
SCHEMES = read_schemes(REPOSITORY_POLICIES)
BRANCH = UUID(int=1)


def decide(amount: int, on: date, *remitted: tuple[date, int], division: str = "310101") -> str:
    papers = [Paper("bank_line", "remitted", f"YH-{n}", day, fen) for n, (day, fen) in enumerate(remitted)]
    total = sum(one.amount_fen for one in papers)
    _, rule = find_refunding(SCHEMES, division, "party_organization", 2025)
    quarters = [Quarter(4, total, total, 0, 0, papers)]
    return check_claim(rule, year=2025, quarters=quarters, amount_fen=amount, on=on, now=NOW).rule


IN_TIME = (date(2025, 12, 31), 500)


def test_s25_exactly_what_was_remitted_and_not_one_fen_else() -> None:
    assert decide(500, date(2026, 1, 31), IN_TIME) == "R-dues-refund"
    for amount in (499, 501):
        with pytest.raises(InvalidInput) as refused:
            decide(amount, date(2026, 1, 31), IN_TIME)
        [error] = refused.value.errors
        assert (error.pointer, dict(error.facts)) == ("/amount_fen", {"expected": 500})


def test_d12_what_was_remitted_after_december_is_not_claimed() -> None:
    late = (date(2026, 1, 1), 7)
    assert decide(500, date(2026, 1, 10), IN_TIME, late)
    with pytest.raises(InvalidInput):
        decide(507, date(2026, 1, 10), IN_TIME, late)


@pytest.mark.parametrize(
    ("on", "open_"),
    [
        (date(2026, 1, 30), True),
        (date(2026, 1, 31), True),
        (date(2026, 2, 1), False),
    ],
)
def test_d12_a_claim_is_made_by_the_end_of_january(on: date, open_: bool) -> None:
    if open_:
        assert decide(500, on, IN_TIME)
    else:
        with pytest.raises(errors.ClaimLate):
            decide(500, on, IN_TIME)


def test_d12_a_rule_without_days_counts_every_remittance_on_any_day() -> None:
    papers = [Paper("bank_line", "remitted", "YH-1", date(2026, 3, 1), 7)]
    quarters = [Quarter(4, 7, 7, 0, 0, papers)]
    rule = Refund(rule="refund")
    assert check_claim(rule, year=2025, quarters=quarters, amount_fen=7, on=date(2030, 1, 1), now=NOW)


def test_s25_hangzhou_refunds_no_dues() -> None:
    with pytest.raises(errors.NoRefund):
        decide(500, date(2026, 1, 10), IN_TIME, division="330106")


def test_s25_a_superior_body_is_not_refunded() -> None:
    with pytest.raises(errors.NoRefund):
        find_refunding(SCHEMES, "310101", "body", 2025)


@pytest.mark.parametrize(
    ("form", "by"), [("standalone", "standalone"), ("temporary", "host"), ("joint", "joint"), (None, "host")]
)
def test_d12_the_receiver_is_by_form(form: Form | None, by: str) -> None:
    covering = [] if form is None else [PartyOrganization(BRANCH, "310101", 1, form)]
    host = PartyOrganization(UUID(int=2), "310101", 1, "joint")
    found = find_receiver(UUID(int=9), "organization", covering, host)
    assert (found.id, found.by) == (UUID(int=2) if by == "host" else BRANCH, by)


def test_d12_a_dissolved_one_receives_nothing() -> None:
    gone = PartyOrganization(BRANCH, "310101", 2, "standalone", dissolved_on=date(2026, 1, 1))
    host = PartyOrganization(UUID(int=2), "310101", 1, "standalone")
    assert find_receiver(BRANCH, "party_organization", [gone], host) == Receiver(host, "host")
    for no_host in (None, gone):
        with pytest.raises(errors.NoReceiver):
            find_receiver(BRANCH, "party_organization", [gone], no_host)


async def test_s25_a_claim_is_checked_as_its_grant_by_another_person(funding: Funding, token_for: TokenFor) -> None:
    allow_refunds(funding.app)
    year = await certified(funding)
    token = token_for(["district_officer", "reviewer"], subject="甲")
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "k"}
    body = {"dues_id": year["id"], "amount_fen": 80, "list_reference": "QD-1", "slip_reference": "HD-1"}
    made = (await funding.http.post("/v1/dues-refunds", json=body, headers=headers, auth=None)).json()
    path = f"/v1/grants/{made['grant_id']}/review"
    headers.pop("Idempotency-Key")
    assert problem(await funding.http.post(path, headers=headers, auth=None)) == (403, "same-hand")
    assert (await funding.http.post(path)).json()["state"] == "reviewed"
    assert (made["amount_fen"], made["receiver_id"], made["policy"]) == (80, year["holder_id"], "test-refund")
    assert [one["rule"] for one in made["reasons"]] == ["S25", "R-dues-refund", "R-dues-receiver"]
    assert all(one["text"] for one in made["reasons"])
    [listed] = (await funding.get("/v1/dues-refunds", year=YEAR))["items"]
    assert listed == await funding.get(f"/v1/dues-refunds/{made['id']}")


async def test_s25_a_year_is_claimed_once(funding: Funding) -> None:
    allow_refunds(funding.app)
    year = await certified(funding)
    answers = await asyncio.gather(*(claim(funding, year["id"], 80) for _ in range(10)))
    assert sorted(one.status_code for one in answers) == [201] + [409] * 9
    [made] = [one.json() for one in answers if one.status_code == 201]
    again = await claim(funding, year["id"], 80)
    assert (problem(again), again.json()["claim"]) == ((409, "refund-claimed"), made["id"])
    assert len(await funding.grants()) == 1


async def test_s25_another_amount_is_refused_by_field(funding: Funding) -> None:
    allow_refunds(funding.app)
    year = await certified(funding)
    refused = await claim(funding, year["id"], 79)
    assert (problem(refused), refused.json()["errors"][0]["pointer"]) == ((422, "invalid-input"), "/amount_fen")


@pytest.mark.parametrize("missing", ["list_reference", "slip_reference"])
async def test_d12_list_and_slip_are_needed(funding: Funding, missing: str) -> None:
    allow_refunds(funding.app)
    year = await certified(funding)
    body = {"dues_id": year["id"], "amount_fen": 80, "list_reference": "QD-1", "slip_reference": "HD-1"}
    del body[missing]
    refused = await funding.http.post("/v1/dues-refunds", json=body, headers={"Idempotency-Key": "k"})
    assert (problem(refused), refused.json()["errors"][0]["pointer"]) == ((422, "invalid-input"), f"/{missing}")


async def test_d12_an_organizations_dues_go_to_the_joint_branch_that_covers_it_wherever_that_moved(
    funding: Funding,
) -> None:
    allow_refunds(funding.app)
    joint, organization, other = uuid4(), uuid4(), uuid4()
    await funding.deliver(party_news(joint, organization, other, division="330110"))
    year = await certified(funding, known=False, holder_kind="organization", holder_id=str(organization))
    made = (await claim(funding, year["id"], 80)).json()
    assert (made["receiver_id"], made["reasons"][-1]["outcome"]) == (str(joint), "joint")


@pytest.mark.parametrize("own_first", [True, False])
async def test_s25_dues_are_refunded_once__to_a_joint_branch_or_through_it(funding: Funding, own_first: bool) -> None:
    allow_refunds(funding.app)
    joint, one, other = uuid4(), uuid4(), uuid4()
    await funding.deliver(party_news(joint, one, other))
    own = await certified(funding, known=False, holder_id=str(joint))
    theirs = [
        await certified(funding, known=False, holder_kind="organization", holder_id=str(of)) for of in (one, other)
    ]
    first, later = ([own], theirs) if own_first else (theirs, [own])
    made = [(await claim(funding, year["id"], 80)).json()["id"] for year in first]
    for year in later:
        refused = await claim(funding, year["id"], 80)
        assert (problem(refused), refused.json()["claim"]) == ((409, "refund-claimed"), made[0])
    assert len(await funding.grants()) == len(first)


async def test_d12_a_host_that_exists_receives_where_the_holder_was_dissolved(funding: Funding) -> None:
    allow_refunds(funding.app)
    year = await certified(funding)
    await funding.deliver(party_news(UUID(year["holder_id"]), sequence=2))
    assert problem(await claim(funding, year["id"], 80, host_id=HOST)) == (409, "no-receiver")
    await funding.deliver(party_news(UUID(HOST), uuid4()))
    made = (await claim(funding, year["id"], 80, host_id=HOST)).json()
    assert (made["receiver_id"], made["reasons"][-1]["outcome"]) == (HOST, "host")


async def test_d12_a_host_is_within_region_and_reach(funding: Funding, token_for: TokenFor) -> None:
    allow_refunds(funding.app)
    year = await certified(funding)
    await funding.deliver(party_news(UUID(year["holder_id"]), sequence=2))
    hosts = {division: uuid4() for division in ("440106", "330110", "330106")}
    await funding.deliver(*(party_news(host, uuid4(), division=division) for division, host in hosts.items()))
    everywhere = await claim(funding, year["id"], 80, host_id=str(hosts["440106"]))
    assert problem(everywhere) == (409, "no-receiver"), "the scheme is of another province"
    body = {"dues_id": year["id"], "amount_fen": 80, "list_reference": "QD-1", "slip_reference": "HD-1"}
    headers = {"Authorization": f"Bearer {token_for('district_officer', ['330106'])}"}
    for division, status in (("330110", 409), ("330106", 201)):
        given = body | {"host_id": str(hosts[division])}
        answer = await funding.http.post(
            "/v1/dues-refunds", json=given, headers=headers | {"Idempotency-Key": division}, auth=None
        )
        assert answer.status_code == status, answer.text


async def test_d12_a_receiver_that_is_dissolved_after_the_claim_has_its_grant_held(funding: Funding) -> None:
    allow_refunds(funding.app)
    year = await certified(funding)
    made = (await claim(funding, year["id"], 80)).json()
    await funding.deliver(party_news(UUID(year["holder_id"]), sequence=2))
    assert (await funding.get(f"/v1/grants/{made['grant_id']}"))["state"] == "held"


async def test_s25_what_is_not_certified_is_not_claimed(funding: Funding) -> None:
    year = await certified(funding) if allow_refunds(funding.app) is None else {}
    await funding.http.post(f"/v1/dues/{year['id']}/reopening", json={"reason": "漏记"})
    assert problem(await claim(funding, year["id"], 80)) == (409, "dues-not-certified")
