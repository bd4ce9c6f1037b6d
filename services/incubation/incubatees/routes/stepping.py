"""POST the steps of an incubatee: panel, agreement, extension, graduation, exit; and as what it was registered."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.incubation.incubatees.answers import IncubateeDetailOut
from services.incubation.incubatees.errors import (
    AlreadyIncubated,
    AlreadyLinked,
    IncubatorFull,
    IncubatorNotOpen,
    NotMature,
)
from services.incubation.incubatees.routes.answering import answered
from services.incubation.incubatees.schemas import (
    Agreement,
    AgreementExtension,
    Exit,
    Graduation,
    Linking,
    PanelDecision,
)
from services.incubation.incubatees.steps import ending, entering
from services.incubation.incubators.errors import IncubatorLacking
from shared.problems.access import OutsideScope
from shared.problems.duties import SameHand
from shared.problems.problems import IllegalTransition, InvalidInput, NotFound, PreconditionFailed
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import IfMatch, Tx, problems
from shared.web.steps import Caller

router = APIRouter(prefix="/incubatees/{incubatee_id}", tags=["incubatees"], route_class=GuardedRoute)
_STEP = (NotFound, OutsideScope, IllegalTransition, SameHand, PreconditionFailed, InvalidInput)


@router.post(
    "/registration",
    dependencies=[requires(Permission.INCUBATORS_WRITE)],
    response_model=IncubateeDetailOut,
    responses=problems(NotFound, OutsideScope, AlreadyLinked, AlreadyIncubated, PreconditionFailed, InvalidInput),
)
async def link_incubatee(
    tx: Tx, caller: Caller, once: OnceOnly, incubatee_id: UUID, if_match: IfMatch, body: Linking
) -> Response:
    """Name the organization that it was registered as."""
    return await answered(
        once, caller, lambda now: entering.link(tx, incubatee_id, body.organization, now, if_match=if_match)
    )


@router.post(
    "/decision",
    dependencies=[requires(Permission.INCUBATORS_DECIDE)],
    response_model=IncubateeDetailOut,
    responses=problems(*_STEP),
)
async def decide_application(
    tx: Tx,
    request: Request,
    caller: Caller,
    once: OnceOnly,
    incubatee_id: UUID,
    if_match: IfMatch,
    body: PanelDecision,
) -> Response:
    """Record the panel's decision. Somebody else than who recorded the application does."""
    policies = request.app.state.incubatee_policies
    return await answered(
        once, caller, lambda now: entering.decide(tx, incubatee_id, body, policies, now, if_match=if_match)
    )


@router.post(
    "/agreement",
    dependencies=[requires(Permission.INCUBATORS_DECIDE)],
    response_model=IncubateeDetailOut,
    responses=problems(*_STEP, IncubatorNotOpen, IncubatorFull, IncubatorLacking),
)
async def sign_agreement(
    tx: Tx, request: Request, caller: Caller, once: OnceOnly, incubatee_id: UUID, if_match: IfMatch, body: Agreement
) -> Response:
    """Record the agreement of entry with its last day: from its first day on it is incubated (D15). The incubator has
    then what it needs (H5, H6)."""
    policies, needs = request.app.state.incubatee_policies, request.app.state.incubator_policies
    return await answered(
        once, caller, lambda now: entering.agree(tx, incubatee_id, body, policies, needs, now, if_match=if_match)
    )


@router.post(
    "/extension",
    dependencies=[requires(Permission.INCUBATORS_DECIDE)],
    response_model=IncubateeDetailOut,
    responses=problems(*_STEP),
)
async def extend_agreement(
    tx: Tx,
    request: Request,
    caller: Caller,
    once: OnceOnly,
    incubatee_id: UUID,
    if_match: IfMatch,
    body: AgreementExtension,
) -> Response:
    """Let the agreement end later."""
    policies = request.app.state.incubatee_policies
    return await answered(
        once, caller, lambda now: entering.extend(tx, incubatee_id, body, policies, now, if_match=if_match)
    )


@router.post(
    "/graduation",
    dependencies=[requires(Permission.INCUBATORS_DECIDE)],
    response_model=IncubateeDetailOut,
    responses=problems(*_STEP, NotMature),
)
async def graduate_incubatee(
    tx: Tx,
    request: Request,
    caller: Caller,
    once: OnceOnly,
    incubatee_id: UUID,
    if_match: IfMatch,
    body: Graduation | None = None,
) -> Response:
    """Let one graduate whose two maturity lists both pass (H8): 409 says what is missing. Who assessed it last does
    not decide."""
    given = body or Graduation()
    policies = request.app.state.incubatee_policies
    return await answered(
        once,
        caller,
        lambda now: ending.graduate(tx, incubatee_id, given.graduated_on, given.note, policies, now, if_match=if_match),
    )


@router.post(
    "/exit",
    dependencies=[requires(Permission.INCUBATORS_WRITE)],
    response_model=IncubateeDetailOut,
    responses=problems(*_STEP),
)
async def exit_incubatee(
    tx: Tx, caller: Caller, once: OnceOnly, incubatee_id: UUID, if_match: IfMatch, body: Exit
) -> Response:
    """Let one leave without having graduated, or withdraw its application, with the cause."""
    return await answered(once, caller, lambda now: ending.leave(tx, incubatee_id, body, now, if_match=if_match))
