"""How one registration is answered; those of one caller that come at the same time share a transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from fastapi import Request, Response

from services.registry.batches.taking import Remark
from services.registry.civil_affairs import registering as actions
from services.registry.civil_affairs.crowds import Asked, register_new
from services.registry.civil_affairs.queueing import Registered
from services.registry.civil_affairs.reading import Checked, check_registration
from services.registry.organizations.rules import Effect
from services.registry.organizations.schemas import Registration, RegistrationBody, registered_out
from services.registry.organizations.terms import Terms
from services.registry.policies import RegistrationPolicies
from shared.bus.context import current_cause
from shared.db.access import Access
from shared.db.base import utc_now
from shared.db.session import Database
from shared.db.together import Together
from shared.problems.access import check_reach
from shared.problems.language import negotiate
from shared.problems.problems import InvalidInput
from shared.web.fast_path import DirectRoute, Endpoint
from shared.web.routes import answer, read_preconditions

Crowd = Together[Asked, Registered]


def crowd_of(database: Database, policies: RegistrationPolicies) -> Crowd:
    """Where the registrations of one caller join each other."""

    async def take(access: Access, asked: Sequence[Asked]) -> Sequence[Registered | None]:
        return await register_new(database, access, asked, utc_now(), policies)

    return Together(take)


def terms_of(request: Request, now: datetime) -> Terms:
    """What a registration is checked by."""
    state = request.app.state
    return Terms(state.policies, now, state.settings.allow_sample_codes)


def answer_registered(request: Request, checked: Checked, result: Registered) -> Response:
    """201 where it is new, else 200; with what a person should look at."""
    organization = result.organization
    status = 201 if result.effect is Effect.NEW else 200
    warned: tuple[Remark, ...] = (*checked.warnings, *actions.stays_in(checked.registration, result))
    language = negotiate(request.headers.get("accept-language")) if warned else "zh"
    warnings = [one.document(language) for one in warned]
    return answer(registered_out(organization, warnings), status, version=organization.version)


class RegistrationRoute(DirectRoute):
    """Runs by itself where its caller has a turn free, or where it has preconditions; else with others of its caller.

    What is not simply new runs by itself after all, and so does each where the shared transaction fails.
    """

    async def serve(self, endpoint: Endpoint, request: Request, arguments: Mapping[str, Any]) -> Response:
        """See DirectRoute."""
        crowd: Crowd = request.app.state.crowd
        access: Access = request.state.access
        if crowd.is_free(access):
            with crowd.by_itself(access):
                return await super().serve(endpoint, request, arguments)
        checked = None if read_preconditions(request) else _checked(request, **arguments)
        if checked is not None:
            check_reach(access, checked.registration.division)
            asked = Asked(checked.registration, access.request_id, current_cause.get())
            result = await crowd.join(access, asked)
            if result is not None:
                return answer_registered(request, checked, result)
        return await super().serve(endpoint, request, arguments)


def _checked(request: Request, uscc: str, body: RegistrationBody) -> Checked | None:
    """None where it is refused: the register of exceptions may have its code, and the refusal is the endpoint's."""
    try:
        registration = Registration.model_construct(uscc=uscc, **dict(body))
        return check_registration(registration, terms_of(request, utc_now()))
    except InvalidInput:
        return None
