"""Lists of organizations: filters, search, pages; and counts of coverage."""

from base64 import urlsafe_b64encode
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from tests.conftest import SYSTEM
from tests.registry.conftest import registration
from tests.registry.helpers import ORGANIZATIONS, all_items, code, fill


@pytest.fixture
async def filled(client: httpx.AsyncClient) -> httpx.AsyncClient:
    await fill(client)
    return client


async def ask(client: httpx.AsyncClient, **query: Any) -> list[int]:
    """Numbers of the organizations in the answer."""
    response = await client.get("/v1/organizations", params=query)
    assert response.status_code == 200, response.text
    found = {item["uscc"] for item in response.json()["items"]}
    return [n for n, *_ in ORGANIZATIONS if code(n) in found]


async def test_list__filters(app: FastAPI, filled: httpx.AsyncClient) -> None:
    expected: list[tuple[dict[str, str], list[int]]] = [
        ({}, [1, 2, 3, 4, 5, 6]),
        ({"division": "33"}, [1, 2, 3, 5, 6]),
        ({"division": "330000"}, [1, 2, 3, 5, 6]),
        ({"division": "3301"}, [1, 2, 3]),
        ({"division": "330100"}, [1, 2, 3]),
        ({"division": "330106"}, [1, 2]),
        ({"division": "31"}, [4]),
        ({"division": "3311"}, []),
        ({"kind": "social_group"}, [3, 6]),
        ({"kind": "social_group", "division": "3301"}, [3]),
        ({"coverage": "uncovered"}, [1, 2, 3, 4, 5, 6]),
        ({"coverage": "joint"}, []),
        ({"q": "青禾"}, [1, 6]),
        ({"q": "青禾社"}, [1]),
        ({"q": "基金会"}, [4]),
        ({"q": "禾"}, [1, 6]),
        ({"q": "青 禾"}, [1, 6]),
        ({"q": "%"}, []),
        ({"q": "_"}, [5]),
        ({"q": "\\"}, []),
        ({"q": "53"}, []),
        ({"q": code(3)}, [3]),
        ({"q": code(3)[:15].lower()}, [1, 2, 3, 4, 5, 6]),
        ({"q": "青\0禾"}, [1, 6]),
        ({"q": "\u3000青禾 "}, [1, 6]),
        ({"q": "青\u200b禾"}, [1, 6]),
        ({"q": "青\u202e禾"}, []),
        ({"q": "".join(chr(ord(character) + 0xFEE0) for character in code(3).lower())}, [3]),
    ]
    for query, numbers in expected:
        assert await ask(filled, **query) == numbers, query
    async with app.state.database.transaction(SYSTEM) as tx:
        await tx.execute(text("UPDATE organizations SET coverage = 'joint' WHERE name LIKE '%青禾%'"))
        await tx.execute(text("UPDATE organizations SET status = 'deregistered' WHERE division = '310101'"))
    assert await ask(filled, coverage="joint") == [1, 6]
    assert await ask(filled, coverage="joint", division="3301") == [1]
    assert await ask(filled, status="deregistered") == [4]


async def test_list__a_name_stored_before_names_were_normalized_is_found_as_it_is_written(
    app: FastAPI, filled: httpx.AsyncClient
) -> None:
    async with app.state.database.transaction(SYSTEM) as tx:
        await tx.execute(text("UPDATE organizations SET name = 'ＡＢ\u3000C中心' WHERE uscc = :c"), {"c": code(1)})
        await tx.execute(text("UPDATE organizations SET name = 'AB C中心' WHERE uscc = :c"), {"c": code(2)})
    assert await ask(filled, q="ＡＢ\u3000C") == [1, 2]
    assert await ask(filled, q="AB C") == [2]


@pytest.mark.parametrize("path", ["/v1/organizations", "/v1/filed-bodies"])
async def test_list__a_search_without_a_word_is_422_and_never_lists_everything(
    client: httpx.AsyncClient, path: str
) -> None:
    for q in ("", " \u3000", "\0", "\u200b", "\0\u200b "):
        response = await client.get(path, params={"q": q})
        assert response.status_code == 422, (q, response.text)
        assert [error["pointer"] for error in response.json()["errors"]] == ["/query/q"], q
    assert (await client.get(path, params={"q": "青\0禾"})).status_code == 200


async def test_list__wrong_questions_are_422(filled: httpx.AsyncClient) -> None:
    wrong = {
        "division": ["3", "33010", "3301066", "杭州", "33 1"],
        "kind": ["ngo"],
        "coverage": ["both"],
        "limit": ["0", "501", "-1", "x"],
        "q": ["很" * 101],
    }
    for name, values in wrong.items():
        for value in values:
            response = await filled.get("/v1/organizations", params={name: value})
            assert response.status_code == 422, (name, value)
            assert [error["pointer"] for error in response.json()["errors"]] == [f"/query/{name}"], (name, value)


def _cursor(*key: object) -> str:
    return urlsafe_b64encode(orjson.dumps(key)).decode()


@pytest.mark.parametrize("path", ["/v1/organizations", "/v1/party-organizations"])
async def test_list__a_cursor_that_this_list_did_not_give_is_422(client: httpx.AsyncClient, path: str) -> None:
    for cursor in ("x", "游标", "", "!!!!", _cursor(), _cursor("1"), _cursor(1), _cursor("a", "b"), "bnVsbA", "_w"):
        response = await client.get(path, params={"cursor": cursor})
        assert response.status_code == 422, cursor
        assert response.json()["type"] == "urn:shuangfu:problem:bad-cursor", cursor
    assert (await client.get(path, params={"cursor": "x" * 513})).status_code == 422


async def test_list__pages_are_complete_and_without_repeats(client: httpx.AsyncClient) -> None:
    lines = [orjson.dumps({"uscc": code(n), **registration()}) for n in range(1, 24)]
    await client.post("/v1/civil-affairs/registrations:batch", content=b"\n".join(lines))
    for limit in (1, 5, 22, 23, 24, 500):
        items = await all_items(client, "/v1/organizations", limit, division="3301")
        found = [item["uscc"] for item in items]
        assert sorted(found) == sorted(code(n) for n in range(1, 24)), limit


async def test_list__a_row_added_while_paging_repeats_nothing(client: httpx.AsyncClient) -> None:
    async def add(*numbers: int) -> None:
        lines = [orjson.dumps({"uscc": code(n), **registration()}) for n in numbers]
        await client.post("/v1/civil-affairs/registrations:batch", content=b"\n".join(lines))

    await add(5, 6, 7, 8)
    first = (await client.get("/v1/organizations", params={"limit": 2})).json()
    await add(1, 2)
    rest = (await client.get("/v1/organizations", params={"cursor": first["next_cursor"]})).json()
    seen = [item["uscc"] for item in [*first["items"], *rest["items"]]]
    assert len(seen) == len(set(seen)) == 6


async def test_get__unknown_is_404(client: httpx.AsyncClient) -> None:
    for reference in (code(1), "01900000-0000-7000-8000-000000000000", "nobody", "甲"):
        response = await client.get(f"/v1/organizations/{reference}")
        assert (response.status_code, response.json()["type"]) == (404, "urn:shuangfu:problem:not-found")


async def test_get__by_id_in_any_case(filled: httpx.AsyncClient) -> None:
    organization = (await filled.get(f"/v1/organizations/{code(1)}")).json()
    assert (await filled.get(f"/v1/organizations/{organization['id'].upper()}")).json() == organization
