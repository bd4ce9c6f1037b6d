"""Invented bodies that streets file, and how they are sent."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import httpx
import orjson

from shared.bus.handlers import Received
from shared.contracts.areas import FiledBodiesAssigned
from tests.registry.imports.helpers import Row, post
from tests.registry.party_organizations.helpers import received

BATCH = "/v1/filed-bodies:batch"
COUNT = "SELECT count(*) AS n FROM filed_bodies"
COLUMNS = {
    "number": "备案编号",
    "name": "名称",
    "kind": "类型",
    "division": "区县",
    "street": "街道",
    "people": "人数",
    "filed_on": "备案日期",
    "until": "撤销备案日期",
    "as_of": "数据截至",
}


def filing(**changes: Any) -> dict[str, Any]:
    """An invented dancing team of a street."""
    return {
        "name": "翠苑社区舞蹈队",
        "kind": "culture_sports",
        "division": "330106",
        "street": "翠苑街道",
        "filed_on": "2024-05-01",
        "as_of": "2026-03-02T09:00:00+08:00",
        **changes,
    }


async def put(client: httpx.AsyncClient, number: str, headers: dict[str, str] | None = None, **changes: Any) -> Any:
    """Put one."""
    return await client.put(f"/v1/filed-bodies/{number}", json=filing(**changes), headers=headers)


async def batch(client: httpx.AsyncClient, lines: Sequence[bytes]) -> list[dict[str, Any]]:
    """Send lines, and read their results."""
    response = await client.put(BATCH, content=b"\n".join(lines), headers={"Accept-Language": "en"})
    assert response.status_code == 200, response.text
    return [orjson.loads(found) for found in response.text.splitlines()]


def assigned(*bodies: tuple[str, int, str | None], on: str = "2026-03-02", division: str = "330106") -> Received[Any]:
    """What incubation states of bodies: id, number of the statement, area."""
    subject = uuid4()
    stated = [{"id": body, "sequence": sequence, "area": area} for body, sequence, area in bodies]
    content = {"id": subject, "division": division, "on": on, "bodies": stated}
    return received(FiledBodiesAssigned.model_validate(content), subject, 1)


def line(number: object, **changes: Any) -> bytes:
    """One line of a batch."""
    return orjson.dumps({"number": number, **filing(**changes)})


def csv(rows: Sequence[Row]) -> bytes:
    """A file of filed bodies with Chinese headings."""
    found = [",".join(COLUMNS.values())]
    found += [",".join(str(row.get(name) or "") for name in COLUMNS) for row in rows]
    return "\n".join(found).encode()


def row(number: object, **changes: Any) -> Row:
    """A row as a street writes it."""
    return {"number": number, **filing(**{"kind": "文体活动类", "as_of": "2026-03-02", **changes})}


async def post_file(client: httpx.AsyncClient, content: bytes, **form: str) -> httpx.Response:
    """Send a file of filed bodies."""
    return await post(client, content, "备案.csv", subject="filed_bodies", **form)
