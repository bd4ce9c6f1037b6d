"""Many PUTs of one caller at once share transactions: each keeps its answer, its version, its audit and its event."""

import asyncio
from collections import Counter
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from services.registry.civil_affairs import crowds
from shared.db.session import Record
from tests.conftest import SYSTEM
from tests.registry.conftest import registration
from tests.registry.helpers import code

CROWD = 40


async def put(client: httpx.AsyncClient, number: int, **changes: Any) -> httpx.Response:
    """The registration of an organization, under a request id that names it."""
    request = f"crowd-{number}-{changes.pop('again', 0)}"
    body = registration(name=f"西湖区第{number}服务中心", **changes)
    headers = {"X-Request-Id": request}
    return await client.put(f"/v1/civil-affairs/registrations/{code(number)}", json=body, headers=headers)


async def rows(app: FastAPI, statement: str) -> list[Record]:
    async with app.state.database.transaction(SYSTEM) as tx:
        found: list[Record] = await tx.records(text(statement))
        return found


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many requests each shared transaction had."""
    found: list[int] = []
    register_new = crowds.register_new

    async def counted(database: Any, access: Any, asked: Any, *more: Any) -> Any:
        found.append(len(asked))
        return await register_new(database, access, asked, *more)

    monkeypatch.setattr("services.registry.civil_affairs.answering.register_new", counted)
    return found


async def test_crowd__each_has_its_answer_its_audit_and_its_event(
    client: httpx.AsyncClient, app: FastAPI, shared: list[int]
) -> None:
    answers = await asyncio.gather(*(put(client, number) for number in range(1, CROWD + 1)))
    assert max(shared) > 1, "otherwise this shows nothing"
    assert sum(shared) < CROWD, "who finds a turn free runs by itself"
    for number, answer in enumerate(answers, 1):
        assert (answer.status_code, answer.json()["uscc"], answer.headers["etag"]) == (201, code(number), '"1"')
        assert answer.headers["x-request-id"] == f"crowd-{number}-0"
    ids = {answer.json()["id"]: f"crowd-{number}-0" for number, answer in enumerate(answers, 1)}
    audited = await rows(app, "SELECT object_id, request_id FROM audit_log WHERE object_type = 'organizations'")
    assert {row["object_id"]: row["request_id"] for row in audited} == ids
    assert len(audited) == CROWD
    sent = await rows(app, "SELECT subject, correlation_id, causation_id FROM outbox")
    assert {row["subject"]: row["correlation_id"] for row in sent} == ids
    assert {row["subject"]: row["causation_id"] for row in sent} == ids
    transactions = await rows(app, "SELECT count(DISTINCT tx) AS n FROM audit_log WHERE object_type = 'organizations'")
    assert transactions[0]["n"] == CROWD - sum(shared) + len(shared)


async def test_crowd__of_one_code_registers_it_once(client: httpx.AsyncClient, app: FastAPI) -> None:
    answers = await asyncio.gather(*(put(client, 1, again=n) for n in range(CROWD)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: CROWD - 1}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(await rows(app, "SELECT 1 FROM outbox")) == 1


async def test_crowd__one_that_is_refused_hurts_no_other(client: httpx.AsyncClient, app: FastAPI) -> None:
    assert (await put(client, 3)).status_code == 201
    numbers = [number for number in range(1, CROWD + 1) if number != 5]
    answers = await asyncio.gather(
        *(put(client, number, division="320100" if number == 7 else "330106") for number in numbers),
        put(client, 5, full_members=-1),
        put(client, 3, again=1, as_of="2026-03-01T09:00:00+08:00"),
        put(client, 3, again=2, full_members=9),
    )
    states = [answer.status_code for answer in answers]
    assert states[-3:] == [422, 409, 409], "bad input, older than what is stored, and another content of one instant"
    assert states[2] == 200, "stored already, and the same"
    assert states[5] == 422, "another district's code"
    assert set(states[:2] + states[3:5] + states[6:-3]) == {201}
    assert len(await rows(app, "SELECT 1 FROM organizations")) == CROWD - 2


async def test_crowd__changes_of_what_is_stored_are_each_their_own(client: httpx.AsyncClient, app: FastAPI) -> None:
    await asyncio.gather(*(put(client, number) for number in range(1, CROWD + 1)))
    later = {"again": 1, "full_members": 9, "as_of": "2026-03-03T09:00:00+08:00"}
    answers = await asyncio.gather(*(put(client, number, **later) for number in range(1, CROWD + 1)))
    assert {(answer.status_code, answer.headers["etag"]) for answer in answers} == {(200, '"2"')}
    changed = await rows(
        app, "SELECT request_id FROM audit_log WHERE object_type = 'organizations' AND operation = 'update'"
    )
    assert {row["request_id"] for row in changed} == {f"crowd-{number}-1" for number in range(1, CROWD + 1)}


async def test_crowd__another_source_speaks_for_itself(client: httpx.AsyncClient, app: FastAPI) -> None:
    answers = await asyncio.gather(
        *(
            put(client, number, data_source="survey" if number % 2 else "registering_authority")
            for number in range(1, 21)
        )
    )
    assert {answer.status_code for answer in answers} == {201}
    claims = await rows(
        app, "SELECT a.request_id FROM audit_log a WHERE a.object_type = 'organization_claims' ORDER BY 1"
    )
    assert {row["request_id"] for row in claims} == {f"crowd-{number}-0" for number in range(1, 21, 2)}


async def test_crowd__where_the_shared_transaction_fails_each_registers_by_itself(
    client: httpx.AsyncClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any) -> None:
        raise OSError("the connection was lost")

    monkeypatch.setattr("services.registry.civil_affairs.answering.register_new", fail)
    answers = await asyncio.gather(*(put(client, number) for number in range(1, CROWD + 1)))
    assert {answer.status_code for answer in answers} == {201}
    assert len(await rows(app, "SELECT 1 FROM outbox")) == CROWD


async def test_crowd__what_is_about_several_requests_is_of_none(client: httpx.AsyncClient, app: FastAPI) -> None:
    """Two of a crowd that may be one organization: that pair is found with both."""
    same = {"name": "西湖区同名服务中心", "address": "示例路 9 号"}

    async def register(number: int) -> httpx.Response:
        body, headers = registration(**same), {"X-Request-Id": f"pair-{number}"}
        return await client.put(f"/v1/civil-affairs/registrations/{code(number)}", json=body, headers=headers)

    answers = await asyncio.gather(*(register(number) for number in range(1, 9)))
    assert {answer.status_code for answer in answers} == {201}
    found = await rows(app, "SELECT request_id FROM audit_log WHERE object_type NOT IN ('organizations')")
    assert {row["request_id"] for row in found} <= {None, *(f"pair-{number}" for number in range(1, 9))}
