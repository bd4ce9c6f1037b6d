"""S15: positions of filed bodies in other datums are stored in WGS 84, with the datum that they came in."""

import httpx
from fastapi import FastAPI

from tests.registry.civil_affairs.test_datums import near, seen
from tests.registry.filed_bodies.helpers import filing, put
from tests.registry.helpers import rows
from tests.registry.imports.helpers import import_file, ndjson


async def test_s15_filed_body__in_another_datum_is_stored_in_wgs84(app: FastAPI, client: httpx.AsyncClient) -> None:
    given = {**seen("GCJ02"), "datum": "GCJ02"}
    shown = (await put(client, "1", location=given)).json()
    assert (shown["location"], shown["location_datum"]) == (near(), "GCJ02")
    assert (await put(client, "1", location=given)).json()["version"] == 1
    [event] = await rows(app, "SELECT data FROM outbox WHERE type LIKE '%filed_body.recorded%'")
    assert event["data"]["bodies"][0]["location"] == near()
    lines = [{"number": "2", **filing(location=seen("BD09"))}, {"number": "3", **filing(location=given)}]
    found = await import_file(app, client, ndjson(lines), "a.ndjson", subject="filed_bodies", datum="BD09")
    assert found["counts"]["created"] == 2
    stored = await rows(app, "SELECT lon, lat, datum FROM filed_bodies ORDER BY number OFFSET 1")
    assert stored == [{**near(), "datum": "BD09"}, {**near(), "datum": "GCJ02"}]
