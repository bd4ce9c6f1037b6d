"""Timelines of affiliations: whatever is done to them, no gap and no overlap (S8, S21)."""

import random
from datetime import date, timedelta
from itertools import pairwise

import pytest

from services.registry.affiliations.timelines import Affiliation, affiliation_on, amend, end, end_after

FIRST = date(2020, 1, 1)


def day(n: int) -> date:
    return FIRST + timedelta(days=n)


def timeline(*changes: tuple[str, int], until: int | None = None) -> list[Affiliation]:
    found: list[Affiliation] = []
    for body, n in changes:
        found = amend(found, Affiliation(body, "host", day(n), None if until is None else day(until)))
    return found


def shown(found: list[Affiliation]) -> list[tuple[str, int, int | None]]:
    return [(o.body, (o.since - FIRST).days, o.until and (o.until - FIRST).days) for o in found]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([("A", 0)], [("A", 0, None)]),
        ([("A", 0), ("B", 5)], [("A", 0, 5), ("B", 5, None)]),
        ([("A", 0), ("B", 5), ("C", 2)], [("A", 0, 2), ("C", 2, 5), ("B", 5, None)]),
        ([("A", 0), ("B", 5), ("C", 5)], [("A", 0, 5), ("C", 5, None)]),
        ([("A", 0), ("B", 5), ("A", 5)], [("A", 0, None)]),
        ([("A", 0), ("B", 5), ("B", 3)], [("A", 0, 3), ("B", 3, None)]),
        ([("A", 0), ("B", 5), ("A", 9), ("A", 5)], [("A", 0, None)]),
        ([("B", 5), ("A", 0)], [("A", 0, 5), ("B", 5, None)]),
        ([("A", 0), ("A", 4)], [("A", 0, None)]),
    ],
)
def test_s8_amend(changes: list[tuple[str, int]], expected: list[tuple[str, int, int | None]]) -> None:
    assert shown(timeline(*changes)) == expected


def test_s21_amend__whatever_is_changed_each_day_has_the_last_word_on_it() -> None:
    """Against a table of days: a change counts from its day to the next change that was known."""
    chance = random.Random(43)
    for _ in range(300):
        found: list[Affiliation] = []
        by_day: dict[int, str] = {}
        for _ in range(chance.randint(1, 8)):
            body, since = chance.choice("ABC"), chance.randint(0, 12)
            until = end_after(found, day(since))
            found = amend(found, Affiliation(body, "host", day(since)))
            last = 20 if until is None else (until - FIRST).days
            by_day |= dict.fromkeys(range(since, last), body)
        for n in range(20):
            holding = [one for one in found if one.holds(day(n))]
            assert [one.body for one in holding] == ([by_day[n]] if n in by_day else [])
        for before, after in pairwise(found):
            assert before.until == after.since, "no gap"
            assert not before.same_as(after), "neighbours that say the same are one"


def test_end__cuts_what_reaches_beyond_and_drops_what_would_begin() -> None:
    found = timeline(("A", 0), ("B", 5), ("C", 9))
    assert shown(end(found, day(7))) == [("A", 0, 5), ("B", 5, 7)]
    assert shown(end(found, day(5))) == [("A", 0, 5)]
    assert end(found, FIRST) == []
    assert affiliation_on(end(found, day(7)), day(7)) is None


def test_amend__of_one_that_has_ended_ends_with_it() -> None:
    ended = end(timeline(("A", 0)), day(7))
    assert shown(amend(ended, Affiliation("B", "host", day(3), day(7)))) == [("A", 0, 3), ("B", 3, 7)]
