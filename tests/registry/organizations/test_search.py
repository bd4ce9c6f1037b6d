"""`q`: every word of it, in any order, in whatever width, case and brackets; and codes however they are written."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.registry.helpers import code, put

NAMES = {
    1: "西湖区青禾社会工作服务中心",
    2: "西湖区青禾助老中心（筹）",
    3: "示例ABC社工(杭州)中心",
    4: "中心 服务站",
}
CODE = code(1)


@pytest.fixture
async def filled(client: httpx.AsyncClient) -> httpx.AsyncClient:
    for number, name in NAMES.items():
        assert (await put(client, code(number), name=name)).status_code == 201
    return client


@pytest.mark.parametrize(
    ("q", "numbers"),
    [
        ("服务 中心", [1, 4]),
        ("中心 服务", [1, 4]),
        ("中心\u3000青禾", [1, 2]),
        ("青禾 服务 西湖", [1]),
        ("青禾 火星", []),
        ("ABC", [3]),
        ("ａｂｃ", [3]),
        ("abc 杭州", [3]),
        ("（筹）", [2]),
        ("(筹)", [2]),
        ("(杭州)", [3]),
        ("（杭州）", [3]),
        ("（杭州)中心", [3]),
        ("(", [2, 3]),
        ("%", []),
        ("_", []),
        ("青\u200b禾", [1, 2]),
        (CODE, [1]),
        (CODE.lower(), [1]),
        (f"{CODE[:8]}-{CODE[8:]}", [1]),
        (f" {CODE[:2]} {CODE[2:8]} {CODE[8:].lower()} ", [1]),
        (f"{CODE[:8]}—{CODE[8:]}", [1]),
        (f"青禾 {CODE}", [1]),
        (f"青禾 {CODE[:8]}", [1, 2]),
        (f"火星 {CODE}", []),
    ],
)
async def test_t54_t65_search__words_and_codes(filled: httpx.AsyncClient, q: str, numbers: list[int]) -> None:
    found = (await filled.get("/v1/organizations", params={"q": q})).json()["items"]
    assert [one["uscc"] for one in found] == [code(number) for number in numbers]


WRITTEN = [CODE.lower(), f"{CODE[:8]}-{CODE[8:]}", f"{CODE[:8]} {CODE[8:]}", f" {CODE} ", f"{CODE[:17]}–{CODE[17:]}"]


@pytest.mark.parametrize("written", WRITTEN)
async def test_t65_code__is_read_one_way_in_paths(filled: httpx.AsyncClient, written: str) -> None:
    for path in ("", "/contacts", "/corrections"):
        assert (await filled.get(f"/v1/organizations/{quote(written)}{path}")).status_code == 200
    put_again: Any = await put(filled, quote(written), name=NAMES[1])
    assert put_again.status_code == 200


@pytest.mark.parametrize(
    ("q", "numbers"),
    [
        ("禾", [1, 2]),
        ("青", [1, 2]),
        ("心", [1, 2, 3, 4]),
        ("站", [4]),
        ("中心", [1, 2, 3, 4]),
        ("心中", []),
        ("务站", [4]),
        ("青社", []),
        ("青禾助", [2]),
        ("禾助中", []),
        ("1", [1, 2, 3, 4]),
        ("PDY", []),
        ("c", [3]),
        ("bc社", [3]),
        ("kind", []),
        ("statusregistered", []),
        ("code52", []),
    ],
)
async def test_search__any_length_and_only_what_stands_there(
    filled: httpx.AsyncClient, q: str, numbers: list[int]
) -> None:
    found = (await filled.get("/v1/organizations", params={"q": q})).json()["items"]
    assert [one["uscc"] for one in found] == [code(number) for number in numbers]


async def test_search__follows_what_is_registered(filled: httpx.AsyncClient) -> None:
    moved = {"name": "西湖区麦穗中心", "division": "330105", "street": "米市巷街道", "status": "deregistered"}
    await put(filled, code(1), **moved, as_of="2026-05-01T09:00:00+08:00")
    asked: list[tuple[dict[str, str], bool]] = [
        ({"q": "麦穗"}, True),
        ({"q": "麦穗", "division": "330105", "status": "deregistered"}, True),
        ({"q": "麦穗", "division": "330106"}, False),
        ({"q": "麦穗", "status": "registered"}, False),
        ({"street": "米市巷街道"}, True),
        ({"street": "米市巷"}, False),
    ]
    for query, found in asked:
        listed = (await filled.get("/v1/organizations", params=query)).json()["items"]
        assert [one["uscc"] for one in listed] == [code(1)] * found, query
