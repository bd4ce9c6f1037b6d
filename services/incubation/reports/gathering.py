"""Asks every module for its counts of a year: as many statements for a province as for a district."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text

from services.incubation.activities import counting as activities
from services.incubation.areas import listing as areas
from services.incubation.bodies import queries as bodies
from services.incubation.formation.queries import yearly as formation
from services.incubation.history.periods import Count, ReportYear
from services.incubation.incubatees import counting as incubatees
from services.incubation.incubators import counting as incubators
from services.incubation.meetings import queries as meetings
from services.incubation.organizations import counting as organizations
from services.incubation.reports import rules
from services.incubation.reports.figures import catalog
from services.incubation.stations import counting as stations
from shared.db.session import Transaction
from shared.field.divisions import counties

_MODULES = (
    organizations.count_of_year,
    areas.count_of_year,
    formation.count_of_year,
    incubators.count_of_year,
    incubatees.count_of_year,
    stations.count_of_year,
    activities.count_of_year,
    meetings.count_of_year,
)
# Row-level security hides from the planner how many rows a division has: it takes a district's organizations for a
# handful, and would go through all the rest for each of them.
_NO_NESTED_LOOPS = text("SET LOCAL enable_nestloop = off")
_SIGNING = ("work_committee", "social_work_department", "organization_department")
"""Kinds of bodies in whose name a report is printed, the first that there is."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What every module counted of a division and all inside it, and the districts of the day."""

    counts: Sequence[Count]
    known_from: dict[str, date | None]
    districts: Sequence[str]

    def add_up(self, year: ReportYear, prefix: str) -> dict[str, dict[str, rules.Value]]:
        """The figures of a division, given as a prefix, and of those inside it."""
        return rules.add_up(catalog(), year, self.counts, self.known_from, self.districts, prefix)


async def gather(tx: Transaction, division: str, year: ReportYear) -> Gathered:
    """The counts of a division, given as a prefix, as far as the caller reaches."""
    await tx.execute(_NO_NESTED_LOOPS)
    counts: list[Count] = []
    known_from: dict[str, date | None] = {"incubators_due": year.first}
    for count in _MODULES:
        found = await count(tx, division, year)
        counts += found.counts
        known_from |= found.known_from
    districts = [one.code for one in counties(division, year.day) if tx.access.reaches(one.code)]
    return Gathered([one for one in counts if tx.access.reaches(one.division)], known_from, districts)


async def signing_body(tx: Transaction, division: str, day: date) -> str | None:
    """What the body is called in whose name a report of a division (six digits) is printed; None without one."""
    found = [one for one in await bodies.of_division(tx, division) if one.kind in _SIGNING and one.in_force(day)]
    found.sort(key=lambda one: (_SIGNING.index(one.kind), one.code))
    return found[0].name_on(day) if found else None
