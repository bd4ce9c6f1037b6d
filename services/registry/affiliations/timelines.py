"""What a Party organization belongs to over time (S21). Pure.

Its affiliations are periods that follow one another: none overlaps the next, and between the first and the end there is
no gap (S8).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from shared.contracts.bodies import AffiliationKind


@dataclass(frozen=True, slots=True)
class Affiliation:
    """A Party organization belongs to a body (a code) from `since` to before `until`."""

    body: str
    kind: AffiliationKind
    since: date
    until: date | None = None
    by_default: bool = False
    note: str | None = None
    set_by: str = ""
    reasons: Sequence[Mapping[str, object]] = field(default=(), compare=False)
    id: UUID | None = None

    def holds(self, on: date) -> bool:
        """Whether it is the affiliation of a day."""
        return self.since <= on and (self.until is None or on < self.until)

    def same_as(self, other: "Affiliation") -> bool:
        """Whether both say the same, whenever."""
        return (self.body, self.kind, self.by_default) == (other.body, other.kind, other.by_default)


Timeline = Sequence[Affiliation]
"""In the order of their days."""


def affiliation_on(timeline: Timeline, on: date) -> Affiliation | None:
    """The affiliation of a day."""
    return next((one for one in timeline if one.holds(on)), None)


def end_after(timeline: Timeline, since: date, until: date | None = None) -> date | None:
    """Until when an affiliation holds that begins on a day: to the next change, or to `until`, its subject's end."""
    later = [one.since for one in timeline if one.since > since]
    return min(later) if later else until


def amend(timeline: Timeline, new: Affiliation) -> list[Affiliation]:
    """The timeline with another affiliation from `new.since` to the next change, or to `new.until`.

    What held on that day ends on it, so that there is no gap (S8); what began on it is replaced; later ones stay.
    Neighbours that say the same become one.
    """
    new = replace(new, until=end_after(timeline, new.since, new.until))
    before = [
        replace(one, until=new.since) if one.until is None or one.until > new.since else one
        for one in timeline
        if one.since < new.since
    ]
    after = [one for one in timeline if one.since > new.since]
    same = [one for one in timeline if one.since == new.since]
    if same and same[0].same_as(new):
        return list(timeline)
    joined: list[Affiliation] = []
    for one in [*before, new, *after]:
        last = joined[-1] if joined else None
        if last is not None and last.until == one.since and last.same_as(one):
            joined[-1] = replace(last, until=one.until)
        else:
            joined.append(one)
    return joined


def end(timeline: Timeline, on: date) -> list[Affiliation]:
    """The timeline of a Party organization that ended on a day: nothing holds from then on."""
    return [replace(one, until=min(one.until or on, on)) for one in timeline if one.since < on]
