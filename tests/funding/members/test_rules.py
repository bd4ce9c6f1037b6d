"""S26: what was registered of members on each day, in whatever order the events arrive."""

from datetime import date
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest

from services.funding.members.rules import Organization, advance
from tests.funding.helpers import organization_news

ID = uuid4()
STATED = [
    organization_news(ID, 3, as_of=date(2025, 6, 1)),
    organization_news(ID, 4, sequence=2, as_of=date(2025, 12, 1)),
    organization_news(ID, 5, sequence=3, as_of=date(2025, 12, 1)),
    organization_news(ID, 9, sequence=4, as_of=date(2026, 2, 1), division="310104"),
]
ENDED = organization_news(ID, sequence=5, as_of=date(2026, 3, 1), division="310104", ended=True)


def fold(*events: Any) -> Organization | None:
    known: Organization | None = None
    for event in events:
        known = advance(known, event.data, event.envelope.sequence)
    return known


@pytest.mark.parametrize("order", list(permutations(STATED)))
def test_s26_a_late_event_states_its_own_day(order: tuple[Any, ...]) -> None:
    whole = fold(*STATED)
    assert whole is not None
    assert [(one.since, one.full) for one in whole.counts] == [
        (date(2025, 6, 1), 3),
        (date(2025, 12, 1), 5),
        (date(2026, 2, 1), 9),
    ]
    assert fold(*order, *order[:2]) == whole
    assert fold(order[0], ENDED, *order[1:]) == fold(*STATED, ENDED)
