"""Gathers what is known of organizations as of a day, each kind of fact in one statement."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from services.registry.assessment_grades import queries
from services.registry.assessment_grades.grade import Facts, grade_in_force
from services.registry.civil_years.policies import Outcome, StandingPolicies
from services.registry.inspections.queries import outcomes
from services.registry.organizations.organization import Organization
from services.registry.party_organizations.covering import covered_on
from services.registry.published_standings.queries import latest
from shared.db.session import Transaction


async def gather(
    tx: Transaction, organizations: Sequence[Organization], day: date, policies: StandingPolicies
) -> dict[UUID, Facts]:
    """By organization. The caller sees them; what is read of them lies in their division, or is the system's."""
    first = _first_years({one.content.division for one in organizations}, day, policies)
    ids = [one.id for one in organizations]
    async with tx.system_scope():
        ratings = await latest(tx, ids, day)
        coverage = await covered_on(tx, ids, day)
        verifications = await queries.lowered(tx, ids, day)
        inspected = await outcomes(tx, ids, min(first.values(), default=day.year), day)
        grades = await queries.given(tx, ids, day)
    return {
        one.id: Facts(
            content=one.content,
            day=day,
            rating=ratings.get(one.id),
            covered=coverage[one.id][0] if one.id in coverage else False,
            uncovered_since=coverage[one.id][1] if one.id in coverage else one.content.registered_on,
            verification=verifications.get(one.id),
            outcomes=_since(inspected.get(one.id, {}), first[one.content.division]),
            grade=grade_in_force(grades.get(one.id, []), day),
        )
        for one in organizations
    }


def _first_years(divisions: Iterable[str], day: date, policies: StandingPolicies) -> dict[str, int]:
    """By division, the first inspected year that still counts on a day; where no policy is in force, none does."""
    found = {one: policies.standings.in_force(one, day) for one in divisions}
    return {one: day.year - (0 if p is None else p.parameters.inspection_years) for one, p in found.items()}


def _since(outcomes_by_year: Mapping[int, Outcome], first: int) -> Mapping[int, Outcome]:
    """Those of a year on."""
    return {year: outcome for year, outcome in outcomes_by_year.items() if year >= first}
