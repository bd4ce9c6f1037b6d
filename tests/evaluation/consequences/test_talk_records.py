"""H22: records of admonition talks are sealed at rest, opened for who may hold talks, and each reading is audited."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from services.evaluation.consequences.sealing_old import seal_plain_talks
from shared.db.sealing import FieldKeys, KeyRing
from shared.db.session import Database
from shared.private_files import write_private
from shuangfu.embedded.postgres import EmbeddedPostgres
from tests.conftest import SYSTEM, TokenFor
from tests.evaluation.conftest import Round, slug
from tests.evaluation.consequences.helpers import of, rated, today
from tests.registry.contact_helpers import everything_stored, traces

RECORD = "就党建工作薄弱环节逐项提出要求"
READINGS = "SELECT object_type, object_id, actor, diff FROM audit_log WHERE operation = 'read'"


async def held(a_round: Round, **headers: str) -> dict[str, Any]:
    [one] = await rated(a_round, 45)
    talk = (await of(a_round, one))["talk"]
    body = {"held_on": str(today()), "participants": 3, "record": RECORD}
    found = await a_round.client.post(f"/v1/consequences/{talk['id']}/talk", json=body, headers=headers)
    assert found.status_code == 200, found.text
    return dict(found.json())


async def read(a_round: Round, talk: dict[str, Any]) -> httpx.Response:
    return await a_round.client.get(f"/v1/consequences/{talk['id']}")


async def test_h22_record__is_nowhere_in_the_database(
    a_round: Round, app: FastAPI, postgres_server: EmbeddedPostgres
) -> None:
    talk = await held(a_round, **{"Idempotency-Key": "talk-1"})
    assert talk["talk"] == {"held_on": str(today()), "participants": 3, "record": None}
    assert (await read(a_round, talk)).json()["talk"]["record"] == RECORD
    stored = await everything_stored(postgres_server, app.state.settings.database_url)
    assert talk["id"].encode() in stored
    assert traces(stored, [RECORD]) == []


async def test_h22_reading__is_audited_and_by_one_only(a_round: Round, token_for: TokenFor) -> None:
    talk = await held(a_round)
    listed = await a_round.client.get("/v1/consequences", params={"kind": "talk"})
    assert listed.json()["items"][0]["talk"] == {"held_on": str(today()), "participants": 3, "record": None}
    for role in ("auditor", "district_officer"):
        headers = {"Authorization": f"Bearer {token_for(role, ['3301'], subject=role)}"}
        await a_round.client.get(f"/v1/consequences/{talk['id']}", headers=headers, auth=httpx.Auth())
    [row] = await a_round.rows(READINGS)
    assert dict(row) == {
        "object_type": "consequences",
        "object_id": talk["id"],
        "actor": "district_officer",
        "diff": {},
    }


async def test_h22_keys__that_are_missing_are_a_problem_and_others_read_on(
    a_round: Round, app: FastAPI, token_for: TokenFor
) -> None:
    talk = await held(a_round)
    write_private(Path(app.state.settings.talk_keys_file), KeyRing("k2", {"k2": b"0" * 32}).to_json())
    assert (await read(a_round, talk)).status_code == 503
    app.state.talk_keys = None
    missing = await read(a_round, talk)
    assert (missing.status_code, slug(missing)) == (503, "talks-unavailable")
    headers = {"Authorization": f"Bearer {token_for('auditor', ['3301'])}"}
    shown = await a_round.client.get(f"/v1/consequences/{talk['id']}", headers=headers, auth=httpx.Auth())
    assert shown.status_code == 200, "to whom talks are closed, the keys are nothing"
    body = {"held_on": str(today()), "participants": 3, "record": RECORD}
    refused = await a_round.client.post(f"/v1/consequences/{talk['id']}/talk", json=body)
    assert slug(refused) == "illegal-transition", "what cannot be done is said before the keys are asked"


@pytest.mark.parametrize("changed", ["'\"AAAA\"'", "'\"no base64!\"'"])
async def test_h22_record__that_was_tampered_with_does_not_open(a_round: Round, changed: str) -> None:
    talk = await held(a_round)
    async with a_round.database.transaction(SYSTEM) as tx:
        await tx.execute(
            text(f"UPDATE consequences SET talk = jsonb_set(talk, '{{sealed}}', {changed}) WHERE kind = 'talk'")
        )
    broken = await read(a_round, talk)
    assert (broken.status_code, slug(broken)) == (500, "talk-broken")


async def test_h22_record__of_an_earlier_version_is_readable_until_it_is_sealed(a_round: Round, app: FastAPI) -> None:
    talk = await held(a_round)
    async with a_round.database.transaction(SYSTEM) as tx:
        await tx.execute(
            text(
                "UPDATE consequences SET talk = (talk - 'sealed' - 'key_id') || jsonb_build_object('record', "
                "CAST(:record AS text)) WHERE kind = 'talk'"
            ),
            {"record": RECORD},
        )
    assert (await read(a_round, talk)).json()["talk"]["record"] == RECORD
    keys = FieldKeys(app.state.settings.talk_keys_file)
    database = Database(app.state.settings.database_url, access=SYSTEM)
    try:
        assert [await seal_plain_talks(database, keys, batch=1) for _ in range(2)] == [1, 0]
    finally:
        await database.close()
    shown = await read(a_round, talk)
    assert (shown.json()["talk"]["record"], shown.json()["version"]) == (RECORD, talk["version"])
    [row] = await a_round.rows("SELECT talk FROM consequences WHERE kind = 'talk'")
    assert (row["talk"]["record"], row["talk"]["key_id"]) == (None, "k1")
