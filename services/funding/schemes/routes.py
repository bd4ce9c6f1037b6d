"""GET schemes."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.funding.policies import Schemes
from services.funding.schemes.schemas import SchemeOut, scheme_out
from shared.problems.problems import InvalidInput
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import Page, answer, problems

router = APIRouter(prefix="/schemes", tags=["schemes"], route_class=GuardedRoute)


@router.get(
    "",
    dependencies=[requires(Permission.GRANTS_READ)],
    response_model=Page[SchemeOut],
    responses=problems(InvalidInput),
)
async def list_schemes(
    request: Request,
    division: Annotated[str | None, Query(pattern=r"^[0-9]{6}$", description="a Party organization's division")] = None,
    on: Annotated[date | None, Query(description="in force on this day")] = None,
) -> Response:
    """Schemes whose region holds the division and that are in force on the day; all without these."""
    schemes: Schemes = request.app.state.schemes
    found = [
        scheme_out(scheme)
        for scheme in schemes.policies
        if (division is None or division.startswith(scheme.region))
        and (on is None or scheme.applies(scheme.region, on))
    ]
    return answer(Page(items=found, next_cursor=None))
