"""Whatever goes wrong is a problem document; whatever goes in is never a 500."""

import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from services.incubation.app import create_app as create_incubation
from shared.telemetry.fast_path import write_request_lines
from shared.telemetry.traces import read_traceparent
from tests.conftest import SYSTEM, Hands
from tests.registry.conftest import registration
from tests.registry.helpers import code
from tests.shared.web.conftest import SettingsFor, count

PATH = f"/v1/civil-affairs/registrations/{code(401)}"
PROBLEM = "urn:shuangfu:problem:"


def document(response: httpx.Response) -> dict[str, Any]:
    """The problem document, after its shape was seen to be right."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    found: dict[str, Any] = response.json()
    assert {"type", "title", "status", "detail", "errors"} <= set(found)
    assert found["status"] == response.status_code
    assert found["type"].startswith(PROBLEM)
    assert all(set(error) == {"pointer", "detail"} for error in found["errors"])
    assert response.headers["x-request-id"]
    return found


async def test_framework_errors_are_problems(registry: httpx.AsyncClient) -> None:
    unknown = await registry.get("/v1/nowhere")
    assert (unknown.status_code, document(unknown)["type"]) == (404, PROBLEM + "not-found")
    method = await registry.delete(PATH)
    assert (method.status_code, document(method)["type"]) == (405, PROBLEM + "http-error")
    assert method.headers["allow"] == "PUT"
    english = await registry.delete(PATH, headers={"Accept-Language": "en"})
    assert document(english)["title"] == "The request cannot be handled"
    for content in (b"{", b"", b"[1", b'{"a": }'):
        broken = await registry.put(PATH, content=content, headers={"Content-Type": "application/json"})
        found = document(broken)
        assert (broken.status_code, found["type"]) == (422, PROBLEM + "invalid-input"), content
        assert [error["pointer"] for error in found["errors"]] == [""], content
    for value in ([], "x", 1, None):
        other = await registry.put(PATH, json=value)
        assert (other.status_code, document(other)["errors"][0]["pointer"]) == (422, ""), value
    binary = await registry.put(PATH, content=b"\xff", headers={"Content-Type": "application/json"})
    assert (binary.status_code, document(binary)["type"]) == (422, PROBLEM + "invalid-input")
    typed = await registry.put(PATH, content=b"a=1", headers={"Content-Type": "text/plain"})
    assert (typed.status_code, document(typed)["type"]) == (422, PROBLEM + "invalid-input")


async def test_t48_a_method_or_type_that_is_not_taken_is_named(registry: httpx.AsyncClient) -> None:
    english = {"Accept-Language": "en"}
    found = document(await registry.delete(PATH, headers=english))
    assert (found["detail"], found["allowed"]) == ("This path does not take DELETE; it takes: PUT.", "PUT")
    assert document(await registry.delete(PATH))["detail"] == "这一地址不接受 DELETE 请求，可用的方法：PUT。"
    for kind in ("application/x-www-form-urlencoded", "text/plain", "application/xml"):
        sent = await registry.post(
            f"/v1/organizations/{code(401)}/corrections", content=b'{"reason": "x"}', headers={"Content-Type": kind}
        )
        assert (sent.status_code, document(sent)["errors"]) == (
            422,
            [
                {
                    "pointer": "/header/Content-Type",
                    "detail": "请求体应为 JSON，并须在该请求头中标明。",
                }
            ],
        ), kind


async def test_put__the_fast_path_reads_no_other_type_and_no_route_a_compressed_body(
    registry: httpx.AsyncClient,
) -> None:
    body, other = _json(registration()), f"/v1/organizations/{code(401)}/corrections"
    refused = [(PATH, "Content-Type", kind) for kind in ("text/plain", "application/xml", "multipart/form-data", "")]
    refused += [(path, "Content-Encoding", "gzip") for path in (PATH, other)]
    for path, header, value in refused:
        headers = {"Content-Type": "application/json", header: value}
        sent = await registry.request("PUT" if path == PATH else "POST", path, content=body, headers=headers)
        pointers = [error["pointer"] for error in document(sent)["errors"]]
        assert (sent.status_code, pointers) == (422, [f"/header/{header}"]), (path, value)
    assert await count(registry, "organizations") == 0
    headers = {"Content-Type": "application/merge-patch+json; charset=utf-8", "Content-Encoding": "identity"}
    assert (await registry.put(PATH, content=body, headers=headers)).status_code == 201


async def test_unforeseen_errors_say_nothing_of_the_inside(things: httpx.AsyncClient) -> None:
    response = await things.get("/v1/broken", headers={"X-Request-Id": "find-me"})
    assert (response.status_code, document(response)["type"]) == (500, PROBLEM + "internal-error")
    assert "secret" not in response.text
    assert response.headers["x-request-id"] == "find-me"


UNSTORABLE = ["\0", "a\0b", "\ud800", "a\udfffb"]


def _json(value: object) -> bytes:
    return json.dumps(value).encode()  # writes lone surrogates as \\ud800, which other encoders refuse


async def test_text_that_cannot_be_stored_is_never_a_500(registry: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "application/json"}
    for bad in UNSTORABLE:
        for change in (
            *({name: bad} for name in ("name", "street", "address", "carrier", "source", "division", "kind")),
            {bad: 1},
            {"location": {bad: 1}},
            {"registered_on": bad},
            {"as_of": bad},
        ):
            body = _json({**registration(), **change})
            response = await registry.put(PATH, content=body, headers=headers)
            assert response.status_code == 422, (change, response.text)
            document(response)
            batch = await registry.post(
                "/v1/civil-affairs/registrations:batch", content=_json({**registration(), **change, "uscc": code(1)})
            )
            assert batch.json()["status"] == 422, change
    for path in (
        f"/v1/organizations/{quote('a' + chr(0))}",
        f"/v1/organizations/{quote(code(1)[:-1] + chr(0))}",
        "/v1/organizations/%ED%A0%80",
        f"/v1/civil-affairs/registrations/{quote(chr(0))}",
        "/v1/organizations?q=%00&division=%00",
        "/v1/organizations?q=%ED%A0%80",
        "/v1/organizations?cursor=%00",
        "/v1/organizations?kind=%00",
        "/v1/%00",
    ):
        response = await registry.get(path)
        assert response.status_code in (200, 404, 405, 422), (path, response.text)
        if response.is_error:
            document(response)
    assert await count(registry, "organizations") == 0


async def test_unstorable_file_names_and_cells_are_never_a_500(registry: httpx.AsyncClient) -> None:
    for name in ("a\0b.csv", "\ud800.csv"):
        raw = name.encode("utf-8", "surrogatepass")
        body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="' + raw + b'"\r\n\r\nx\r\n--b--\r\n'
        response = await registry.post(
            "/v1/imports", content=body, headers={"Content-Type": "multipart/form-data; boundary=b"}
        )
        assert response.status_code in (400, 422), response.text
        document(response)


async def test_unstorable_notes_are_never_a_500(settings_for: SettingsFor, hands: Hands) -> None:
    app = create_incubation(await settings_for("incubation"))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    headers = {"Content-Type": "application/json"}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://incubation", auth=hands) as client,
    ):
        for bad in UNSTORABLE:
            response = await client.post("/v1/joint-plans", content=_json({"division": bad}), headers=headers)
            assert response.status_code == 422, bad
            document(response)
        for path in ("/v1/formation-checks?organization=%00", "/v1/formation-cases?organization=a%00b"):
            response = await client.get(path)
            assert response.status_code in (200, 422), (path, response.text)
            if response.is_error:
                document(response)


async def test_request_id_is_given_back_or_made(registry: httpx.AsyncClient) -> None:
    async def ask(request_id: str | None, path: str = "/healthz") -> str:
        headers = {} if request_id is None else {"X-Request-Id": request_id}
        return str((await registry.get(path, headers=headers)).headers["x-request-id"])

    for given in ("abc-1", "A.b_c:D", "x" * 128):
        assert await ask(given) == given
        assert await ask(given, "/v1/nowhere") == given
    made = {await ask(other) for other in (None, "", "a b", "x" * 129, "<script>")}
    assert len(made) == 5
    assert all(len(one) == 36 for one in made)


LATER = "2026-03-03T00:00:00Z"


async def test_request_id_and_trace_are_the_cause_of_events(registry: httpx.AsyncClient) -> None:
    trace = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"
    await registry.put(PATH, json=registration(), headers={"X-Request-Id": "chain-1", "traceparent": trace})
    await registry.put(PATH, json=registration(full_members=9, as_of=LATER), headers={"traceparent": "nonsense"})
    async with registry.app.state.database.transaction(SYSTEM) as tx:  # type: ignore[attr-defined]
        rows = await tx.rows(text("SELECT correlation_id, causation_id, traceparent FROM outbox ORDER BY seq"))
    assert tuple(rows[0]) == ("chain-1", "chain-1", trace)
    assert rows[1].correlation_id == rows[1].causation_id != "chain-1"
    assert read_traceparent(rows[1].traceparent), "a new trace instead of nonsense"
    assert "a" * 32 not in rows[1].traceparent


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_problems_speak_the_readers_language(registry: httpx.AsyncClient, language: str) -> None:
    headers = {"Accept-Language": language}
    expected = {"zh": ("未找到", "输入有误", "缺少必填字段。"), "en": ("Not found", "Invalid input", "Field required")}
    missing = document(await registry.get(f"/v1/organizations/{code(1)}", headers=headers))
    invalid = document(await registry.put(PATH, json={}, headers=headers))
    assert (missing["title"], invalid["title"], invalid["errors"][0]["detail"]) == expected[language]


async def test_t47_database_unavailable__is_a_503_and_logged_as_one(
    settings_for: SettingsFor, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = {"database_url": "postgresql+asyncpg://nobody@127.0.0.1:1/none"}
    app = create_incubation((await settings_for("incubation")).model_copy(update=nowhere))
    # An error that passed every middleware would be raised here.
    transport = httpx.ASGITransport(app, raise_app_exceptions=True)
    write_request_lines(None)  # as a log entry, whatever a test before set up
    with capture_logs() as logged:
        async with httpx.AsyncClient(transport=transport, base_url="http://incubation", auth=hands) as client:
            answer = await client.get("/v1/formation-cases")
    assert (answer.status_code, document(answer)["type"]) == (503, PROBLEM + "unavailable")
    assert answer.headers["retry-after"]
    requests = [line for line in logged if line["event"] == "request"]
    assert [line["status"] for line in requests] == [503]
    assert not [line for line in logged if "exc_info" in line or line["log_level"] == "error"]
