"""The one commit: before the answer leaves; its failure is the answer."""

import asyncpg
import httpx
import pytest
from sqlalchemy import text

from services.registry.civil_affairs import writing
from tests.conftest import Hands
from tests.registry.conftest import registration
from tests.registry.helpers import code
from tests.shared.web.conftest import count, execute

PATH = f"/v1/civil-affairs/registrations/{code(401)}"

# A constraint trigger that is deferred fails where nothing else can: inside COMMIT.
FAIL_AT_COMMIT = (
    "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'at commit'; END $$",
    (
        "CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON organizations DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION refuse()"
    ),
)


async def test_commit__that_fails_is_a_500_without_row_and_event(registry: httpx.AsyncClient) -> None:
    await execute(registry, *FAIL_AT_COMMIT)
    response = await registry.put(PATH, json=registration())
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["type"] == "urn:shuangfu:problem:internal-error"
    assert "at commit" not in response.text
    assert [await count(registry, table) for table in ("organizations", "outbox")] == [0, 0]
    await execute(registry, "DROP TRIGGER refuse ON organizations")
    assert (await registry.put(PATH, json=registration())).status_code == 201
    assert [await count(registry, table) for table in ("organizations", "outbox")] == [1, 1]


async def test_commit__that_fails_by_a_serialization_failure_is_a_503_to_try_again(
    registry: httpx.AsyncClient,
) -> None:
    transient = FAIL_AT_COMMIT[0].replace("'at commit'", "'at commit' USING ERRCODE = '40001'")
    await execute(registry, transient, FAIL_AT_COMMIT[1])
    response = await registry.put(PATH, json=registration())
    assert (response.status_code, response.headers["retry-after"]) == (503, "1")
    assert response.json()["type"] == "urn:shuangfu:problem:unavailable"
    assert await count(registry, "organizations") == 0


async def test_commit__comes_before_the_first_byte_of_the_answer(registry: httpx.AsyncClient, hands: Hands) -> None:
    """Looked at from inside the sending of the answer: another connection sees the row already."""
    app = registry.app  # type: ignore[attr-defined]
    seen: list[int] = []

    async def watching(scope, receive, send):  # type: ignore[no-untyped-def]
        async def watched(message):  # type: ignore[no-untyped-def]
            if message["type"] == "http.response.start":
                seen.append(await count(registry, "organizations"))
            await send(message)

        await app(scope, receive, watched)

    transport = httpx.ASGITransport(watching)
    async with httpx.AsyncClient(transport=transport, base_url="http://test", auth=hands) as client:
        assert (await client.put(PATH, json=registration())).status_code == 201
        assert seen == [1]


async def test_commit__nothing_is_kept_of_a_request_that_raises(
    registry: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    emit = writing.emit

    async def emit_and_fail(tx, events):  # type: ignore[no-untyped-def]
        await emit(tx, events)
        assert await tx.scalar(text("SELECT count(*) FROM outbox")) == 1
        raise RuntimeError("after the event was added")

    monkeypatch.setattr(writing, "emit", emit_and_fail)
    assert (await registry.put(PATH, json=registration())).status_code == 500
    assert [await count(registry, table) for table in ("organizations", "outbox")] == [0, 0]


async def test_commit__wakes_the_relay_only_when_it_succeeds(
    registry: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[set[str]] = []
    database = registry.app.state.database  # type: ignore[attr-defined]
    monkeypatch.setattr(database.notifier, "wake", woken.append)
    await registry.put(PATH, json=registration())
    assert woken == [{"outbox"}]
    await registry.put(PATH, json=registration())
    assert len(woken) == 1, "the same content emits nothing"
    await execute(registry, *FAIL_AT_COMMIT)
    await registry.put(PATH.replace("PDY00401", "PDY00402"), json=registration())
    await registry.put(f"/v1/civil-affairs/registrations/{code(402)}", json=registration())
    assert len(woken) == 1


async def test_commit__of_a_transaction_that_had_failed_is_no_success(
    registry: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody catches a statement's error and goes on: PostgreSQL answers COMMIT with a rollback, and no error."""
    emit = writing.emit

    async def emit_and_swallow(tx, events):  # type: ignore[no-untyped-def]
        await emit(tx, events)
        with pytest.raises(asyncpg.DivisionByZeroError):
            await tx.execute(text("SELECT 1/0"))

    monkeypatch.setattr(writing, "emit", emit_and_swallow)
    assert (await registry.put(PATH, json=registration())).status_code == 500
    assert [await count(registry, table) for table in ("organizations", "outbox")] == [0, 0]


async def test_event__of_a_row_that_is_not_inserted_is_not_added_either(registry: httpx.AsyncClient) -> None:
    """The insert and its event are one statement: nothing new, no event (the version stays as it is)."""
    assert (await registry.put(PATH, json=registration())).status_code == 201
    assert (await registry.put(PATH, json=registration())).status_code == 200
    assert [await count(registry, table) for table in ("organizations", "outbox")] == [1, 1]
