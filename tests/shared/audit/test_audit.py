"""The audit trail: complete, minimal, chained; every kind of tampering turns the verifier red (F18, I7)."""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from services.registry.app import create_app
from shared.audit import anchor_checks
from shared.audit.anchor_checks import verify_anchors
from shared.audit.anchoring import anchor_heads
from shared.audit.anchors import Anchors
from shared.audit.causes import verify_causes
from shared.audit.trail import DIGEST, export_rows, read_heads, verify_chain
from shared.bus.receiving.inbox import claim
from shared.db.access import Access
from shared.db.base import new_id
from shared.db.session import Database
from shared.field import uscc
from shared.settings import ServiceSettings
from tests.conftest import SYSTEM, AsAdmin
from tests.registry.conftest import registration

TAMPERING = "SET session_replication_role = replica; "  # as the owner would: past every trigger


@pytest.fixture
async def app(settings_for: Callable[[str], Awaitable[ServiceSettings]]) -> AsyncIterator[FastAPI]:
    app = create_app(await settings_for("registry"))
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def trail(app: FastAPI, token_for: Callable[..., str]) -> Database:
    """Ten registrations in two districts, and a change of each in one of them."""
    headers = {"Authorization": f"Bearer {token_for('registrar', divisions=('33',), subject='registrar-7')}"}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://registry", headers=headers) as client:
        for number in range(1, 11):
            division = "330106" if number % 2 else "330105"
            code = uscc.make("52", division, f"PDY{number:05d}")
            path = f"/v1/civil-affairs/registrations/{code}"
            body = registration(division=division, name=f"审计样例{number}")
            assert (await client.put(path, json=body)).status_code == 201
            if number % 2:
                later = {**body, "full_members": 9, "as_of": "2026-04-01T00:00:00+08:00"}
                response = await client.put(path, json=later, headers={"X-Request-Id": f"change-{number}"})
                assert response.status_code == 200
    database: Database = app.state.database
    return database


async def rows(database: Database, where: str = "true") -> list[Any]:
    async with database.transaction(SYSTEM) as tx:
        return list(await tx.rows(text(f"SELECT * FROM audit_log WHERE {where} ORDER BY division, number")))


async def findings(database: Database) -> list[Any]:
    async with database.transaction(SYSTEM) as tx:
        return await verify_chain(tx)


async def test_every_write_leaves_who_what_and_a_minimal_diff(trail: Database) -> None:
    found = await rows(trail, "object_type = 'organizations'")
    assert len(found) == 15
    [changed, *_] = [row for row in found if row.operation == "update"]
    assert changed.actor == "registrar-7"
    assert changed.authority == "registrar"
    assert changed.door == "PUT /civil-affairs/registrations/{uscc}"
    assert changed.request_id.startswith("change-")
    assert set(changed.diff["after"]) == {"full_members", "as_of", "version"}
    assert changed.diff["before"]["full_members"] == 4
    assert changed.diff["after"]["full_members"] == 9


async def test_chains_are_of_each_division_and_hold(trail: Database) -> None:
    assert await findings(trail) == []
    async with trail.transaction(SYSTEM) as tx:
        heads = await read_heads(tx)
    assert {division: number for division, (number, _) in heads.items()} == {"330105": 5, "330106": 10}


async def test_trail_is_read_within_the_scope(trail: Database) -> None:
    async with trail.transaction(Access("auditor", ("330105",))) as tx:
        seen = await tx.rows(text("SELECT DISTINCT division FROM audit_log"))
    assert [row.division for row in seen] == ["330105"]


@pytest.mark.parametrize(
    ("tampering", "kind", "division", "number"),
    [
        ("UPDATE audit_log SET actor = 'somebody' WHERE division = '330106' AND number = 4", "edited", "330106", 4),
        (
            (
                "UPDATE audit_log SET diff = jsonb_set(diff, '{after,full_members}', '5') "
                "WHERE division = '330105' AND number = 2"
            ),
            "edited",
            "330105",
            2,
        ),
        ("DELETE FROM audit_log WHERE division = '330106' AND number = 3", "deleted", "330106", 3),
        ("DELETE FROM audit_log WHERE division = '330106' AND number IN (1, 2)", "deleted", "330106", 1),
        ("DELETE FROM audit_log WHERE division = '330106' AND number > 8", "truncated", "330106", 9),
        ("DELETE FROM audit_log WHERE division = '330105'", "truncated", "330105", 1),
        (
            (
                "UPDATE audit_log SET number = -5 WHERE division = '330106' AND number = 5; "
                "UPDATE audit_log SET number = 5 WHERE division = '330106' AND number = 6; "
                "UPDATE audit_log SET number = 6 WHERE division = '330106' AND number = -5"
            ),
            "edited",
            "330106",
            5,
        ),
    ],
    ids=["edit", "edit of a value", "deletion", "deletion at the start", "truncation", "whole chain", "reordering"],
)
async def test_f18_tampering_is_found_and_placed(
    trail: Database, as_admin: AsAdmin, tampering: str, kind: str, division: str, number: int
) -> None:
    await as_admin(trail.url, TAMPERING + tampering)
    found = await findings(trail)
    assert (kind, division, number) in {(one.kind, one.division, one.number) for one in found}
    assert {one.division for one in found} == {division}


async def test_f18_truncation_with_its_head_is_found_by_the_anchor(
    trail: Database, as_admin: AsAdmin, tmp_path: Path
) -> None:
    trail.access = SYSTEM
    assert await anchor_heads(trail, tmp_path, "registry")
    assert not await anchor_heads(trail, tmp_path, "registry"), "nothing new, no line"
    await as_admin(
        trail.url,
        TAMPERING + "DELETE FROM audit_log WHERE division = '330106' AND number > 7; "
        "UPDATE audit_heads h SET number = 7, hash = l.hash FROM audit_log l "
        "WHERE h.division = '330106' AND l.division = '330106' AND l.number = 7",
    )
    assert await findings(trail) == [], "the chain itself looks whole"
    [found] = await verify_anchors(trail, Anchors(tmp_path, "registry").read())
    assert (found.kind, found.division, found.number) == ("truncated", "330106", 10)


REWRITING = f"""
DO $$
DECLARE place bigint; previous bytea;
BEGIN
    UPDATE audit_log SET actor = 'somebody' WHERE division = '330106' AND number = 4;
    FOR place IN SELECT number FROM audit_log WHERE division = '330106' ORDER BY number LOOP
        UPDATE audit_log SET hash = {DIGEST} WHERE division = '330106' AND number = place RETURNING hash INTO previous;
    END LOOP;
    UPDATE audit_heads SET hash = previous WHERE division = '330106';
END $$
"""


async def test_f18_a_chain_that_was_computed_anew_is_found_by_the_anchor(
    trail: Database, as_admin: AsAdmin, tmp_path: Path
) -> None:
    """As many rows as before, every hash and the head as if they had always been so."""
    trail.access = SYSTEM
    assert await anchor_heads(trail, tmp_path, "registry")
    before = await rows(trail)
    await as_admin(trail.url, TAMPERING + REWRITING)
    after = await rows(trail)
    assert [(row.division, row.number) for row in after] == [(row.division, row.number) for row in before]
    changed = {(row.division, row.number) for row, was in zip(after, before, strict=True) if row.hash != was.hash}
    assert changed == {("330106", number) for number in range(4, 11)}
    assert await findings(trail) == [], "the chain itself looks whole"
    [found] = await verify_anchors(trail, Anchors(tmp_path, "registry").read())
    assert (found.kind, found.division, found.number) == ("rewritten", "330106", 10)


async def test_f18_anchors_of_a_long_time_tell_the_first_place_of_a_division(trail: Database, tmp_path: Path) -> None:
    trail.access = SYSTEM
    async with trail.transaction() as tx:
        heads = await read_heads(tx)
    division, (last, digest) = "330106", heads["330106"]
    anchors = Anchors(tmp_path, "registry")
    for number in range(last + 1, last + 4):
        assert anchors.append({**heads, division: (number, digest)})
    [found] = await verify_anchors(trail, anchors.read())
    assert (found.kind, found.division, found.number) == ("truncated", division, last + 1)
    assert found.detail.endswith("says otherwise, and 2 more")


async def test_anchors__are_compared_lot_by_lot(
    trail: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trail.access = SYSTEM
    monkeypatch.setattr(anchor_checks, "HEADS_A_QUERY", 3)
    wrong = "00" * 32
    anchors = Anchors(tmp_path, "registry")
    for number in range(1, 11):
        assert anchors.append({"330105": (min(number, 5), wrong), "330106": (number, wrong)})
    found = await verify_anchors(trail, anchors.read())
    assert [(one.kind, one.division, one.number) for one in found] == [
        ("rewritten", "330105", 1),
        ("rewritten", "330106", 1),
    ]
    assert [one.detail.rpartition(", ")[2] for one in found] == ["and 4 more", "and 9 more"]


async def test_an_anchor_that_was_touched_is_refused(trail: Database, tmp_path: Path) -> None:
    trail.access = SYSTEM
    await anchor_heads(trail, tmp_path, "registry")
    anchors = Anchors(tmp_path, "registry")
    line = anchors.file.read_text()
    head, payload, signature = line.strip().split(".")
    anchors.file.write_text(f"{head}.{payload[:-2]}AA.{signature}\n")
    with pytest.raises(jwt.InvalidTokenError, match=r"registry\.anchors, line 1"):
        list(anchors.read())


async def test_the_runtime_role_cannot_touch_the_trail(trail: Database) -> None:
    for statement in (
        "UPDATE audit_log SET actor = 'x'",
        "DELETE FROM audit_log",
        "INSERT INTO audit_heads VALUES ('330106', 0, '')",
        "SELECT audit_append('organizations', 'insert', ARRAY[]::audit_change[])",
    ):
        with pytest.raises(Exception, match="permission denied"):
            async with trail.transaction(SYSTEM) as tx:
                await tx.execute(text(statement))


async def test_export__is_the_whole_trail_in_order(trail: Database) -> None:
    trail.access = SYSTEM
    lines = [line async for line in export_rows(trail, division=None, since=None, until=None)]
    assert len(lines) == len(await rows(trail))
    only = [line async for line in export_rows(trail, division="330105", since=None, until=None)]
    assert len(only) == 5


async def test_causes__a_change_names_its_events_and_the_inbox_is_held_against_it(
    app: FastAPI, trail: Database, as_admin: AsAdmin
) -> None:
    trail.access = SYSTEM
    one, first, second = sorted(new_id() for _ in range(3))
    for ids in ([one], [first, second], [first]):
        async with trail.transaction() as tx:
            claimed = await claim(tx, "registry", ids)
            await tx.execute(text("UPDATE organizations SET street = street || '一' WHERE division = '330105'"))
    assert not claimed, "claimed before: its change is not the event's"
    found = await rows(trail, "division = '330105' AND request_id LIKE 'event%'")
    digest = hashlib.sha256(f"{first},{second}".encode()).hexdigest()
    assert [row.request_id for row in found] == [f"event:{one}"] * 5 + [f"events:{digest}"] * 5
    async with trail.transaction() as tx:
        assert await verify_causes(tx) == []
    await as_admin(trail.url, f"DELETE FROM inbox WHERE event_id = '{second}'")
    await as_admin(trail.url, f"UPDATE inbox SET event_id = gen_random_uuid() WHERE event_id = '{one}'")
    async with trail.transaction() as tx:
        broken = await verify_causes(tx)
        assert [(f.kind, f.division, f.number) for f in broken] == [
            ("cause", "330105", found[0].number),
            ("cause", "330105", found[5].number),
        ]
        assert await verify_chain(tx) == [], "the chain itself does not see the inbox"
