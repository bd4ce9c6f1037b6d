"""Dates, instants and JSON types of a registration: one strict reading on each way in, with bounds for each day."""

from datetime import timedelta
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI

from shared.db.base import utc_now
from shared.field.calendar import china_day
from tests.registry.civil_affairs.helpers import line, send
from tests.registry.helpers import code, events, put, rows
from tests.registry.imports.helpers import import_file, ndjson, row


def ahead(seconds: float) -> str:
    return (utc_now() + timedelta(seconds=seconds)).isoformat()


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "t12 as_of of 2999": ({"as_of": "2999-01-01T00:00:00Z"}, "/as_of"),
    "t12 as_of of tomorrow": ({"as_of": ahead(86_400)}, "/as_of"),
    "t12 as_of beyond the leeway": ({"as_of": ahead(3600)}, "/as_of"),
    "t12 registered in 9999": ({"registered_on": "9999-12-31"}, "/registered_on"),
    "t12 registered after as_of": ({"registered_on": "2026-03-03"}, "/registered_on"),
    "t12 registered after as_of's day in China": (
        {"registered_on": "2026-03-03", "as_of": "2026-03-02T15:59:59Z"},
        "/registered_on",
    ),
    "t12 registered before there were registrations": ({"registered_on": "1949-09-30"}, "/registered_on"),
    "t12 registered in the year 1": ({"registered_on": "0001-01-01"}, "/registered_on"),
    "t58 digits for an instant": ({"as_of": "20260302090000"}, "/as_of"),
    "t58 eight digits for an instant": ({"as_of": "20260302"}, "/as_of"),
    "t58 seconds for an instant": ({"as_of": 1_772_413_200}, "/as_of"),
    "t58 a day for an instant": ({"as_of": "2026-03-02"}, "/as_of"),
    "t58 digits for a date": ({"registered_on": "20260301"}, "/registered_on"),
    "t58 digits of another script": ({"registered_on": "٢٠٢٦-٠٣-٠١"}, "/registered_on"),
    "t58 full-width digits": ({"registered_on": "２０２６-０３-０１"}, "/registered_on"),
    "t13 a number for a date": ({"registered_on": 86400}, "/registered_on"),
    "t13 a number as text for a date": ({"registered_on": "86400"}, "/registered_on"),
    "t13 a boolean for a date": ({"registered_on": True}, "/registered_on"),
    "t13 text for a count": ({"full_members": "4"}, "/full_members"),
    "t13 a whole float for a count": ({"full_members": 4.0}, "/full_members"),
    "t13 a boolean for a count": ({"probationary_members": True}, "/probationary_members"),
    "t13 a boolean for a degree": ({"location": {"lon": True, "lat": 30.2}}, "/location/lon"),
    "t13 text for a degree": ({"location": {"lon": 120.1, "lat": "30.2"}}, "/location/lat"),
    "t13 a number for a name": ({"name": 7}, "/name"),
    "t13 a list for a name": ({"name": ["甲"]}, "/name"),
    "t53 midnight for a date": ({"registered_on": "2026-03-01T00:00:00"}, "/registered_on"),
    "t53 midnight with a zone": ({"registered_on": "2026-03-01T00:00:00Z"}, "/registered_on"),
}


@pytest.mark.parametrize("case", WRONG)
async def test_t12_t58_t13_t53_registration__a_day_or_type_that_is_none_names_its_field(
    app: FastAPI, client: httpx.AsyncClient, case: str
) -> None:
    change, pointer = WRONG[case]
    single = await put(client, code(1), **change)
    assert (single.status_code, [one["pointer"] for one in single.json()["errors"]]) == (422, [pointer]), single.text
    [result] = await send(client, [line(1, **change)])
    assert (result["status"], result["problem"]["errors"][0]["pointer"]) == (422, pointer)
    assert await rows(app, "SELECT id FROM organizations") == []


@pytest.mark.parametrize("case", [case for case in WRONG if case.startswith("t12")])
async def test_t12_import__bounds_of_days_hold_for_files_too(
    app: FastAPI, client: httpx.AsyncClient, case: str
) -> None:
    change, pointer = WRONG[case]
    found = await import_file(app, client, ndjson([row(1, **change)]), "a.ndjson")
    assert found["counts"]["refused"] == 1
    [error] = (await client.get(f"/v1/imports/{found['id']}/errors")).json()["items"]
    assert [one["pointer"] for one in error["problem"]["errors"]] == [pointer]


async def test_t12_registration__the_bounds_themselves_are_taken(app: FastAPI, client: httpx.AsyncClient) -> None:
    today = china_day(utc_now()).isoformat()
    for number, change in enumerate(
        (
            {"as_of": ahead(60)},
            {"as_of": ahead(0), "registered_on": today},
            {"registered_on": "1949-10-01"},
            {"registered_on": "2026-03-02", "as_of": "2026-03-01T16:00:00Z"},
        ),
        start=1,
    ):
        taken = await put(client, code(number), **change)
        assert taken.status_code == 201, (change, taken.text)
    assert len(await events(app)) == 4


async def test_t12_registration__says_in_both_languages_until_when(client: httpx.AsyncClient) -> None:
    for language, said in (("zh", "不能晚于现在"), ("en", "cannot be later than now")):
        client.headers["Accept-Language"] = language
        refused = await put(client, code(1), as_of="2999-01-01T00:00:00Z")
        assert said in refused.json()["errors"][0]["detail"]


async def test_t58_registration__the_division_is_judged_on_chinas_day(client: httpx.AsyncClient) -> None:
    """330113 began on 9 April 2021, which in UTC was still 8 April."""
    change = {"division": "330113", "registered_on": "2021-04-01", "as_of": "2021-04-08T16:30:00Z"}
    assert (await put(client, code(1), **change)).status_code == 201


@pytest.mark.parametrize("twice", [b'"name": "\xe4\xb9\x99"', b'"full_members":9', b'"location":{"lon":1,"lon":2}'])
async def test_t56_registration__one_key_twice_is_refused(
    app: FastAPI, client: httpx.AsyncClient, twice: bytes
) -> None:
    text = line(1, location={"lon": 120.1, "lat": 30.2})[:-1] + b"," + twice + b"}"
    body = orjson.dumps(orjson.loads(text) | {"uscc": None}).replace(b'"uscc":null,', b"")[:-1] + b"," + twice + b"}"
    single = await client.put(
        f"/v1/civil-affairs/registrations/{code(1)}", content=body, headers={"Content-Type": "application/json"}
    )
    [result] = await send(client, [text])
    assert single.status_code == result["status"] == 422
    for problem in (single.json(), result["problem"]):
        assert problem["errors"][0]["pointer"], problem
    assert await rows(app, "SELECT id FROM organizations") == []


async def test_t13_registration__a_negative_zero_is_no_count(client: httpx.AsyncClient) -> None:
    text = line(1, probationary_members=12345).replace(b"12345", b"-0")
    [result] = await send(client, [text])
    assert (result["status"], result["problem"]["errors"][0]["pointer"]) == (422, "/probationary_members")


async def test_t56_batch__a_byte_order_mark_is_no_part_of_the_first_line(client: httpx.AsyncClient) -> None:
    results = await send(client, [b"\xef\xbb\xbf" + line(1), line(2)])
    assert [result["status"] for result in results] == [201, 201]
    results = await send(client, [b"\xef\xbb\xbf", line(3), b"\xef\xbb\xbf" + line(4)])
    assert [(result["line"], result["status"]) for result in results] == [(2, 201), (3, 422)]


@pytest.mark.parametrize("word", ["无", "暂无", "-", "不详", "/", "N/A", "　", "（无）"])
async def test_t59_registration__words_for_no_value_are_none(client: httpx.AsyncClient, word: str) -> None:
    optional = dict.fromkeys(("carrier", "evaluation_type", "source", "location"), word)
    taken = (await put(client, code(1), **optional)).json()
    assert {name: taken[name] for name in optional} == {**dict.fromkeys(optional), "source": "civil_affairs"}
    for name in ("name", "street", "address"):
        refused = await put(client, code(2), **{name: word})
        assert [one["pointer"] for one in refused.json()["errors"]] == [f"/{name}"], word


async def test_t59_registration__one_street_has_one_name(app: FastAPI, client: httpx.AsyncClient) -> None:
    written = ("文新街道", "西湖区文新街道", "杭州市西湖区文新街道办事处", "文新 街道", "文新\u200b街道")
    for number, street in enumerate(written, start=1):
        assert (await put(client, code(number), street=street)).status_code == 201
    assert await rows(app, "SELECT DISTINCT street FROM organizations") == [{"street": "文新街道"}]


@pytest.mark.parametrize("field", ["name", "street", "address", "carrier"])
async def test_t52_t17_registration__every_text_has_one_form(
    app: FastAPI, client: httpx.AsyncClient, field: str
) -> None:
    taken = await put(client, code(1), **{field: "\u3000ＡＢＣ\u200b社工１号 "})
    assert taken.json()[field] == "ABC社工1号"
    for wrong in ("示例\u202e社工", "示例\u2066社工"):
        refused = await put(client, code(2), **{field: wrong})
        assert [one["pointer"] for one in refused.json()["errors"]] == [f"/{field}"], refused.text


async def test_t56_import__one_key_twice_is_its_rows_problem(app: FastAPI, client: httpx.AsyncClient) -> None:
    twice = orjson.dumps(row(1))[:-1] + b',"full_members":9}'
    found = await import_file(app, client, ndjson([twice, row(2)]), "a.ndjson")
    assert (found["counts"]["created"], found["counts"]["refused"]) == (1, 1)
    [error] = (await client.get(f"/v1/imports/{found['id']}/errors")).json()["items"]
    assert (error["row"], error["problem"]["status"]) == (1, 422)
