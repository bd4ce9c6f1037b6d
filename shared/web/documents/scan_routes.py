"""File the scan of a document's sealed copy, and read it back."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, File, Request, Response, UploadFile

from shared.db.access import Access
from shared.db.base import utc_now
from shared.db.session import Database
from shared.documents import actions, queries
from shared.documents.errors import NotIssued, ScanTooLarge, ScanUnreadable
from shared.documents.scans import KNOWN, SUFFIXES, media_type_of
from shared.problems.problems import InvalidInput, NotFound, PreconditionFailed, PreconditionRequired
from shared.web.describing.answers import header
from shared.web.documents.answering import file_response
from shared.web.documents.closed import check_open
from shared.web.documents.schemas import ScanOut, printed, scan_out
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import IfMatch, Tx, answer, problems
from shared.web.steps import Caller

SCAN_PATH = "/v1/documents/{}/scan"
"""Takes larger bodies than other routes: `scan_bytes` of the settings, and the form around."""
FORM_BYTES = 64 * 1024
_SCAN_HEADERS = {"ETag": header("the version of the scan", required=True)}
# Generators of clients know no other type for a file.
_SCANS: dict[str, dict[str, Any]] = {
    "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
    **{kind: {} for kind in SUFFIXES},
}


def add_scans(router: APIRouter, reads: Permission) -> None:
    """Add the routes of the scan."""

    @router.put(
        "/{document_id}/scan",
        dependencies=[requires(Permission.DOCUMENTS_DRAFT)],
        response_model=ScanOut,
        responses=problems(
            NotFound,
            NotIssued,
            ScanUnreadable,
            ScanTooLarge,
            PreconditionFailed,
            PreconditionRequired,
            InvalidInput,
            beside={201: {"model": ScanOut}},
        ),
    )
    async def put_scan(
        request: Request,
        caller: Caller,
        document_id: UUID,
        if_match: IfMatch,
        file: Annotated[UploadFile, File(description=KNOWN)],
    ) -> Response:
        """File the scan of the sealed copy: 201 new, 200 the same again. Another one names the version it follows."""
        limit: int = request.app.state.settings.scan_bytes
        content = await file.read(limit + 1)
        if len(content) > limit:
            raise ScanTooLarge(limit=limit)
        media_type = await asyncio.to_thread(media_type_of, content)
        if media_type is None:
            raise ScanUnreadable(known=KNOWN)
        database: Database = request.app.state.database
        access: Access = request.state.access
        # Opened only now, so that no transaction is idle while the file is read.
        async with database.transaction(access) as tx:
            check_open((await actions.find(tx, document_id))["kind"], caller)
            row, new = await actions.file_scan(tx, document_id, content, media_type, utc_now(), if_match=if_match)
        return answer(scan_out(row), 201 if new else 200, version=row["version"])

    @router.get(
        "/{document_id}/scan",
        dependencies=[requires(reads)],
        response_class=Response,
        responses=problems(
            NotFound,
            InvalidInput,
            beside={200: {"content": _SCANS, "description": "the scan", "headers": _SCAN_HEADERS}},
        ),
    )
    async def get_scan(tx: Tx, caller: Caller, document_id: UUID) -> Response:
        """The scan of the sealed copy, the last one filed."""
        document = await actions.find(tx, document_id)
        check_open(document["kind"], caller)
        row = await queries.last_scan(tx, document_id, content=True)
        if row is None:
            raise NotFound(what="scan")
        name = f"{printed(document).number or document['title']}.{SUFFIXES[row['media_type']]}"
        response = file_response(bytes(row["content"]), row["media_type"], name)
        response.headers["ETag"] = f'"{row["version"]}"'
        return response
