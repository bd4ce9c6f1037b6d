"""The trail of one record over HTTP: who did what when, how far its chain holds, and that it was read."""

import csv
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.registry.app import create_app
from shared.audit.entries import ChainState, verify_up_to
from shared.settings import ServiceSettings
from shuangfu.embedded.field_keys import embedded_field_keys
from tests.conftest import SYSTEM, AsAdmin
from tests.registry.conftest import registration
from tests.registry.helpers import code
from tests.security.worlds import PERSON

TAMPERING = "SET session_replication_role = replica; "
TOKEN = Callable[..., str]


class Desk:
    """A registry with one organization, changed once, whose contact was entered and read."""

    def __init__(self, client: httpx.AsyncClient, token_for: TOKEN, database: Any) -> None:
        self.client, self.token_for, self.database = client, token_for, database
        self.id = ""

    async def ask(self, path: str, *, role: str = "auditor", scope: str = "33", **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token_for(role, (scope,), more.pop('subject', 'auditor-1'))}"}
        return await self.client.request(more.pop("method", "GET"), path, headers=headers, **more)

    async def items(self, path: str, **more: Any) -> list[dict[str, Any]]:
        response = await self.ask(path, **more)
        assert response.status_code == 200, response.text
        found: list[dict[str, Any]] = response.json()["items"]
        return found


@pytest.fixture
async def desk(
    settings_for: Callable[[str], Awaitable[ServiceSettings]], token_for: TOKEN, tmp_path: Path
) -> AsyncIterator[Desk]:
    settings = await settings_for("registry")
    app = create_app(settings.model_copy(update={"field_keys_file": embedded_field_keys(tmp_path)}))
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://registry") as client,
    ):
        found = Desk(client, token_for, app.state.database)
        as_registrar = {"role": "registrar", "subject": "registrar-7"}
        path = f"/v1/civil-affairs/registrations/{code(1)}"
        made = await found.ask(path, method="PUT", json=registration(), **as_registrar)
        later = registration(full_members=9, as_of="2026-04-01T00:00:00+08:00")
        assert (await found.ask(path, method="PUT", json=later, **as_registrar)).status_code == 200
        found.id = made.json()["id"]
        contact = f"/v1/organizations/{found.id}/contacts/liaison"
        assert (await found.ask(contact, method="PUT", json=PERSON, **as_registrar)).status_code == 201
        assert (await found.ask(contact, **as_registrar)).status_code == 200
        yield found


async def test_trail__says_who_did_what_before_and_after_the_newest_first(desk: Desk) -> None:
    answer = (await desk.ask(f"/v1/trail/{desk.id}", params={"parts": "false"})).json()
    changed, made = answer["items"]
    assert [made["operation"], changed["operation"]] == ["insert", "update"]
    assert (changed["actor"], changed["authority"], changed["kind"]) == ("registrar-7", "registrar", "organizations")
    assert changed["route"] == "PUT /civil-affairs/registrations/{uscc}"
    assert (changed["before"]["full_members"], changed["after"]["full_members"]) == (4, 9)
    assert (made["before"], made["after"]["full_members"]) == (None, 4)
    assert all(one["holds"] is True and one["request_id"] and len(one["hash"]) == 64 for one in (changed, made))
    assert [one["finding"] for one in answer["chains"]] == [None]


async def test_trail__has_what_belongs_to_the_record_and_is_found_by_its_code(desk: Desk) -> None:
    by_code = await desk.items(f"/v1/trail/{code(1)}")
    assert [(one["kind"], one["operation"]) for one in by_code] == [
        ("contacts", "read"),
        ("contacts", "insert"),
        ("organizations", "update"),
        ("organizations", "insert"),
    ]
    assert len(by_code[1]["after"]["sealed"]) == 64
    alone = await desk.items(f"/v1/trail/{desk.id.upper()}~liaison", params={"operation": "read"})
    assert [(one["actor"], one["record"]) for one in alone] == [("registrar-7", f"{desk.id}/liaison")]
    assert await desk.items(f"/v1/trail/{desk.id}", params={"kind": "contacts"}) == by_code[:2]


async def test_trail__comes_in_pages_and_as_a_file(desk: Desk) -> None:
    whole, paged, cursor = await desk.items(f"/v1/trail/{desk.id}"), [], None
    for _ in range(4):
        params = {"limit": "1"} | ({} if cursor is None else {"cursor": cursor})
        page = (await desk.ask(f"/v1/trail/{desk.id}", params=params)).json()
        paged += page["items"]
        cursor = page["next_cursor"]
    assert cursor is None
    assert paged == whole
    file = await desk.ask(f"/v1/trail/{desk.id}", params={"format": "csv"})
    assert len(list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"), newline="")))) == 5


async def test_trail__is_within_the_divisions_and_for_auditors_alone(desk: Desk, subtests: pytest.Subtests) -> None:
    for path, more, status in (
        (f"/v1/trail/{desk.id}", {"scope": "330105"}, 404),
        (f"/v1/trail/{code(1)}", {"scope": "31"}, 404),
        (f"/v1/trail/{desk.id}", {"role": "operator"}, 403),
        ("/v1/readings", {"role": "district_officer"}, 403),
        ("/v1/trail/PDY", {}, 404),
        (f"/v1/trail/{desk.id}", {"params": {"kind": "somethings"}}, 422),
        (f"/v1/trail/{desk.id}", {"params": {"cursor": "WyIxIiwiMiIsIjMiXQ"}}, 422),
        ("/v1/readings", {"params": {"since": "2026-03-02T00:00:00Z", "until": "2026-03-01T00:00:00Z"}}, 422),
    ):
        with subtests.test(f"{path} {more}"):
            assert (await desk.ask(path, **more)).status_code == status


async def test_trail__leaves_a_reading_for_each_page_and_one_for_a_file(desk: Desk) -> None:
    assert [one["kind"] for one in await desk.items("/v1/readings")] == ["contacts"]
    for params in ({"limit": "1"}, {"format": "csv"}):
        await desk.ask(f"/v1/trail/{desk.id}", params=params, subject="auditor-2")
    await desk.ask(f"/v1/trail/{desk.id}", scope="330105")
    found = await desk.items("/v1/readings", params={"actor": "auditor-2", "division": "3301"})
    assert [(one["kind"], one["record"]) for one in found] == [("audit_log", f"organizations/{desk.id}")] * 2
    [contact] = await desk.items("/v1/readings", params={"record": f"{desk.id}/liaison", "kind": "contacts"})
    assert (contact["actor"], contact["operation"]) == ("registrar-7", "read")
    assert await desk.items("/v1/readings", scope="31") == []
    assert await desk.items("/v1/readings", params={"until": "2026-01-01T00:00:00+08:00"}) == []


@pytest.mark.parametrize(
    ("tampering", "finding", "held"),
    [
        ("UPDATE audit_log SET actor = 'somebody' WHERE number = 2", "edited", [False, False, False, True]),
        ("DELETE FROM audit_log WHERE number = 3", "deleted", [False, True, True]),
        ("DELETE FROM audit_log WHERE number = 4", "truncated", [True, True, True]),
    ],
)
async def test_f18_trail__says_how_far_its_chain_holds(
    desk: Desk, as_admin: AsAdmin, tampering: str, finding: str, held: list[bool]
) -> None:
    await as_admin(desk.database.url, TAMPERING + tampering)
    answer = (await desk.ask(f"/v1/trail/{desk.id}")).json()
    assert [one["holds"] for one in answer["items"]] == held
    [chain] = answer["chains"]
    assert chain["finding"] == finding


async def test_chain__is_recomputed_for_its_last_rows_alone_where_it_is_long(desk: Desk, as_admin: AsAdmin) -> None:
    async def of(last: int, most: int) -> ChainState:
        async with desk.database.transaction(SYSTEM) as tx:
            [state] = await verify_up_to(tx, {"330106": last}, most=most)
        return state

    state = await of(4, 2)
    assert (state.since, state.until, state.finding, state.place) == (3, 4, None, None)
    assert [state.holds(number) for number in (2, 3, 4)] == [None, True, True]
    await as_admin(desk.database.url, TAMPERING + "UPDATE audit_log SET actor = 'somebody' WHERE number = 2")
    assert (await of(4, 2)).finding is None
    assert ((await of(4, 3)).finding, (await of(4, 3)).place) == ("edited", 2)
    assert (await of(1, 3)).finding is None
