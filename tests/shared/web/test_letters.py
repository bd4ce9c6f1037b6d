"""Dead letters and the last reconciliation over HTTP: seen within the caller's divisions, settled once, recorded."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from services.incubation.app import create_app
from shared.bus.envelope import Delivered, encode
from shared.bus.receiving import dead_letters
from shared.db.session import Record
from shared.settings import ServiceSettings
from shuangfu.reconciliation.found import Finding
from shuangfu.reconciliation.recording import record_findings
from tests.conftest import SYSTEM, TokenFor
from tests.incubation.conftest import Organization
from tests.shared.web.conftest import SettingsFor

LETTERS = "/v1/operations/dead-letters"
NOT_OPEN = "urn:shuangfu:problem:dead-letters-not-open"


class Desk:
    """Incubation's API, asked by an operator of a city, unless said."""

    def __init__(
        self, client: httpx.AsyncClient, token_for: TokenFor, database: Any, settings: ServiceSettings
    ) -> None:
        self.client, self.token_for, self.database, self.settings = client, token_for, database, settings

    async def ask(self, path: str, *, role: str = "operator", scope: str = "3301", **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token_for(role, (scope,), 'operator-7')}"}
        return await self.client.request(more.pop("method", "GET"), path, headers=headers, **more)

    async def settle(self, step: str, *ids: UUID, **more: Any) -> httpx.Response:
        note = {"note": "重发过了"} if step == "discard" else {}
        return await self.ask(f"{LETTERS}:{step}", method="POST", json={"ids": list(map(str, ids)), **note}, **more)

    async def listed(self, **more: Any) -> list[str]:
        answer = await self.ask(LETTERS, **more)
        assert answer.status_code == 200, answer.text
        return [one["id"] for one in answer.json()["items"]]

    async def letter(self, number: int, *, division: str | None = "330106", reason: str = "handler_failed") -> UUID:
        event = Organization(number).state(members=3)
        message = encode(event.data.TOPIC, event.envelope, event.data.model_dump_json().encode())
        async with self.database.transaction(SYSTEM) as tx:
            found = await dead_letters.record(
                tx,
                "incubation",
                Delivered(message, 0, number),
                event.envelope.id,
                envelope=event.envelope,
                reason=reason,
                detail="invented",
                handler=None,
                attempts=5,
            )
            await tx.execute(
                text("UPDATE dead_letters SET division = :division WHERE id = :id"), {"id": found, "division": division}
            )
        return found

    async def rows(self, statement: str) -> list[Record]:
        async with self.database.transaction(SYSTEM) as tx:
            found: list[Record] = await tx.records(text(statement))
            return found


@pytest.fixture
async def desk(settings_for: SettingsFor, token_for: TokenFor) -> AsyncIterator[Desk]:
    settings = await settings_for("incubation")
    app = create_app(settings)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://incubation") as client,
    ):
        yield Desk(client, token_for, app.state.database, settings)


async def test_letters__are_listed_within_the_callers_divisions_without_what_they_carry(desk: Desk) -> None:
    mine, strange, nobodys = [
        await desk.letter(number, division=division) for number, division in ((1, "330106"), (2, "310101"), (3, None))
    ]
    assert await desk.listed() == [str(nobodys), str(mine)]
    assert await desk.listed(scope="31", role="auditor") == [str(nobodys), str(strange)]
    pages = [await desk.ask(LETTERS, params={"limit": 1})]
    pages.append(await desk.ask(LETTERS, params={"limit": 1, "cursor": pages[0].json()["next_cursor"]}))
    assert [page.json()["items"][0]["id"] for page in pages] == [str(nobodys), str(mine)]
    assert pages[1].json()["next_cursor"] is None
    assert {"value", "headers"}.isdisjoint(pages[0].json()["items"][0])
    assert (await desk.ask(LETTERS, params={"cursor": "WyJhIiwiYiJd"})).status_code == 422


async def test_letters__are_filtered_by_reason_type_and_state(desk: Desk) -> None:
    failed, unknown = await desk.letter(1), await desk.letter(2, reason="unknown_type")
    assert await desk.listed(params={"reason": "unknown_type"}) == [str(unknown)]
    assert await desk.listed(params={"type": "shuangfu.nobody.v1"}) == []
    assert (await desk.settle("discard", unknown)).status_code == 200
    assert await desk.listed() == [str(failed)]
    assert await desk.listed(params={"state": "discarded"}) == [str(unknown)]


async def test_retry__takes_effect_once_and_names_who_did_it(desk: Desk) -> None:
    ids = [await desk.letter(number) for number in (1, 2)]
    answer = await desk.settle("retry", *ids)
    assert (answer.status_code, answer.json()) == (200, {"settled": list(map(str, ids)), "failed": []})
    assert len(await desk.rows("SELECT 1 FROM formation_checks")) == 2
    again = await desk.settle("retry", ids[0])
    assert (again.status_code, again.json()["type"]) == (409, NOT_OPEN)
    assert len(await desk.rows("SELECT 1 FROM formation_checks")) == 2
    [action] = await desk.rows("SELECT operator, command, figures FROM operator_actions")
    figures = {"settled": 2, "failed": 0, "letters": list(map(str, ids))}
    assert action == {"operator": "operator-7", "command": "dead-letters retry", "figures": figures}
    actors = await desk.rows("SELECT DISTINCT actor FROM audit_log WHERE object_type = 'operator_actions'")
    assert actors == [{"actor": "operator-7"}]


async def test_retry__one_that_fails_again_stays_open_and_delays_no_other(desk: Desk) -> None:
    broken, whole = await desk.letter(1), await desk.letter(2)
    async with desk.database.transaction(SYSTEM) as tx:
        await tx.execute(text("UPDATE dead_letters SET value = '{}' WHERE id = :id"), {"id": broken})
    answer = (await desk.settle("retry", broken, whole)).json()
    assert answer["settled"] == [str(whole)]
    assert [one["id"] for one in answer["failed"]] == [str(broken)]
    assert answer["failed"][0]["detail"]
    assert await desk.listed() == [str(broken)]


@pytest.mark.parametrize("step", ["retry", "discard"])
async def test_settling__another_divisions_letter_is_not_there_and_nothing_changes(desk: Desk, step: str) -> None:
    mine, strange = await desk.letter(1), await desk.letter(2, division="310101")
    answer = await desk.settle(step, mine, strange)
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:shuangfu:problem:not-found")
    assert await desk.rows("SELECT DISTINCT state FROM dead_letters") == [{"state": "open"}]
    assert await desk.rows("SELECT 1 FROM operator_actions") == []


async def test_settling__is_the_operators_alone_and_bad_input_is_named(desk: Desk) -> None:
    one = await desk.letter(1)
    for step in ("retry", "discard"):
        assert (await desk.settle(step, one, role="auditor")).status_code == 403
        nothing = await desk.ask(f"{LETTERS}:{step}", method="POST", json={"ids": []})
        assert (nothing.status_code, nothing.json()["errors"][0]["pointer"]) == (422, "/ids")
    unsaid = await desk.ask(f"{LETTERS}:discard", method="POST", json={"ids": [str(one)], "note": " "})
    assert (unsaid.status_code, unsaid.json()["errors"][0]["pointer"]) == (422, "/note")


async def test_reconciliation__the_last_that_was_kept_is_shown(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUANGFU_OPERATOR", "值班员")
    never = await desk.ask("/v1/operations/reconciliation")
    assert (never.status_code, never.json()) == (200, {"at": None, "operator": None, "differs": None, "checks": []})
    well = Finding("dead letters", "incubation", 3, advice="retry them")
    bad = Finding("organizations as in registry", "incubation", 5, 2, ["a", "b"], "replay")
    for findings in ([bad], [well]):
        await record_findings({"incubation": desk.settings}, findings, {"grace": 10.0, "audit": True})
    last = (await desk.ask("/v1/operations/reconciliation")).json()
    assert (last["operator"], last["differs"]) == ("值班员", False)
    assert last["checks"] == [{"check": "dead letters", "compared": 3, "differ": 0, "examples": [], "advice": ""}]
    await record_findings({"incubation": desk.settings}, [well, bad], {"grace": 10.0, "audit": True})
    last = (await desk.ask("/v1/operations/reconciliation", role="auditor")).json()
    assert (last["differs"], last["checks"][1]["differ"], last["checks"][1]["advice"]) == (True, 2, "replay")
