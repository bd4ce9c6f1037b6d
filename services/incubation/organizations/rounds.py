"""A list of events in rounds: whatever is dated is dated one event of a subject after the other. Pure."""

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

from shared.bus.handlers import Received

Event = TypeVar("Event", bound=Received)  # type: ignore[type-arg]


def in_rounds(
    events: Iterable[Event],
    subject_of: Callable[[Event], Hashable],
    joins: Callable[[list[Event], Event], bool] | None = None,
) -> list[list[Event]]:
    """The events in rounds, each subject's in the order of their sequences.

    `joins` says whether an event may be taken together with those of its subject in the latest round; without it, none.
    """
    placed: dict[Hashable, list[list[Event]]] = {}
    for event in sorted(events, key=lambda one: one.envelope.sequence):
        own = placed.setdefault(subject_of(event), [])
        if own and joins is not None and joins(own[-1], event):
            own[-1].append(event)
        else:
            own.append([event])
    most = max((len(own) for own in placed.values()), default=0)
    return [[event for own in placed.values() if n < len(own) for event in own[n]] for n in range(most)]
