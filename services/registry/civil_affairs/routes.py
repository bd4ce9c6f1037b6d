"""PUT one registration, or POST many as NDJSON."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import StreamingResponse

from services.registry.batches.results import Batches, BatchResponse, Results
from services.registry.batches.streams import Sender, answer_batch
from services.registry.civil_affairs import registering as actions
from services.registry.civil_affairs.answering import RegistrationRoute, answer_registered, terms_of
from services.registry.civil_affairs.batch import BatchResult, Registrations
from services.registry.civil_affairs.reading import Checked, check_registration
from services.registry.code_exceptions import queries as code_exceptions
from services.registry.conflicts.errors import ContradictingRegistration, RegisteredElsewhere
from services.registry.organizations.errors import StaleRegistration
from services.registry.organizations.schemas import (
    RegisteredOut,
    Registration,
    RegistrationBody,
)
from services.registry.organizations.terms import Terms
from services.registry.settings import Settings
from shared.db.base import utc_now
from shared.db.session import Transaction
from shared.field.uscc import breaks_check_digits, normalize
from shared.problems.access import OutsideScope, check_reach
from shared.problems.problems import InvalidInput, NotFound, PreconditionFailed
from shared.web.describing.answers import ndjson
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import PRECONDITIONS, Lang, Tx, problems, read_preconditions
from shared.web.wire.errors import respond

router = APIRouter(prefix="/civil-affairs", tags=["civil affairs"], route_class=GuardedRoute)
one = APIRouter(prefix="/civil-affairs", tags=["civil affairs"], route_class=RegistrationRoute)


@one.put(
    "/registrations/{uscc}",
    dependencies=[requires(Permission.REGISTRATIONS_WRITE), PRECONDITIONS],
    response_model=RegisteredOut,
    responses={
        201: {"model": RegisteredOut},
        **problems(
            NotFound,
            OutsideScope,
            StaleRegistration,
            ContradictingRegistration,
            RegisteredElsewhere,
            PreconditionFailed,
            InvalidInput,
        ),
    },
)
async def put_registration(
    tx: Tx, request: Request, uscc: Annotated[str, Path(max_length=64)], body: RegistrationBody
) -> Response:
    """Register or update one organization: 201 new, 200 changed or same, 409 older than what is stored.

    What a source says of a part that a stronger or later one said otherwise is not taken: `warnings` names it, and it
    waits in the list of conflicts. 409 too where the registration contradicts what is stored as of the same instant, or
    where another division has registered the code: then it waits there as a whole, under the id that the problem gives.
    """
    now = utc_now()
    terms = terms_of(request, now)
    checked = await _check(tx, Registration.model_construct(uscc=uscc, **dict(body)), terms)
    registration = checked.registration
    check_reach(tx.access, registration.division)
    result = await actions.register_if(tx, registration, read_preconditions(request), now, terms.policies)
    refusal = actions.refusal_of(registration, result)
    if refusal is not None:
        if result.conflict is None:
            raise refusal
        return respond(request, refusal)  # not raised: its place in the list of conflicts is to be committed
    return answer_registered(request, checked, result)


async def _check(tx: Transaction, registration: Registration, terms: Terms) -> Checked:
    """Checked; with wrong check digits only if the register of exceptions has the code. Raises InvalidInput."""
    try:
        return check_registration(registration, terms)
    except InvalidInput:
        code = normalize(registration.uscc)
        excepted = await code_exceptions.excepted(tx, [code]) if breaks_check_digits(code) else frozenset()
        if not excepted:
            raise
        return check_registration(registration, terms.excepting(excepted))


@router.post(
    "/registrations:batch",
    dependencies=[requires(Permission.REGISTRATIONS_WRITE)],
    response_class=StreamingResponse,
    responses={
        200: {
            "content": ndjson(BatchResult, "a result per line, in order"),
            "description": "the results",
        },
        **problems(InvalidInput),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": ndjson(Registration, "a registration per line"),
        }
    },
)
async def put_registrations(request: Request, language: Lang) -> BatchResponse:
    """Register many: NDJSON in (each line a registration with its `uscc`), NDJSON out, a result per line.

    Lines are saved in chunks while they come; a line that is refused does not hold up the others. While too many
    batches run, or too many results wait for their readers, the answer is 503 with Retry-After.
    """
    settings: Settings = request.app.state.settings
    batches: Batches = request.app.state.batches
    results = Results(settings.batch_patience_seconds, batches)
    sender = Sender(
        request.state.access,
        request.state.actor.expires_at,
        language,
        Registrations(request.app.state.policies, allow_sample_codes=settings.allow_sample_codes),
    )
    return BatchResponse(
        lambda: answer_batch(request.stream(), request.app.state.database, sender, results), results, batches
    )
