"""Takes applications for registration, supplements and decides them (S5)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.registry.bodies import queries as bodies
from services.registry.organizations.rules import stored_text
from services.registry.policies import RegistrationPolicies
from services.registry.registration_reviews import queries
from services.registry.registration_reviews.review import PARTS, Review, ReviewStep
from services.registry.registration_reviews.rules import (
    CHARTER,
    HOST,
    barred_by,
    blocked,
    day_errors,
    decision_reasons,
    stated_reasons,
)
from services.registry.registration_reviews.schemas import (
    ReviewApplication,
    ReviewParts,
    ReviewSupplement,
)
from services.registry.registration_reviews.taking import plain, policy_of, save, shown, step_of, take
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.field.divisions import check_division
from shared.field.errors import FieldError as BrokenValue
from shared.problems.access import check_reach
from shared.problems.duties import same_person
from shared.problems.field_sentences import field_error
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput
from shared.problems.versions import Preconditions

_CLEARED = (*PARTS, "charter_clause", "host_unit")
"""What a supplement can take back by null."""
_DECIDED = Text(
    zh="已核准的内容不能改动，只能补齐缺项；如需改动，请撤回后重新申请。",
    en="This was approved and cannot be changed; only what is missing can be added. Withdraw it and apply again.",
)
_NO_BODY = Text(
    zh="没有代码为“{body}”的机构，或其当日不存在。", en="There is no body '{body}', or it did not exist on that day."
)


async def apply(tx: Transaction, body: ReviewApplication, policies: RegistrationPolicies, now: datetime) -> Record:
    """Take an application; it may lack any part. Raises InvalidInput, OutsideScope."""
    today = china_day(now)
    given = body.model_dump(mode="json", exclude={"note", "applied_on"})
    policy = policy_of(policies, body.division, body.applied_on, today)
    earliest = policy.parameters.earliest_day
    errors = [*_texts(given, body.division), *day_errors("applied_on", body.applied_on, today, earliest)]
    try:
        check_division(body.division, min(body.applied_on, today))
    except BrokenValue as broken:
        errors.append(field_error("/division", broken))
    else:
        check_reach(tx.access, body.division)
    errors += await _part_errors(tx, body, body.applied_on, today, earliest)
    if errors:
        raise InvalidInput(errors)
    row: Record = {
        "id": new_id(),
        "created_at": now,
        **given,
        "state": "submitted",
        "applied_on": body.applied_on,
        "drafted_by": [tx.access.actor],
        "policy": policy.id,
        "reasons": [],
        "approved_on": None,
        "uscc": None,
        "certified_on": None,
        "hand_over_due_on": None,
        "handed_over_on": None,
        "handed_over_to": None,
        "steps": [step_of(tx, "application", now, body.note)],
        "version": 1,
    }
    review = Review.of(row)
    row["reasons"] = plain(stated_reasons(review, ("charter_clause", "host_unit"), policy, now))
    await queries.insert_one(tx, row)
    return await shown(tx, row["id"])


async def supplement(
    tx: Transaction,
    review_id: UUID,
    body: ReviewSupplement,
    policies: RegistrationPolicies,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> Record:
    """Add or replace parts; what was returned is submitted again. Raises as `decide` does, but not SameHand."""
    row = await take(tx, review_id, "supplement", if_match)
    given = body.model_dump(mode="json", exclude={"note"}, exclude_unset=True)
    given = {name: value for name, value in given.items() if value is not None or name in _CLEARED}
    today = china_day(now)
    policy = policy_of(policies, row["division"], row["applied_on"], today)
    earliest = policy.parameters.earliest_day
    errors = [*_texts(given, row["division"]), *await _part_errors(tx, body, row["applied_on"], today, earliest)]
    if row["state"] == "approved":
        # What was decided on stays; only what was missing may still be added before the certificate.
        errors += [FieldError(f"/{name}", _DECIDED) for name, value in given.items() if row[name] not in (None, value)]
    if errors:
        raise InvalidInput(errors)
    row |= given
    replaced = {rule for name, rule in (("charter_clause", CHARTER), ("host_unit", HOST)) if name in given}
    if replaced:
        others = [one for one in row["reasons"] if one["rule"] not in replaced]
        row["reasons"] = [*others, *plain(stated_reasons(Review.of(row), given, policy, now))]
    if not any(same_person(one, tx.access.actor) for one in row["drafted_by"]):
        row["drafted_by"] = [*row["drafted_by"], tx.access.actor]
    return await save(tx, row, "supplement", now, body.note)


async def decide(
    tx: Transaction,
    review_id: UUID,
    step: ReviewStep,
    note: str | None,
    policies: RegistrationPolicies,
    now: datetime,
    *,
    if_match: Preconditions | None,
    on: date | None = None,
) -> Record:
    """Approve (today, or on an earlier day), return or refuse, with the reasons that are kept.

    Raises NotFound, OutsideScope, PreconditionFailed, IllegalTransition, SameHand, ReviewBlocked with every part that
    is missing, InvalidInput.
    """
    row = await take(tx, review_id, step, if_match)
    today = china_day(now)
    review, policy = Review.of(row), policy_of(policies, row["division"], row["applied_on"], today)
    barred = barred_by(step, review.drafted_by, tx.access.actor, policy.parameters) or blocked(
        review, step, policy, now
    )
    if barred is not None:
        raise barred
    if on is not None and (errors := day_errors("approved_on", on, today, review.applied_on)):
        raise InvalidInput(errors)
    row |= {"policy": policy.id, "reasons": plain(decision_reasons(review, step, policy, now))}
    row["approved_on"] = (on or today) if step == "approval" else None
    return await save(tx, row, step, now, note)


async def withdraw(
    tx: Transaction, review_id: UUID, reason: str, now: datetime, *, if_match: Preconditions | None
) -> Record:
    """The applicant gives it up. Raises as `decide` does."""
    row = await take(tx, review_id, "withdrawal", if_match)
    return await save(tx, row, "withdrawal", now, reason)


def _texts(given: dict[str, Any], division: str) -> list[FieldError]:
    """Put texts into their stored form, in place; what is wrong with them."""
    errors = []
    for name in ("name", "street"):
        if given.get(name) is not None:
            try:
                given[name] = stored_text(name, given[name], division)
            except BrokenValue as broken:
                errors.append(field_error(f"/{name}", broken))
    return errors


async def _part_errors(
    tx: Transaction, parts: ReviewParts, applied_on: date, today: date, earliest: date
) -> list[FieldError]:
    errors: list[FieldError] = []
    if parts.survey is not None:
        errors += day_errors("survey/surveyed_on", parts.survey.surveyed_on, today, earliest)
    if parts.commitment is not None:
        errors += day_errors("commitment/signed_on", parts.commitment.signed_on, today, earliest)
    code = None if parts.hosting is None else parts.hosting.body
    if code is not None:
        body = await bodies.get(tx, code)
        if body is None or not body.in_force(applied_on if applied_on >= body.since else today):
            errors.append(FieldError("/hosting/body", _NO_BODY, (("body", code),)))
    return errors
