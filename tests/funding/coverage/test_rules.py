"""What a grant stands for: whom its recipient covers on 31 December (T01)."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from services.funding.coverage.rules import PartyOrganization, Span, advance, gone_by_then, stands_for
from tests.funding.conftest import party_news

A, B, PARTY = UUID(int=1), UUID(int=2), uuid4()
TODAY = date(2027, 3, 1)
JANUARY, LATE = date(2026, 1, 1), date(2026, 12, 31)


def party(*spans: Span, dissolved_on: date | None = None) -> PartyOrganization:
    return PartyOrganization(PARTY, "330106", 1, "joint", spans, dissolved_on)


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ((Span(A, JANUARY),), [A]),
        ((Span(A, LATE),), [A]),
        ((Span(A, JANUARY), Span(B, date(2027, 1, 1))), [A]),
        ((Span(A, JANUARY, LATE), Span(B, LATE)), [B]),
        ((Span(A, JANUARY, date(2027, 1, 1)), Span(B, JANUARY)), [A, B]),
        # On that day it covered nobody: those of its latest time.
        ((Span(A, date(2027, 1, 5)),), [A]),
        ((Span(A, JANUARY, date(2026, 5, 1)), Span(B, JANUARY, date(2026, 6, 1))), [B]),
        ((), []),
    ],
)
def test_t01_stands_for__whom_it_covers_at_the_end_of_the_year(spans: tuple[Span, ...], expected: list[UUID]) -> None:
    assert stands_for(party(*spans), 2026, TODAY) == expected


def test_t01_stands_for__until_that_day_whom_it_covers_today() -> None:
    moving = party(Span(A, JANUARY, date(2026, 7, 1)), Span(B, date(2026, 7, 1)))
    assert stands_for(moving, 2026, date(2026, 6, 30)) == [A]
    assert stands_for(moving, 2026, date(2026, 7, 1)) == [B]


@pytest.mark.parametrize(("on", "gone"), [(LATE, True), (date(2027, 1, 1), False), (None, False)])
def test_t01_gone_by_then__the_day_itself_counts(on: date | None, gone: bool) -> None:
    assert gone_by_then(party(dissolved_on=on), 2026) is gone


def test_t01_advance__founded_changed_dissolved_and_restored() -> None:
    events = [
        party_news(PARTY, A, B, on=JANUARY),
        party_news(PARTY, A, on=JANUARY, sequence=2),
        party_news(PARTY, sequence=3, on=date(2026, 5, 1)),
        party_news(PARTY, A, on=date(2026, 6, 1), sequence=4),
    ]
    known = None
    for event, day in zip(events, (JANUARY, date(2026, 2, 1), date(2026, 5, 1), date(2026, 6, 1)), strict=True):
        known = advance(known, event.data, event.envelope.sequence, datetime(2026, 1, 1, tzinfo=UTC), day)
        # Older news, and the same again, change nothing.
        assert advance(known, events[0].data, 1, datetime(2027, 1, 1, tzinfo=UTC), TODAY) == known
    assert known is not None
    assert known.spans == (
        Span(A, JANUARY, date(2026, 5, 1)),
        Span(B, JANUARY, date(2026, 2, 1)),
        Span(A, date(2026, 6, 1)),
    )
    assert known.dissolved_on is None


def test_t01_advance__whom_an_area_covers_is_not_kept() -> None:
    event = party_news(PARTY, A, B, form="area")
    assert advance(None, event.data, 1, datetime(2026, 1, 1, tzinfo=UTC), JANUARY).spans == ()
