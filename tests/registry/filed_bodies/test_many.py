"""S15: filed bodies as the lines of a batch and the rows of a file."""

import asyncio
from typing import Any

import httpx
from fastapi import FastAPI

from tests.conftest import TokenFor
from tests.registry.filed_bodies.helpers import COUNT, batch, csv, line, post_file, row
from tests.registry.helpers import rows
from tests.registry.imports.helpers import counts, finished, import_file, work_off

LATER = "2026-03-03T09:00:00+08:00"


async def test_s15_batch__answers_each_line_in_order(app: FastAPI, client: httpx.AsyncClient) -> None:
    lines = [
        line("1", name="一队"),
        line("2", kind="club"),
        line("1", name="一队", as_of=LATER),
        line("1", name="二队"),
        b"{",
        line("1", name="三队", as_of=LATER),
        line("3", division="310101"),
        line("1", name="三队", as_of="2026-03-04T09:00:00+08:00"),
    ]
    found = await batch(client, lines)
    assert [(one["line"], one["number"], one["status"]) for one in found] == [
        (1, "1", 201),
        (2, "2", 422),
        (3, "1", 200),
        (4, "1", 409),
        (5, None, 422),
        (6, "1", 409),
        (7, "3", 201),
        (8, "1", 200),
    ]
    slugs = [one["problem"]["type"].rpartition(":")[2] for one in found if one["problem"]]
    assert slugs == ["invalid-input", "stale-filing", "invalid-input", "contradicting-filing"]
    assert await rows(app, "SELECT name, version FROM filed_bodies WHERE number = '1'") == [
        {"name": "三队", "version": 2}
    ]


async def test_s15_batch__a_line_of_another_division_is_refused_alone(
    app: FastAPI, client: httpx.AsyncClient, token_for: TokenFor
) -> None:
    client.auth = None
    client.headers["Authorization"] = f"Bearer {token_for('street_officer', ['330106'])}"
    found = await batch(client, [line("1"), line("2", division="330105"), line("3")])
    assert [one["status"] for one in found] == [201, 403, 201]
    assert await rows(app, COUNT) == [{"n": 2}]


async def test_s15_batch__two_at_once_file_each_body_once(app: FastAPI, client: httpx.AsyncClient) -> None:
    lines = [line(f"{n:04}") for n in range(500)]
    both = await asyncio.gather(batch(client, lines), batch(client, lines[::-1]))
    statuses = sorted(one["status"] for found in both for one in found)
    assert statuses == [200] * 500 + [201] * 500
    assert await rows(app, COUNT) == [{"n": 500}]


async def test_s15_import__is_read_as_streets_write_it(app: FastAPI, client: httpx.AsyncClient) -> None:
    content = csv(
        [
            row("0012", people="25人", filed_on="2024年5月1日"),
            row("13", kind="文娱", name="十三队"),
            row("14", name="十四队", street=""),
            row("0012", name="同街同号"),
            row("0012", division="西湖区", street="西溪街道办事处", name="西溪读书会", people="25人"),
            {"number": "合计", "people": 50},
        ]
    )
    made = await post_file(client, content, division="330106")
    assert made.status_code == 202, made.text
    await work_off(app)
    found = await finished(client, made.json()["id"], 1)
    assert (found["subject"], found["state"]) == ("filed_bodies", "completed")
    assert found["counts"] == counts(total=5, created=1, refused=4)
    assert [one["row"] for one in found["skipped"]] == [7]
    errors = (await client.get(f"/v1/imports/{found['id']}/errors")).json()["items"]
    assert [(one["row"], one["key"], one["uscc"]) for one in errors] == [
        (2, "0012", None),
        (3, "13", None),
        (4, "14", None),
        (5, "0012", None),
    ]
    faults = {one["row"]: [cell["field"] for cell in one["cells"]] for one in errors}
    assert faults == {2: ["number"], 3: ["kind"], 4: ["street"], 5: ["number"]}
    [stored] = await rows(app, "SELECT number, street, people, filed_on FROM filed_bodies")
    assert (stored["number"], stored["street"], stored["people"]) == ("0012", "西溪街道", 25)


async def test_s15_import__again_changes_nothing_and_a_dry_run_writes_nothing(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    content = csv([row(n, people=20 + n) for n in range(1, 31)])
    dry = await import_file(app, client, content, "a.csv", subject="filed_bodies", dry_run="true")
    assert dry["counts"] == counts(total=30, created=30)
    assert await rows(app, COUNT) == [{"n": 0}]
    real = await import_file(app, client, content, "a.csv", subject="filed_bodies")
    assert real["counts"] == counts(total=30, created=30)
    again = await import_file(app, client, content, "a.csv", subject="filed_bodies")
    assert again["counts"] == counts(total=30, same=30)
    [stored] = await rows(app, "SELECT people, kind FROM filed_bodies WHERE number = '7'")
    assert (stored["people"], stored["kind"]) == (27, "culture_sports")
    newer = csv([row(1, people=99) | {"as_of": "2026-03-03"}, row(2, people=98)])
    changed = await import_file(app, client, newer, "a.csv", subject="filed_bodies")
    assert changed["counts"] == counts(total=2, changed=1, refused=1)
    [error] = (await client.get(f"/v1/imports/{changed['id']}/errors")).json()["items"]
    assert error["problem"]["type"] == "urn:shuangfu:problem:contradicting-filing"
    assert await rows(app, "SELECT count(*) AS n FROM organizations") == [{"n": 0}]


async def test_s15_import__a_street_officer_sends_filings_and_no_registrations(
    client: httpx.AsyncClient, token_for: TokenFor
) -> None:
    client.auth = None
    client.headers["Authorization"] = f"Bearer {token_for('street_officer', ['330106'])}"
    content = csv([row(1)])
    assert (await post_file(client, content)).status_code == 202
    form: Any = {"files": {"file": ("a.csv", content)}}
    refused = await client.post("/v1/imports", **form)
    assert (refused.status_code, refused.json()["permission"]) == (403, "registrations.write")


async def test_s15_import__its_template_imports_without_a_fault(app: FastAPI, client: httpx.AsyncClient) -> None:
    template = await client.get("/v1/imports/template.xlsx", params={"subject": "filed_bodies"})
    assert template.status_code == 200
    found = await import_file(app, client, template.content, "template.xlsx", subject="filed_bodies")
    assert found["counts"] == counts(total=1, created=1)


async def test_s15_file__a_number_that_begins_as_a_note_does_is_a_record(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    content = csv([row("附1"), row("注2024-001"), row("3", until="无")])
    made = await post_file(client, content, division="330106")
    await work_off(app)
    found = await finished(client, made.json()["id"], 1)
    assert found["counts"] == counts(total=3, created=3)
    assert await rows(app, "SELECT number, until FROM filed_bodies ORDER BY number") == [
        {"number": "3", "until": None},
        {"number": "注2024-001", "until": None},
        {"number": "附1", "until": None},
    ]


async def test_s15_file__a_dash_in_a_count_is_unknown_and_none_is_nobody(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    """Counts of what streets file may be left out: a dash says that nobody counted, 无 that there is nobody."""
    heading = csv([row(1, people=0)]).replace("人数".encode(), "人数,正式党员".encode(), 1).splitlines()[0]
    made = [csv([row(n)]).splitlines()[1].split(b",") for n in (1, 2, 3)]
    for cells, people, members in zip(made, ("-", "12", "不详"), ("——", "无", "0"), strict=True):
        cells[5:6] = [people.encode(), members.encode()]
    content = b"\n".join([heading, *(b",".join(cells) for cells in made)])
    found = await import_file(app, client, content, "a.csv", subject="filed_bodies")
    assert found["counts"] == counts(total=3, created=3)
    assert await rows(app, "SELECT people, full_members FROM filed_bodies ORDER BY number") == [
        {"people": None, "full_members": None},
        {"people": 12, "full_members": 0},
        {"people": None, "full_members": 0},
    ]
