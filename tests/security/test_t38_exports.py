"""Every list of every service as xlsx and csv: as many rows as the list has, for whoever may read the list."""

import csv
import io

import pytest

from tests.conftest import ALL_ROLES, PROVINCES, TokenFor
from tests.security.test_matrix import ask, in_module
from tests.security.walk import GUARDED, Door, described
from tests.security.worlds import World

OWN_FILES = {
    "registry GET /v1/imports/{import_id}/errors",
    "registry GET /v1/documents/{document_id}",
    "registry GET /v1/statistics/{report_id}/sheet",
    "incubation GET /v1/documents/{document_id}",
    "evaluation GET /v1/documents/{document_id}",
    "funding GET /v1/documents/{document_id}",
    "incubation GET /v1/incubatees/{incubatee_id}/visit-sheet",
    "incubation GET /v1/reports/{year}",
    "evaluation GET /v1/evaluations/{evaluation_id}/on-site-sheet",
    "funding GET /v1/payment-orders/{order_id}/file",
    "funding GET /v1/statements/{recipient}/sheet",
}
"""What has a file of its own making: the uploaded one with its reasons (T21), a printed document (D18), a report."""
LISTS = [
    pytest.param(door, id=door.name)
    for door in GUARDED
    if door.name not in OWN_FILES and any(one["name"] == "format" for one in described(door).get("parameters", ()))
]


def test_t38_lists__are_found() -> None:
    assert len(LISTS) >= 22
    pages = {
        door.name
        for door in GUARDED
        if "Page" in str(described(door)["responses"].get("200", {}).get("content", {}).get("application/json"))
    }
    assert pages - OWN_FILES <= {str(param.id) for param in LISTS}


@pytest.mark.parametrize("door", LISTS)
@in_module
async def test_t38_list__has_all_its_rows_in_the_file(
    worlds: dict[str, World], token_for: TokenFor, door: Door
) -> None:
    token = token_for(ALL_ROLES, PROVINCES)
    listed = (await ask(worlds[door.service], door, token, params={"limit": "500"} if _pages(door) else {})).json()
    answer = await ask(worlds[door.service], door, token, params={"format": "csv"})
    assert answer.status_code == 200, answer.text
    found = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert len(found) - 1 == len(listed["items"])
    assert len({len(row) for row in found}) == 1
    workbook = await ask(worlds[door.service], door, token, params={"format": "xlsx"})
    assert workbook.content.startswith(b"PK")
    assert (await ask(worlds[door.service], door, None, params={"format": "csv"})).status_code == 401


def _pages(door: Door) -> bool:
    return any(one["name"] == "limit" for one in described(door)["parameters"])
