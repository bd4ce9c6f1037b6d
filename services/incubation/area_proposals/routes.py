"""Areas proposed from the positions of bodies: requested, read, adopted (S15)."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.incubation.area_proposals import actions, queries
from services.incubation.area_proposals.errors import AlreadyAdopted, ProposalNotReady
from services.incubation.area_proposals.schemas import (
    Adoption,
    AreaProposalBriefOut,
    AreaProposalIn,
    AreaProposalOut,
    brief_out,
    proposal_out,
)
from services.incubation.areas.errors import AreasOverlap
from shared.db.base import utc_now
from shared.problems.access import OutsideScope
from shared.problems.problems import BadCursor, InvalidInput, NotFound, PreconditionFailed
from shared.problems.versions import check_version
from shared.web.describing.answers import LOCATION
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Lang, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(tags=["areas"], route_class=GuardedRoute)


@router.post(
    "/areas:propose",
    dependencies=[requires(Permission.FORMATION_DECIDE)],
    status_code=202,
    response_model=AreaProposalOut,
    responses=problems(InvalidInput, OutsideScope, PreconditionFailed, beside={202: LOCATION}),
)
async def create_area_proposal(
    tx: Tx, once: OnceOnly, request: Request, language: Lang, if_match: IfMatch, body: AreaProposalIn
) -> Response:
    """Have areas proposed for the bodies of a division that have a position and are in no area (S15).

    A worker grows them from cells: read the proposal at `Location` until its `state` is `ready`, or `failed`.
    """
    check_version(if_match, None)

    async def run() -> Response:
        row = await actions.request_proposal(tx, body.division, request.app.state.policies, utc_now())
        response = answer(proposal_out(row, language), 202, version=row["version"])
        response.headers["Location"] = f"{request.scope.get('root_path', '')}/v1/area-proposals/{row['id']}"
        return response

    return await once(run)


@router.get(
    "/area-proposals",
    dependencies=[requires(Permission.FORMATION_READ)],
    response_model=Page[AreaProposalBriefOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_area_proposals(
    tx: Tx, language: Lang, division: DivisionFilter = None, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """Proposals, the newest first, without their areas."""
    rows = await queries.list_proposals(tx, division=division, before=decode_id_cursor(cursor), limit=limit)
    return page(rows, limit, lambda row: brief_out(row, language))


@router.get(
    "/area-proposals/{area_proposal_id}",
    dependencies=[requires(Permission.FORMATION_READ)],
    response_model=AreaProposalOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_area_proposal(tx: Tx, language: Lang, area_proposal_id: UUID) -> Response:
    """One proposal with its areas, how even they are, and whom no area could be drawn for."""
    row = await actions.get_proposal(tx, area_proposal_id)
    return answer(proposal_out(row, language), version=row["version"])


@router.post(
    "/area-proposals/{area_proposal_id}/adoption",
    dependencies=[requires(Permission.FORMATION_DECIDE)],
    response_model=AreaProposalOut,
    responses=problems(
        NotFound, InvalidInput, OutsideScope, PreconditionFailed, ProposalNotReady, AlreadyAdopted, AreasOverlap
    ),
)
async def adopt_area_proposal(
    tx: Tx, once: OnceOnly, request: Request, language: Lang, area_proposal_id: UUID, if_match: IfMatch, body: Adoption
) -> Response:
    """Draw areas of a proposal under codes and names, all of those named or none; bodies in them follow at once."""

    async def run() -> Response:
        policies = request.app.state.policies
        row = await actions.adopt(tx, area_proposal_id, body, policies, utc_now(), if_match=if_match)
        return answer(proposal_out(row, language), version=row["version"])

    return await once(run)
