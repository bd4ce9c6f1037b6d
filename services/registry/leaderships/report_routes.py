"""GET the report on a division's leaderships (S31)."""

from fastapi import APIRouter, Request, Response

from services.registry.leaderships.answers import LeadershipReportOut, TermCountsOut
from services.registry.party_organizations import terms
from shared.db.base import utc_now
from shared.field.calendar import china_day
from shared.field.money import BP_PER_WHOLE
from shared.problems.problems import InvalidInput
from shared.web.fields import DivisionNamed
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import Tx, answer, problems

router = APIRouter(tags=["leaderships"], route_class=GuardedRoute)


@router.get(
    "/leadership-report",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=LeadershipReportOut,
    responses=problems(InvalidInput),
)
async def get_leadership_report(tx: Tx, request: Request, division: DivisionNamed) -> Response:
    """How many Party organizations are being founded, how their terms stand, and how many secretaries head the
    organization too (S31)."""
    found = await terms.count(tx, division, request.app.state.policies.leaderships, china_day(utc_now()))
    known, heads = found["secretaries_known"], found["secretaries_are_heads"]
    report = LeadershipReportOut(
        division=division,
        terms=TermCountsOut(**{name: found[f"term_{name}"] for name in TermCountsOut.model_fields}),
        secretaries_are_heads_bp=(heads * BP_PER_WHOLE * 2 + known) // (known * 2) if known else None,
        **{name: found[name] for name in ("party_organizations", "founding", "active")},
        secretaries_known=known,
        secretaries_are_heads=heads,
    )
    return answer(report)
