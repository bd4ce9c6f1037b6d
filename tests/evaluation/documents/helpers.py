"""Invented documents of evaluation."""

from typing import Any

import httpx

from tests.evaluation.conftest import Round
from tests.registry.documents.helpers import file_of, pointers, slug, take, text_of

__all__ = ["file_of", "pointers", "slug", "take", "text_of"]
PATH = "/v1/documents"


async def try_draft(a_round: Round, kind: str, subject: str, **given: Any) -> httpx.Response:
    return await a_round.client.post(PATH, json={"kind": kind, "subject": subject, **given})


async def draft(a_round: Round, kind: str, subject: str, **given: Any) -> dict[str, Any]:
    """A drafted document."""
    response = await try_draft(a_round, kind, subject, **given)
    assert response.status_code == 201, response.text
    return dict(response.json())


async def issued(a_round: Round, kind: str, subject: str, **given: Any) -> dict[str, Any]:
    """A document, drafted, checked and issued by three."""
    document = await draft(a_round, kind, subject, **given)
    for step in ("check", "issue"):
        response = await take(a_round.client, document, step)
        assert response.status_code == 200, response.text
        document = response.json()
    return document


async def printed(a_round: Round, document: dict[str, Any]) -> str:
    """The text of a document's PDF, without what divides cells and lines."""
    answer = await file_of(a_round.client, document, "pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf"), answer.text
    return "".join(text_of(answer.content).split())
