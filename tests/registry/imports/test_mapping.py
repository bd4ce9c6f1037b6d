"""Headings that no policy knows: the uploader says which field each holds, and sees it before anything is stored."""

from datetime import date
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI

from services.registry.imports.headings import Names, find_heading
from services.registry.imports.mapping.rules import MOST_HEADINGS, check_found, read_mapping, with_mapping
from shared.problems.problems import InvalidInput
from tests.registry.imports.helpers import CHINESE, NAMES, WORDS, post, row, work_off

WORDS_NOW = WORDS.words("330106", date(2026, 3, 2))[0]


def fields(mapped: dict[str, str | None], *rows: list[object]) -> list[str | None]:
    found = find_heading(Names(with_mapping(WORDS_NOW, mapped)), list(enumerate(rows, start=1)))
    assert found is not None
    return [column.field for column in found.columns]


@pytest.mark.parametrize(
    ("mapped", "rows", "expected"),
    [
        ({}, [["单位全名", "名称"]], [None, "name"]),
        ({"单位全名": "name", "名称": None}, [["单位全名", "名称"]], ["name", None]),
        ({"名称": "address", "地址": "name"}, [["名称", "地址"]], ["address", "name"]),
        ({"在册人数（人）": "full_members"}, [["在册人数"]], ["full_members"]),
        ({"人员 / 在册": "full_members"}, [["人员", None], ["在册", "聘用"]], ["full_members", None]),
        ({"甲": "uscc", "乙": "name", "丙": "street"}, [["填报表"], ["甲", "乙", "丙"]], ["uscc", "name", "street"]),
    ],
)
def test_mapping__goes_before_what_the_policies_say(
    mapped: dict[str, str | None], rows: list[list[object]], expected: list[str | None]
) -> None:
    assert fields(mapped, *rows) == expected


@pytest.mark.parametrize(
    ("text", "pointers"),
    [
        ("[]", ["/mapping"]),
        ("{", ["/mapping"]),
        ('{"甲": 1}', ["/mapping"]),
        ('{" ": "name"}', ["/mapping"]),
        ('{"甲": "nom"}', ["/mapping/甲"]),
        ('{"甲": "name", "乙": "name", "丙": "", "丁": null}', ["/mapping/甲", "/mapping/乙"]),
        ('{"甲/乙": "nom"}', ["/mapping/甲~1乙"]),
        (orjson.dumps({f"甲{n}": "" for n in range(MOST_HEADINGS + 1)}).decode(), ["/mapping"]),
    ],
)
def test_mapping__what_is_wrong_with_it_is_named(text: str, pointers: list[str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_mapping(text, WORDS_NOW)
    assert [error.pointer for error in refused.value.errors] == pointers
    assert all(error.detail.render("zh", **dict(error.facts)) for error in refused.value.errors)


def test_mapping__of_a_heading_that_the_file_lacks_is_refused() -> None:
    check_found({"甲": "name", "乙": None}, WORDS_NOW, ["甲", "人员 / 乙"])
    with pytest.raises(InvalidInput) as refused:
        check_found({"丙": "name"}, WORDS_NOW, ["甲", "乙"])
    assert [error.pointer for error in refused.value.errors] == ["/mapping/丙"]
    assert read_mapping(None, WORDS_NOW) == {}


async def test_import__is_previewed_with_a_mapping_and_then_stored(app: FastAPI, client: httpx.AsyncClient) -> None:
    headings = {**CHINESE, "name": "单位全名", "full_members": "在册人数"}
    lines = [{headings[name]: value for name, value in row(n).items() if name in NAMES} for n in (1, 2)]
    lines[1]["在册人数"] = "不少"
    content = _csv(lines, [headings[name] for name in NAMES])
    lacking = await post(client, content, "a.csv")
    assert (lacking.status_code, lacking.json()["type"]) == (422, "urn:shuangfu:problem:missing-columns")
    told = lacking.json()
    unread = {"column": "B", "heading": "单位全名", "field": None, "like": "name"}
    assert [one for one in told["headings"] if one["column"] == "B"] == [unread]
    assert told["fields"]["name"] == CHINESE["name"]
    mapping = {"单位全名": "name", "在册人数": "full_members"}
    misspelt = await post(client, content, "a.csv", mapping=orjson.dumps({**mapping, "备注": ""}).decode())
    assert [error["pointer"] for error in misspelt.json()["errors"]] == ["/mapping/备注"]
    given = {"mapping": orjson.dumps(mapping).decode()}
    preview = await post(client, content, "a.csv", dry_run="true", **given)
    assert (preview.status_code, preview.json()["mapping"]) == (202, mapping)
    await work_off(app)
    found = (await client.get(f"/v1/imports/{preview.json()['id']}")).json()
    assert {one["heading"]: one["field"] for one in found["columns"]}["单位全名"] == "name"
    assert found["fields"] == told["fields"]
    assert (await client.get("/v1/imports")).json()["items"][0]["fields"] is None
    assert (found["counts"]["created"], found["counts"]["refused"]) == (1, 1)
    [error] = (await client.get(f"/v1/imports/{found['id']}/errors")).json()["items"]
    assert [(cell["field"], cell["heading"], cell["value"]) for cell in error["cells"]] == [
        ("full_members", "在册人数", "不少")
    ]
    assert (await client.get("/v1/organizations")).json()["items"] == []
    await post(client, content, "a.csv", **given)
    await work_off(app)
    [stored] = (await client.get("/v1/organizations")).json()["items"]
    assert stored["name"] == row(1)["name"]


def _csv(lines: list[dict[str, Any]], columns: list[str]) -> bytes:
    texts = [",".join(columns), *(",".join(str(line.get(one) or "") for one in columns) for line in lines)]
    return "\n".join(texts).encode()
