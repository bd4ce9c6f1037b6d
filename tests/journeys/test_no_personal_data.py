"""An invented person is stored as a contact, and searched for everywhere else."""

import asyncio
import io
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from fastapi import FastAPI

from services.registry.app import create_app
from shared.db.sealing import FieldKeys, KeyRing
from shared.settings import ServiceSettings
from shared.telemetry.logs import configure_logs
from shuangfu.embedded.postgres import EmbeddedPostgres
from tests.conftest import AsAdmin, Hands
from tests.journeys.test_main_job import XIHU, organization
from tests.registry.contact_helpers import NAME, PERSON, PHONE, ROLES, everything_stored, traces
from tests.running import commands
from tests.running.serving import Server

DATABASES = [f"shuangfu_{name}" for name in ("registry", "incubation", "evaluation", "funding", "bus")]
INVALID: list[dict[str, Any]] = [
    {**PERSON, "phone": PHONE + "x"},
    {**PERSON, "name": NAME + "\n"},
    {**PERSON, "name": NAME * 20},
    {**PERSON, "name": [NAME]},
    {**PERSON, "remark": NAME},
    {"name": NAME},
    {"phone": {"number": PHONE}, "name": NAME},
]


CURRENT = "*current*"
"""Stands for the version that the path had last."""


def requests(uscc: str) -> Iterator[tuple[str, str, dict[str, Any], int]]:
    """(method, path, what httpx takes, status) of good and bad requests that carry the person."""
    base = f"/v1/organizations/{uscc}/contacts"
    for role in ROLES:
        yield "PUT", f"{base}/{role}", {"json": PERSON}, 201
        yield "GET", f"{base}/{role}", {}, 200
        yield "PUT", f"{base}/{role}", {"json": PERSON}, 428
        yield "PUT", f"{base}/{role}", {"json": PERSON, "headers": {"If-Match": '"9"'}}, 412
        yield "PUT", f"{base}/{role}", {"json": PERSON, "headers": {"If-Match": CURRENT}}, 200
    for body in INVALID:
        for language in ("zh", "en"):
            yield "PUT", f"{base}/secretary", {"json": body, "headers": {"Accept-Language": language}}, 422
    yield "PUT", f"{base}/secretary", {"content": f'{{"name": "{NAME}", '.encode()}, 422
    yield "PUT", f"{base}/secretary", {"content": f'"{NAME} {PHONE}"'.encode()}, 422
    yield "PUT", f"{base}/nobody", {"json": PERSON}, 422
    yield "PUT", "/v1/organizations/unknown/contacts/secretary", {"json": PERSON}, 404
    yield "POST", f"{base}/secretary", {"json": PERSON}, 405
    yield "PUT", f"{base}/secretary", {"json": PERSON, "headers": {"Authorization": "Bearer x"}}, 401
    yield "DELETE", f"{base}/liaison", {"headers": {"If-Match": CURRENT}}, 204


def with_tag(tags: dict[str, str], path: str, given: dict[str, Any]) -> dict[str, Any]:
    """What is sent, with the version that the path had last in the place of `CURRENT`."""
    return {**given, "headers": {"If-Match": tags[path]}} if given.get("headers") == {"If-Match": CURRENT} else given


def is_reading(method: str, status: int) -> bool:
    return method == "GET" and status == 200


# One real server with all its parts.


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    found = Server(tmp_path / "data")
    try:
        found.start()
        yield found
    finally:
        found.end()


def test_a_server_leaves_no_trace_of_a_person(server: Server) -> None:
    body = organization(901, XIHU, 3)
    uscc = body.pop("uscc")
    with httpx.Client(base_url=f"{server.url}/registry", headers=server.bearer("registrar"), timeout=20) as client:
        assert client.put(f"/v1/civil-affairs/registrations/{uscc}", json=body).status_code == 201
        answers, tags = [], dict[str, str]()
        for method, path, given, status in requests(uscc):
            answer = client.request(method, path, **with_tag(tags, path, given))
            tags[path] = answer.headers.get("ETag", tags.get(path, ""))
            assert answer.status_code == status, (method, path, answer.text)
            if is_reading(method, status):
                assert (answer.json()["name"], answer.json()["phone"]) == (NAME, PHONE)
            else:
                answers.append(answer.content + repr(answer.headers).encode())
    assert len(answers) == 12 + 2 * len(INVALID) + 7
    for service in ("registry", "incubation", "evaluation", "funding"):
        answers.append(httpx.get(f"{server.url}/{service}/metrics").content)
    assert b"shuangfu_events_published_total" in answers[-1]
    for command in ("rotate", "prune"):
        answers.append(run("keys", command, "--data", str(server.data)))
    assert b"2 contacts are under k2 now" in answers[-2]
    assert b"withdrawn: k1" in answers[-1]

    secretary = f"{server.url}/registry/v1/organizations/{uscc}/contacts/secretary"
    assert httpx.get(secretary, headers=server.bearer("registrar")).json()["name"] == NAME
    assert server.stop() == 0
    # The same command without a server, on the same data.
    answers.append(run("keys", "rotate", "--data", str(server.data)))
    assert b"2 contacts are under k3 now" in answers[-1]
    assert traces(b"\n".join(answers)) == []

    # Every table of every database: outboxes, inboxes, dead letters, the bus's log, the audit.
    with EmbeddedPostgres.start(server.data / "postgres") as postgres:
        stored = {name: asyncio.run(everything_stored(postgres, postgres.url(name))) for name in DATABASES}
    assert [name for name, content in stored.items() if traces(content)] == []
    assert uscc.encode() in stored["shuangfu_bus"]

    # And every file: the write-ahead log, PostgreSQL's log, the server's log.
    files = [path for path in [*server.data.rglob("*"), server.log] if path.is_file()]
    assert any(uscc.encode() in path.read_bytes() for path in files)
    assert [str(path) for path in files if traces(path.read_bytes())] == []


def run(*arguments: str) -> bytes:
    done = commands.run(*arguments)
    assert done.returncode == 0, done.stderr[-3000:]
    return (done.stdout + done.stderr).encode()


# The registry alone, with the most verbose logs, and with parts of it broken.


@pytest.fixture
def logs() -> Iterator[io.StringIO]:
    """Everything that structlog and the standard library's loggers write, from DEBUG on."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root, engine = logging.getLogger(), logging.getLogger("sqlalchemy.engine")
    levels = root.level, engine.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    engine.setLevel(logging.DEBUG)
    configure_logs("json", stream=stream, level=logging.DEBUG)  # type: ignore[arg-type]
    yield stream
    root.removeHandler(handler)
    root.setLevel(levels[0])
    engine.setLevel(levels[1])
    structlog.reset_defaults()


@pytest.fixture
async def app(
    logs: io.StringIO, settings_for: Callable[[str], Awaitable[ServiceSettings]], tmp_path: Path
) -> AsyncIterator[FastAPI]:
    keys = tmp_path / "field-keys.json"
    keys.write_bytes(KeyRing.generate().to_json())
    settings = await settings_for("registry")
    app = create_app(settings.model_copy(update={"field_keys_file": keys}))
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def client(app: FastAPI, hands: Hands) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://registry", auth=hands) as client:
        yield client


class _BrokenKeys(FieldKeys):
    """Fails with its arguments in the error."""

    def seal(self, plain: bytes, context: bytes) -> tuple[str, bytes]:
        raise RuntimeError(f"no entropy for {context!r}, {len(plain)} bytes")


async def test_no_log_line_names_a_person_whatever_fails(
    app: FastAPI,
    client: httpx.AsyncClient,
    logs: io.StringIO,
    as_admin: AsAdmin,
    postgres_server: EmbeddedPostgres,
) -> None:
    body = organization(902, XIHU, 3)
    uscc = body.pop("uscc")
    assert (await client.put(f"/v1/civil-affairs/registrations/{uscc}", json=body)).status_code == 201
    answers, tags = [], dict[str, str]()
    for method, path, given, status in requests(uscc):
        answer = await client.request(method, path, **with_tag(tags, path, given))
        tags[path] = answer.headers.get("ETag", tags.get(path, ""))
        assert answer.status_code == status
        answers += [] if is_reading(method, status) else [answer.content]
    url, contact = app.state.settings.database_url, f"/v1/organizations/{uscc}/contacts/liaison"
    good = app.state.field_keys
    app.state.field_keys = _BrokenKeys(app.state.settings.field_keys_file)
    answers.append((await client.put(contact, json=PERSON)).content)
    app.state.field_keys = good
    await as_admin(url, "ALTER TABLE contacts ADD CONSTRAINT none CHECK (false) NOT VALID")
    answers.append((await client.put(contact, json=PERSON)).content)
    await as_admin(url, "DROP FUNCTION audit_read")
    answers.append((await client.get(contact.replace("liaison", "secretary"))).content)
    assert [b"internal-error" in answer for answer in answers[-3:]] == [True] * 3
    answers.append((await client.get("/metrics")).content)
    written = logs.getvalue()
    assert written.count("request_failed") == 3
    assert "sqlstate=23514 table_name=contacts" in written, "and not the row that it fails for"
    assert traces(written.encode()) == []
    assert traces(b"\n".join(answers)) == []
    stored = await everything_stored(postgres_server, url)
    assert uscc.encode() in stored
    assert traces(stored) == []
