"""Answers that the routes of documents share."""

from urllib.parse import quote
from uuid import UUID

from fastapi import Response

from shared.db.session import Transaction
from shared.documents import actions, queries
from shared.web.documents.schemas import document_detail_out
from shared.web.identity.tokens import Actor
from shared.web.routes import answer


async def answer_document(tx: Transaction, document_id: UUID, caller: Actor, status: int = 200) -> Response:
    """A document as it is now, for a caller. Raises NotFound."""
    row = await actions.find(tx, document_id)
    scan = await queries.last_scan(tx, document_id)
    return answer(document_detail_out(row, scan, caller), status, version=row["version"])


def file_response(content: bytes, media_type: str, name: str) -> Response:
    """A file to save under a name."""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(content, media_type=media_type, headers=headers)
