"""POST a correction of an organization; the list of those that were made."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from services.registry.corrections import actions, queries
from services.registry.corrections.schemas import CorrectionBody, CorrectionOut
from services.registry.organizations.queries import get_by_uscc_or_id
from services.registry.organizations.schemas import RegisteredOut, registered_out
from services.registry.organizations.terms import Terms
from shared.db.base import utc_now
from shared.problems.access import OutsideScope
from shared.problems.problems import BadCursor, InvalidInput, NotFound, PreconditionFailed
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Lang, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(prefix="/organizations/{reference}/corrections", tags=["corrections"], route_class=GuardedRoute)

Reference = Annotated[str, Path(description="id or code", max_length=64)]


@router.post(
    "",
    dependencies=[requires(Permission.REGISTRATIONS_CORRECT)],
    response_model=RegisteredOut,
    responses=problems(NotFound, OutsideScope, PreconditionFailed, InvalidInput),
)
async def correct_organization(
    tx: Tx,
    once: OnceOnly,
    request: Request,
    language: Lang,
    reference: Reference,
    if_match: IfMatch,
    body: CorrectionBody,
) -> Response:
    """Correct an organization: the named fields, as of an instant that may lie before what is stored, with a reason."""

    async def run() -> Response:
        terms = Terms(request.app.state.policies, utc_now(), request.app.state.settings.allow_sample_codes)
        organization, checked = await actions.correct(tx, reference, body, terms, if_match=if_match)
        warnings = [warned.document(language) for warned in checked.warnings]
        return answer(registered_out(organization, warnings), version=organization.version)

    return await once(run)


@router.get(
    "",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=Page[CorrectionOut],
    responses=problems(NotFound, InvalidInput, BadCursor),
)
async def list_corrections(tx: Tx, reference: Reference, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """An organization's corrections, oldest first: what was changed, why, and by whom."""
    organization = await get_by_uscc_or_id(tx, reference)
    if organization is None:
        raise NotFound(what="organization")
    rows = await queries.list_corrections(tx, organization.id, after=decode_id_cursor(cursor), limit=limit)
    return page(rows, limit, CorrectionOut.model_validate)
