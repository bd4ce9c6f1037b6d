"""GET the report on a division's leaderships (S31)."""

import asyncio

from fastapi import APIRouter, Request, Response

from services.registry.leaderships.answers import LeadershipReportOut, report_out
from services.registry.leaderships.reports.figures import withheld_of
from services.registry.party_organizations import terms
from shared.db.base import utc_now
from shared.field.calendar import china_day
from shared.field.figures.policies import least_shown
from shared.problems.problems import InvalidInput
from shared.web.fields import DivisionNamed
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import refusal_of, requires
from shared.web.identity.permissions import Permission
from shared.web.routes import Tx, answer, problems
from shared.web.steps import Caller

router = APIRouter(tags=["leaderships"], route_class=GuardedRoute)


_PROVINCE = 2


@router.get(
    "/leadership-report",
    dependencies=[requires(Permission.STATISTICS_READ)],
    response_model=LeadershipReportOut,
    responses=problems(InvalidInput),
)
async def get_leadership_report(tx: Tx, request: Request, caller: Caller, division: DivisionNamed) -> Response:
    """How many Party organizations are being founded, how their terms stand, and how many secretaries head the
    organization too (S31).

    Whoever sees figures alone (a leader) is not shown small ones, nor those from which they would follow.
    """
    policies, today = request.app.state.policies, china_day(utc_now())
    if refusal_of(caller, Permission.REGISTRY_READ) is None:
        return answer(report_out(division, await terms.count(tx, division, policies.leaderships, today)))
    province = division[:_PROVINCE]
    least = least_shown(policies.statistics, province, today)
    counts = await terms.count_by_division(tx, province, policies.leaderships, today)
    figures = await asyncio.to_thread(withheld_of, division, counts, least)
    return answer(report_out(division, figures, show_from=least))
