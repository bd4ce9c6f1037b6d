"""S23: what evaluation keeps of double check-ins and reports, and how many of a body's Party organizations had them."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from services.evaluation.double_reports.queries import count_at
from services.evaluation.double_reports.rules import Place, YearCounts, reason_of
from shared.db.session import Database
from tests.conftest import SYSTEM
from tests.evaluation.bodies.helpers import STREET
from tests.evaluation.conftest import Round, dissolved, established, received
from tests.evaluation.double_reports.helpers import counted, deliver_counts

NOW = datetime(2026, 3, 1, tzinfo=UTC)
STREETS = {"kind": "territory", "body": STREET, "name": "翠苑街道党工委", "since": "2020-01-01"}
PARTIES = [UUID(int=number) for number in range(1, 7)]


async def test_s23_projection__keeps_the_newest_statement_whatever_comes_last(a_round: Round) -> None:
    newest = counted(PARTIES[0], "complete", sequence=3)
    await deliver_counts(a_round.database, newest, counted(PARTIES[0], "some_missing", sequence=2))
    await deliver_counts(a_round.database, counted(PARTIES[0], "none", sequence=1))
    await deliver_counts(a_round.database, newest)
    [row] = await a_round.rows("SELECT party_organization_id, year, outcome, sequence FROM double_reports")
    assert row == {"party_organization_id": PARTIES[0], "year": 2025, "outcome": "complete", "sequence": 3}


async def test_s23_counts__are_of_those_that_there_were_at_the_end_of_the_year(
    a_round: Round, database: Database
) -> None:
    known = [
        established(id=PARTIES[0], established_on="2020-01-01", affiliation=STREETS),
        established(id=PARTIES[1], established_on="2020-01-01", affiliation=STREETS, division="330108"),
        established(id=PARTIES[2], established_on="2020-01-01"),
        established(id=PARTIES[3], established_on="2026-01-01"),  # later
        established(id=PARTIES[4], established_on="2020-01-01"),
        established(id=PARTIES[5], established_on="2020-01-01"),
    ]
    await a_round.project(*map(received, known))
    await a_round.project(received(dissolved(PARTIES[4], on=date(2025, 12, 31)), 2))
    await a_round.project(received(dissolved(PARTIES[5], on=date(2026, 1, 1)), 2))
    outcomes = ("complete", "some_missing", "none", "complete", "complete", "complete")
    await deliver_counts(database, *(counted(one, had) for one, had in zip(PARTIES, outcomes, strict=True)))
    await deliver_counts(database, counted(PARTIES[2], "complete", year=2024))
    places = [
        Place(STREET, "330106", "翠苑街道", 2025),
        Place("D", "330106", None, 2025),
        Place("D", "330106", None, 2024),
    ]
    async with database.transaction(SYSTEM) as tx:
        found = await count_at(tx, [*places, Place("X", "330110", None, 2025)], date(2026, 3, 1))
        assert await count_at(tx, [], date(2026, 3, 1)) == {}
    assert found == {
        (STREET, 2025): YearCounts(2, 1, 1),
        ("D", 2025): YearCounts(3, 2, 0),
        ("D", 2024): YearCounts(4, 1, 0),
        ("X", 2025): YearCounts(),
    }


@pytest.mark.parametrize(
    ("counts", "outcome", "without"),
    [
        (YearCounts(), "unknown", 0),
        (YearCounts(3, 3, 0), "complete", 0),
        (YearCounts(3, 2, 1), "some_missing", 0),
        (YearCounts(3, 2, 0), "some_missing", 1),
        (YearCounts(3, 0, 1), "some_missing", 2),
        (YearCounts(3, 0, 0), "none", 3),
    ],
)
def test_s23_reason__says_how_many_had_all_of_it(counts: YearCounts, outcome: str, without: int) -> None:
    reason = reason_of("B", 2025, counts, NOW)
    assert (reason.rule, reason.outcome, reason.facts["none"]) == ("S23", outcome, without)
