"""Check, issue and withdraw a document."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from shared.db.base import utc_now
from shared.documents import actions
from shared.documents.errors import DocumentOutdated, NoIssuer, SubjectUnfit
from shared.documents.rules import DocumentStep
from shared.problems.access import OutsideScope
from shared.problems.duties import SameHand
from shared.problems.inputs import Note
from shared.problems.problems import (
    IllegalTransition,
    InvalidInput,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
)
from shared.web.documents.answering import answer_document
from shared.web.documents.closed import check_open
from shared.web.documents.schemas import NEEDED, DocumentDetailOut
from shared.web.identity.callers import requires
from shared.web.once import OnceOnly
from shared.web.routes import IfMatchAlways, Tx, problems
from shared.web.steps import Caller

_STEP = problems(
    NotFound,
    OutsideScope,
    IllegalTransition,
    SameHand,
    DocumentOutdated,
    SubjectUnfit,
    NoIssuer,
    PreconditionFailed,
    PreconditionRequired,
    InvalidInput,
)


def add_steps(router: APIRouter) -> None:
    """Add the routes of the steps. The app's state has `document_source`."""

    async def take(
        step: DocumentStep,
        request: Request,
        tx: Tx,
        caller: Caller,
        document_id: UUID,
        if_match: IfMatchAlways,
        body: Note | None,
    ) -> Response:
        check_open((await actions.find(tx, document_id))["kind"], caller)
        note = body.note if body else None
        source: actions.Source = request.app.state.document_source
        await actions.take(tx, document_id, step, source, utc_now(), note=note, if_match=if_match)
        return await answer_document(tx, document_id, caller)

    @router.post(
        "/{document_id}/check",
        dependencies=[requires(NEEDED["check"])],
        response_model=DocumentDetailOut,
        responses=_STEP,
    )
    async def check_document(
        request: Request,
        tx: Tx,
        caller: Caller,
        once: OnceOnly,
        document_id: UUID,
        if_match: IfMatchAlways,
        body: Note | None = None,
    ) -> Response:
        """Check a drafted document. Somebody else than its drafter does."""
        return await once(lambda: take("check", request, tx, caller, document_id, if_match, body))

    @router.post(
        "/{document_id}/issue",
        dependencies=[requires(NEEDED["issue"])],
        response_model=DocumentDetailOut,
        responses=_STEP,
    )
    async def issue_document(
        request: Request,
        tx: Tx,
        caller: Caller,
        once: OnceOnly,
        document_id: UUID,
        if_match: IfMatchAlways,
        body: Note | None = None,
    ) -> Response:
        """Issue a checked document: it gets its date and the next number of its series, and never changes again."""
        return await once(lambda: take("issue", request, tx, caller, document_id, if_match, body))

    @router.post(
        "/{document_id}/withdrawal",
        dependencies=[requires(NEEDED["withdrawal"])],
        response_model=DocumentDetailOut,
        responses=_STEP,
    )
    async def withdraw_document(
        request: Request,
        tx: Tx,
        caller: Caller,
        once: OnceOnly,
        document_id: UUID,
        if_match: IfMatchAlways,
        body: Note | None = None,
    ) -> Response:
        """Withdraw a document that is not issued: it is kept, and takes no number."""
        return await once(lambda: take("withdrawal", request, tx, caller, document_id, if_match, body))
