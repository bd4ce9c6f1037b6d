"""Which body rates a Party organization on a day follows its affiliation (H18)."""

import httpx
import pytest
from fastapi import FastAPI

from tests.registry.bodies.helpers import CITY, DISTRICT, STREET, body, record, record_hangzhou
from tests.registry.party_organizations.affiliation.helpers import LAW_FIRM, affiliation, assign, found


async def rater(client: httpx.AsyncClient, party: str, on: str | None = None) -> str | None:
    answered = await affiliation(client, party, on)
    return answered["rating_body"] and str(answered["rating_body"]["code"])


async def test_h18_a_districts_work_committee_rates_who_is_under_its_street(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await record_hangzhou(client)
    party = await found(app, client)
    shown = (await client.get(f"/v1/party-organizations/{party}")).json()
    assert shown["rating_body"] == {
        "code": "XIHU",
        "name": "西湖区示例工委",
        "level": "district",
        "kind": "work_committee",
        "division": "330106",
    }
    reason = (await affiliation(client, party))["reasons"][-1]
    assert (reason["rule"], reason["outcome"], reason["facts"]["way"]) == ("H18", "affiliation", ["CUIYUAN", "XIHU"])


async def test_h18_city_departments_party_organization_rates_who_is_under_it(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await record_hangzhou(client)
    party = await found(app, client)
    assert (await assign(client, party, "JUSTICE", "2026-05-01")).status_code == 200
    assert [await rater(client, party, day) for day in ("2026-04-30", "2026-05-01")] == ["XIHU", "JUSTICE"]
    lawyers = await found(app, client, 2, **LAW_FIRM)
    assert await rater(client, lawyers) == "LAWYERS", "the department's committee for the industry (S3)"


async def test_h18_a_districts_department_does_not_rate(app: FastAPI, client: httpx.AsyncClient) -> None:
    await record_hangzhou(client)
    await record(client, UNIT=body("西湖区教育局党委", kind="department_party_organization"))
    party = await found(app, client)
    assert (await assign(client, party, "UNIT", "2026-05-01")).status_code == 200
    assert await rater(client, party) == "XIHU", "the district's, where the way up has nobody"
    assert (await affiliation(client, party))["reasons"][-1]["outcome"] == "territory"


@pytest.mark.parametrize(("level", "expected"), [("district", "GONGSHU"), ("city", "CITY")])
async def test_h18_rater_is_of_the_hosts_place(
    app: FastAPI, client: httpx.AsyncClient, level: str, expected: str
) -> None:
    await record_hangzhou(client)
    host = body("某联合党委", kind="joint_committee", **(CITY if level == "city" else {"division": "330105"}))
    await record(client, GONGSHU=body("拱墅区工委", division="330105"), HOST=host)
    party = await found(app, client)
    assert (await assign(client, party, "HOST", "2026-05-01", "host")).status_code == 200
    assert await rater(client, party) == expected


async def test_h18_nobody_rates_before_it_was_founded_or_where_there_is_nobody(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await record(client, CUIYUAN={**STREET, "parent": None})
    party = await found(app, client)
    assert await rater(client, party) is None
    assert (await affiliation(client, party))["reasons"][-1]["outcome"] == "no_rater"
    assert (await affiliation(client, party, "2026-03-09"))["reasons"][-1]["outcome"] == "not_affiliated"
    await record(client, XIHU=body(**{"from": "2026-05-01"}))
    assert [await rater(client, party, day) for day in ("2026-04-30", "2026-05-01")] == [None, "XIHU"]


async def test_h18_rater_is_called_by_its_name_of_the_day(app: FastAPI, client: httpx.AsyncClient) -> None:
    await record_hangzhou(client)
    party = await found(app, client)
    names = [*DISTRICT["names"], {"name": "西湖区社会工作部", "from": "2026-05-01"}]
    await record(client, XIHU={**DISTRICT, "names": names})
    called = [(await affiliation(client, party, day))["rating_body"]["name"] for day in ("2026-04-30", "2026-05-01")]
    assert called == ["西湖区示例工委", "西湖区社会工作部"]
