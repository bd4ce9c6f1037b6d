"""Judges a grade as of a day, under the lock of the organization's row: who rates it came before, or waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.registry.assessment_grades import queries
from services.registry.assessment_grades.errors import DeregisteredBefore, GradeBarred
from services.registry.assessment_grades.facts import gather
from services.registry.assessment_grades.grade import AssessmentGrade, Limit
from services.registry.assessment_grades.rules import barring, ceiling_of, ceiling_word, limits_of
from services.registry.civil_years.policies import AssessmentPolicy, Grade, StandingPolicies
from services.registry.organizations.organization import Organization
from services.registry.organizations.queries import get_by_uscc_or_id, lock_by_id
from shared.db.session import Transaction
from shared.field.policies import Policy
from shared.problems.access import check_reach
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput, NotFound
from shared.problems.versions import Preconditions, check_version

_BEFORE = Text(
    zh="公告日不能早于该组织成立日 {earliest}。",
    en="A grade cannot be announced before the organization was set up on {earliest}.",
)
_AFTER = Text(zh="该日不能晚于今日 {latest}。", en="This day cannot be after today, {latest}.")
NO_MEASURES = Text(zh="该日没有评估办法在施行。", en="No measures on assessment were in force on that day.")


@dataclass(frozen=True, slots=True)
class Judged:
    """A grade that may be given: by which policy, and what its rules said."""

    policy: Policy[AssessmentPolicy]
    limits: Sequence[Limit]


async def lock_organization(tx: Transaction, reference: str) -> Organization:
    """An organization that the caller sees, by id or code, locked. Raises NotFound, OutsideScope."""
    found = await get_by_uscc_or_id(tx, reference)
    [organization] = await lock_by_id(tx, [found.id]) if found is not None else [None]
    if organization is None:
        raise NotFound(what="organization")
    check_reach(tx.access, organization.content.division)
    return organization


async def lock_grade(
    tx: Transaction, grade_id: UUID, if_match: Preconditions | None
) -> tuple[Organization, AssessmentGrade]:
    """A grade and its organization, locked. Raises NotFound, OutsideScope, PreconditionFailed."""
    found = await queries.get(tx, grade_id)
    if found is None:
        raise NotFound(what="assessment grade")
    organization = await lock_organization(tx, str(found["organization_id"]))
    # Read again under the lock: somebody else may have ended it.
    found = await queries.get(tx, grade_id)
    if found is None:
        raise NotFound(what="assessment grade")
    check_version(if_match, found["version"])
    return organization, AssessmentGrade.of(found)


async def judge(
    tx: Transaction,
    organization: Organization,
    grade: Grade,
    day: date,
    policies: StandingPolicies,
    now: datetime,
    *,
    pointer: str = "/announced_on",
) -> Judged:
    """Whether a grade may be given as of a day. Raises GradeBarred with every reason, InvalidInput."""
    policy = policies.assessments.in_force(organization.content.division, day)
    if policy is None:
        raise InvalidInput([FieldError(pointer, NO_MEASURES)])
    facts = (await gather(tx, [organization], day, policies))[organization.id]
    limits = limits_of(policy.parameters, facts, now)
    if barred := barring(limits, grade):
        ceiling = ceiling_word(ceiling_of(limits))
        raise GradeBarred([one.reason for one in barred], grade=grade, announced_on=day, ceiling=ceiling)
    return Judged(policy, limits)


def check_day(organization: Organization, day: date, today: date, *, pointer: str = "/announced_on") -> None:
    """Whether a grade can have been announced on a day. Raises InvalidInput, DeregisteredBefore."""
    content = organization.content
    if day < content.registered_on:
        raise InvalidInput([FieldError(pointer, _BEFORE, (("earliest", content.registered_on),))])
    if day > today:
        raise InvalidInput([FieldError(pointer, _AFTER, (("latest", today),))])
    ended = organization.ended()
    if ended is not None and day > ended:
        raise DeregisteredBefore(as_of=ended)
