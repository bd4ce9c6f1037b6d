"""Joint Party organizations of one place have names of their own (S13)."""

import httpx
import pytest
from fastapi import FastAPI

from services.registry.party_organizations.naming import tell_apart
from tests.registry.helpers import rows
from tests.registry.party_organizations.helpers import PARTY_EVENTS, deliver, formed, organizations, reorganized

NAME = "中共翠苑街道社会组织联合支部"


@pytest.mark.parametrize(
    ("before", "number"),
    [(1, "二"), (9, "十"), (11, "十二"), (19, "二十"), (100, "一百零一"), (109, "一百一十"), (1788, "一千七百八十九")],
)
def test_s13_name__of_the_next_in_one_place_is_numbered(before: int, number: str) -> None:
    taken: set[str] = set()
    for _ in range(before):
        taken.add(tell_apart(NAME, taken))
    assert tell_apart(NAME, taken) == f"中共翠苑街道社会组织第{number}联合支部"
    assert tell_apart(NAME, taken - {NAME}) == NAME
    assert tell_apart("中共示例党组织", {"中共示例党组织"}) == "中共示例党组织（第二）"


async def test_s13_name__is_its_own_among_those_of_the_division(app: FastAPI, client: httpx.AsyncClient) -> None:
    ids = await organizations(client, 6)
    given = {"form": "joint", "name": NAME}
    first = formed(ids[0], **given)
    await deliver(app, first, formed(ids[1], **given), formed(ids[2], division="330105", **given))
    await deliver(app, formed(ids[3], **given), formed(ids[4], form="standalone", name="中共示例支部"))
    found = (await client.get("/v1/party-organizations")).json()["items"]
    assert {one["name"] for one in found if one["division"] == "330106" and one["form"] == "joint"} == {
        NAME,
        "中共翠苑街道社会组织第二联合支部",
        "中共翠苑街道社会组织第三联合支部",
    }
    assert [one["name"] for one in found if one["division"] == "330105"] == [NAME], "another division's"
    sent = [row["data"]["name"] for row in await rows(app, PARTY_EVENTS) if row["type"].endswith(".established.v1")]
    assert "中共翠苑街道社会组织第三联合支部" in sent
    # One that gets the name that it has keeps it; a new one takes what is free again.
    party = first.data.party_organization_id
    await deliver(app, reorganized(party, ids[0], kind="BRANCH", **given))
    await deliver(app, reorganized(party, ids[0], kind="GENERAL", form="joint", name=NAME.replace("支部", "总支部")))
    again = formed(ids[5], **given)
    await deliver(app, again)
    shown = (await client.get(f"/v1/party-organizations/{again.data.party_organization_id}")).json()
    assert shown["name"] == NAME
