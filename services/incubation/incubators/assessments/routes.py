"""PUT, complete and GET the yearly assessments of incubators."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from services.incubation.incubating.assessment_policies import AssessmentPolicy
from services.incubation.incubators import queries as incubators
from services.incubation.incubators.assessments import actions, queries
from services.incubation.incubators.assessments.schemas import (
    AssessmentCompletion,
    AssessmentDetailOut,
    AssessmentOut,
    AssessmentSheet,
    shown_indicators,
)
from services.incubation.incubators.paths import Code
from shared.db.base import utc_now
from shared.db.session import Record
from shared.problems.access import OutsideScope
from shared.problems.duties import SameHand
from shared.problems.problems import BadCursor, IllegalTransition, InvalidInput, NotFound, PreconditionFailed, Problem
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.identity.tokens import Actor
from shared.web.knowledge import PolicyOut, create_policies
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_id_cursor, page, problems
from shared.web.steps import Caller, steps_out

router = APIRouter(tags=["incubators"], route_class=GuardedRoute)
_OF_YEAR = "/incubators/{code}/assessments/{year}"
Year = Annotated[int, Path(ge=2013, le=9999, description="the assessed year")]
_WRITE = (NotFound, OutsideScope, IllegalTransition, PreconditionFailed, InvalidInput)
NEEDED: Mapping[str, Permission] = {"completion": Permission.INCUBATORS_DECIDE}


class AssessmentPolicyOut(PolicyOut[AssessmentPolicy]):
    """A policy on the yearly assessment of incubators: indicators and grades."""


policies = create_policies(
    "/assessment-policies", "assessment_policies", AssessmentPolicyOut, Permission.FORMATION_READ
)


@router.put(
    _OF_YEAR,
    dependencies=[requires(Permission.INCUBATORS_WRITE)],
    response_model=AssessmentDetailOut,
    responses={201: {"model": AssessmentDetailOut}, **problems(*_WRITE)},
)
async def put_incubator_assessment(
    tx: Tx, request: Request, caller: Caller, code: Code, year: Year, if_match: IfMatch, body: AssessmentSheet
) -> Response:
    """Put the incubator's own scores of a year, all of them; its indicators are those of the first time (H8)."""
    policies = request.app.state.assessment_policies
    row, new = await actions.put(tx, code, year, body.scores, policies, utc_now(), if_match=if_match)
    return _answer(row, caller, 201 if new else 200)


@router.post(
    _OF_YEAR + "/completion",
    dependencies=[requires(Permission.INCUBATORS_DECIDE)],
    response_model=AssessmentDetailOut,
    responses=problems(*_WRITE, SameHand),
)
async def complete_assessment(
    tx: Tx,
    caller: Caller,
    once: OnceOnly,
    code: Code,
    year: Year,
    if_match: IfMatch,
    body: AssessmentCompletion | None = None,
) -> Response:
    """Complete a year's assessment: total and grade. Whoever put scores does not."""
    given = body or AssessmentCompletion()

    async def run() -> Response:
        row = await actions.complete(tx, code, year, given.scores, given.note, utc_now(), if_match=if_match)
        return _answer(row, caller)

    return await once(run)


@router.get(
    _OF_YEAR,
    dependencies=[requires(Permission.FORMATION_READ)],
    response_model=AssessmentDetailOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_incubator_assessment(tx: Tx, caller: Caller, code: Code, year: Year) -> Response:
    """One year's assessment with its indicators and scores."""
    incubator = await incubators.get(tx, code)
    row = None if incubator is None else await queries.get(tx, incubator["id"], year)
    if row is None:
        raise NotFound(what="incubator" if incubator is None else "assessment")
    return _answer(row, caller)


@router.get(
    "/incubator-assessments",
    dependencies=[requires(Permission.FORMATION_READ)],
    response_model=Page[AssessmentOut],
    responses=problems(NotFound, InvalidInput, BadCursor),
)
async def list_incubator_assessments(
    tx: Tx,
    division: DivisionFilter = None,
    incubator: str | None = None,
    year: Annotated[int | None, Query(ge=2013, le=9999, description="the assessed year")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Yearly assessments, in the order in which they were first put."""
    incubator_id = None
    if incubator is not None:
        found = await incubators.get(tx, incubator)
        if found is None:
            raise NotFound(what="incubator")
        incubator_id = found["id"]
    rows = await queries.list_assessments(
        tx, division=division, incubator_id=incubator_id, year=year, after=decode_id_cursor(cursor), limit=limit
    )
    return page(rows, limit, AssessmentOut.model_validate)


def _answer(row: Record, caller: Actor, status: int = 200) -> Response:
    possible: list[tuple[str, Problem | None]] = []
    if row["state"] == "put":
        possible = [("completion", actions.barred_by(row, caller.subject))]
    shown = AssessmentDetailOut.model_validate(
        {
            **row,
            "indicators": shown_indicators(row["basis"], row["scores"]),
            "reasons": row["basis"]["reasons"],
            "history": row["steps"],
            "next_steps": steps_out(possible, NEEDED, caller),
        }
    )
    return answer(shown, status, version=row["version"])
