"""Gives assessment grades, and corrects what was recorded wrongly."""

from datetime import date, datetime
from uuid import UUID

from services.registry.assessment_grades import queries
from services.registry.assessment_grades.errors import GradeAnnounced, GradeNotInForce
from services.registry.assessment_grades.grade import AssessmentGrade, Origin, Why
from services.registry.assessment_grades.judging import Judged, check_day, judge, lock_grade, lock_organization
from services.registry.assessment_grades.reviews.opening import open_reviews, settle_reviews
from services.registry.assessment_grades.rules import validity_of
from services.registry.assessment_grades.schemas import GradeBody, GradeCorrection
from services.registry.civil_years.policies import Grade, StandingPolicies
from services.registry.organizations.organization import Organization
from shared.db.base import new_id
from shared.db.session import Transaction
from shared.field.calendar import china_day
from shared.problems.versions import Preconditions, check_version


async def give(
    tx: Transaction,
    reference: str,
    body: GradeBody,
    policies: StandingPolicies,
    now: datetime,
    *,
    if_match: Preconditions | None = None,
) -> tuple[AssessmentGrade, bool]:
    """Record a grade that was announced, and whether it is new: the same again changes nothing.

    It is judged as of its announcement. Raises NotFound, InvalidInput, DeregisteredBefore, GradeAnnounced, GradeBarred,
    PreconditionFailed.
    """
    organization = await lock_organization(tx, reference)
    check_day(organization, body.announced_on, china_day(now))
    known = await queries.announced(tx, organization.id, body.announced_on)
    check_version(if_match, None if known is None else known.version)
    if known is not None:
        if known.grade != body.grade:
            raise GradeAnnounced(id=known.id, grade=known.grade, announced_on=known.announced_on)
        return known, False
    judged = await judge(tx, organization, body.grade, body.announced_on, policies, now)
    grade = _grade(tx, organization, judged, body.grade, body.announced_on, "assessment", None, body.note, now)
    await queries.insert_grade(tx, grade)
    await open_reviews(tx, [organization], policies, now)
    return grade, True


async def correct(
    tx: Transaction,
    grade_id: UUID,
    body: GradeCorrection,
    policies: StandingPolicies,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> AssessmentGrade:
    """Put another record in the place of a wrong one, which stays in the history; or withdraw it, and it is returned.

    Raises NotFound, GradeNotInForce for one that has ended, and what `give` raises.
    """
    organization, grade = await lock_grade(tx, grade_id, if_match)
    if grade.ended_by is not None or grade.origin == "verification":
        raise GradeNotInForce(day=china_day(now))
    await queries.end_grade(tx, grade.id, grade.valid_from, "correction")
    if body.withdrawn:
        await settle_reviews(tx, organization, grade.id, policies, now)
        ended = await queries.get(tx, grade.id)
        assert ended is not None
        return AssessmentGrade.of(ended)
    wanted, announced_on = body.grade or grade.grade, body.announced_on or grade.announced_on
    check_day(organization, announced_on, china_day(now))
    other = await queries.announced(tx, organization.id, announced_on)
    if other is not None:
        raise GradeAnnounced(id=other.id, grade=other.grade, announced_on=other.announced_on)
    judged = await judge(tx, organization, wanted, announced_on, policies, now)
    corrected = _grade(tx, organization, judged, wanted, announced_on, "correction", grade.id, body.reason, now)
    await queries.insert_grade(tx, corrected)
    await settle_reviews(tx, organization, grade.id, policies, now)
    return corrected


def _grade(
    tx: Transaction,
    organization: Organization,
    judged: Judged,
    grade: Grade,
    announced_on: date,
    origin: Origin,
    follows: UUID | None,
    note: str | None,
    now: datetime,
) -> AssessmentGrade:
    parameters = judged.policy.parameters
    valid_from, valid_until = validity_of(parameters.validity, announced_on)
    facts: dict[str, object] = {
        "announced_on": announced_on,
        "valid_from": valid_from,
        "valid_until": valid_until,
        "measures": parameters.measures,
    }
    holds = Why("R-grade-validity", "valid", facts, now)
    return AssessmentGrade(
        id=new_id(),
        organization_id=organization.id,
        division=organization.content.division,
        grade=grade,
        announced_on=announced_on,
        valid_from=valid_from,
        valid_until=valid_until,
        origin=origin,
        follows=follows,
        ended_on=None,
        ended_by=None,
        measures=parameters.measures,
        policy=judged.policy.id,
        reasons=[holds.plain(), *(limit.reason.plain() for limit in judged.limits)],
        note=note,
        recorded_by=tx.access.actor,
        recorded_at=now,
    )
