"""The standing of one organization, of thousands, and the scores that enter the assessment."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Query, Request, Response

from services.registry.civil_years.policies import StandingPolicies
from services.registry.organizations.queries import get_by_uscc_or_id
from services.registry.published_standings.queries import list_scores
from services.registry.standing.asking import Terms, answer_codes, standings_of
from services.registry.standing.rules import points_of
from services.registry.standing.schemas import AssessmentScoreOut, StandingOut, StandingsBody, StandingsOut
from shared.db.base import utc_now
from shared.db.session import Record
from shared.field.calendar import china_day
from shared.problems.problems import BadCursor, InvalidInput, NotFound
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import Cursor, Lang, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(tags=["standing"], route_class=GuardedRoute)


@router.get(
    "/organizations/{reference}/standing",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=StandingOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_standing(
    tx: Tx, request: Request, language: Lang, reference: Annotated[str, Path(description="id or code", max_length=64)]
) -> Response:
    """What civil affairs and procurement ask: star, score, ceiling and procurement effect, each with its reasons."""
    organization = await get_by_uscc_or_id(tx, reference)
    if organization is None:
        raise NotFound(what="organization")
    policies: StandingPolicies = request.app.state.standing_policies
    found = await standings_of(tx, [organization], policies, utc_now(), language)
    return answer(StandingOut.model_validate_json(found[organization.id]))


@router.post(
    "/standings:batch",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=StandingsOut,
    responses=problems(InvalidInput),
)
async def ask_standings(tx: Tx, request: Request, language: Lang, body: StandingsBody) -> Response:
    """The standing of up to 10,000 organizations by code, in one answer: each code is answered, in its place."""
    policies: StandingPolicies = request.app.state.standing_policies
    allow_sample_codes: bool = request.app.state.settings.allow_sample_codes
    found = await answer_codes(tx, body.codes, policies, utc_now(), language, allow_sample_codes=allow_sample_codes)
    return Response(orjson.dumps(found, option=orjson.OPT_UTC_Z), media_type="application/json")


@router.get(
    "/assessment-scores",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=Page[AssessmentScoreOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_assessment_scores(
    tx: Tx,
    request: Request,
    year: Annotated[int | None, Query(ge=1949, le=9999, description="the rated year; default: the last")] = None,
    division: DivisionFilter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """The final ratings of a year as they enter the civil-affairs assessment, weighted by the policy (H23)."""
    today = china_day(utc_now())
    rows = await list_scores(
        tx,
        year=today.year - 1 if year is None else year,
        day=today,
        division=division,
        after=decode_id_cursor(cursor),
        limit=limit,
    )
    terms = Terms(request.app.state.standing_policies, today)

    def show(row: Record) -> AssessmentScoreOut:
        _, policy = terms.of(row["division"])
        weight: dict[str, Any] = {"score": None, "points": None, "of": None, "policy": None}
        if policy is not None:
            parameters = policy.parameters.score
            weight = {
                "score": points_of(parameters, row["total"]),
                "points": parameters.points,
                "of": parameters.of,
                "policy": policy.id,
            }
        return AssessmentScoreOut.model_validate({**row, **weight})

    return page(rows, limit, show)
