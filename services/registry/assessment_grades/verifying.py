"""Verifies grades, and decides the reviews of them: confirmed, adjusted or revoked (D13)."""

from datetime import date, datetime
from uuid import UUID

from services.registry.assessment_grades import queries
from services.registry.assessment_grades.errors import GradeNotInForce, NoVerification
from services.registry.assessment_grades.grade import AssessmentGrade, Why, replaces
from services.registry.assessment_grades.judging import NO_MEASURES, check_day, judge, lock_grade
from services.registry.assessment_grades.reviews import queries as review_queries
from services.registry.assessment_grades.reviews.opening import open_reviews, settle_reviews
from services.registry.assessment_grades.reviews.rules import TRANSITIONS, answered
from services.registry.assessment_grades.schemas import VerificationBody
from services.registry.civil_years.policies import AssessmentPolicy, Grade, StandingPolicies, rank
from services.registry.organizations.organization import Organization
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.field.policies import Policy
from shared.problems.duties import SameHand, same_person
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput, NotFound
from shared.problems.transitions import move
from shared.problems.versions import Preconditions, check_version

_SAME = Text(
    zh="调整后的等级与现等级相同；维持原等级的，结论为“confirmed”。", en="It has this grade: then it is confirmed."
)
_BEFORE = Text(
    zh="等级核查事项于 {opened} 提出，在此之前的核查不能确认它。",
    en="The review was opened on {opened}: a verification of an earlier day cannot confirm against it.",
)


async def verify(
    tx: Transaction,
    grade_id: UUID,
    body: VerificationBody,
    policies: StandingPolicies,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> Record:
    """Note a verification assessment; what it adjusts or revokes ends on its day. Its open reviews are decided by it.

    Whoever recorded the grade cannot verify it. Raises NotFound, PreconditionFailed, SameHand, InvalidInput,
    NoVerification, GradeNotInForce, GradeBarred.
    """
    organization, grade = await lock_grade(tx, grade_id, if_match)
    async with tx.system_scope():
        reviews = await review_queries.of_grades(tx, [grade.id])
    open_ids = answered(reviews, body.outcome, body.decided_on or china_day(now))
    review = open_ids[0] if open_ids else None
    row = await _settle(tx, organization, grade, body, policies, now, review)
    await review_queries.decide(tx, open_ids, outcome=body.outcome, note=body.note, by=tx.access.actor, at=now)
    await _go_on(tx, organization, grade, body, policies, now)
    return row


async def decide_review(
    tx: Transaction,
    review_id: UUID,
    body: VerificationBody,
    policies: StandingPolicies,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> Record:
    """Decide a review by a verification assessment; the review as it is then. Raises what `verify` raises,
    IllegalTransition for one that is decided or has lapsed."""
    found = await review_queries.get(tx, review_id)
    if found is None:
        raise NotFound(what="grade review")
    organization, grade = await lock_grade(tx, found["grade_id"], None)
    # Read again under the lock: somebody else may have decided it.
    found = await review_queries.get(tx, review_id)
    if found is None:
        raise NotFound(what="grade review")
    check_version(if_match, found["version"])
    move(TRANSITIONS, found["state"], "decision")
    if not answered([found], body.outcome, body.decided_on or china_day(now)):
        raise InvalidInput([FieldError("/decided_on", _BEFORE, (("opened", china_day(found["opened_at"])),))])
    await _settle(tx, organization, grade, body, policies, now, review_id)
    await review_queries.decide(tx, [review_id], outcome=body.outcome, note=body.note, by=tx.access.actor, at=now)
    await _go_on(tx, organization, grade, body, policies, now)
    decided = await review_queries.get(tx, review_id)
    assert decided is not None
    return decided


async def _go_on(
    tx: Transaction,
    organization: Organization,
    grade: AssessmentGrade,
    body: VerificationBody,
    policies: StandingPolicies,
    now: datetime,
) -> None:
    if body.outcome == "confirmed":
        await open_reviews(tx, [organization], policies, now)
    else:
        await settle_reviews(tx, organization, grade.id, policies, now)


async def _settle(
    tx: Transaction,
    organization: Organization,
    grade: AssessmentGrade,
    body: VerificationBody,
    policies: StandingPolicies,
    now: datetime,
    review_id: UUID | None,
) -> Record:
    if any(same_person(one, tx.access.actor) for one in await queries.recorders(tx, grade.id)):
        raise SameHand(what="assessment grade", earlier="recording", step="verification")
    today = china_day(now)
    day = body.decided_on or today
    check_day(organization, day, today, pointer="/decided_on")
    policy = policies.assessments.in_force(organization.content.division, day)
    if policy is None:
        raise InvalidInput([FieldError("/decided_on", NO_MEASURES)])
    if not policy.parameters.verification:
        raise NoVerification(day=day, measures=policy.parameters.measures)
    if grade.ended_by is not None or not grade.announced_on <= day <= grade.valid_until:
        raise GradeNotInForce(day=day)
    async with tx.system_scope():
        others = (await queries.given(tx, [organization.id], day)).get(organization.id, [])
    if any(replaces(other, grade, day) for other in others):
        raise GradeNotInForce(day=day)
    if body.grade == grade.grade:
        raise InvalidInput([FieldError("/grade", _SAME)])
    if body.grade is not None:
        await _adjust(tx, organization, grade, body.grade, day, policy, policies, now, body.note)
    elif body.outcome == "revoked":
        await queries.end_grade(tx, grade.id, day, "revocation")
    row: Record = {
        "id": new_id(),
        "organization_id": organization.id,
        "division": organization.content.division,
        "grade_id": grade.id,
        "review_id": review_id,
        "outcome": body.outcome,
        "before": grade.grade,
        "grade": body.grade,
        "decided_on": day,
        "note": body.note,
        "decided_by": tx.access.actor,
        "decided_at": now,
    }
    await queries.insert_verification(tx, row)
    return row


async def _adjust(
    tx: Transaction,
    organization: Organization,
    grade: AssessmentGrade,
    wanted: Grade,
    day: date,
    policy: Policy[AssessmentPolicy],
    policies: StandingPolicies,
    now: datetime,
    note: str | None,
) -> None:
    """Another grade for the rest of its validity. A higher one is barred as a new one would be."""
    facts: dict[str, object] = {"before": grade.grade, "grade": wanted, "decided_on": day}
    reasons = [Why("R-verified-grade", "adjusted", facts, now)]
    if rank(wanted) > rank(grade.grade):
        judged = await judge(tx, organization, wanted, day, policies, now, pointer="/decided_on")
        reasons += [limit.reason for limit in judged.limits]
    await queries.end_grade(tx, grade.id, max(day, grade.valid_from), "adjustment")
    adjusted = AssessmentGrade(
        id=new_id(),
        organization_id=organization.id,
        division=organization.content.division,
        grade=wanted,
        announced_on=day,
        valid_from=max(day, grade.valid_from),
        valid_until=grade.valid_until,
        origin="verification",
        follows=grade.id,
        ended_on=None,
        ended_by=None,
        measures=policy.parameters.measures,
        policy=policy.id,
        reasons=[one.plain() for one in reasons],
        note=note,
        recorded_by=tx.access.actor,
        recorded_at=now,
    )
    await queries.insert_grade(tx, adjusted)
