"""S18, S19, S20, S24: what organizations state of a year, and its sums."""

import csv
import io
from datetime import date
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.registry.yearly_forms.rules import year_errors
from tests.conftest import TokenFor
from tests.registry.helpers import code, rows
from tests.registry.surveys.helpers import pointers, register, slug
from tests.registry.yearly_forms.helpers import FORM, PATH, put_form

NOTHING = dict.fromkeys(FORM)


async def totals(client: httpx.AsyncClient, year: int = 2025, division: str = "330106") -> dict[str, Any]:
    response = await client.get(f"{PATH}/totals/{year}", params={"division": division})
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


async def test_s18_form__states_a_pledge_with_its_reasons(client: httpx.AsyncClient) -> None:
    await register(client, 1)
    made = await put_form(client, 1)
    found = made.json()
    assert (made.status_code, found["version"]) == (201, 1)
    assert {name: found[name] for name in FORM} == FORM
    outcomes = [(one["rule"], one["outcome"]) for one in found["reasons"]]
    assert outcomes == [("S18", "pledged"), ("S19", "counted"), ("S20", "counted"), ("S24", "not_ready")]
    assert all(one["text"] for one in found["reasons"])
    assert (await put_form(client, 1)).json() == found, "the same again changes nothing"
    changed = await put_form(client, 1, place=True)
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert changed.json()["reasons"][-1]["outcome"] == "ready"
    stale = await client.put(f"{PATH}/{code(1)}/2025", json=FORM, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert (await client.get(f"{PATH}/{code(1)}/2025")).json() == changed.json()
    assert (await client.get(f"{PATH}/{code(1)}/2024")).status_code == 404
    emptied = await put_form(client, 1, **NOTHING)
    assert (emptied.status_code, emptied.json()["reasons"]) == (200, [])


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"pledged_on": "2026-01-01"}, ["/pledged_on"]),
        ({"pledged_on": None}, ["/pledge_reference"]),
        ({"delegates": None}, ["/delegates"]),
        ({"key_staff": None}, ["/key_staff"]),
        ({"founders": None, "founder_friends": None}, ["/founders", "/founder_friends"]),
        ({"delegates": 5}, ["/delegates"]),
        ({"founder_members": 11}, ["/founder_members"]),
        ({"founder_friends": 6}, ["/founder_friends"]),
        ({"founder_friends": 5}, []),
        ({"founder_members": 10, "founder_friends": 0}, []),
        ({"delegates": 4}, []),
        ({"names": ["示例某"]}, ["/names"]),
        ({"pledge_reference": "13800000000"}, ["/pledge_reference"]),
    ],
)
async def test_s20_form__no_part_without_its_whole_or_over_it(
    app: FastAPI, client: httpx.AsyncClient, changes: dict[str, Any], fields: list[str]
) -> None:
    await register(client, 1)
    response = await put_form(client, 1, **changes)
    assert response.status_code == (422 if fields else 201), response.text
    if fields:
        assert pointers(response) == fields
        assert await rows(app, "SELECT count(*) AS n FROM yearly_forms") == [{"n": 0}]


@pytest.mark.parametrize(("year", "status"), [(2019, 422), (2020, 201), (2031, 422)])
async def test_s18_form__of_a_year_in_which_it_was_there(client: httpx.AsyncClient, year: int, status: int) -> None:
    await register(client, 1)
    response = await put_form(client, 1, year, pledged_on=None, pledge_reference=None)
    assert response.status_code == status
    assert (await put_form(client, 2)).status_code == 404


async def test_s20_totals__each_share_by_its_own_denominator(client: httpx.AsyncClient) -> None:
    await register(client, 1, 2, 3)
    await register(client, 4, division="330105")
    empty = await totals(client)
    assert (empty["forms"], empty["delegates_bp"], empty["founder_members_bp"], empty["founder_friends_bp"]) == (
        0,
        None,
        None,
        None,
    )
    await put_form(client, 1)
    await put_form(client, 2, **NOTHING | {"founders": 15, "founder_members": 8, "founder_friends": 1, "money": True})
    await put_form(client, 3, **NOTHING | {"key_staff": 4, "delegates": 0, "money": False, "people": True})
    await put_form(client, 4)
    found = await totals(client)
    assert (found["forms"], found["pledged"]) == (3, 1)
    assert (found["key_staff"], found["delegates"], found["delegates_bp"]) == (8, 1, 1250)
    assert (found["founders"], found["founder_members"], found["founder_members_bp"]) == (25, 13, 5200)
    assert (found["non_party_founders"], found["founder_friends"], found["founder_friends_bp"]) == (12, 3, 2500)
    assert (found["money_stated"], found["money"]) == (3, 2)
    assert (found["people_stated"], found["people"]) == (2, 2)
    assert (found["place_stated"], found["place"], found["ready"]) == (1, 0, 0)
    assert (await totals(client, division="3301"))["forms"] == 4
    assert (await totals(client, 2024))["forms"] == 0


async def test_s24_list__by_division_and_year(client: httpx.AsyncClient) -> None:
    await register(client, 1)
    await register(client, 2, division="330105")
    for number in (1, 2):
        await put_form(client, number)
    listed = (await client.get(PATH, params={"division": "330106", "year": "2025"})).json()["items"]
    assert [(one["uscc"], one["place"]) for one in listed] == [(code(1), False)]
    assert (await client.get(PATH, params={"year": "2024"})).json()["items"] == []
    table = await client.get(PATH, params={"format": "csv"})
    listed = list(csv.DictReader(io.StringIO(table.text.removeprefix("\ufeff"))))
    assert {one["统一社会信用代码"] for one in listed} == {code(1), code(2)}
    assert slug(await client.get(f"{PATH}/{code(9)}/2025")) == "not-found"


async def test_s20_totals__are_not_shown_to_single_units(client: httpx.AsyncClient, token_for: TokenFor) -> None:
    """One form is not a division's sum."""
    await register(client, 1, 2)
    made = [(await put_form(client, number)).json() for number in (1, 2)]
    token = token_for("secretary", ["330106"], "支部书记", units=[made[0]["organization_id"]])
    headers = {"Authorization": f"Bearer {token}"}
    path = f"{PATH}/totals/2025"
    refused = await client.get(path, params={"division": "330106"}, headers=headers, auth=None)
    assert (refused.status_code, slug(refused)) == (403, "outside-units")


def test_s18_year__ends_with_the_organization() -> None:
    begun, today = date(2020, 5, 1), date(2026, 11, 30)
    assert year_errors(2026, begun, None, today) == []
    assert year_errors(2023, begun, date(2024, 1, 1), today) == []
    [error] = year_errors(2024, begun, date(2024, 1, 1), today)
    assert dict(error.facts) == {"first": 2020, "last": 2023}
