"""Numbers of a series and year have no gap and no double, however many issue at once and whoever fails."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI

from services.registry.documents.gathering import RegistrySource
from shared.db.access import Access
from shared.documents import actions
from shared.problems.versions import Preconditions
from tests.registry.documents.helpers import begin, draft, issued, take
from tests.registry.helpers import code, put, rows

ISSUED = "SELECT series, year, number FROM documents WHERE state = 'issued' ORDER BY series, year, number"


class FailedError(RuntimeError):
    """Something goes wrong after the number was taken."""


async def checked(client: httpx.AsyncClient, count: int, **changes: Any) -> list[UUID]:
    found = []
    for _ in range(count):
        document = await draft(client, **changes)
        found.append(UUID((await take(client, document, "check")).json()["id"]))
    return found


async def issue(app: FastAPI, document: UUID, now: datetime, *, fails: bool) -> None:
    source = RegistrySource(app.state.policies.affiliations, app.state.policies.leaderships)
    async with app.state.database.transaction(Access("approver", ("33",))) as tx:
        await actions.take(tx, document, "issue", source, now, note=None, if_match=Preconditions('"2"'))
        if fails:
            raise FailedError


async def issue_all(app: FastAPI, documents: Sequence[UUID], now: datetime, *, fail: int) -> int:
    """Issue all at once, the first of them failing after their number was taken; returns how many were issued."""
    tasks = [issue(app, one, now, fails=place < fail) for place, one in enumerate(documents)]
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert {type(one) for one in found} <= {type(None), FailedError}, found
    return sum(one is None for one in found)


async def test_d18_numbers__have_no_gap_under_concurrency_and_rollbacks(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await begin(client)
    documents = await checked(client, 24)
    now = datetime(2026, 3, 1, 4, tzinfo=UTC)
    assert await issue_all(app, documents, now, fail=9) == 15
    assert await issue_all(app, documents[:9], now, fail=0) == 9
    numbers = [(row["series"], row["year"], row["number"]) for row in await rows(app, ISSUED)]
    assert numbers == [("翠苑街道党工委", 2026, number) for number in range(1, 25)]


async def test_d18_numbers__begin_again_with_the_year_in_china(app: FastAPI, client: httpx.AsyncClient) -> None:
    await begin(client)
    first, second = await checked(client, 2)
    await issue(app, first, datetime(2026, 12, 31, 15, 59, tzinfo=UTC), fails=False)
    await issue(app, second, datetime(2026, 12, 31, 16, 1, tzinfo=UTC), fails=False)
    found = await rows(app, "SELECT year, number, issued_on FROM documents ORDER BY issued_on")
    assert [(row["year"], row["number"], str(row["issued_on"])) for row in found] == [
        (2026, 1, "2026-12-31"),
        (2027, 1, "2027-01-01"),
    ]


async def test_d18_numbers__each_series_counts_by_itself(client: httpx.AsyncClient) -> None:
    await begin(client)
    assert (await put(client, code(2), street="北山街道")).status_code == 201
    found = [await issued(client, subject=number) for number in (code(1), code(2), code(2), code(1))]
    series = [one["number"].replace(one["issued_on"][:4], "年") for one in found]
    # Another district of the same name would have its own: a series is its issuer's division's.
    assert series == ["翠苑街道党工委〔年〕1号", "西湖两新〔年〕1号", "西湖两新〔年〕2号", "翠苑街道党工委〔年〕2号"]


async def test_d18_numbers__the_city_issues_in_its_own_series(client: httpx.AsyncClient) -> None:
    await begin(client)
    document = await issued(client, issuer="CITY")
    assert document["number"] == f"杭州两新〔{document['issued_on'][:4]}〕1号"
    assert document["content"]["red_head"] == "杭州市示例工委文件"
