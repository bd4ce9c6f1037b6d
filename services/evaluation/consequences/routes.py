"""GET consequences, POST their steps."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.evaluation.consequences import actions, queries
from services.evaluation.consequences.answers import answer_consequence, consequence_out, may_open
from services.evaluation.consequences.bodies import AcceptanceBody, PlanBody, ReceiptBody, TalkBody, TrackingBody
from services.evaluation.consequences.deriving.following import Consequences
from services.evaluation.consequences.errors import TalkBroken, TalksUnavailable
from services.evaluation.consequences.lives import Kind, State
from services.evaluation.consequences.schemas import ConsequenceOut
from shared.db.base import utc_now
from shared.db.sealing import FieldKeys
from shared.problems.duties import ConflictOfInterest, SameHand
from shared.problems.problems import BadCursor, IllegalTransition, InvalidInput, NotFound, PreconditionFailed
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_id_cursor, page, problems
from shared.web.steps import Caller

router = APIRouter(prefix="/consequences", tags=["consequences"], route_class=GuardedRoute)
_STEP = (NotFound, InvalidInput, IllegalTransition, PreconditionFailed)


@router.get(
    "",
    dependencies=[requires(Permission.EVALUATION_READ)],
    response_model=Page[ConsequenceOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_consequences(
    tx: Tx,
    caller: Caller,
    kind: Kind | None = None,
    state: State | None = None,
    cycle: UUID | None = None,
    party_organization: UUID | None = None,
    division: DivisionFilter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """What follows from final ratings, a page at a time; laggards are those of kind `laggard` (D14)."""
    rows = await queries.list_consequences(
        tx,
        kind=kind,
        state=state,
        cycle=cycle,
        party_organization=party_organization,
        division=division,
        after=decode_id_cursor(cursor),
        limit=limit,
    )
    return page(rows, limit, lambda row: consequence_out(row, caller))


@router.get(
    "/{consequence_id}",
    dependencies=[requires(Permission.EVALUATION_READ)],
    response_model=ConsequenceOut,
    responses=problems(NotFound, InvalidInput, TalksUnavailable, TalkBroken),
)
async def get_consequence(tx: Tx, caller: Caller, request: Request, consequence_id: UUID) -> Response:
    """One consequence, with why it follows and what was done; a talk's record for who may hold one, audited."""
    row = await queries.get(tx, consequence_id)
    if row is None:
        raise NotFound(what="consequence")
    opened = row["talk"] is not None and may_open(caller)
    if opened:
        row = await actions.read_talk(tx, request.app.state.talk_keys, row)
    return answer(consequence_out(row, caller, record=opened), version=row["version"])


@router.post(
    "/{consequence_id}/plan",
    dependencies=[requires(Permission.PLANS_WRITE)],
    response_model=ConsequenceOut,
    responses=problems(*_STEP),
)
async def plan_consequence(
    tx: Tx, caller: Caller, once: OnceOnly, consequence_id: UUID, if_match: IfMatch, body: PlanBody
) -> Response:
    """Write the plan of an improvement or rectification opinion: goal, measures, by when (H20)."""

    async def run() -> Response:
        await actions.plan(tx, consequence_id, body, if_match=if_match, now=utc_now())
        return await answer_consequence(tx, caller, consequence_id)

    return await once(run)


@router.post(
    "/{consequence_id}/tracking",
    dependencies=[requires(Permission.PLANS_WRITE)],
    response_model=ConsequenceOut,
    responses=problems(*_STEP),
)
async def track_consequence(
    tx: Tx, caller: Caller, once: OnceOnly, consequence_id: UUID, if_match: IfMatch, body: TrackingBody
) -> Response:
    """Record how far a plan is."""

    async def run() -> Response:
        await actions.track(tx, consequence_id, body, if_match=if_match, now=utc_now())
        return await answer_consequence(tx, caller, consequence_id)

    return await once(run)


@router.post(
    "/{consequence_id}/acceptance",
    dependencies=[requires(Permission.CONSEQUENCES_DECIDE)],
    response_model=ConsequenceOut,
    responses=problems(*_STEP, SameHand, ConflictOfInterest),
)
async def accept_consequence(
    tx: Tx,
    caller: Caller,
    once: OnceOnly,
    request: Request,
    consequence_id: UUID,
    if_match: IfMatch,
    body: AcceptanceBody,
) -> Response:
    """Accept what a plan achieved, or ask for another plan; not by who wrote it. A grant held for it is released."""

    async def run() -> Response:
        by: Consequences = request.app.state.consequences
        await actions.accept(tx, consequence_id, body, by, if_match=if_match, now=utc_now())
        return await answer_consequence(tx, caller, consequence_id)

    return await once(run)


@router.post(
    "/{consequence_id}/talk",
    dependencies=[requires(Permission.TALKS_HOLD)],
    response_model=ConsequenceOut,
    responses=problems(*_STEP, TalksUnavailable),
)
async def record_talk(
    tx: Tx,
    caller: Caller,
    once: OnceOnly,
    request: Request,
    consequence_id: UUID,
    if_match: IfMatch,
    body: TalkBody,
) -> Response:
    """Close an admonition talk with its day and record, which is sealed; the answer has no record (H22)."""

    async def run() -> Response:
        keys: FieldKeys | None = request.app.state.talk_keys
        await actions.hold_talk(tx, keys, consequence_id, body, if_match=if_match, now=utc_now())
        return await answer_consequence(tx, caller, consequence_id)

    return await once(run)


@router.post(
    "/{consequence_id}/receipt",
    dependencies=[requires(Permission.CONSEQUENCES_DECIDE)],
    response_model=ConsequenceOut,
    responses=problems(*_STEP),
)
async def record_receipt(
    tx: Tx, caller: Caller, once: OnceOnly, consequence_id: UUID, if_match: IfMatch, body: ReceiptBody
) -> Response:
    """Record that the letter to civil affairs was sent, was received, was used (H23)."""

    async def run() -> Response:
        await actions.note_receipt(tx, consequence_id, body, if_match=if_match, now=utc_now())
        return await answer_consequence(tx, caller, consequence_id)

    return await once(run)
