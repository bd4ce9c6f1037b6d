"""Refunds of dues as grants (S25, D12), and who may certify: what a certified year remitted, raised, paid, and kept."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.conftest import TokenFor
from tests.funding.conftest import Funding, party_news
from tests.funding.dues.helpers import CODE, YEAR, allow_refunds, claim, quarter, record, recorded
from tests.funding.helpers import run
from tests.funding.ledger.helpers import problem

SHANGHAI = "310101"


async def branch(funding: Funding, **changes: Any) -> str:
    party = uuid4()
    await funding.deliver(party_news(party, uuid4(), **{"division": SHANGHAI, **changes}))
    return str(party)


async def certified(funding: Funding, party: str, *remitted: int, division: str = SHANGHAI) -> str:
    figures = {"collected_fen": 100_000, "holder_id": party, "division": division}
    year = await recorded(
        funding,
        *(
            quarter(n, remitted_fen=fen, retained_fen=100_000 - fen, **figures)
            for n, fen in enumerate(remitted, 5 - len(remitted))
        ),
    )
    done = await funding.http.post(f"/v1/dues/{year['id']}/certification")
    assert done.status_code == 200, done.text
    return str(year["id"])


async def grant_of(funding: Funding, claimed: httpx.Response) -> dict[str, Any]:
    assert claimed.status_code == 201, claimed.text
    return await funding.get(f"/v1/grants/{claimed.json()['grant_id']}")


async def test_s25_dues_are_refunded_exactly_as_remitted_and_once(funding: Funding) -> None:
    allow_refunds(funding.app)
    dues = await certified(funding, await branch(funding), 40_001, 30_000, 0, 99_999)
    claimed = await claim(funding, dues, 170_000)
    grant = await grant_of(funding, claimed)
    assert (grant["amount_fen"], grant["channel"], grant["period"], grant["scheme"]) == (
        170_000,
        "dues",
        str(YEAR),
        CODE,
    )
    due = grant["reasons"][0]
    assert (due["rule"], due["facts"]["remitted_fen"], due["facts"]["dues"]) == ("S25", 170_000, dues)
    assert (due["facts"]["list"], due["facts"]["bank_slip"]) == ("QD-1", "HD-1")
    assert problem(await claim(funding, dues, 170_000)) == (409, "refund-claimed")
    assert len(await funding.grants()) == 1
    refused = await run(funding, CODE, 409, year=YEAR)
    assert refused["type"].endswith("scheme-not-run"), "a refund is claimed, not run"
    await funding.take(grant["id"], "review", "approval", "payment")
    assert await funding.balance("4601") == -170_000


async def test_s25_who_claims_does_not_review(funding: Funding, token_for: TokenFor) -> None:
    allow_refunds(funding.app)
    dues = await certified(funding, await branch(funding), 40_000)
    claimed = (await claim(funding, dues, 40_000)).json()
    same = {"Authorization": f"Bearer {token_for(subject=claimed['claimed_by'])}"}
    refused = await funding.http.post(f"/v1/grants/{claimed['grant_id']}/review", headers=same, auth=None)
    assert problem(refused) == (403, "same-hand")


async def test_s25_what_a_branch_and_its_organization_both_register_is_refunded_once(funding: Funding) -> None:
    allow_refunds(funding.app)
    party, organization = uuid4(), uuid4()
    await funding.deliver(party_news(party, organization, division=SHANGHAI))
    first = await certified(funding, str(party), 40_000)
    grant = (await grant_of(funding, await claim(funding, first, 40_000)))["id"]
    figures = {"holder_id": str(organization), "holder_kind": "organization", "division": SHANGHAI}
    second = await recorded(funding, quarter(4, **figures))
    await funding.http.post(f"/v1/dues/{second['id']}/certification")
    refused = await claim(funding, second["id"], 80)
    assert (problem(refused), refused.json()["claim"]) == ((409, "refund-claimed"), grant)


async def test_d12_a_joint_branch_receives_a_grant_for_each_of_its_organizations(funding: Funding) -> None:
    allow_refunds(funding.app)
    joint, organizations = uuid4(), [uuid4(), uuid4()]
    await funding.deliver(party_news(joint, *organizations, division=SHANGHAI))
    periods = []
    for one in organizations:
        figures = {"holder_id": str(one), "holder_kind": "organization", "division": SHANGHAI}
        year = await recorded(funding, quarter(4, **figures))
        await funding.http.post(f"/v1/dues/{year['id']}/certification")
        grant = await grant_of(funding, await claim(funding, year["id"], 80))
        assert (grant["recipient_id"], grant["state"], grant["amount_fen"]) == (str(joint), "raised", 80)
        periods.append(grant["period"])
    assert periods == [f"{YEAR}/{one}" for one in organizations]


async def test_s25_a_year_in_which_nothing_was_remitted_has_no_refund(funding: Funding) -> None:
    allow_refunds(funding.app)
    dues = await certified(funding, await branch(funding), 0)
    assert problem(await claim(funding, dues, 1)) == (409, "nothing-remitted")


async def test_s25_no_scheme_refunds_elsewhere(funding: Funding) -> None:
    party = await branch(funding, division="330106")
    dues = await certified(funding, party, 1, 1, 1, 1, division="330106")
    assert problem(await claim(funding, dues, 4)) == (409, "no-refund")


async def test_s25_a_year_that_a_grant_stands_on_is_not_opened_again(funding: Funding) -> None:
    allow_refunds(funding.app)
    dues = await certified(funding, await branch(funding), 40_000)
    claimed = (await claim(funding, dues, 40_000)).json()
    refused = await funding.http.post(f"/v1/dues/{dues}/reopening", json={"reason": "漏记"})
    assert (problem(refused), refused.json()["used_by"]) == ((409, "dues-in-use"), claimed["id"])


async def test_d12_certification_has_a_note_and_waits_as_a_task_for_another_person(
    funding: Funding, token_for: TokenFor
) -> None:
    allow_refunds(funding.app)
    year = await recorded(funding, quarter(3), quarter(4))

    async def waiting(subject: str) -> list[str]:
        headers = {"Authorization": f"Bearer {token_for('reviewer', ['33'], subject)}"}
        items = (await funding.http.get("/v1/tasks?mine=true", headers=headers, auth=None)).json()["items"]
        return [one["subject"]["id"] for one in items if one["kind"] == "dues.certification"]

    assert await waiting("another") == [year["id"]]
    assert await waiting(year["quarters"][1]["entered_by"]) == []
    done = await funding.http.post(f"/v1/dues/{year['id']}/certification", json={"note": "与银行对账一致"})
    assert (done.json()["state"], done.json()["certified_note"]) == ("certified", "与银行对账一致")
    assert await waiting("another") == []


async def test_d12_a_year_without_its_last_quarter_does_not_wait(funding: Funding) -> None:
    await recorded(funding, quarter(3))
    assert [one for one in (await funding.get("/v1/tasks"))["items"] if one["kind"] == "dues.certification"] == []


async def test_d12_what_was_collected_has_a_voucher(funding: Funding) -> None:
    given = quarter(4)
    given["papers"] = [one for one in given["papers"] if one["kind"] != "voucher"]
    refused = await record(funding, given)
    assert (problem(refused), refused.json()["errors"][0]["pointer"]) == ((422, "invalid-input"), "/papers")


@pytest.mark.parametrize("form", ["temporary", "functional"])
async def test_s25_a_branch_without_affiliations_collects_no_dues(funding: Funding, form: str) -> None:
    refused = await record(funding, quarter(4, holder_id=await branch(funding, form=form), division=SHANGHAI))
    assert (problem(refused), refused.json()["errors"][0]["pointer"]) == ((422, "invalid-input"), "/holder_id")


async def test_d12_registers_claims_and_open_grants_follow_their_party_organization(
    funding: Funding, token_for: TokenFor
) -> None:
    allow_refunds(funding.app)
    party = await branch(funding)
    await claim(funding, await certified(funding, party, 40_000), 40_000)
    await funding.deliver(party_news(UUID(party), uuid4(), sequence=2, division="310104"))
    here = {"Authorization": f"Bearer {token_for('auditor', [SHANGHAI])}"}
    for path in ("/v1/dues", "/v1/dues-refunds", "/v1/grants"):
        assert (await funding.http.get(path, headers=here, auth=None)).json()["items"] == []
        assert len((await funding.get(path, division="310104"))["items"]) == 1
