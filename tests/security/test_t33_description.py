"""The description says which headers are required and which come back, what a line holds, and what a file is."""

from typing import Any

import httpx
import pytest

from tests.conftest import ALL_ROLES, TokenFor
from tests.running.callers import LEVELS
from tests.security.test_matrix import ASKED, ask, in_module
from tests.security.walk import APPS, DOORS, GUARDED, Door, described
from tests.security.worlds import World

REQUIRED = {
    "funding POST /v1/grants/{grant_id}/payment": {"Idempotency-Key"},
    "funding POST /v1/grants/{grant_id}/balance-return": {"Idempotency-Key"},
    "funding POST /v1/grants/{grant_id}/bank-return": {"Idempotency-Key"},
    "funding POST /v1/ledger/vouchers": {"Idempotency-Key"},
    "funding POST /v1/dues-refunds": {"Idempotency-Key"},
    "funding POST /v1/payment-orders": {"Idempotency-Key"},
    "funding POST /v1/award-pools/{pool_id}/distribution": {"Idempotency-Key"},
    "funding POST /v1/ledger/reversals": {"Idempotency-Key"},
    "registry DELETE /v1/organizations/{reference}/contacts/{role}": {"If-Match"},
    **{
        f"{service} POST /v1/documents/{{document_id}}/{step}": {"If-Match"}
        for service in ("registry", "incubation", "evaluation", "funding")
        for step in ("check", "issue", "withdrawal")
    },
}
EVERY = [pytest.param(door, id=door.name) for door in GUARDED]


def headers_of(door: Door) -> list[dict[str, Any]]:
    return [one for one in described(door).get("parameters", ()) if one["in"] == "header"]


def test_t33_headers__that_are_required_are_declared_so() -> None:
    found = {door.name: {one["name"] for one in headers_of(door) if one["required"]} for door in GUARDED}
    assert {name: names for name, names in found.items() if names} == REQUIRED


@pytest.mark.parametrize("door", EVERY)
@in_module
async def test_t33_answer__has_the_headers_that_are_declared(
    worlds: dict[str, World], token_for: TokenFor, door: Door
) -> None:
    world = worlds[door.service]
    more = dict(ASKED[door.name].more)
    if any(one["name"] == "Idempotency-Key" for one in described(door).get("parameters", ())):
        more["headers"] = {
            **more.get("headers", {}),
            "Idempotency-Key": f"t33-{door.name}".replace("{", "").replace("}", ""),
        }
    token = token_for(ALL_ROLES, LEVELS, f"t33-{door.path.rpartition('/')[2]}")
    answers: list[httpx.Response] = [
        await ask(world, door, token, **more) if more else await ask(world, door, token),
        await ask(world, door, None),
        await ask(world, door, token_for([])),
    ]
    if "headers" in more and "Idempotency-Key" in more["headers"]:
        answers.append(await ask(world, door, token, **more))
    for answer in answers:
        declared = described(door)["responses"][str(answer.status_code)].get("headers", {})
        missing = {name for name, one in declared.items() if one.get("required") and name.lower() not in answer.headers}
        assert missing == set(), f"{answer.status_code}: declared, and not there"
        returned = {"etag", "location", "retry-after", "www-authenticate", "idempotent-replayed", "link"}
        unsaid = (returned & set(answer.headers)) - {name.lower() for name in declared}
        assert unsaid == set(), f"{answer.status_code}: there, and not declared"


def test_t33_headers__of_every_answer_are_declared() -> None:
    for door in DOORS:
        if door.path.startswith("/v1/") and "openapi" not in door.path:
            for status, answer in described(door)["responses"].items():
                assert "X-Request-Id" in answer["headers"], (door.name, status)
                assert ("Retry-After" in answer["headers"]) >= (status == "503"), door.name


def test_t33_batch__its_lines_have_a_type() -> None:
    operation = APPS["registry"].openapi()["paths"]["/v1/civil-affairs/registrations:batch"]["post"]
    line = operation["requestBody"]["content"]["application/x-ndjson"]["schema"]["contentSchema"]
    assert {"uscc", "name", "as_of", "division"} <= set(line["required"])
    result = operation["responses"]["200"]["content"]["application/x-ndjson"]["schema"]["contentSchema"]
    assert set(result["required"]) == {"line", "uscc", "status", "problem"}


def test_t33_upload__is_binary() -> None:
    document = APPS["registry"].openapi()
    content = document["paths"]["/v1/imports"]["post"]["requestBody"]["content"]["multipart/form-data"]
    name = content["schema"]["$ref"].rpartition("/")[2]
    file = document["components"]["schemas"][name]["properties"]["file"]
    assert (file["type"], file["format"]) == ("string", "binary")
