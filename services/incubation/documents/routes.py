"""Incubation's documents, and a visit's sheet to fill in by hand."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.incubation.documents.gathering import IncubationSource
from services.incubation.documents.schemas import IncubationDocumentBody
from shared.db.access import Access
from shared.db.session import Database
from shared.documents.errors import CharacterMissing, FontsMissing, NoTemplate, RenderingFailed, SubjectUnfit
from shared.documents.rendering.process import MEDIA_TYPES, Renderer
from shared.problems.problems import InvalidInput, NotFound
from shared.web.documents.answering import file_response
from shared.web.documents.routes import create_documents
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import problems

router = create_documents(Permission.FORMATION_READ, IncubationDocumentBody)
blanks = APIRouter(prefix="/incubatees", tags=["documents"], route_class=GuardedRoute)
# Generators of clients know no other type for a file.
_FILES: dict[str, dict[str, Any]] = {
    "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
    **{kind: {} for kind in MEDIA_TYPES.values()},
}


@blanks.get(
    "/{incubatee_id}/visit-sheet",
    dependencies=[requires(Permission.FORMATION_READ)],
    response_class=Response,
    responses=problems(
        NotFound,
        SubjectUnfit,
        NoTemplate,
        FontsMissing,
        CharacterMissing,
        RenderingFailed,
        InvalidInput,
        beside={200: {"content": _FILES, "description": "the sheet"}},
    ),
)
async def print_visit_sheet(
    request: Request,
    incubatee_id: UUID,
    format: Annotated[Literal["pdf", "docx"], Query(description="pdf or docx")] = "pdf",  # noqa: A002 - its public name
) -> Response:
    """The sheet of the next visit as a file, to fill in by hand. Nothing is stored."""
    database: Database = request.app.state.database
    access: Access = request.state.access
    source: IncubationSource = request.app.state.document_source
    async with database.transaction(access) as tx:
        shown = await source.blank_visit_sheet(tx, incubatee_id)
    # No transaction is idle while the file is made.
    renderer: Renderer = request.app.state.renderer
    return file_response(await renderer.render(shown, format), MEDIA_TYPES[format], f"{shown.content.title}.{format}")
