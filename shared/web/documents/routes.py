"""The documents of a service: drafted, checked and issued, read as JSON, PDF or Word, the sealed copy's scan filed."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from shared.db.access import Access
from shared.db.base import utc_now
from shared.db.session import Database
from shared.documents import actions, queries
from shared.documents.errors import (
    CharacterMissing,
    FontsMissing,
    NoIssuer,
    NoSeries,
    NoTemplate,
    RenderingFailed,
    SubjectUnfit,
)
from shared.documents.rendering.process import MEDIA_TYPES, Renderer
from shared.documents.rules import DocumentState, stored_subject
from shared.problems.access import OutsideScope
from shared.problems.problems import BadCursor, InvalidInput, NotFound, PreconditionFailed
from shared.problems.versions import check_version
from shared.web.describing.answers import LOCATION
from shared.web.documents.answering import answer_document, file_response
from shared.web.documents.closed import check_drafter, check_open, closed_kinds
from shared.web.documents.scan_routes import add_scans
from shared.web.documents.schemas import DocumentBody, DocumentDetailOut, DocumentOut, document_out, printed
from shared.web.documents.step_routes import add_steps
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, decode_id_cursor, page, problems
from shared.web.steps import Caller

_FILES: dict[str, dict[str, Any]] = {kind: {} for kind in MEDIA_TYPES.values()}


def create_documents(reads: Permission, drafts: type[DocumentBody]) -> APIRouter:
    """The routes. `drafts` is what a drafter sends; its `kind` says which kinds the service has.

    The app's state has `document_source` (an `actions.Source`), `document_book` and `renderer`.
    """
    sent: Any = drafts
    known_kind: Any = drafts.model_fields["kind"].annotation
    router = APIRouter(prefix="/documents", tags=["documents"], route_class=GuardedRoute)

    @router.post(
        "",
        dependencies=[requires(Permission.DOCUMENTS_DRAFT)],
        status_code=201,
        response_model=DocumentDetailOut,
        responses=problems(
            NotFound,
            OutsideScope,
            NoTemplate,
            NoSeries,
            NoIssuer,
            SubjectUnfit,
            PreconditionFailed,
            InvalidInput,
            beside={201: LOCATION},
        ),
    )
    async def create_document(
        tx: Tx, request: Request, caller: Caller, once: OnceOnly, if_match: IfMatch, body: sent
    ) -> Response:
        """Draft a document from what is stored of its subject; its text is frozen."""

        async def run() -> Response:
            check_drafter(body.kind, caller)
            check_version(if_match, None)
            asked = body.asked()
            state = request.app.state
            document_id = await actions.draft(tx, asked, state.document_source, state.document_book, utc_now())
            response = await answer_document(tx, document_id, caller, 201)
            response.headers["Location"] = f"{request.scope.get('root_path', '')}/v1/documents/{document_id}"
            return response

        return await once(run)

    @router.get(
        "",
        dependencies=[requires(reads)],
        response_model=Page[DocumentOut],
        responses=problems(InvalidInput, BadCursor),
    )
    async def list_documents(
        tx: Tx,
        caller: Caller,
        division: DivisionFilter = None,
        kind: known_kind | None = None,
        state: DocumentState | None = None,
        about: Annotated[str | None, Query(max_length=64, description="a code, an id or a division")] = None,
        year: Annotated[int | None, Query(ge=1900, le=9999, description="the year of its number")] = None,
        cursor: Cursor = None,
        limit: Limit = 50,
    ) -> Response:
        """Documents, in the order of their drafting."""
        rows = await queries.list_documents(
            tx,
            division=division,
            kind=kind,
            state=state,
            subject=about and stored_subject(about),
            year=year,
            without=closed_kinds(caller),
            after=decode_id_cursor(cursor),
            limit=limit,
        )
        return page(rows, limit, document_out)

    @router.get(
        "/{document_id}",
        dependencies=[requires(reads)],
        response_model=DocumentDetailOut,
        responses=problems(
            NotFound, FontsMissing, CharacterMissing, RenderingFailed, InvalidInput, beside={200: {"content": _FILES}}
        ),
    )
    async def get_document(
        request: Request,
        caller: Caller,
        document_id: UUID,
        format: Annotated[  # noqa: A002 - the parameter's public name
            Literal["json", "pdf", "docx"], Query(description="pdf or docx: the document as a file")
        ] = "json",
    ) -> Response:
        """One document, as JSON or as a file. One that is not issued has no number, and says so."""
        database: Database = request.app.state.database
        access: Access = request.state.access
        async with database.transaction(access) as tx:
            row = await actions.find(tx, document_id)
            check_open(row["kind"], caller)
            if format == "json":
                return await answer_document(tx, document_id, caller)
        # No transaction is idle while the file is made.
        renderer: Renderer = request.app.state.renderer
        shown = printed(row)
        content = await renderer.render(shown, format)
        return file_response(content, MEDIA_TYPES[format], f"{shown.number or row['title']}.{format}")

    add_steps(router)
    add_scans(router, reads)
    return router
