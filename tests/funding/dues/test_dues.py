"""The register of dues (S25, D12): totals by quarter, certified by a second person, refunded exactly as remitted."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.funding.policies import SchemeParameters
from shared.field.policies import PolicyBook
from tests.conftest import TokenFor
from tests.funding.conftest import Funding, party_news
from tests.funding.helpers import DUES, run, scheme_of

REFUND: dict[str, Any] = {"year": 2025, "list_reference": "名册1", "bank_slip": "回单1"}
CODE = "sh-2015-dues-refund"


async def branch(funding: Funding, **changes: Any) -> UUID:
    party = uuid4()
    await funding.deliver(party_news(party, uuid4(), **{"division": "310101", **changes}))
    return party


async def state(funding: Funding, party: UUID, **changes: Any) -> httpx.Response:
    return await funding.http.post("/v1/dues", json=DUES | {"party_organization_id": str(party)} | changes)


async def certified(funding: Funding, party: UUID, *remitted: int) -> None:
    for quarter, fen in enumerate(remitted, 1):
        stated = await state(funding, party, quarter=quarter, remitted_fen=fen, retained_fen=100_000 - fen)
        done = await funding.http.post(f"/v1/dues/{stated.json()['id']}/certification")
        assert done.status_code == 200, done.text


async def claim(funding: Funding, party: UUID, **changes: Any) -> httpx.Response:
    return await funding.http.post("/v1/dues-refunds", json=REFUND | {"party_organization_id": str(party)} | changes)


def slug(response: httpx.Response) -> str:
    return str(response.json()["type"]).rpartition(":")[2]


async def test_s25_dues_are_refunded_exactly_as_remitted_and_once(funding: Funding) -> None:
    party = await branch(funding)
    await certified(funding, party, 40_001, 30_000, 0, 99_999)
    claimed = await claim(funding, party)
    assert claimed.status_code == 200, claimed.text
    grant = await funding.get(f"/v1/grants/{claimed.json()['grant_id']}")
    assert (grant["amount_fen"], grant["channel"], grant["period"], grant["scheme"]) == (170_000, "dues", "2025", CODE)
    due = grant["reasons"][0]
    assert (due["rule"], due["facts"]["remitted_fen"], len(due["facts"]["statements"])) == ("S25", 170_000, 4)
    assert (due["facts"]["list"], due["facts"]["bank_slip"]) == ("名册1", "回单1")
    again = await claim(funding, party)
    assert again.json()["grant_id"] == grant["id"]
    assert len(await funding.grants()) == 1
    assert (await run(funding, CODE, year=2025))["raised"] == 0, "a refund is claimed, not run"
    await funding.take(grant["id"], "review", "approval", "payment")
    assert await funding.balance("4601") == -170_000


async def test_s25_who_claims_does_not_review(funding: Funding, token_for: TokenFor) -> None:
    party = await branch(funding)
    await certified(funding, party, 40_000)
    grant = (await claim(funding, party)).json()["grant_id"]
    same = {"Authorization": f"Bearer {token_for(subject='tester')}"}
    assert slug(await funding.http.post(f"/v1/grants/{grant}/review", headers=same)) == "same-hand"


async def test_s25_all_quarters_that_are_stated_are_certified_before_a_refund(funding: Funding) -> None:
    party = await branch(funding)
    assert slug(await claim(funding, party)) == "dues-not-certified"
    await certified(funding, party, 40_000)
    await state(funding, party, quarter=2)
    refused = await claim(funding, party)
    assert (refused.status_code, refused.json()["stated"], refused.json()["certified"]) == (409, 2, 1)
    other = await branch(funding)
    await certified(funding, other, 0)
    assert slug(await claim(funding, other)) == "nothing-remitted"


async def test_s25_no_scheme_refunds_elsewhere_and_a_claim_may_be_late(funding: Funding) -> None:
    elsewhere = await branch(funding, division="330106")
    await certified(funding, elsewhere, 40_000)
    assert slug(await claim(funding, elsewhere)) == "no-refund-scheme"
    party = await branch(funding)
    await certified(funding, party, 40_000)
    found = scheme_of(funding, CODE)
    content = found.parameters.model_dump() | {"amount": {"rule": "refund", "claim_until": "01-31"}}
    dated = replace(found, parameters=SchemeParameters.model_validate(content))
    funding.app.state.schemes = PolicyBook([dated])
    late = await claim(funding, party)
    assert (late.status_code, slug(late), late.json()["until"]) == (409, "claim-late", "2026-01-31")


async def test_d12_who_stated_does_not_certify(funding: Funding, token_for: TokenFor) -> None:
    stated = (await state(funding, await branch(funding))).json()
    path = f"/v1/dues/{stated['id']}/certification"
    same = {"Authorization": f"Bearer {token_for(subject=stated['entered_by'])}"}
    refused = await funding.http.post(path, headers=same)
    assert (refused.status_code, slug(refused)) == (403, "same-hand")
    done = await funding.http.post(path, json={"note": "与银行对账一致"})
    assert (done.json()["state"], done.json()["certified_note"]) == ("confirmed", "与银行对账一致")
    assert slug(await funding.http.post(path)) == "illegal-transition"


async def test_d12_a_correction_keeps_both_and_is_certified_again(funding: Funding) -> None:
    party = await branch(funding)
    await certified(funding, party, 40_000)
    [first] = (await funding.get("/v1/dues"))["items"]
    twice = await state(funding, party, remitted_fen=50_000, retained_fen=50_000)
    assert (twice.status_code, slug(twice)) == (409, "dues-stated")
    right = await state(funding, party, remitted_fen=50_000, retained_fen=50_000, corrects=first["id"])
    assert right.status_code == 201, right.text
    assert [one["state"] for one in (await funding.get("/v1/dues", year=2025))["items"]] == ["corrected", "entered"]
    assert slug(await claim(funding, party)) == "dues-not-certified"
    again = await state(funding, party, corrects=first["id"])
    assert (again.status_code, slug(again)) == (409, "dues-stated")
    await funding.http.post(f"/v1/dues/{right.json()['id']}/certification")
    grant = await funding.get(f"/v1/grants/{(await claim(funding, party)).json()['grant_id']}")
    assert grant["amount_fen"] == 50_000
    refunded = await state(funding, party, corrects=right.json()["id"])
    assert (refunded.status_code, slug(refunded)) == (409, "dues-refunded")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"collected_fen": 99_999}, "/collected_fen"),
        ({"quarter": 5}, "/quarter"),
        ({"year": 9998}, "/quarter"),
        ({"remitted_fen": -1}, "/remitted_fen"),
        ({"voucher": ""}, "/voucher"),
        ({"members": []}, "/members"),
    ],
)
async def test_d12_bad_statements_name_their_field(funding: Funding, changes: dict[str, Any], pointer: str) -> None:
    refused = await state(funding, await branch(funding), **changes)
    assert (refused.status_code, [one["pointer"] for one in refused.json()["errors"]]) == (422, [pointer])


async def test_s25_a_temporary_branch_collects_no_dues(funding: Funding) -> None:
    refused = await state(funding, await branch(funding, form="temporary"))
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/party_organization_id")


async def test_d12_statements_follow_their_party_organization(funding: Funding, token_for: TokenFor) -> None:
    party = await branch(funding)
    await certified(funding, party, 40_000)
    await funding.deliver(party_news(party, uuid4(), sequence=2, division="310104"))
    here = {"Authorization": f"Bearer {token_for('auditor', ['310101'])}"}
    assert (await funding.http.get("/v1/dues", headers=here)).json()["items"] == []
    assert (await funding.get("/v1/dues", division="310104"))["items"][0]["state"] == "confirmed"
