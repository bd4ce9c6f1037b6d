"""The scan of the sealed copy: known by its content, within its size, kept for good."""

import hashlib
import io
import zipfile

import httpx
import pytest
from fastapi import FastAPI

from tests.registry.documents.helpers import PATH, begin, draft, issued, slug
from tests.registry.helpers import rows

PDF = b"%PDF-1.7\n" + b"sealed copy\n" * 200_000
"""More than other routes take."""


def archive(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as written:
        for name in names:
            written.writestr(name, "x")
    return target.getvalue()


def of_a_later_version() -> bytes:
    """An archive whose directory says that a reader of version 25.5 is needed."""
    content = bytearray(archive("OFD.xml"))
    content[content.rindex(b"PK\x01\x02") + 6] = 0xFF
    return bytes(content)


async def file_scan(
    client: httpx.AsyncClient, document: dict[str, object], content: bytes, name: str = "scan.pdf", **headers: str
) -> httpx.Response:
    files = {"file": (name, content, "application/pdf")}
    return await client.put(f"{PATH}/{document['id']}/scan", files=files, headers=headers)


async def test_d18_scan__is_filed_and_read_back(client: httpx.AsyncClient) -> None:
    await begin(client)
    document = await issued(client)
    filed = await file_scan(client, document, PDF)
    assert (filed.status_code, filed.headers["etag"]) == (201, '"1"')
    stored = filed.json()
    assert (stored["media_type"], stored["size_bytes"]) == ("application/pdf", len(PDF))
    assert stored["sha256"] == hashlib.sha256(PDF).hexdigest()
    read = await client.get(f"{PATH}/{document['id']}/scan")
    assert (read.content, read.headers["content-type"], read.headers["etag"]) == (PDF, "application/pdf", '"1"')
    assert "%E3%80%94" in read.headers["content-disposition"], "it is called by the number, with its brackets"
    shown = (await client.get(f"{PATH}/{document['id']}")).json()
    assert (shown["scanned"], shown["scan"]["sha256"], shown["version"]) == (True, stored["sha256"], 3)
    [listed] = (await client.get(PATH)).json()["items"]
    assert listed["scanned"] is True


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"%PDF-1.4 x", "application/pdf"),
        (b"\xff\xd8\xff\xe0 x", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n x", "image/png"),
        (b"II*\x00 x", "image/tiff"),
        (archive("OFD.xml", "Doc_0/Document.xml"), "application/ofd"),
    ],
)
async def test_d18_scan__is_known_by_its_content(client: httpx.AsyncClient, content: bytes, media_type: str) -> None:
    await begin(client)
    filed = await file_scan(client, await issued(client), content, "scan.exe")
    assert (filed.status_code, filed.json()["media_type"]) == (201, media_type)


@pytest.mark.parametrize(
    "content", [b"", b"MZ\x90\x00", b"<html>", archive("a.txt"), b"PK\x03\x04 broken", b" %PDF-", of_a_later_version()]
)
async def test_d18_scan__of_another_content_is_refused_whatever_its_name(
    app: FastAPI, client: httpx.AsyncClient, content: bytes
) -> None:
    await begin(client)
    refused = await file_scan(client, await issued(client), content, "scan.pdf")
    assert (refused.status_code, slug(refused)) == (415, "scan-type-unknown")
    assert await rows(app, "SELECT version FROM document_scans") == []


async def test_d18_scan__has_a_largest_size(app: FastAPI, client: httpx.AsyncClient) -> None:
    await begin(client)
    document = await issued(client)
    app.state.settings.scan_bytes = len(PDF) - 1
    refused = await file_scan(client, document, PDF)
    assert (refused.status_code, slug(refused), refused.json()["limit"]) == (413, "scan-too-large", len(PDF) - 1)
    assert (await file_scan(client, document, PDF[:-1])).status_code == 201
    huge = await file_scan(client, document, PDF * 9)
    assert (huge.status_code, slug(huge)) == (413, "body-too-large")


async def test_d18_scan__is_of_an_issued_document(client: httpx.AsyncClient) -> None:
    await begin(client)
    document = await draft(client)
    refused = await file_scan(client, document, PDF)
    assert (refused.status_code, slug(refused)) == (409, "document-not-issued")
    assert (await client.get(f"{PATH}/{document['id']}/scan")).status_code == 404


async def test_d18_scan__another_names_the_one_before_which_stays(app: FastAPI, client: httpx.AsyncClient) -> None:
    await begin(client)
    document = await issued(client)
    assert (await file_scan(client, document, PDF)).status_code == 201
    assert (await file_scan(client, document, PDF)).status_code == 200
    other = PDF + b"the second page"
    assert (await file_scan(client, document, other)).status_code == 428
    assert (await file_scan(client, document, other, **{"If-Match": '"2"'})).status_code == 412
    filed = await file_scan(client, document, other, **{"If-Match": '"1"'})
    assert (filed.status_code, filed.json()["version"]) == (201, 2)
    assert (await client.get(f"{PATH}/{document['id']}/scan")).content == other
    assert [row["version"] for row in await rows(app, "SELECT version FROM document_scans ORDER BY 1")] == [1, 2]
    kept = await rows(app, "SELECT diff::text AS diff FROM audit_log WHERE object_type = 'document_scans'")
    assert len(kept) == 2
    assert "sealed" not in kept[0]["diff"], "the trail has the digest, not the content"
