"""A document as PDF and Word, and what the answer is where it cannot be printed."""

from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from shared.documents.rendering.process import Renderer
from tests.registry.documents.helpers import begin, draft, file_of, issued, slug, text_of
from tests.registry.helpers import code, put

pytestmark = pytest.mark.usefixtures("chinese_fonts")


async def test_d18_pdf__has_the_number_the_date_and_rare_characters(client: httpx.AsyncClient) -> None:
    await begin(client)
    await put(client, code(1), name="西湖区𠮷㛃䶮服务中心", as_of="2026-03-03T09:00:00+08:00")
    document = await issued(client, issuer="CITY")
    answer = await file_of(client, document, "pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    said = text_of(answer.content)
    year, month, day = (int(part) for part in document["issued_on"].split("-"))
    assert said.startswith(f"杭州市示例工委文件杭州两新〔{year}〕1号关于成立党组织的告知书西湖区𠮷㛃䶮服务中心：")
    assert f"杭州市示例工委{year}年{month}月{day}日" in said
    assert "— 1 —" in said


async def test_d18_pdf__of_a_draft_says_that_it_is_one(client: httpx.AsyncClient) -> None:
    await begin(client)
    document = await draft(client)
    said = text_of((await file_of(client, document, "pdf")).content)
    assert said.startswith("（送审稿，未印发）")
    assert "〔" not in said


async def test_d18_word__is_a_file_of_the_same_name(client: httpx.AsyncClient) -> None:
    await begin(client)
    answer = await file_of(client, await issued(client), "docx")
    assert (answer.status_code, answer.content[:2]) == (200, b"PK")
    assert answer.headers["content-type"].endswith("wordprocessingml.document")
    assert answer.headers["content-disposition"].endswith(".docx")


async def test_d18_pdf__without_fonts_says_what_to_install(
    app: FastAPI, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    await begin(client)
    document = await issued(client)
    app.state.renderer = Renderer(tmp_path, 20, system_fonts=False)
    refused = await file_of(client, document, "pdf")
    assert (refused.status_code, slug(refused)) == (503, "fonts-missing")
    assert "fonts-noto-cjk" in refused.json()["detail"]
    assert (await file_of(client, document, "docx")).status_code == 200


async def test_d18_pdf__with_a_character_that_no_font_has_names_it(client: httpx.AsyncClient) -> None:
    await begin(client)
    await put(client, code(1), name="西湖区\U000323af服务中心", as_of="2026-03-03T09:00:00+08:00")
    refused = await file_of(client, await draft(client), "pdf")
    assert (refused.status_code, slug(refused), refused.json()["character"]) == (
        503,
        "character-missing",
        "\U000323af",
    )


async def test_d18_file__of_an_unknown_format_or_document_is_refused(client: httpx.AsyncClient) -> None:
    await begin(client)
    document = await draft(client)
    assert (await file_of(client, document, "odt")).status_code == 422
    for kind in ("json", "pdf", "docx"):
        assert (await file_of(client, {"id": "01900000-0000-7000-8000-000000000000"}, kind)).status_code == 404
