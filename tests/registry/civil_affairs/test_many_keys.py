"""T24: thousands of unknown fields cost their sender an answer, and nobody else a second."""

import asyncio
import gc
from time import thread_time
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI

from services.registry.civil_affairs.reading import read_registration
from services.registry.organizations.terms import Terms
from services.registry.policies import read_registration_policies
from shared.db.base import utc_now
from shared.problems.problems import MAX_ERRORS, InvalidInput
from shared.settings import REPOSITORY_POLICIES
from tests.registry.civil_affairs.helpers import line, send
from tests.registry.conftest import registration
from tests.registry.helpers import code

MIB = 1024 * 1024
TERMS = Terms(read_registration_policies(REPOSITORY_POLICIES, REPOSITORY_POLICIES), utc_now(), allow_sample_codes=True)


def unknown(count: int) -> dict[str, int]:
    return {f"f{n}": 1 for n in range(count)}


class Pulse:
    """How long the event loop worked without a pause at the most, in seconds of its own processor time.

    Other processes on the machine do not count, and neither does what the tests before left in this one: the garbage
    collector does not walk it meanwhile.
    """

    def __init__(self) -> None:
        self.longest = 0.0

    async def watch(self) -> None:
        before = thread_time()
        while True:
            await asyncio.sleep(0.005)
            now = thread_time()
            self.longest, before = max(self.longest, now - before), now

    async def __aenter__(self) -> "Pulse":
        gc.collect()
        gc.freeze()
        self._task = asyncio.create_task(self.watch())
        await asyncio.sleep(0.02)
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.sleep(0.02)
        self._task.cancel()
        gc.unfreeze()


async def test_t24_batch__lines_of_6000_unknown_fields(client: httpx.AsyncClient) -> None:
    long = orjson.dumps(orjson.loads(line(1)) | unknown(6000))[: 64 * 1024]
    assert len(long) < 64 * 1024
    began = thread_time()
    async with Pulse() as pulse:
        found = await send(client, [long] * 300)
    assert {(one["status"], one["problem"]["count"], len(one["problem"]["errors"])) for one in found} == {
        (422, 6000, 20)
    }
    assert {one["uscc"] for one in found} == {code(1)}, "its sender finds the line"
    assert thread_time() - began < 10
    assert pulse.longest < 0.5


async def test_t24_batch__many_lines_with_some_unknown_fields_let_others_in(client: httpx.AsyncClient) -> None:
    some = orjson.dumps(orjson.loads(line(1)) | unknown(60))
    async with Pulse() as pulse:
        found = await send(client, [some] * 1500)
    assert {one["problem"]["count"] for one in found} == {60}
    assert pulse.longest < 0.5


@pytest.mark.parametrize("count", [50, 99, 500])
def test_t24_reading__keeps_no_chain(count: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_registration(orjson.dumps(orjson.loads(line(1)) | unknown(count)), TERMS)
    problem = refused.value.without_chain()
    assert (problem.__cause__, problem.__context__, problem.__traceback__) == (None, None, None)
    assert problem.facts["count"] == count
    assert len(problem.errors) == min(count, MAX_ERRORS)


BODIES: dict[str, Any] = {
    "fields": unknown(80_000),
    "parts": {"vetoes": [{f"f{n}": 1} for n in range(60_000)]},
    "deep": {"a": [[unknown(50_000)]]},
}


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_t24_body__of_a_mebibyte_of_unknown_fields(
    app: FastAPI, client: httpx.AsyncClient, name: str, language: str
) -> None:
    content = orjson.dumps(registration() | BODIES[name])
    assert 0.5 * MIB < len(content) < MIB
    gc.collect()
    async with Pulse() as pulse:
        answer = await client.put(
            f"/v1/civil-affairs/registrations/{code(1)}", content=content, headers={"Accept-Language": language}
        )
    assert answer.status_code == 422
    assert len(answer.content) < 20_000
    [error] = answer.json()["errors"]
    assert "1000" in error["detail"]
    assert pulse.longest < 0.5


async def test_t24_body__with_more_errors_than_are_listed_says_so(client: httpx.AsyncClient) -> None:
    for language, words in {
        "zh": "有 400 处错误，这里只列出前 100 处",
        "en": "400 errors; the first 100 are listed",
    }.items():
        answer = await client.put(
            f"/v1/civil-affairs/registrations/{code(1)}",
            json=registration() | unknown(400),
            headers={"Accept-Language": language},
        )
        found = answer.json()
        assert (answer.status_code, found["count"], len(found["errors"])) == (422, 400, 100)
        assert words in found["detail"]


async def test_t24_colons__in_values_are_no_fields(client: httpx.AsyncClient) -> None:
    address = "1:2" * 66
    answer = await client.put(f"/v1/civil-affairs/registrations/{code(1)}", json=registration(address=address))
    assert answer.status_code == 201
    [found] = await send(client, [line(2, address=address)])
    assert found["status"] == 201
