"""Fifty clients at once with one Idempotency-Key: one payment."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from services.funding.app import create_app
from shuangfu.embedded.issuer import EmbeddedIssuer
from tests.conftest import ALL_ROLES, PROVINCES, AsAdmin, Hands, TokenFor
from tests.funding.conftest import Funding
from tests.shared.web.conftest import SettingsFor

PROBLEM = "urn:shuangfu:problem:"
CLIENTS = 50


@pytest.fixture
async def funding(settings_for: SettingsFor, hands: Hands, as_admin: AsAdmin) -> AsyncIterator[Funding]:
    app = create_app(await settings_for("funding"))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://funding", auth=hands) as client,
    ):
        yield Funding(app, client, as_admin)


async def pay(funding: Funding, token: str, grant: dict[str, Any], key: str, note: str | None = None) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    body = None if note is None else {"note": note}
    return await funding.http.post(f"/v1/grants/{grant['id']}/payment", headers=headers, json=body)


def slug(response: httpx.Response) -> str:
    return str(response.json()["type"]).removeprefix(PROBLEM)


async def effects(funding: Funding) -> dict[str, int]:
    """What a payment leaves, counted."""
    statements = {
        "payments": "SELECT count(*) AS n FROM ledger_transactions WHERE kind = 'grant_paid'",
        "steps": "SELECT count(*) AS n FROM grant_steps WHERE step = 'payment'",
        "events": "SELECT count(*) AS n FROM outbox WHERE type LIKE '%grant.paid%'",
    }
    return {name: int((await funding.rows(statement))[0]["n"]) for name, statement in statements.items()}


async def test_crowd__one_effect_and_one_answer(funding: Funding, token_for: TokenFor) -> None:
    [grant] = await funding.raised(1, "review", "approval")
    token = token_for(ALL_ROLES, PROVINCES, "payer")
    responses = await asyncio.gather(*(pay(funding, token, grant, "k") for _ in range(CLIENTS)))
    served = [response for response in responses if response.status_code == 200]
    assert served
    assert {response.content for response in served} == {served[0].content}
    assert served[0].json()["state"] == "paid"
    assert sum("idempotent-replayed" not in response.headers for response in served) == 1
    others = Counter((r.status_code, slug(r)) for r in responses if r.status_code != 200)
    assert set(others) <= {(409, "idempotency-key-in-flight")}
    assert await effects(funding) == {"payments": 1, "steps": 1, "events": 1}
    again = await pay(funding, token, grant, "k")
    assert (again.content, again.headers["idempotent-replayed"]) == (served[0].content, "true")
    assert await funding.balance("2307") == 0
    assert await funding.get("/v1/ledger/check") == {"transactions_out_of_balance": 0, "accounts_drifting": 0}


async def test_crowd__of_fifty_keys_pays_once_as_well(funding: Funding, token_for: TokenFor) -> None:
    [grant] = await funding.raised(1, "review", "approval")
    token = token_for(ALL_ROLES, PROVINCES, "payer")
    responses = await asyncio.gather(*(pay(funding, token, grant, f"k{n}") for n in range(CLIENTS)))
    assert Counter(r.status_code for r in responses) == {200: 1, 409: CLIENTS - 1}
    assert {slug(r) for r in responses if r.status_code == 409} == {"illegal-transition"}
    assert await effects(funding) == {"payments": 1, "steps": 1, "events": 1}


async def test_crowd__of_fifty_callers_with_one_key_pays_once_and_answers_one(
    funding: Funding, token_for: TokenFor
) -> None:
    [grant] = await funding.raised(1, "review", "approval")
    tokens = [token_for(ALL_ROLES, PROVINCES, f"payer-{n}") for n in range(CLIENTS)]
    responses = await asyncio.gather(*(pay(funding, token, grant, "k") for token in tokens))
    assert Counter(r.status_code for r in responses) == {200: 1, 409: CLIENTS - 1}
    assert {slug(r) for r in responses if r.status_code == 409} == {"illegal-transition"}
    assert all("idempotent-replayed" not in r.headers for r in responses)
    assert await effects(funding) == {"payments": 1, "steps": 1, "events": 1}


async def test_key__of_another_caller_answers_nobody_else(funding: Funding, token_for: TokenFor) -> None:
    first, second = await funding.raised(2, "review", "approval")
    one, other = (token_for(ALL_ROLES, PROVINCES, name) for name in ("甲", "乙"))
    paid = await pay(funding, one, first, "k", "第一笔")
    assert paid.status_code == 200
    same = await pay(funding, other, first, "k", "第一笔")
    assert (same.status_code, slug(same)) == (409, "illegal-transition"), "not the first caller's answer"
    own = await pay(funding, other, second, "k", "第二笔")
    assert (own.status_code, own.json()["id"]) == (200, second["id"])
    assert await effects(funding) == {"payments": 2, "steps": 2, "events": 2}


async def test_key__whose_holder_lost_the_permission_answers_no_more(funding: Funding, token_for: TokenFor) -> None:
    [grant] = await funding.raised(1, "review", "approval")
    assert (await pay(funding, token_for("payer", PROVINCES, "甲"), grant, "k")).status_code == 200
    refused = await pay(funding, token_for("auditor", PROVINCES, "甲"), grant, "k")
    assert (refused.status_code, slug(refused)) == (403, "forbidden")


async def test_key__whose_holder_moved_to_another_division_answers_no_more(
    funding: Funding, token_for: TokenFor
) -> None:
    [grant] = await funding.raised(1, "review", "approval")
    assert (await pay(funding, token_for("payer", ["3301"], "甲"), grant, "k")).status_code == 200
    moved = await pay(funding, token_for("payer", ["3101"], "甲"), grant, "k")
    assert (moved.status_code, slug(moved)) == (422, "idempotency-key-reused")
    assert grant["id"] not in moved.text


async def test_key__with_another_content_is_refused_in_a_crowd(funding: Funding, token_for: TokenFor) -> None:
    [grant] = await funding.raised(1, "review", "approval")
    token = token_for(ALL_ROLES, PROVINCES, "payer")
    responses = await asyncio.gather(*(pay(funding, token, grant, "k", f"{n % 2}") for n in range(CLIENTS)))
    assert {(r.status_code, "" if r.status_code == 200 else slug(r)) for r in responses} <= {
        (200, ""),
        (409, "idempotency-key-in-flight"),
        (422, "idempotency-key-reused"),
    }
    assert len({r.content for r in responses if r.status_code == 200}) == 1
    assert await effects(funding) == {"payments": 1, "steps": 1, "events": 1}


async def test_key__survives_a_token_that_is_renewed(
    funding: Funding, token_for: TokenFor, issuer: EmbeddedIssuer
) -> None:
    """The caller is the subject, not the token: who comes back with a fresh one is answered."""
    [grant] = await funding.raised(1, "review", "approval")
    first = await pay(funding, token_for("payer", PROVINCES, "甲"), grant, "k")
    renewed = issuer.issue("甲", ["payer"], PROVINCES, 600)
    again = await pay(funding, renewed, grant, "k")
    assert (again.status_code, again.content) == (200, first.content)
