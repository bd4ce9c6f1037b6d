"""POST evidence files and their withdrawals; GET them and their contents, never to be shown in a browser."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, File, Form, Query, Request, Response, UploadFile

from services.evaluation.cycles.errors import CycleNotOpen
from services.evaluation.deadlines.errors import FoundedInYear
from services.evaluation.evaluations.schemas import NEEDED
from services.evaluation.evidence import queries
from services.evaluation.evidence.errors import (
    EvidenceLost,
    EvidenceNamed,
    EvidenceNotScanned,
    EvidenceRefused,
    EvidenceStoreUnavailable,
    NoEvidenceStore,
)
from services.evaluation.evidence.s3 import S3Store
from services.evaluation.evidence.scanning import scan
from services.evaluation.evidence.store import EvidenceStore, FolderStore
from services.evaluation.first_checks.errors import NoFirstCheck, NotTheIndustryBody
from services.evaluation.policies import Stage
from services.evaluation.raters.errors import NotTheRatingBody
from services.evaluation.settings import Settings
from services.evaluation.uploads import actions
from services.evaluation.uploads.schemas import Described, EvidenceFileOut, WithdrawalBody
from shared.db.access import Access
from shared.db.base import utc_now
from shared.db.session import Database
from shared.documents.errors import ScanTooLarge, ScanUnreadable
from shared.documents.scans import SUFFIXES, media_type_of
from shared.problems.duties import ConflictOfInterest, SameHand
from shared.problems.inputs import Prose
from shared.problems.problems import BadCursor, IllegalTransition, InvalidInput, NotFound
from shared.web.documents.answering import file_response
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import check_permission, requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, Limit, Page, Tx, decode_id_cursor, page, problems
from shared.web.routes import answer as respond
from shared.web.steps import Caller

router = APIRouter(tags=["evidence"], route_class=GuardedRoute)
UPLOAD_PATH = "/v1/evaluations/{}/evidence-files"
"""Takes larger bodies than other routes: `evidence_bytes` of the settings, and the form around."""
_HEADERS = {"Content-Security-Policy": "sandbox; default-src 'none'"}
# Generators of clients know no other type for a file.
_CONTENTS: dict[str, dict[str, Any]] = {
    "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
    **{kind: {} for kind in SUFFIXES},
}
_REFUSALS = (NotFound, InvalidInput, IllegalTransition, CycleNotOpen, SameHand, ConflictOfInterest, FoundedInYear)


def _store(settings: Settings) -> EvidenceStore:
    if settings.evidence_bucket is not None and settings.evidence_keys_file is not None:
        return S3Store(settings.evidence_bucket, settings.evidence_keys_file, settings.evidence_region)
    if settings.evidence_folder is None:
        raise NoEvidenceStore
    return FolderStore(settings.evidence_folder)


@router.post(
    "/evaluations/{evaluation_id}/evidence-files",
    dependencies=[requires(Permission.SCORES_WRITE)],
    status_code=201,
    response_model=EvidenceFileOut,
    responses=problems(
        *_REFUSALS,
        NoFirstCheck,
        NotTheIndustryBody,
        NotTheRatingBody,
        ScanUnreadable,
        ScanTooLarge,
        EvidenceRefused,
        EvidenceNotScanned,
        NoEvidenceStore,
        EvidenceStoreUnavailable,
        beside={200: {"model": EvidenceFileOut}},
    ),
)
async def file_evidence(
    request: Request,
    caller: Caller,
    evaluation_id: UUID,
    file: Annotated[UploadFile, File(description="PDF, OFD, JPEG, PNG, TIFF, as far as the settings take them")],
    stage: Annotated[Stage, Form(description="the stage whose sheet it is for")],
    code: Annotated[str, Form(max_length=20, description="the indicator that it shows something of")],
    title: Annotated[Prose, Form(max_length=120, description="what it is; no names of persons")],
) -> Response:
    """File evidence for an indicator of a stage: 201 new, 200 the same content again.

    By who may put the stage's sheet. Its type is read from its content; the name of the file is not kept.
    """
    check_permission(caller, NEEDED[stage])
    settings: Settings = request.app.state.settings
    store, limit = _store(settings), settings.evidence_bytes
    content = await file.read(limit + 1)
    if len(content) > limit:
        raise ScanTooLarge(limit=limit)
    media_type = await asyncio.to_thread(media_type_of, content)
    if media_type is None or media_type not in settings.evidence_types:
        raise ScanUnreadable(known=", ".join(SUFFIXES[kind].upper() for kind in settings.evidence_types))
    await scan(settings.evidence_scan, content, seconds=settings.evidence_scan_seconds)
    database: Database = request.app.state.database
    access: Access = request.state.access
    # Opened only now, so that no transaction is idle while the file is read and scanned.
    async with database.transaction(access) as tx:
        row, new = await actions.file_evidence(
            tx,
            evaluation_id,
            Described(stage, code, title),
            content,
            media_type,
            store=store,
            bodies=caller.bodies,
            now=utc_now(),
        )
    return respond(EvidenceFileOut.model_validate(row), 201 if new else 200)


@router.post(
    "/evidence-files/{evidence_file_id}/withdrawal",
    dependencies=[requires(Permission.SCORES_WRITE)],
    response_model=EvidenceFileOut,
    responses=problems(*_REFUSALS, NoFirstCheck, NotTheIndustryBody, NotTheRatingBody, EvidenceNamed),
)
async def withdraw_evidence(
    tx: Tx, caller: Caller, once: OnceOnly, evidence_file_id: UUID, body: WithdrawalBody
) -> Response:
    """Withdraw a file that nothing names while its evaluation is scored; it is given out no more.

    By who may put the stage's sheet.
    """

    async def run() -> Response:
        found = await actions.find_evidence(tx, evidence_file_id)
        check_permission(caller, NEEDED[found["stage"]])
        row = await actions.withdraw_evidence(tx, evidence_file_id, body.reason, bodies=caller.bodies, now=utc_now())
        return respond(EvidenceFileOut.model_validate(row))

    return await once(run)


@router.get(
    "/evidence-files",
    dependencies=[requires(Permission.EVALUATION_READ)],
    response_model=Page[EvidenceFileOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_evidence_files(
    tx: Tx,
    evaluation: UUID | None = None,
    stage: Stage | None = None,
    code: Annotated[str | None, Query(max_length=20)] = None,
    division: DivisionFilter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Evidence files, a page at a time; without those that were withdrawn."""
    rows = await queries.list_files(
        tx,
        evaluation=evaluation,
        stage=stage,
        code=code,
        division=division,
        after=decode_id_cursor(cursor),
        limit=limit,
    )
    return page(rows, limit, EvidenceFileOut.model_validate)


@router.get(
    "/evidence-files/{evidence_file_id}/content",
    dependencies=[requires(Permission.EVALUATION_READ)],
    response_class=Response,
    responses=problems(
        NotFound,
        InvalidInput,
        NoEvidenceStore,
        EvidenceStoreUnavailable,
        EvidenceLost,
        beside={200: {"content": _CONTENTS, "description": "the file"}},
    ),
)
async def get_evidence_content(request: Request, tx: Tx, evidence_file_id: UUID) -> Response:
    """An evidence file, to be saved: never shown by a browser, whatever is in it."""
    found = await actions.find_evidence(tx, evidence_file_id)
    content = await _store(request.app.state.settings).read(found["sha256"])
    name = f"{found['code']} {found['title']}.{SUFFIXES[found['media_type']]}"
    response = file_response(content, found["media_type"], name)
    response.headers.update(_HEADERS)
    return response
