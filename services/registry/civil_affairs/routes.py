"""PUT one registration, or POST many as NDJSON."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import StreamingResponse

from services.registry.civil_affairs import registering as actions
from services.registry.civil_affairs.batch import Sender, answer_batch
from services.registry.civil_affairs.reading import check_registration
from services.registry.civil_affairs.results import Batches, BatchResponse, BatchResult, Results
from services.registry.organizations.errors import StaleRegistration
from services.registry.organizations.rules import Effect
from services.registry.organizations.schemas import (
    OrganizationOut,
    Registration,
    RegistrationBody,
    organization_out,
)
from services.registry.settings import Settings
from shared.db.base import utc_now
from shared.problems.access import OutsideScope, check_reach
from shared.problems.problems import InvalidInput, NotFound, PreconditionFailed
from shared.web.describing.answers import ndjson
from shared.web.fast_path import DirectRoute
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import PRECONDITIONS, Lang, Tx, answer, problems, read_preconditions

router = APIRouter(prefix="/civil-affairs", tags=["civil affairs"], route_class=GuardedRoute)
one = APIRouter(prefix="/civil-affairs", tags=["civil affairs"], route_class=DirectRoute)


@one.put(
    "/registrations/{uscc}",
    dependencies=[requires(Permission.REGISTRATIONS_WRITE), PRECONDITIONS],
    response_model=OrganizationOut,
    responses={
        201: {"model": OrganizationOut},
        **problems(NotFound, OutsideScope, StaleRegistration, PreconditionFailed, InvalidInput),
    },
)
async def put_registration(
    tx: Tx, request: Request, uscc: Annotated[str, Path(max_length=64)], body: RegistrationBody
) -> Response:
    """Register or update one organization: 201 new, 200 changed or same, 409 older than what is stored."""
    registration = check_registration(
        Registration.model_construct(uscc=uscc, **dict(body)),
        allow_sample_codes=request.app.state.settings.allow_sample_codes,
    )
    check_reach(tx.access, registration.division)
    result = await actions.register_if(tx, registration, read_preconditions(request), utc_now())
    refusal = actions.refusal_of(registration, result)
    if refusal is not None:
        raise refusal
    organization = result.organization
    status = 201 if result.effect is Effect.NEW else 200
    return answer(organization_out(organization), status, version=organization.version)


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
        allow_sample_codes=settings.allow_sample_codes,
        language=language,
    )
    return BatchResponse(
        lambda: answer_batch(request.stream(), request.app.state.database, sender, results), results, batches
    )
