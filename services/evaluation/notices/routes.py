"""POST public notices, objections and their answers; GET the notices and the objections."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.evaluation.cycles.errors import CycleNotOpen
from services.evaluation.notices import actions, queries
from services.evaluation.notices.errors import NoNotice, NothingToPublish, NoticeOver
from services.evaluation.notices.rules import State
from services.evaluation.notices.schemas import (
    AnswerBody,
    ObjectionBody,
    ObjectionOut,
    PublicationBody,
    PublicationOut,
    objection_out,
    publication_out,
)
from services.evaluation.objections import queries as objections
from shared.db.base import utc_now
from shared.problems.access import OutsideScope
from shared.problems.duties import ConflictOfInterest, SameHand
from shared.problems.inputs import Day
from shared.problems.problems import BadCursor, IllegalTransition, InvalidInput, NotFound, PreconditionFailed
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, decode_id_cursor, page, problems
from shared.web.routes import answer as respond

router = APIRouter(tags=["notices"], route_class=GuardedRoute)


@router.post(
    "/cycles/{cycle_id}/publication",
    dependencies=[requires(Permission.CYCLES_MANAGE)],
    status_code=201,
    response_model=PublicationOut,
    responses=problems(NotFound, InvalidInput, CycleNotOpen, NoNotice, NothingToPublish, OutsideScope),
)
async def publish_ratings(tx: Tx, once: OnceOnly, request: Request, cycle_id: UUID, body: PublicationBody) -> Response:
    """Publish what sessions of a cycle decided: the notice runs for the policy's working days, then it is completed."""

    async def run() -> Response:
        days = request.app.state.working_days
        row = await actions.publish(tx, cycle_id, body, days=days, now=utc_now())
        return respond(PublicationOut.model_validate(row), 201)

    return await once(run)


@router.post(
    "/evaluations/{evaluation_id}/objections",
    dependencies=[requires(Permission.OBJECTIONS_WRITE)],
    status_code=201,
    response_model=ObjectionOut,
    responses=problems(NotFound, InvalidInput, IllegalTransition, CycleNotOpen, NoticeOver, PreconditionFailed),
)
async def object_to_rating(
    tx: Tx, once: OnceOnly, request: Request, evaluation_id: UUID, if_match: IfMatch, body: ObjectionBody
) -> Response:
    """Object to a published rating, as the rated unit or its district: it is not completed until it is answered."""

    async def run() -> Response:
        days = request.app.state.working_days
        row = await actions.object_to(tx, evaluation_id, body, days=days, if_match=if_match, now=utc_now())
        return respond(objection_out(row), 201)

    return await once(run)


@router.post(
    "/evaluations/{evaluation_id}/objections/{objection_id}/answer",
    dependencies=[requires(Permission.RATINGS_WRITE)],
    response_model=ObjectionOut,
    responses=problems(
        NotFound, InvalidInput, IllegalTransition, CycleNotOpen, SameHand, ConflictOfInterest, PreconditionFailed
    ),
)
async def answer_objection(
    tx: Tx, once: OnceOnly, evaluation_id: UUID, objection_id: UUID, if_match: IfMatch, body: AnswerBody
) -> Response:
    """Answer an objection: upheld, the rating is decided again; rejected, it stands. Not by who scored or objected."""

    async def run() -> Response:
        row = await actions.answer(tx, evaluation_id, objection_id, body, if_match=if_match, now=utc_now())
        return respond(objection_out(row))

    return await once(run)


@router.get(
    "/publications",
    dependencies=[requires(Permission.EVALUATION_READ)],
    response_model=Page[PublicationOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_publications(
    tx: Tx,
    cycle: UUID | None = None,
    running_on: Annotated[Day | None, Query(description="those whose notice ran on that day")] = None,
    division: DivisionFilter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Public notices, a page at a time, the latest first; for a unit those of its cycles, for its division."""
    day: date | None = running_on
    rows = await queries.list_publications(
        tx, cycle=cycle, running_on=day, division=division, after=decode_id_cursor(cursor), limit=limit
    )
    to_unit = tx.access.units is not None
    return page(rows, limit, lambda row: publication_out(row, to_unit=to_unit))


@router.get(
    "/objections",
    dependencies=[requires(Permission.EVALUATION_READ)],
    response_model=Page[ObjectionOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_objections(
    tx: Tx,
    evaluation: UUID | None = None,
    state: State | None = None,
    division: DivisionFilter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Objections, a page at a time."""
    rows = await objections.list_objections(
        tx, evaluation=evaluation, state=state, division=division, after=decode_id_cursor(cursor), limit=limit
    )
    return page(rows, limit, objection_out)
