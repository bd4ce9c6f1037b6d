"""A city's 2,259 Party organizations (S12) at once; killed in the middle, nothing is lost and nothing twice."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence

import httpx
from fastapi import FastAPI

from shared.settings import ServiceSettings
from tests.registry.helpers import rows
from tests.registry.imports.helpers import Row, counts, finished, ndjson, post, work_off
from tests.registry.take_overs.helpers import refusals, register, row

CITY = 2259
SECONDS = 60.0
"""Measured: 13 s on a loaded machine; a busy machine takes longer."""
REFUSED = (30, 2200)
"""Rows of a file whose organization is on no list: one before the kill is refused, one after it."""
_FACTS = """
SELECT (SELECT count(*) FROM party_organizations) AS parties, (SELECT count(DISTINCT name) FROM party_organizations) AS
    names, (SELECT count(*) FROM coverages WHERE until IS NULL) AS coverages, (SELECT count(*) FROM leaderships) AS
    leaderships, (SELECT count(*) FROM outbox WHERE type LIKE '%.party_organization.established.v1') AS events,
    (SELECT count(DISTINCT subject) FROM outbox WHERE type LIKE '%.party_organization.%') AS subjects,
    (SELECT count(*) FROM outbox WHERE type LIKE '%.party_organization.%') AS all_events,
    (SELECT count(*) FROM organizations WHERE coverage = 'standalone') AS covered
"""


async def upload(client: httpx.AsyncClient, count: int, unknown: Sequence[int] = ()) -> str:
    """The id of an import of `count` standalone ones, whose organizations are registered but for the unknown ones."""
    await register(client, *(n for n in range(1, count + 1) if n not in unknown))
    content = ndjson([row(n) for n in range(1, count + 1)])
    posted = await post(client, content, "a.ndjson", subject="party_organizations")
    assert posted.status_code == 202, posted.text
    return str(posted.json()["id"])


def once(count: int) -> Row:
    """Each of `count` stands there once, in every table."""
    return dict.fromkeys(
        ("parties", "names", "coverages", "leaderships", "events", "subjects", "all_events", "covered"), count
    )


async def test_s12_a_city_is_taken_over_in_seconds(app: FastAPI, client: httpx.AsyncClient) -> None:
    import_id = await upload(client, CITY)
    began = time.monotonic()
    await work_off(app)
    seconds = time.monotonic() - began
    found = await finished(client, import_id, 1)
    assert found["counts"] == counts(total=CITY, created=CITY)
    assert await rows(app, _FACTS) == [once(CITY)]
    assert seconds < SECONDS
    print(f"{CITY} Party organizations in {seconds:.1f} s")


def launch(settings: ServiceSettings) -> "subprocess.Popen[bytes]":
    """The runner in a process of its own."""
    environment = {**os.environ, "REGISTRY_SETTINGS": settings.model_dump_json()}
    return subprocess.Popen([sys.executable, "-m", "tests.registry.take_overs.runner"], env=environment)


async def progress(client: httpx.AsyncClient, import_id: str) -> int:
    """How many rows are done."""
    return int((await client.get(f"/v1/imports/{import_id}")).json()["counts"]["done"])


async def test_d9_killed_in_the_middle_nothing_is_lost_and_nothing_twice(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    import_id = await upload(client, CITY, REFUSED)
    process = launch(app.state.settings)
    try:
        deadline = time.monotonic() + SECONDS
        while not (done := await progress(client, import_id)):
            assert time.monotonic() < deadline, "the runner did not begin"
            await asyncio.sleep(0.01)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    after = (await client.get(f"/v1/imports/{import_id}")).json()
    assert after["state"] == "running"
    assert after["counts"]["done"] >= done, "what was reported as done stays done"
    assert 0 < after["counts"]["done"] < CITY, f"killed too late: {done} of {CITY} were done"
    [half] = await rows(app, _FACTS)
    refused = after["counts"]["refused"]
    assert half == once(after["counts"]["done"] - refused), "a chunk is there as a whole or not at all"
    await work_off(app)
    found = await finished(client, import_id, 1)
    assert found["counts"] == counts(total=CITY, created=CITY - len(REFUSED), refused=len(REFUSED))
    assert await rows(app, _FACTS) == [once(CITY - len(REFUSED))]
    assert [(number, field) for number, field, _ in await refusals(client, found)] == [(n, "covers") for n in REFUSED]
