"""D7: what is entered is checked, compared with the last round, and confirmed."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.conftest import TokenFor
from tests.registry.helpers import code, rows
from tests.registry.surveys.helpers import (
    COUNTS,
    PATH,
    confirm,
    counts,
    enter,
    enter_many,
    lock,
    open_round,
    pointers,
    read,
    register,
    slug,
    step,
)

NONE = {"due": 0, "missing": 0, "entered": 0, "confirmed": 0, "jump": 0}


async def test_d7_entry__keeps_its_sources_and_its_reasons(client: httpx.AsyncClient) -> None:
    await register(client, 1)
    survey = await open_round(client)
    entered = await enter(client, survey, 1)
    found = entered.json()
    assert (entered.status_code, found["state"], found["version"]) == (201, "entered", 1)
    assert {name: found[name] for name in COUNTS} == COUNTS
    assert [(one["rule"], one["outcome"]) for one in found["reasons"]] == [
        ("R-survey-due", "due"),
        ("R-survey-counts", "consistent"),
        ("R-survey-jump", "first"),
    ]
    assert all(one["text"] for one in found["reasons"])
    same = await enter(client, survey, 1)
    assert (same.status_code, same.json()) == (200, found), "the same again changes nothing"
    changed = (await enter(client, survey, 1, applicants=3)).json()
    assert changed["version"] == 2
    assert [(one["step"], one["figures"]["applicants"]) for one in changed["sources"]] == [("entry", 2), ("entry", 3)]
    assert all(one["by"] and one["at"] and "street_officer" in one["acted_as"] for one in changed["sources"])
    stale = await enter(client, survey, 1, 1, applicants=4)
    assert (stale.status_code, slug(stale)) == (412, "precondition-failed")


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"full_members_full_time": 7}, ["/full_members_full_time"]),
        ({"full_members_part_time": 8}, ["/full_members"]),
        ({"applicants": -1}, ["/applicants"]),
        ({"applicants": True}, ["/applicants"]),
        ({"applicants": "3"}, ["/applicants"]),
        ({"names": ["示例某"]}, ["/names"]),
        ({"word": "联系 13800000000"}, ["/word"]),
    ],
)
async def test_d7_entry__counts_only_and_no_part_over_its_whole(
    app: FastAPI, client: httpx.AsyncClient, changes: dict[str, Any], fields: list[str]
) -> None:
    await register(client, 1)
    survey = await open_round(client)
    refused = await enter(client, survey, 1, **changes)
    assert (refused.status_code, pointers(refused)) == (422, fields)
    [line] = await enter_many(client, survey, [{"uscc": code(1), **counts(**changes)}])
    assert (line["status"], [error["pointer"] for error in line["problem"]["errors"]]) == (422, fields)
    assert await rows(app, "SELECT count(*) AS n FROM survey_returns") == [{"n": 0}]


async def test_d7_jump__needs_a_word_before_it_is_complete(client: httpx.AsyncClient) -> None:
    await register(client, 1, 2)
    first = await open_round(client, "2025")
    for number in (1, 2):
        assert (await enter(client, first, number)).status_code == 201
    second = await open_round(client)
    open_last = (await enter(client, second, 1, applicants=9)).json()
    assert open_last["compared"] is None, "an open round is no last one"
    await lock(client, first, word="电话核实")
    missing = await read(client, second, f"/returns/{code(2)}")
    assert (missing["state"], missing["compared"]["applicants"], missing["compared"]["period"]) == (
        "missing",
        2,
        "2025",
    )
    jumped = (await enter(client, second, 2, applicants=9)).json()
    assert (jumped["state"], jumped["jump"], jumped["compared"]["applicants"]) == ("jump", True, 2)
    assert jumped["reasons"][-1]["outcome"] == "unexplained"
    refused = await confirm(client, second, 2)
    assert (refused.status_code, slug(refused)) == (409, "jump-unexplained")
    for word in (None, "失联"):
        refused = await step(client, second, "locking", word=word)
        assert (refused.status_code, slug(refused)) == (409, "survey-incomplete")
        assert {name: refused.json()[name] for name in NONE} == NONE | {"due": 2, "entered": 1, "jump": 1}
    explained = (await enter(client, second, 2, applicants=9, word="春季集中申请")).json()
    assert (explained["state"], explained["reasons"][-1]["outcome"]) == ("entered", "explained")
    assert (await confirm(client, second, 2)).status_code == 200
    for state, number in (("confirmed", 2), ("entered", 1)):
        [one] = (await read(client, second, "/returns", state=state))["items"]
        assert one["uscc"] == code(number)
    assert (await read(client, second, "/returns", state="jump"))["items"] == []


async def test_d7_confirmation__another_entry_takes_it_back(client: httpx.AsyncClient) -> None:
    await register(client, 1)
    survey = await open_round(client)
    assert (await confirm(client, survey, 1)).status_code == 404, "nothing is entered"
    await enter(client, survey, 1)
    stale = await confirm(client, survey, 1, headers={"If-Match": '"7"'})
    assert stale.status_code == 412
    confirmed = (await confirm(client, survey, 1)).json()
    assert (confirmed["state"], confirmed["confirmed_as"], confirmed["version"]) == ("confirmed", "street", 2)
    assert confirmed["reasons"][-1]["rule"] == "R-survey-confirmation"
    assert confirmed["reasons"][-1]["outcome"] == "by_street_for_unit"
    assert (await confirm(client, survey, 1)).json() == confirmed, "once"
    assert (await enter(client, survey, 1)).json() == confirmed, "the same figures take nothing back"
    bare = await enter(client, survey, 1, applicants=3)
    assert (bare.status_code, slug(bare)) == (428, "precondition-required")
    [line] = await enter_many(client, survey, [{"uscc": code(1), **counts(applicants=3)}])
    assert line["status"] == 428
    again = (await enter(client, survey, 1, 2, applicants=3)).json()
    assert (again["state"], again["confirmed_by"], again["confirmed_as"], again["version"]) == (
        "entered",
        None,
        None,
        3,
    )
    assert [one["step"] for one in again["sources"]] == ["entry", "confirmation", "entry"]
    assert "R-survey-confirmation" not in [one["rule"] for one in again["reasons"]]
    assert (await confirm(client, survey, 1)).status_code == 200
    [line] = await enter_many(client, survey, [{"uscc": code(1), "version": 4, **counts(applicants=4)}])
    assert (line["status"], line["problem"]) == (200, None)


async def test_d7_confirmation__a_unit_confirms_its_own(client: httpx.AsyncClient, token_for: TokenFor) -> None:
    await register(client, 1, 2)
    survey = await open_round(client)
    ids = [(await enter(client, survey, number)).json()["organization_id"] for number in (1, 2)]
    client.auth = None
    token = token_for("secretary", ["330106"], "支部书记", units=[ids[0]])
    headers = {"Authorization": f"Bearer {token}"}
    tasks = (await client.get("/v1/tasks", headers=headers, params={"mine": "true"})).json()["items"]
    assert [(one["kind"], one["subject"]["id"]) for one in tasks] == [("survey.confirmation", survey["id"])]
    assert tasks[0]["title"].count("（1）") == 1, "its own alone"
    other = await confirm(client, survey, 2, headers=headers)
    assert other.status_code == 404
    confirmed = (await confirm(client, survey, 1, headers=headers)).json()
    assert (confirmed["confirmed_as"], confirmed["confirmed_by"]) == ("unit", "支部书记")
    assert confirmed["reasons"][-1]["outcome"] == "by_unit"
    shown = (await client.get(f"{PATH}/{survey['id']}", headers=headers)).json()
    assert (shown["counts"], shown["totals"]) == (None, None), "its own rows are not the round"
    listed = (await client.get(f"{PATH}/{survey['id']}/returns", headers=headers)).json()["items"]
    assert [one["uscc"] for one in listed] == [code(1)]
    assert (await client.get("/v1/tasks", headers=headers, params={"mine": "true"})).json()["items"] == []
    refused = await client.put(f"{PATH}/{survey['id']}/returns/{code(1)}", json=COUNTS, headers=headers)
    assert (refused.status_code, slug(refused)) == (403, "forbidden")
