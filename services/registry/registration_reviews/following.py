"""What follows an approval: the certificate, and the papers' handing over (S5, domain 4.4)."""

from datetime import datetime
from uuid import UUID

from services.registry.code_exceptions.queries import excepted
from services.registry.policies import RegistrationPolicies
from services.registry.registration_reviews import queries
from services.registry.registration_reviews.errors import CodeReviewed
from services.registry.registration_reviews.review import Review
from services.registry.registration_reviews.rules import (
    blocked,
    certificate_errors,
    code_errors,
    day_errors,
    due_on,
    hand_over_reason,
    parts_of,
)
from services.registry.registration_reviews.schemas import (
    ReviewCertificate,
    ReviewHandOver,
)
from services.registry.registration_reviews.taking import plain, policy_of, save, take
from shared.db.session import Record, Transaction
from shared.field import uscc
from shared.field.calendar import china_day
from shared.field.errors import FieldError as BrokenValue
from shared.problems.field_sentences import field_error
from shared.problems.problems import InvalidInput
from shared.problems.versions import Preconditions


async def certify(
    tx: Transaction,
    review_id: UUID,
    body: ReviewCertificate,
    policies: RegistrationPolicies,
    now: datetime,
    *,
    if_match: Preconditions | None,
    allow_sample_codes: bool,
) -> Record:
    """Record the code of the certificate: the papers are to be handed over within working days of its day.

    Raises InvalidInput, CodeReviewed, and as `decide` does.
    """
    row = await take(tx, review_id, "certificate", if_match)
    code, today = uscc.normalize(body.uscc), china_day(now)
    errors = certificate_errors(body.issued_on, today, row["applied_on"], row["approved_on"])
    try:
        known = await excepted(tx, [code]) if uscc.breaks_check_digits(code) else frozenset()
        uscc.check(code, allow_sample_codes=allow_sample_codes, excepted=known)
    except BrokenValue as broken:
        errors.append(field_error("/uscc", broken))
    if errors:
        raise InvalidInput(errors)
    policy = policy_of(policies, row["division"], row["applied_on"], today)
    review = Review.of(row)
    barred = blocked(review, "certificate", policy, now)
    if barred is not None:
        raise barred
    async with tx.system_scope():
        if await queries.others_with(tx, code, review_id):
            raise CodeReviewed(uscc=code)
        # A code that it has already stays its own, wherever its organization has moved since.
        registered = None if code == row["uscc"] else await queries.registered_with(tx, code)
    if registered is not None and (errors := code_errors(review, registered)):
        raise InvalidInput(errors)
    days = policies.working_days.at(row["division"], body.issued_on)
    row |= {
        "uscc": code,
        "certified_on": body.issued_on,
        "hand_over_due_on": due_on(body.issued_on, policy.parameters, days),
        # A corrected certificate's reasons take the place of the first one's.
        "reasons": [
            *(one for one in row["reasons"] if one["facts"].get("step") != "certificate"),
            *plain(parts_of(review, "certificate", policy, now)),
        ],
    }
    return await save(tx, row, "certificate", now, None)


async def hand_over(
    tx: Transaction,
    review_id: UUID,
    body: ReviewHandOver,
    policies: RegistrationPolicies,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> Record:
    """The papers were handed over; late or in time is among the reasons. Raises InvalidInput, and as `decide` does."""
    row = await take(tx, review_id, "hand_over", if_match)
    today = china_day(now)
    errors = day_errors("handed_over_on", body.handed_over_on, today, row["certified_on"])
    if errors:
        raise InvalidInput(errors)
    policy = policy_of(policies, row["division"], row["applied_on"], today)
    reason = hand_over_reason(Review.of(row), body.handed_over_on, policy, now)
    row |= body.model_dump(include={"handed_over_on", "handed_over_to"})
    row["reasons"] = [*row["reasons"], *plain([reason])]
    return await save(tx, row, "hand_over", now, body.note)
