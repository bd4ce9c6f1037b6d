"""A past year is read from dated rows: what came or went later changes nothing of it."""

from datetime import date
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from tests.incubation.conftest import Incubation, Organization
from tests.incubation.reports.helpers import (
    CITY,
    GONGSHU,
    XIHU,
    by_place,
    covering,
    dissolved,
    ended,
    moved,
    registered,
    report,
)

BRANCH, JOINT = UUID(int=0xB1), UUID(int=0xB2)
COVERED = ("organizations", "organizations_covered", "organizations_uncovered")


def history(*tables: str) -> str:
    [table] = tables
    columns = "organization_id, division, since, until" + (", form" if table == "coverage_spans" else "")
    return f"SELECT {columns} FROM {table} WHERE until IS NULL OR until > since ORDER BY 1, 3"


async def test_s12_found_in_2025_and_dissolved_in_2026_is_counted_in_2025_alone(incubation: Incubation) -> None:
    one = Organization(1)
    await incubation.deliver(registered(one, "2024-05-01", 3))
    await incubation.deliver(covering("standalone", BRANCH, [(one, "2025-06-01")], stated="2025-06-01"))
    await incubation.deliver(dissolved(BRANCH, "2026-02-01", 2))
    figures = ("standalone_branches", "organizations_standalone", *COVERED)
    everywhere = {"standalone_branches": 1, "organizations_standalone": 1}
    covered = {**everywhere, "organizations": 1, "organizations_covered": 1, "organizations_uncovered": 0}
    assert by_place(await report(incubation, 2025), *figures) == {CITY: covered, XIHU: covered}
    gone = dict.fromkeys(figures, 0) | {"organizations": 1, "organizations_uncovered": 1}
    assert by_place(await report(incubation, 2026), *figures) == {CITY: gone, XIHU: gone}


async def test_s12_what_was_founded_last_year_and_reported_this_year_is_last_years(incubation: Incubation) -> None:
    one = Organization(1)
    await incubation.deliver(registered(one, "2024-05-01", 3))
    await incubation.deliver(
        covering("standalone", BRANCH, [(one, "2025-12-30")], stated="2026-01-08", founded="2025-12-30")
    )
    found = by_place(await report(incubation, 2025), "organizations_standalone", "standalone_branches")
    assert found[XIHU] == {"organizations_standalone": 1, "standalone_branches": 1}


async def test_s1_ended_in_2026_is_counted_until_2025(incubation: Incubation) -> None:
    one, other = Organization(1), Organization(2)
    await incubation.deliver(registered(one, "2024-05-01"), registered(other, "2025-12-31"))
    await incubation.deliver(ended(one, "2026-02-01"))
    assert by_place(await report(incubation, 2024), "organizations")[XIHU] == {"organizations": 1}
    assert by_place(await report(incubation, 2025), "organizations")[XIHU] == {"organizations": 2}
    assert by_place(await report(incubation, 2026), "organizations")[XIHU] == {"organizations": 1}


@pytest.mark.parametrize("again", ["2022-05-01", "2025-03-01"])
async def test_s1_registered_again_is_counted_from_then_on(incubation: Incubation, again: str) -> None:
    one, other = Organization(1), Organization(2)
    await incubation.deliver(registered(one, "2022-05-01"), registered(other, "2022-05-01"))
    await incubation.deliver(ended(one, "2023-02-01"))
    await incubation.deliver(registered(one, "2025-03-01", registered_on=again))
    found = [by_place(await report(incubation, year), "organizations")[CITY] for year in range(2022, 2026)]
    assert found == [{"organizations": number} for number in (2, 1, 1, 2)]


async def test_s13_moved_is_counted_where_it_was(incubation: Incubation) -> None:
    one, other = Organization(1), Organization(2)
    await incubation.deliver(registered(one, "2024-05-01", 1), registered(other, "2024-05-01", 2))
    both = [(one, "2025-01-10"), (other, "2025-01-10")]
    await incubation.deliver(covering("joint", JOINT, both, stated="2025-01-10"))
    await incubation.deliver(moved(one, GONGSHU, "2026-03-01", since="2024-05-01"))
    figures = ("organizations", "organizations_in_joint", "joint_branches")
    two = {"organizations": 2, "organizations_in_joint": 2, "joint_branches": 1}
    assert by_place(await report(incubation, 2025), *figures) == {CITY: two, XIHU: two}
    here, there = ({"organizations": 1, "organizations_in_joint": 1, "joint_branches": here} for here in (1, 0))
    assert by_place(await report(incubation, 2026), *figures) == {CITY: two, XIHU: here, GONGSHU: there}
    assert await incubation.rows(history("coverage_spans")) == [
        {"organization_id": one.id, "division": division, "since": _day(since), "until": until, "form": "joint"}
        for division, since, until in (
            (XIHU, "2025-01-10", _day("2026-03-01")),
            (GONGSHU, "2026-03-01", None),
        )
    ] + [
        {
            "organization_id": other.id,
            "division": XIHU,
            "since": _day("2025-01-10"),
            "until": None,
            "form": "joint",
        }
    ]


async def test_s13_covered_by_two_on_a_day_counts_once(incubation: Incubation) -> None:
    one = Organization(1)
    await incubation.deliver(registered(one, "2024-05-01", 3))
    await incubation.deliver(covering("joint", JOINT, [(one, "2025-01-10")], stated="2025-01-10"))
    await incubation.deliver(covering("standalone", BRANCH, [(one, "2025-06-01")], stated="2025-06-01"))
    figures = ("organizations_covered", "organizations_standalone", "organizations_in_joint")
    assert by_place(await report(incubation, 2025), *figures)[XIHU] == dict(zip(figures, (1, 1, 0), strict=True))


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
async def test_history__is_the_same_whichever_topic_is_first(incubation: Incubation, order: tuple[int, ...]) -> None:
    one, other = Organization(1), Organization(2)
    events: list[Any] = [
        registered(one, "2024-05-01", 1),
        registered(other, "2024-06-01", 2),
        covering("joint", JOINT, [(one, "2025-01-10"), (other, "2025-01-10")], stated="2025-01-10"),
    ]
    for place in order:
        await incubation.deliver(events[place])
    assert [(row["division"], row["since"]) for row in await incubation.rows(history("coverage_spans"))] == [
        (XIHU, _day("2025-01-10"))
    ] * 2
    assert [row["since"] for row in await incubation.rows(history("organization_stays"))] == [
        _day("2024-05-01"),
        _day("2024-06-01"),
    ]


async def test_history__events_that_come_again_change_nothing(incubation: Incubation) -> None:
    one = Organization(1)
    events = [
        registered(one, "2024-05-01", 1),
        covering("joint", JOINT, [(one, "2025-01-10")], stated="2025-01-10"),
        moved(one, GONGSHU, "2025-03-01", since="2024-05-01"),
        covering("joint", JOINT, [], stated="2025-08-01", sequence=2),
        covering("joint", JOINT, [(one, "2025-09-01")], stated="2025-09-01", sequence=3),
        ended(one, "2026-01-05"),
        dissolved(JOINT, "2026-01-06", 4),
    ]
    for event in events:
        await incubation.deliver(event)
    before = [await incubation.rows(history(one)) for one in ("organization_stays", "coverage_spans")]
    for event in events:
        await incubation.deliver(event)
    assert [await incubation.rows(history(one)) for one in ("organization_stays", "coverage_spans")] == before
    spans = [(row["division"], str(row["since"]), str(row["until"])) for row in before[1]]
    assert spans == [
        (XIHU, "2025-01-10", "2025-03-01"),
        (GONGSHU, "2025-03-01", "2025-08-01"),
        (GONGSHU, "2025-09-01", "2026-01-06"),
    ]


@pytest.mark.parametrize("size", [2, 3, 20])
async def test_history__is_the_same_singly_and_in_lists(incubation: Incubation, size: int) -> None:
    """A replay takes long lists, a service that was stopped too: each event of them is dated."""
    ones, others = [_life(first, party) for first, party in ((1, JOINT), (11, BRANCH))]
    for event in ones:
        await incubation.deliver(event)
    for start in range(0, len(others), size):
        await incubation.deliver(*others[start : start + size])
    for table, rows in (("organization_stays", 4), ("coverage_spans", 8)):
        found = await incubation.rows(history(table))
        by_number = {Organization(number).id: number % 10 for number in (1, 2, 11, 12)}
        halves = [
            [
                {**row, "organization_id": by_number[row["organization_id"]]}
                for row in found
                if row["organization_id"] in ids
            ]
            for ids in ({Organization(n).id for n in numbers} for numbers in ((1, 2), (11, 12)))
        ]
        assert halves[0] == halves[1]
        assert len(halves[0]) == rows


def _life(first: int, party: UUID) -> list[Any]:
    one, other = Organization(first), Organization(first + 1)
    both = [(one, "2025-01-10"), (other, "2025-01-10")]
    return [
        registered(one, "2024-05-01"),
        moved(one, GONGSHU, "2024-08-01", since="2024-05-01"),
        moved(one, XIHU, "2024-09-01", since="2024-05-01"),
        registered(other, "2024-05-01"),
        covering("joint", party, both, stated="2025-01-10"),
        covering("joint", party, [(other, "2025-01-10")], stated="2025-03-01", sequence=2),
        covering("joint", party, [(one, "2025-04-01"), (other, "2025-01-10")], stated="2025-04-01", sequence=3),
        covering("standalone", party, both, stated="2025-05-01", sequence=4),
        covering("joint", party, both, stated="2025-06-01", sequence=5),
        covering("joint", party, [], stated="2025-07-01", sequence=6),
        covering("joint", party, [(other, "2025-08-01")], stated="2025-08-01", sequence=7),
        dissolved(party, "2025-09-01", 8),
    ]


async def test_history__a_corrected_day_replaces_the_one_before(incubation: Incubation) -> None:
    one = Organization(1)
    await incubation.deliver(registered(one, "2024-05-01"))
    await incubation.deliver(registered(one, "2026-03-01", registered_on="2025-05-01"))
    await incubation.deliver(covering("joint", JOINT, [(one, "2025-06-01")], stated="2025-06-01"))
    await incubation.deliver(covering("joint", JOINT, [(one, "2025-07-01")], stated="2025-07-02", sequence=2))
    assert [row["since"] for row in await incubation.rows(history("organization_stays"))] == [_day("2025-05-01")]
    assert [row["since"] for row in await incubation.rows(history("coverage_spans"))] == [_day("2025-07-01")]


async def test_history__a_form_that_changes_ends_one_span_and_begins_another(incubation: Incubation) -> None:
    one = Organization(1)
    await incubation.deliver(registered(one, "2024-05-01"))
    await incubation.deliver(covering("joint", JOINT, [(one, "2025-01-10")], stated="2025-01-10"))
    later = covering("standalone", JOINT, [(one, "2025-01-10")], stated="2026-02-01", founded="2025-01-10", sequence=2)
    await incubation.deliver(later)
    found = [(row["form"], str(row["since"]), row["until"]) for row in await incubation.rows(history("coverage_spans"))]
    assert found == [("joint", "2025-01-10", _day("2026-02-01")), ("standalone", "2026-02-01", None)]


async def test_history__what_was_stated_before_it_was_kept_is_not_known_of_a_past_year(incubation: Incubation) -> None:
    one, other = Organization(1), Organization(2, division=GONGSHU)
    await incubation.deliver(registered(one, "2024-05-01", 3), registered(other, "2024-05-01"))
    await incubation.deliver(covering("standalone", BRANCH, [(one, "2025-06-01")], stated="2025-06-01"))
    await incubation.change("DELETE FROM organization_stays WHERE division = '330106'")
    found = await report(incubation, 2025)
    assert by_place(found, "organizations") == {
        CITY: {"organizations": None},
        XIHU: {"organizations": None},
        GONGSHU: {"organizations": 1},
    }
    [figure] = [one for one in found["figures"] if one["code"] == "organizations"]
    assert figure["unknown"]["code"] == "undated"
    assert "1 条记录没有日期" in figure["unknown"]["text"]
    # Of today, what was stated last is asked.
    assert by_place(await report(incubation, 2026), "organizations")[XIHU] == {"organizations": 1}


def _day(day: str) -> date:
    return date.fromisoformat(day)
