"""Opens the reviews that are due, and lets those lapse whose cause is gone. No grade changes by this."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.registry.assessment_grades import queries
from services.registry.assessment_grades.facts import gather
from services.registry.assessment_grades.grade import lasting_on
from services.registry.assessment_grades.reviews import queries as review_queries
from services.registry.assessment_grades.reviews.rules import Due, due_reviews, lapsing
from services.registry.assessment_grades.rules import limits_of
from services.registry.civil_years.policies import StandingPolicies
from services.registry.organizations.organization import Organization
from services.registry.organizations.queries import lock_by_id
from services.registry.published_standings.projecting import take_over
from shared.bus.handlers import Received
from shared.bus.maintenance import Slice
from shared.contracts.evaluation import StandingChanged
from shared.db.base import new_id, to_json, utc_now
from shared.db.session import Transaction
from shared.field.calendar import china_day

AT_ONCE = 2000
_FIRST = UUID(int=0)


async def follow_standings(
    tx: Transaction, events: Sequence[Received[StandingChanged]], *, policies: StandingPolicies
) -> None:
    """Keep what evaluation published, and open the reviews that a lower rating calls for."""
    # Before anything is written: whoever gives a grade locks the organization too, and reads what is stored then.
    organizations = await lock_by_id(tx, sorted({event.data.organization_id for event in events}))
    changed = set(await take_over(tx, events))
    await open_reviews(tx, [one for one in organizations if one.id in changed], policies, utc_now())


async def open_reviews(
    tx: Transaction, organizations: Sequence[Organization], policies: StandingPolicies, now: datetime
) -> int:
    """Open and let lapse what is due of organizations whose rows are locked; returns how many were opened."""
    today = china_day(now)
    async with tx.system_scope():
        given = await queries.given(tx, [one.id for one in organizations], today)
        grades = {one: found for one, known in given.items() if (found := lasting_on(known, today))}
        graded = [one for one in organizations if one.id in grades]
        if not graded:
            return 0
        reviews = await review_queries.of_grades(tx, [one.id for some in grades.values() for one in some])
    facts = await gather(tx, graded, today, policies)
    due: list[Due] = []
    for one in graded:
        policy = policies.assessments.in_force(one.content.division, today)
        # Of an organization that has ended nothing can be decided.
        if policy is not None and one.content.status == "registered":
            due += due_reviews(grades[one.id], limits_of(policy.parameters, facts[one.id], now))
    await review_queries.lapse(tx, [UUID(str(one["id"])) for one in lapsing(reviews, due)])
    return await review_queries.open_all(
        tx,
        [
            {
                "id": new_id(),
                "organization_id": one.grade.organization_id,
                "division": one.grade.division,
                "grade_id": one.grade.id,
                "cause": one.limit.cause,
                "state": "open",
                "reasons": to_json([one.limit.reason.plain()]),
                "opened_at": now,
                "version": 1,
            }
            for one in due
        ],
    )


async def settle_reviews(
    tx: Transaction, organization: Organization, ended: UUID, policies: StandingPolicies, now: datetime
) -> None:
    """After a grade ended: its open reviews have nothing to decide any more, and others may be due."""
    async with tx.system_scope():
        reviews = await review_queries.of_grades(tx, [ended])
    await review_queries.lapse(tx, [one["id"] for one in reviews if one["state"] == "open"])
    await open_reviews(tx, [organization], policies, now)


class Reviewing:
    """What no event of evaluation shows: a rating that has become final, a Party organization that is gone.

    Looks at every organization with a grade, some thousands in a transaction, which holds their locks.
    """

    def __init__(self, policies: StandingPolicies, at_once: int = AT_ONCE) -> None:
        self._policies = policies
        self._at_once = at_once
        self._after = _FIRST

    async def __call__(self, tx: Transaction) -> Slice:
        """The next of them; whoever lapses in between is looked at again an hour later."""
        now = utc_now()
        if self._after == _FIRST:
            await review_queries.lapse_expired(tx, china_day(now))
        ids = await queries.organizations_with_grades(tx, china_day(now), self._after, self._at_once)
        await open_reviews(tx, await lock_by_id(tx, ids), self._policies, now)
        more = len(ids) == self._at_once
        self._after = ids[-1] if more else _FIRST
        return Slice.MORE if more else Slice.LAST
