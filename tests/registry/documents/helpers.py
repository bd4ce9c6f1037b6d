"""Invented documents of the registry, and what a PDF of them holds."""

import io
from typing import Any
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI
from pypdf import PdfReader

from tests.registry.bodies.helpers import record_hangzhou
from tests.registry.helpers import code, put
from tests.registry.party_organizations.helpers import deliver, formed

PATH = "/v1/documents"
NOTICE: dict[str, Any] = {"kind": "founding_notice", "subject": code(1), "due_on": "2099-03-01"}
ELECTION: dict[str, Any] = {"held_on": "2026-03-20", "due": 12, "present": 11, "candidates": 4, "elected": 3}


async def begin(client: httpx.AsyncClient) -> None:
    """Superior bodies, and one organization."""
    await record_hangzhou(client)
    assert (await put(client, code(1))).status_code == 201


async def found_party(app: FastAPI, client: httpx.AsyncClient, *numbers: int, **changes: Any) -> UUID:
    """A Party organization that covers the organizations of these numbers."""
    covered = [str((await put(client, code(number))).json()["id"]) for number in numbers or (1,)]
    party = uuid4()
    changes.setdefault("name", "西湖区蓝天社工服务中心党支部")
    await deliver(app, formed(*covered, party_organization_id=party, **changes))
    return party


async def draft(client: httpx.AsyncClient, content: dict[str, Any] = NOTICE, **changes: Any) -> dict[str, Any]:
    """A drafted document."""
    response = await client.post(PATH, json=content | changes)
    assert response.status_code == 201, response.text
    drafted: dict[str, Any] = response.json()
    return drafted


async def take(client: httpx.AsyncClient, document: dict[str, Any], step: str, **headers: str) -> httpx.Response:
    """One step, from the version that the document shows."""
    headers = {"If-Match": f'"{document["version"]}"', **headers}
    return await client.post(f"{PATH}/{document['id']}/{step}", headers=headers)


async def issued(client: httpx.AsyncClient, content: dict[str, Any] = NOTICE, **changes: Any) -> dict[str, Any]:
    """A document, drafted, checked and issued by three."""
    document = await draft(client, content, **changes)
    for step in ("check", "issue"):
        response = await take(client, document, step)
        assert response.status_code == 200, response.text
        document = response.json()
    return document


async def file_of(client: httpx.AsyncClient, document: dict[str, Any], kind: str) -> httpx.Response:
    """A document as a file."""
    return await client.get(f"{PATH}/{document['id']}", params={"format": kind})


def text_of(content: bytes) -> str:
    """The text of a PDF, without line ends."""
    pages = PdfReader(io.BytesIO(content)).pages
    return "".join(page.extract_text() for page in pages).replace("\n", "")


def slug(response: httpx.Response) -> str:
    """Which problem an answer is."""
    return str(response.json()["type"]).rpartition(":")[2]


def pointers(response: httpx.Response) -> list[str]:
    """What a refusal of the input names."""
    assert response.status_code == 422, response.text
    return [one["pointer"] for one in response.json()["errors"]]
