"""Assessment grades of an organization, their corrections and verifications."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from services.registry.assessment_grades import actions, queries, verifying
from services.registry.assessment_grades.errors import (
    DeregisteredBefore,
    GradeAnnounced,
    GradeBarred,
    GradeNotInForce,
    NoVerification,
)
from services.registry.assessment_grades.schemas import (
    GradeBody,
    GradeCorrection,
    GradeOut,
    VerificationBody,
    VerificationOut,
    grade_out,
)
from services.registry.organizations.queries import get_by_uscc_or_id
from shared.db.base import utc_now
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.access import OutsideScope
from shared.problems.duties import SameHand
from shared.problems.problems import BadCursor, InvalidInput, NotFound, PreconditionFailed
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Cursor, IfMatch, Limit, Page, Tx, answer, decode_id_cursor, page, problems

router = APIRouter(tags=["assessment grades"], route_class=GuardedRoute)

Reference = Annotated[str, Path(description="id or code", max_length=64)]
GradeId = Annotated[UUID, Path(description="the grade's id")]


@router.post(
    "/organizations/{reference}/assessment-grades",
    dependencies=[requires(Permission.GRADES_WRITE)],
    status_code=201,
    response_model=GradeOut,
    responses={
        200: {"model": GradeOut},
        **problems(
            NotFound, OutsideScope, GradeBarred, GradeAnnounced, DeregisteredBefore, PreconditionFailed, InvalidInput
        ),
    },
)
async def give_assessment_grade(
    tx: Tx, once: OnceOnly, request: Request, reference: Reference, if_match: IfMatch, body: GradeBody
) -> Response:
    """Record an assessment grade that was announced: 201 new, 200 the same again, 409 where a rule bars it (H24).

    It is judged as of its announcement, by the measures of that day, which say how long it holds.
    """

    async def run() -> Response:
        policies = request.app.state.standing_policies
        grade, new = await actions.give(tx, reference, body, policies, utc_now(), if_match=if_match)
        return await _answer(tx, grade.id, 201 if new else 200)

    return await once(run)


@router.get(
    "/organizations/{reference}/assessment-grades",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=Page[GradeOut],
    responses=problems(NotFound, InvalidInput, BadCursor),
)
async def list_grades_of_organization(
    tx: Tx, reference: Reference, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """Every grade that was recorded of an organization, with those that ended or were corrected."""
    rows = await queries.list_grades(
        tx,
        organization_id=await _organization_id(tx, reference),
        division=None,
        after=decode_id_cursor(cursor),
        limit=limit,
    )
    return await _page(tx, rows, limit)


@router.get(
    "/assessment-grades",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=Page[GradeOut],
    responses=problems(InvalidInput, BadCursor),
)
async def list_assessment_grades(
    tx: Tx, division: DivisionFilter = None, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """Every grade that was recorded in a division."""
    rows = await queries.list_grades(
        tx, organization_id=None, division=division, after=decode_id_cursor(cursor), limit=limit
    )
    return await _page(tx, rows, limit)


@router.get(
    "/assessment-grades/{grade_id}",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=GradeOut,
    responses=problems(NotFound, InvalidInput),
)
async def get_assessment_grade(tx: Tx, grade_id: GradeId) -> Response:
    """One grade."""
    return await _answer(tx, grade_id)


@router.post(
    "/assessment-grades/{grade_id}/correction",
    dependencies=[requires(Permission.GRADES_WRITE)],
    response_model=GradeOut,
    responses=problems(
        NotFound,
        OutsideScope,
        GradeBarred,
        GradeAnnounced,
        GradeNotInForce,
        DeregisteredBefore,
        PreconditionFailed,
        InvalidInput,
    ),
)
async def correct_assessment_grade(
    tx: Tx, once: OnceOnly, request: Request, grade_id: GradeId, if_match: IfMatch, body: GradeCorrection
) -> Response:
    """Correct a record: another takes its place, judged as of its announcement; the wrong one stays in the history."""

    async def run() -> Response:
        policies = request.app.state.standing_policies
        corrected = await actions.correct(tx, grade_id, body, policies, utc_now(), if_match=if_match)
        return await _answer(tx, corrected.id)

    return await once(run)


@router.post(
    "/assessment-grades/{grade_id}/verification",
    dependencies=[requires(Permission.GRADES_WRITE)],
    status_code=201,
    response_model=VerificationOut,
    responses=problems(
        NotFound,
        OutsideScope,
        SameHand,
        NoVerification,
        GradeNotInForce,
        GradeBarred,
        DeregisteredBefore,
        PreconditionFailed,
        InvalidInput,
    ),
)
async def verify_assessment_grade(
    tx: Tx, once: OnceOnly, request: Request, grade_id: GradeId, if_match: IfMatch, body: VerificationBody
) -> Response:
    """Note a verification assessment of a grade (D13): confirmed, adjusted for the rest of its validity, or revoked.

    Whoever recorded the grade cannot verify it.
    """

    async def run() -> Response:
        policies = request.app.state.standing_policies
        row = await verifying.verify(tx, grade_id, body, policies, utc_now(), if_match=if_match)
        return answer(VerificationOut.model_validate(row), 201)

    return await once(run)


@router.get(
    "/organizations/{reference}/grade-verifications",
    dependencies=[requires(Permission.REGISTRY_READ)],
    response_model=Page[VerificationOut],
    responses=problems(NotFound, InvalidInput, BadCursor),
)
async def list_grade_verifications(tx: Tx, reference: Reference, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """The verification assessments of an organization's grades."""
    rows = await queries.list_verifications(
        tx, organization_id=await _organization_id(tx, reference), after=decode_id_cursor(cursor), limit=limit
    )
    return page(rows, limit, VerificationOut.model_validate)


async def _organization_id(tx: Transaction, reference: str) -> UUID:
    organization = await get_by_uscc_or_id(tx, reference)
    if organization is None:
        raise NotFound(what="organization")
    return organization.id


async def _answer(tx: Transaction, grade_id: UUID, status: int = 200) -> Response:
    row = await queries.get(tx, grade_id)
    if row is None:
        raise NotFound(what="assessment grade")
    today = china_day(utc_now())
    given = await queries.given(tx, [row["organization_id"]], today)
    return answer(grade_out(row, given, today), status, version=row["version"])


async def _page(tx: Transaction, rows: list[Record], limit: int) -> Response:
    today = china_day(utc_now())
    given = await queries.given(tx, {row["organization_id"] for row in rows}, today)
    return page(rows, limit, lambda row: grade_out(row, given, today))
