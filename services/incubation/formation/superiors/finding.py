"""Finds the bodies above of lists of cases, and where the cases stand on a day."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Self
from uuid import UUID

from services.incubation.bodies import queries as body_queries
from services.incubation.bodies.body import Bodies
from services.incubation.formation.superiors import queries
from services.incubation.formation.superiors.rules import Above, Concerned, find_above, find_next
from services.incubation.formation.superiors.terms import (
    Escalation,
    Reminder,
    decided_by,
    escalated_since,
    explain_escalation,
    last_reminder,
)
from services.incubation.policies import FormationPolicies
from shared.db.session import Record, Transaction
from shared.field.calendar import CHINA, china_day
from shared.superiors.rules import Covered


@dataclass(frozen=True, slots=True)
class Superiors:
    """Bodies, what Party organizations belong to, and the policies by which the body above is found."""

    bodies: Bodies
    parties: queries.Parties
    policies: FormationPolicies

    @classmethod
    async def load(
        cls, tx: Transaction, divisions: Iterable[str], parties: Collection[UUID], policies: FormationPolicies
    ) -> Self:
        """For cases of these divisions and for these Party organizations."""
        known = await queries.affiliations_of(tx, parties)
        bodies = await body_queries.above_places(tx, set(divisions), {one.body for one in known.values()})
        return cls(bodies, known, policies)

    def above(
        self, division: str, street: str | None, covers: Sequence[Covered], party: UUID | None, now: datetime
    ) -> Above:
        """The body above a Party organization: one that exists (`party`), or one that is to be founded there."""
        affiliated = None if party is None else self.parties.get(party)
        concerned = Concerned(division, street, covers, affiliated)
        return find_above(concerned, self.bodies, self.policies.affiliations, now)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands on a day: whose decision it is, the last reminder, and whether it went further up."""

    above: Above
    reminder: Reminder | None = None
    escalation: Escalation | None = None


async def stand(
    tx: Transaction, case_ids: Sequence[UUID], policies: FormationPolicies, now: datetime
) -> Mapping[UUID, Standing]:
    """Where these cases stand today, by case; as of the day's beginning, so that it is the same all day."""
    if not case_ids:
        return {}
    as_of = datetime.combine(china_day(now), time(), CHINA)
    rows = await queries.list_cases(tx, case_ids)
    parties = {row["party"] for row in rows if row["party"] is not None}
    superiors = await Superiors.load(tx, (row["division"] for row in rows), parties, policies)
    return {row["id"]: _standing(row, superiors, as_of) for row in rows}


def _standing(row: Record, superiors: Superiors, now: datetime) -> Standing:
    covered = Covered(row["kind"], row["evaluation_type"], row["name"])
    above = superiors.above(row["division"], row["street"], [covered], row["party"], now)
    due = decided_by(row["state"], row["due_on"], row["deferred_until"])
    today, policies = china_day(now), superiors.policies
    policy = policies.in_force(row["division"], today)
    if due is None or policy is None:
        return Standing(above)
    days = policies.working_days.at(row["division"], today)
    reminder = last_reminder(due, policy, days, today)
    since = escalated_since(due, policy, days, today)
    if since is None or above.body is None:
        return Standing(above, reminder)
    to = find_next(above.body, superiors.bodies, policies.affiliations, today)
    reason = explain_escalation(due, since, policy, body=above.body, to=to, now=now)
    return Standing(above, reminder, Escalation(to, since, reason))
