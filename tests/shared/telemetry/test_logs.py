"""Logs: one JSON line an entry, which tells by its ids what it belongs to, and nothing that is nobody's business."""

import asyncio
import io
import json
import logging
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
import structlog

from shared.field import uscc
from shared.telemetry.context import log_fields
from shared.telemetry.fast_path import FLUSH_SECONDS, RequestLines
from shared.telemetry.traces import read_traceparent
from tests.conftest import REPOSITORY
from tests.shared.telemetry.conftest import CHECKS, CODE, PUT, REGISTRATION, REGISTRATIONS, Open, until

Lines = Callable[[], list[dict[str, Any]]]
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
ROUTE = "/v1/civil-affairs/registrations/{uscc}"


async def test_put_event_and_check__are_joined_by_the_correlation_id(open_house: Open, lines: Lines) -> None:
    async with open_house() as house:
        await house.register(**{"X-Request-Id": "chain-7", "traceparent": f"00-{TRACE}-00f067aa0ba902b7-00"})
        check = await house.checked()
        registered, *_ = await house.rows("registry", REGISTRATIONS)

        async def handled() -> list[dict[str, Any]]:
            found = [line for line in lines() if "chain-7" in line.get("correlation_ids", [])]
            return [line for line in found if line["consumer"] == "incubation"]

        [event_line] = await until(handled)
    [request_line] = [line for line in lines() if line.get("correlation_id") == "chain-7"]
    assert request_line["event"] == "request"
    assert request_line["service"] == "registry"
    assert (request_line["method"], request_line["route"], request_line["status"]) == ("PUT", ROUTE, 201)
    assert request_line["request_id"] == "chain-7"
    assert request_line["trace_id"] == TRACE
    assert 0 < request_line["duration_ms"] < 20_000
    assert event_line["event"] == "events_handled"
    assert event_line["consumer"] == "incubation"
    assert event_line["handler"] == "services.incubation.formation.actions.check_organizations"
    assert (event_line["count"], event_line["event_ids"]) == (1, [str(registered["id"])])
    assert event_line["trace_ids"] == [TRACE]
    assert event_line["duration_ms"] > 0
    assert check["outcome"] == "standalone"


async def test_request__its_line_holds_no_path_query_token_or_body(open_house: Open, lines: Lines) -> None:
    async with open_house() as house:
        await house.register()
        await house.get("/registry/v1/organizations", q="查找某某", division="330106")
        await house.client.get(f"/registry/v1/nowhere/{CODE}")
        for probe in ("/healthz", "/readyz", "/metrics"):
            await house.client.get(f"/registry{probe}")
            await house.client.get(probe)
        await house.client.get("/registry/v1/organizations", headers={"Authorization": "Bearer a.secret.token"})
    requests = [line for line in lines() if line["event"] == "request"]
    assert [(line["route"], line["status"]) for line in requests] == [
        (ROUTE, 201),
        ("/v1/organizations", 200),
        ("(unmatched)", 404),
        ("/v1/organizations", 401),
    ]
    names = {"event", "level", "timestamp", "service", "method", "route", "status", "duration_ms"}
    ids = {"request_id", "correlation_id", "trace_id"}
    assert all(line.keys() == names | ids for line in requests)
    text = str(lines())
    assert [word for word in ("查找", "secret", "Bearer", CODE, REGISTRATION["name"]) if word in text] == []


async def test_import__its_events_are_one_chain(open_house: Open) -> None:
    lines = [json.dumps({"uscc": uscc.make("52", "330106", f"PDY{n:05d}"), **REGISTRATION}) for n in (801, 802, 803)]
    file = ("many.ndjson", "\n".join(lines).encode())
    async with open_house() as house:
        taken = await house.client.post("/registry/v1/imports", files={"file": file})
        assert taken.status_code == 202, taken.text

        async def told() -> Any:
            rows = await house.rows("incubation", CHECKS)
            return rows if len(rows) == 3 else None

        checks = await until(told)
        registrations = await house.rows("registry", REGISTRATIONS)
    assert len(registrations) == 3
    assert {row["correlation_id"] for row in (*registrations, *checks)} == {taken.json()["id"]}
    [traceparent] = {row["traceparent"] for row in (*registrations, *checks)}
    assert read_traceparent(traceparent)


async def test_failure__its_line_has_the_ids_of_its_request(
    open_house: Open, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    # A plain exception is answered outside of every middleware, one of the database inside.
    async with open_house() as house:
        await house.register()
        await house._as_admin(house.urls["registry"], "ALTER TABLE organizations RENAME TO gone")
        inside = await house.client.put(PUT, json=REGISTRATION, headers={"X-Request-Id": "broken-1"})
        monkeypatch.setattr("services.registry.civil_affairs.routes.check_registration", fail)
        outside = await house.client.put(PUT, json=REGISTRATION, headers={"X-Request-Id": "broken-2"})
    assert (inside.status_code, outside.status_code) == (500, 500)
    for request_id in ("broken-1", "broken-2"):
        about = [line for line in lines() if line.get("request_id") == request_id]
        assert {line["event"]: line["level"] for line in about} == {"request_failed": "error", "request": "warning"}
        assert len({line["trace_id"] for line in about}) == 1


def test_lines_of_other_libraries__are_json_too(lines: Lines) -> None:
    token = log_fields.set({"request_id": "r-1"})
    logging.getLogger("uvicorn.error").error("it %s", "broke")
    structlog.get_logger("x").warning("half a pair", value="\ud800", number=2**70)
    log_fields.reset(token)
    foreign, ours = (line for line in lines() if line["event"] in {"it broke", "half a pair"})
    assert (foreign["event"], foreign["logger"], foreign["level"]) == ("it broke", "uvicorn.error", "error")
    assert (ours["event"], ours["number"]) == ("half a pair", 2**70)
    assert foreign["request_id"] == ours["request_id"] == "r-1"


async def test_request_lines__are_written_together_soon_and_by_themselves() -> None:
    output = io.StringIO()
    lines = RequestLines(output)
    for number in range(3):
        lines.add({"number": number, "odd": object})
    assert output.getvalue() == ""
    await asyncio.sleep(10 * FLUSH_SECONDS)
    assert [json.loads(line)["number"] for line in output.getvalue().splitlines()] == [0, 1, 2]


def test_request_lines__the_last_ones_are_written_when_the_process_ends() -> None:
    code = (
        "import asyncio; from shared.telemetry.logs import configure_logs; "
        "from shared.telemetry.fast_path import log_request; configure_logs()\n"
        "async def last(): log_request(service='s', method='GET', route='/v1/x', status=200, duration_ms=1.0)\n"
        "asyncio.run(last())"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, cwd=REPOSITORY, capture_output=True, timeout=60)
    [line] = done.stderr.splitlines()
    assert json.loads(line)["route"] == "/v1/x"
    assert json.loads(line)["timestamp"].endswith("Z")
