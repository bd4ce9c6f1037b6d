"""A city's 2,259 Party organizations (S12) at once; killed in the middle, nothing is lost and nothing twice."""

import asyncio
import os
import signal
import subprocess
import sys
import time

import httpx
from fastapi import FastAPI

from shared.settings import ServiceSettings
from tests.registry.helpers import rows
from tests.registry.imports.helpers import Row, counts, finished, ndjson, post, work_off
from tests.registry.take_overs.helpers import register, row

CITY = 2259
SECONDS = 60.0
"""Measured: 13 s on a loaded machine; a busy machine takes longer."""
_SMALL = 600
_FACTS = """
SELECT (SELECT count(*) FROM party_organizations) AS parties, (SELECT count(DISTINCT name) FROM party_organizations) AS
    names, (SELECT count(*) FROM coverages WHERE until IS NULL) AS coverages, (SELECT count(*) FROM leaderships) AS
    leaderships, (SELECT count(*) FROM outbox WHERE type LIKE '%.party_organization.established.v1') AS events,
    (SELECT count(DISTINCT subject) FROM outbox WHERE type LIKE '%.party_organization.%') AS subjects,
    (SELECT count(*) FROM outbox WHERE type LIKE '%.party_organization.%') AS all_events,
    (SELECT count(*) FROM organizations WHERE coverage = 'standalone') AS covered
"""


async def upload(client: httpx.AsyncClient, count: int) -> str:
    """The id of an import of `count` standalone ones, whose organizations are registered."""
    await register(client, *range(1, count + 1))
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
    import_id = await upload(client, _SMALL)
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
    assert 0 < after["counts"]["done"] < _SMALL, f"killed too late: {done} of {_SMALL} were done"
    [half] = await rows(app, _FACTS)
    assert half == once(after["counts"]["done"]), "a chunk is there as a whole or not at all"
    await work_off(app)
    found = await finished(client, import_id, 1)
    assert found["counts"] == counts(total=_SMALL, created=_SMALL)
    assert await rows(app, _FACTS) == [once(_SMALL)]
