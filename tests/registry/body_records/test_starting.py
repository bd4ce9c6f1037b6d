"""A region begins with the bodies of its policies; what people recorded stays."""

import httpx
from fastapi import FastAPI
from sqlalchemy import text

from services.registry.body_records.starting import affiliate_the_rest, seed_bodies
from services.registry.policies import read_bodies_policies
from shared.settings import REPOSITORY_POLICIES
from tests.registry.bodies.helpers import CITY_BODY, body_events, put_body
from tests.registry.bodies.test_reports import conference, coverage
from tests.registry.party_organizations.affiliation.helpers import LAW_FIRM, affiliation, body_on, found
from tests.registry.party_organizations.helpers import emitted

SEEDS = read_bodies_policies(REPOSITORY_POLICIES, REPOSITORY_POLICIES)


async def seed(app: FastAPI) -> int:
    policies = app.state.policies.affiliations
    async with app.state.worker_database.transaction() as tx:
        return await seed_bodies(tx, seeds=SEEDS, policies=policies)


async def test_seed__once_and_beside_what_is_recorded(app: FastAPI, client: httpx.AsyncClient) -> None:
    assert (await put_body(client, "HZ-CITY", CITY_BODY)).status_code == 201
    assert await seed(app) == 67
    assert await seed(app) == 0
    assert (await client.get("/v1/bodies/HZ-CITY")).json()["name"] == "杭州市示例工委"
    assert len(await body_events(app)) == 68


async def test_seed__regions_are_complete(app: FastAPI, client: httpx.AsyncClient) -> None:
    """S2, S4: what is shipped of Hangzhou and Shanghai lacks nothing; 17 districts in Shanghai in 2015."""
    await seed(app)
    for division in ("3301", "31"):
        for day in (None, "2013-06-04", "2018-01-01"):
            assert (await coverage(client, division, day))["missing"] == []
    in_2015 = await coverage(client, "31", "2015-06-01")
    assert (in_2015["present"], in_2015["missing"]) == (18, [])
    assert (await conference(client))["shortfalls"] == []
    lawyers = await found(app, client, **LAW_FIRM)
    assert await body_on(client, lawyers) == "HZ-LAWYERS"
    assert (await client.get("/v1/bodies/HZ-XIHU", params={"on": "2013-06-04"})).json()["name"] == (
        "中共西湖区委“两新”工委"
    )


async def test_rest__belongs_by_default_and_is_announced_once(app: FastAPI, client: httpx.AsyncClient) -> None:
    """Party organizations of before there were bodies: such as a restored database may have."""
    policies = app.state.policies.affiliations
    party = await found(app, client)

    async def settle() -> int:
        async with app.state.worker_database.transaction() as tx:
            return await affiliate_the_rest(tx, policies=policies)

    assert await settle() == 0
    await seed(app)
    assert await settle() == 0, "the bodies' recording has seen to it"
    async with app.state.worker_database.transaction() as tx:
        await tx.execute(text("DELETE FROM affiliations"))
    assert await settle() == 1
    assert await settle() == 0
    assert (await affiliation(client, party))["affiliation"]["body"] == "HZ-XIHU"
    kinds = [kind for kind, *_ in await emitted(app)]
    assert kinds == ["established", "changed", "changed"]
