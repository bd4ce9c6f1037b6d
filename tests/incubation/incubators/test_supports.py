"""What incubators give: records with amounts and dates (H4, H10)."""

from typing import Any

import httpx
import pytest

from tests.incubation.conftest import Incubation
from tests.incubation.incubators.helpers import CODE, activated, errors, put

FUNDS = {"kind": "funds", "given_on": "2026-02-01", "amount_fen": 500_000, "content": "启动经费"}


async def give(incubation: Incubation, **changes: Any) -> httpx.Response:
    content = {name: value for name, value in {**FUNDS, **changes}.items() if value is not None}
    return await incubation.post(f"/incubators/{CODE}/supports", content)


async def test_h4_supports__are_listed_and_summed_by_kind(incubation: Incubation) -> None:
    await activated(incubation)
    assert (await give(incubation)).status_code == 201
    assert (await give(incubation, amount_fen=250_000, given_on="2026-01-10")).status_code == 201
    room = await give(incubation, kind="premises", amount_fen=None, area_m2=20, until="2026-12-31")
    assert (room.status_code, room.json()["area_m2"], room.json()["serves"]) == (201, 20, "both")
    training = await give(incubation, kind="training", amount_fen=None, participants=12, serves="party_organization")
    assert training.json()["serves"] == "party_organization"
    shown = await incubation.get(f"/incubators/{CODE}")
    assert shown["supports"] == [
        {"kind": "funds", "count": 2, "amount_fen": 750_000},
        {"kind": "premises", "count": 1, "amount_fen": 0},
        {"kind": "training", "count": 1, "amount_fen": 0},
    ]
    for year, amounts in ((2026, [500_000, 250_000]), (2025, [])):
        of_year = await incubation.get(f"/incubators/{CODE}/supports", kind="funds", year=year)
        assert [one["amount_fen"] for one in of_year["items"]] == amounts


async def test_h4_support__recorded_in_error_is_withdrawn_and_kept(incubation: Incubation) -> None:
    await activated(incubation)
    given = (await give(incubation)).json()
    path = f"/incubators/{CODE}/supports/{given['id']}/withdrawal"
    stale = await incubation.post(path, {"reason": "重复"}, **{"If-Match": '"7"'})
    assert stale.status_code == 412
    gone = await incubation.post(path, {"reason": "重复"}, **{"If-Match": '"1"'})
    assert (gone.status_code, gone.json()["withdrawn_why"], gone.json()["version"]) == (200, "重复", 2)
    assert (await incubation.post(path, {"reason": "重复"})).json()["type"].endswith("support-withdrawn")
    assert (await incubation.get(f"/incubators/{CODE}"))["supports"] == []
    assert len((await incubation.get(f"/incubators/{CODE}/supports"))["items"]) == 1


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"amount_fen": None}, "/amount_fen"),
        ({"kind": "projects", "amount_fen": None}, "/amount_fen"),
        ({"kind": "premises", "amount_fen": None}, "/area_m2"),
        ({"kind": "training", "amount_fen": None}, "/participants"),
        ({"kind": "meals"}, "/kind"),
        ({"amount_fen": 0}, "/amount_fen"),
        ({"given_on": "2099-01-01"}, "/given_on"),
        ({"given_on": "0001-01-01"}, "/given_on"),
        ({"until": "2026-01-31"}, "/until"),
    ],
)
async def test_h10_support__with_bad_values_is_not_recorded(
    incubation: Incubation, changes: dict[str, Any], pointer: str
) -> None:
    await activated(incubation)
    refused = await give(incubation, **changes)
    assert (refused.status_code, list(errors(refused))) == (422, [pointer])
    assert await incubation.rows("SELECT id FROM supports") == []


async def test_h4_support__of_an_incubator_that_does_not_work_yet_is_refused(incubation: Incubation) -> None:
    await put(incubation)
    assert (await give(incubation)).status_code == 409
    assert (await incubation.post("/incubators/NONE/supports", FUNDS)).status_code == 404
