"""The account that a recipient is paid to: sealed, entered by one, verified by another, frozen while money waits."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.funding.payees.rules import Account
from services.funding.payees.schemas import PayeeIn
from shared.db.sealing import FieldKeys
from shuangfu.embedded.field_keys import embedded_account_keys
from tests.conftest import TokenFor
from tests.funding.conftest import Funding, completed, party_news
from tests.funding.helpers import ACCOUNT, AGAIN


@pytest.fixture(autouse=True)
def keys(funding: Funding, tmp_path: Any) -> FieldKeys:
    found = FieldKeys(embedded_account_keys(tmp_path))
    funding.app.state.account_keys = found
    return found


async def put(funding: Funding, party: UUID, version: int | None = None, **changes: Any) -> httpx.Response:
    headers = {"If-Match": f'"{version}"'} if version else {}
    return await funding.http.put(f"/v1/payees/{party}", json=ACCOUNT | changes, headers=headers)


async def known(funding: Funding) -> UUID:
    party = uuid4()
    await funding.deliver(party_news(party, uuid4()))
    return party


def slug(response: httpx.Response) -> str:
    return str(response.json()["type"]).rpartition(":")[2]


async def test_an_account_is_entered_by_one_and_verified_by_another(funding: Funding, token_for: TokenFor) -> None:
    party = await known(funding)
    entered = await put(funding, party)
    assert (entered.status_code, entered.json()["state"]) == (201, "entered")
    assert "account_number" not in entered.json()
    path = f"/v1/payees/{party}/verification"
    same = {"Authorization": f"Bearer {token_for(subject=entered.json()['entered_by'])}"}
    assert slug(await funding.http.post(path, json=AGAIN, headers=same)) == "same-hand"
    differs = await funding.http.post(path, json=AGAIN | {"account_number": "3301000000000002"})
    assert (differs.status_code, slug(differs)) == (409, "payee-differs")
    verified = await funding.http.post(path, json=AGAIN)
    assert (verified.status_code, verified.json()["state"], verified.json()["version"]) == (200, "verified", 2)
    assert slug(await funding.http.post(path, json=AGAIN)) == "illegal-transition"
    shown = await funding.get(f"/v1/payees/{party}")
    assert (shown["account_number"], shown["holder"]) == (AGAIN["account_number"], ACCOUNT["holder"])
    [read] = await funding.rows("SELECT object_id FROM audit_log WHERE operation = 'read'")
    assert read["object_id"] == str(party)


async def test_a_new_account_is_to_be_verified_again_and_needs_its_version(funding: Funding) -> None:
    party = await known(funding)
    await put(funding, party)
    await funding.http.post(f"/v1/payees/{party}/verification", json=AGAIN)
    assert (await put(funding, party, account_number="3301000000000009")).status_code == 428
    assert (await put(funding, party, 1, account_number="3301000000000009")).status_code == 412
    replaced = await put(funding, party, 2, account_number="3301000000000009")
    assert (replaced.status_code, replaced.json()["state"], replaced.json()["verified_by"]) == (200, "entered", None)


async def test_an_account_is_frozen_while_an_approved_grant_waits(funding: Funding) -> None:
    party = await known(funding)
    await put(funding, party)
    await funding.deliver(completed(party_organization_id=party))
    [grant] = await funding.grants()
    await funding.take(grant["id"], "review", "approval")
    frozen = await put(funding, party, 1, account_number="3301000000000009")
    assert (frozen.status_code, slug(frozen)) == (409, "payee-frozen")
    await funding.take(grant["id"], "payment")
    assert (await put(funding, party, 1, account_number="3301000000000009")).status_code == 200


async def test_an_account_is_frozen_by_a_grant_that_stayed_where_the_recipient_was(
    funding: Funding, token_for: TokenFor
) -> None:
    party = await known(funding)
    await put(funding, party)
    await funding.deliver(completed(party_organization_id=party))
    [grant] = await funding.grants()
    await funding.take(grant["id"], "review", "approval")
    await funding.deliver(party_news(party, uuid4(), sequence=2, division="330105"))
    here = {"Authorization": f"Bearer {token_for('district_officer', ['330105'])}", "If-Match": '"2"'}
    changed = ACCOUNT | {"account_number": "3301000000000009"}
    frozen = await funding.http.put(f"/v1/payees/{party}", json=changed, headers=here)
    assert (frozen.status_code, slug(frozen)) == (409, "payee-frozen")


async def test_money_in_trust_needs_its_grounds(funding: Funding) -> None:
    party = await known(funding)
    refused = await put(funding, party, held_by="superior")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/grounds")
    held = await put(funding, party, held_by="superior", grounds="代管协议2026年第1号")
    assert (held.status_code, held.json()["held_by"]) == (201, "superior")


async def test_nothing_of_an_account_is_readable_at_rest_or_in_errors(
    funding: Funding, keys: FieldKeys, capsys: pytest.CaptureFixture[str]
) -> None:
    party = await known(funding)
    await put(funding, party)
    number = AGAIN["account_number"]
    everything = await funding.rows(
        "SELECT row_to_json(p)::text AS row FROM payees p UNION ALL SELECT row_to_json(a)::text FROM audit_log a "
        "UNION ALL SELECT row_to_json(o)::text FROM outbox o"
    )
    assert everything
    assert not any(number in one["row"] or ACCOUNT["holder"] in one["row"] for one in everything)
    refused = await put(funding, party, 1, account_number="33010000000000x1")
    assert refused.status_code == 422
    assert "33010000" not in refused.text
    assert (refused.json()["errors"][0]["pointer"], number in capsys.readouterr().out) == ("/account_number", False)
    assert "3301" not in repr(PayeeIn.model_validate(ACCOUNT)) + repr(Account("示例", number))
    other = await known(funding)
    await put(funding, other, account_number="3301000000000007")
    await funding.change(
        f"UPDATE payees SET sealed = (SELECT sealed FROM payees WHERE recipient_id = '{other}') "
        f"WHERE recipient_id = '{party}'"
    )
    broken = await funding.http.get(f"/v1/payees/{party}")
    assert (broken.status_code, slug(broken)) == (500, "payee-broken")


async def test_without_keys_accounts_are_unavailable(funding: Funding) -> None:
    party = await known(funding)
    funding.app.state.account_keys = None
    assert (await put(funding, party)).status_code == 503
    assert (await funding.http.put(f"/v1/payees/{party}", json=ACCOUNT)).json()["type"].endswith("payees-unavailable")


async def test_a_recipient_that_nobody_knows_has_no_account(funding: Funding) -> None:
    assert (await put(funding, uuid4())).status_code == 404
    assert (await funding.http.get(f"/v1/payees/{uuid4()}")).status_code == 404


async def test_an_account_follows_its_recipient_over_a_boundary(funding: Funding, token_for: TokenFor) -> None:
    party = await known(funding)
    await put(funding, party)
    await funding.deliver(party_news(party, uuid4(), sequence=2, division="330105"))
    [entry] = (await funding.get("/v1/payees", state="entered"))["items"]
    assert (entry["division"], entry["version"]) == ("330105", 2)
    here = {"Authorization": f"Bearer {token_for('payer', ['330106'])}"}
    assert (await funding.http.get(f"/v1/payees/{party}", headers=here)).status_code == 404
