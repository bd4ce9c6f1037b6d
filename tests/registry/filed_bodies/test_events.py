"""S15, T30: what is filed is stated by events, in bounded lists of one division."""

import asyncio
from datetime import date
from typing import Any

import httpx
from fastapi import FastAPI

from shared.bus.sending.outbox_rows import MAX_EVENT_BYTES
from shared.contracts.filed_bodies import MAX_FILED, FiledBodiesRecorded, FiledBodyStated
from tests.registry.bodies.helpers import pointers
from tests.registry.filed_bodies.helpers import batch, csv, line, put, row
from tests.registry.helpers import rows
from tests.registry.imports.helpers import import_file

LATER, LATEST = "2026-03-03T09:00:00+08:00", "2026-03-04T09:00:00+08:00"
PLACE = {"lon": 120.1261, "lat": 30.2852}
_EVENTS = "SELECT topic, subject, sequence, division, data FROM outbox WHERE type = :type ORDER BY seq"


async def stated(app: FastAPI) -> list[Any]:
    """Every statement on filed bodies, in the order of emission."""
    return await rows(app, _EVENTS, type=FiledBodiesRecorded.TYPE)


async def test_s15_event__states_what_is_new_and_what_changed_and_nothing_else(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    body = (await put(client, "7", location=PLACE, community="翠苑一区社区")).json()
    await put(client, "7", location=PLACE, community="翠苑一区社区", as_of=LATER)
    assert (await put(client, "7", name="别的队", as_of=LATER)).status_code == 409
    await put(client, "7", until="2026-03-01", as_of=LATEST)
    first, second = await stated(app)
    assert (first["topic"], first["sequence"], first["division"]) == ("registry.filed-bodies", 1, "330106")
    assert first["subject"] == first["data"]["id"] != second["subject"]
    assert first["data"]["bodies"] == [
        {
            "id": body["id"],
            "sequence": 1,
            "number": "7",
            "name": "翠苑社区舞蹈队",
            "kind": "culture_sports",
            "division": "330106",
            "street": "翠苑街道",
            "community": "翠苑一区社区",
            "location": PLACE,
            "filed_on": "2024-05-01",
            "until": None,
        }
    ]
    [ended] = second["data"]["bodies"]
    assert (ended["id"], ended["sequence"], ended["location"], ended["until"]) == (body["id"], 2, None, "2026-03-01")


async def test_s15_event__of_a_chunk_is_split_by_division_and_bounded(app: FastAPI, client: httpx.AsyncClient) -> None:
    lines = [line(str(n), division="330105" if n % 2 else "330106") for n in range(2 * MAX_FILED + 3)]
    lines.append(line("0", name="改名队", as_of=LATER))
    assert {one["status"] for one in await batch(client, lines)} == {200, 201}
    found = await stated(app)
    assert sorted((one["division"], len(one["data"]["bodies"])) for one in found) == [
        ("330105", 1),
        ("330105", MAX_FILED),
        ("330106", 2),
        ("330106", MAX_FILED),
    ]
    bodies = [body for one in found for body in one["data"]["bodies"]]
    assert all(body["division"] == one["division"] for one in found for body in one["data"]["bodies"])
    [renamed] = [body for body in bodies if body["number"] == "0"]
    assert (renamed["name"], renamed["sequence"]) == ("改名队", 2), "stated once, as the list left it"
    stored = await rows(app, "SELECT id, stated_in FROM filed_bodies")
    assert {(str(one["id"]), str(one["stated_in"])) for one in stored} == {
        (body["id"], one["subject"]) for one in found for body in one["data"]["bodies"]
    }


async def test_s15_event__two_senders_at_once_state_each_body_once(app: FastAPI, client: httpx.AsyncClient) -> None:
    lines = [line(f"{n:04}") for n in range(300)]
    await asyncio.gather(batch(client, lines), batch(client, lines[::-1]))
    numbers = [body["number"] for one in await stated(app) for body in one["data"]["bodies"]]
    assert sorted(numbers) == [f"{n:04}" for n in range(300)]


async def test_s15_event__of_the_longest_names_fits_into_a_message() -> None:
    long = "𠮷" * 200
    one = FiledBodyStated(
        id="00000000-0000-0000-0000-000000000001",
        sequence=1,
        number="9" * 60,
        name=long,
        kind="community_service",
        division="330106",
        street=long,
        community=long,
        location=PLACE,
        filed_on=date(2024, 5, 1),
    )
    event = FiledBodiesRecorded(id=one.id, division="330106", bodies=[one] * MAX_FILED)
    assert len(event.model_dump_json().encode()) < MAX_EVENT_BYTES


def test_s15_statement__is_active_from_its_first_day_to_before_its_end() -> None:
    one = FiledBodyStated.model_construct(filed_on=date(2024, 5, 1), until=date(2026, 3, 1))
    days = (date(2024, 4, 30), date(2024, 5, 1), date(2026, 2, 28), date(2026, 3, 1))
    assert [one.is_active(day) for day in days] == [False, True, True, False]


async def test_s15_position__is_kept_read_from_files_and_left_out_where_it_means_nothing(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    assert (await put(client, "1", location=PLACE)).json()["location"] == PLACE
    nowhere = (await put(client, "2", location={"lon": 0, "lat": 0})).json()
    assert nowhere["location"] is None
    assert [(one["code"], one["pointer"]) for one in nowhere["warnings"]] == [("location_meaningless", "/location")]
    assert pointers(await put(client, "3", location={"lon": 120})) == ["/location/lat"]
    content = csv([row(4)]).replace(b"\n", ",经度,纬度\n".encode(), 1) + b",120.1261,30.2852"
    report = await import_file(app, client, content, "a.csv", subject="filed_bodies")
    assert report["counts"]["created"] == 1, report
    assert (await client.get("/v1/filed-bodies/4")).json()["location"] == PLACE
