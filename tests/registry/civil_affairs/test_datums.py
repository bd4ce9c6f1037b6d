"""S15: positions of other datums are stored in WGS 84, with the datum that they came in."""

import httpx
import pytest
from fastapi import FastAPI

from shared.field.datums import from_wgs84
from tests.registry.bodies.helpers import pointers
from tests.registry.helpers import EVENTS, code, put, rows
from tests.registry.imports.helpers import as_csv, import_file, ndjson, row

HERE = (120.13, 30.26)
PLACE = {"lon": HERE[0], "lat": HERE[1]}
STORED = "SELECT lon, lat, datum FROM organizations"


def seen(datum: str) -> dict[str, object]:
    """The place as a map of this datum shows it."""
    lon, lat = from_wgs84(*HERE, datum)  # type: ignore[arg-type]
    return {"lon": lon, "lat": lat}


def near() -> dict[str, object]:
    """To a decimetre."""
    return {"lon": pytest.approx(HERE[0], abs=1e-6), "lat": pytest.approx(HERE[1], abs=1e-6)}


@pytest.mark.parametrize("datum", ["GCJ02", "BD09", "CGCS2000"])
async def test_s15_position__of_another_datum_is_stored_in_wgs84(
    app: FastAPI, client: httpx.AsyncClient, datum: str
) -> None:
    given = {**seen(datum), "datum": datum}
    put_in = await put(client, code(1), location=given)
    assert put_in.status_code == 201, put_in.text
    assert (put_in.json()["location"], put_in.json()["location_datum"]) == (near(), datum)
    assert await rows(app, STORED) == [{**near(), "datum": datum}]
    [event] = await rows(app, EVENTS)
    assert event["data"]["location"] == near(), "readers know one datum"
    again = await put(client, code(1), location=given)
    assert (again.status_code, again.json()["version"]) == (200, 1)
    corrected = await client.post(
        f"/v1/organizations/{code(1)}/corrections",
        json={"fields": {"full_members": 5}, "as_of": "2026-03-02T09:00:00+08:00", "reason": "笔误"},
    )
    assert (corrected.json()["location"], corrected.json()["location_datum"]) == (near(), datum)


async def test_s15_position__without_a_datum_is_taken_as_wgs84(app: FastAPI, client: httpx.AsyncClient) -> None:
    shown = (await put(client, code(1), location=PLACE)).json()
    assert (shown["location"], shown["location_datum"]) == (PLACE, "WGS84")
    named = await put(client, code(1), location={**PLACE, "datum": "WGS84"})
    assert (named.status_code, named.json()["version"]) == (200, 1), "nothing changed"
    assert await rows(app, STORED) == [{**PLACE, "datum": None}]
    nowhere = (await put(client, code(2))).json()
    assert (nowhere["location"], nowhere["location_datum"]) == (None, None)
    wrong = await put(client, code(3), location={**PLACE, "datum": "GPS"})
    assert pointers(wrong) == ["/location/datum"]


async def test_s15_import__takes_the_datum_of_the_row_before_that_of_the_file(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    """Columns as officials name them: 百度 beside the position, and a file of AMap's positions."""
    columns = ["uscc", "name", "kind", "division", "street", "address", "registered_on", "full_time_staff"]
    columns += ["full_members_full_time", "full_members", "probationary_members", "as_of", "lon", "lat", "datum"]
    file = as_csv([row(1, **seen("BD09"), datum="百度坐标"), row(2, **seen("GCJ02"))], "utf-8", columns=columns)
    found = await import_file(app, client, file, "a.csv", datum="GCJ02")
    assert (found["counts"]["created"], found["datum"]) == (2, "GCJ02")
    stored = await rows(app, f"{STORED} ORDER BY uscc")
    assert stored == [{**near(), "datum": "BD09"}, {**near(), "datum": "GCJ02"}]
    lines = [row(3, location={**seen("BD09"), "datum": "BD09"}), row(4, location=seen("GCJ02"))]
    await import_file(app, client, ndjson(lines), "a.ndjson", datum="GCJ02")
    assert await rows(app, f"{STORED} ORDER BY uscc OFFSET 2") == stored
    unknown = await import_file(
        app, client, as_csv([row(5, **seen("BD09"), datum="地方坐标")], "utf-8", columns=columns), "b.csv"
    )
    assert (unknown["counts"]["refused"], unknown["faults"][0]["field"]) == (1, "datum")
    assert (await client.post("/v1/imports", files={"file": ("a.csv", file)}, data={"datum": "GPS"})).status_code == 422


async def test_s15_import__a_heading_that_names_a_datum_is_not_the_longitude(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    file = as_csv([row(1, **seen("BD09"))], "utf-8", columns=[*row(1), "lon", "lat"])
    found = await import_file(app, client, file.decode().replace("经度", "经度（百度）").encode(), "a.csv")
    assert found["counts"]["refused"] == 1
    assert "经度（百度）" in {one["heading"] for one in found["ignored_columns"]}
