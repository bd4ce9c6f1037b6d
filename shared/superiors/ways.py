"""The way up from a superior body: which body is next above it, and which rates what belongs to it (H18). Pure.

One rule for every service that keeps bodies: the registry shows who rates, evaluation lets nobody else rate.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, Literal, Protocol, get_args

from shared.contracts.bodies import BodyLevel
from shared.superiors.policies import AffiliationPolicy
from shared.superiors.rules import B, Fitting, SuperiorBody, fits, nearest

_UPWARDS: Sequence[BodyLevel] = tuple(reversed(get_args(BodyLevel)))


class Reaching(Protocol):
    """What somebody sees, as far as it matters here."""

    def reaches(self, division: str) -> bool:
        """Whether a division lies in the scope."""
        ...


def acts_for(body: SuperiorBody, bodies: Collection[str], access: Reaching) -> bool:
    """Whether a caller acts for a body: a token that names bodies (codes) for these alone, one that names none for
    those of its divisions."""
    return body.code in bodies if bodies else access.reaches(body.division)


class RaterRules(Protocol):
    """Who rates, first to last, and what counts as a working body: a policy, or what was frozen of one."""

    @property
    def raters(self) -> Sequence[Fitting]: ...
    @property
    def working_bodies(self) -> Sequence[Fitting]: ...


@dataclass(frozen=True, slots=True)
class FoundRater(Generic[B]):
    """Who rates, by what it was found, and the codes on the way up."""

    body: B | None
    outcome: Literal["affiliation", "territory", "no_rater"]
    way: Sequence[str]


def find_rater(body: B, bodies: Mapping[str, B], policy: RaterRules, on: date) -> FoundRater[B]:
    """The first body on the way up from an affiliation that the policy lets rate on a day (H18).

    Where the way up has none, the working body of the district (or city) in which the body is.
    """
    above: B | None = body
    way: list[str] = []
    while above is not None and above.code not in way:
        way.append(above.code)
        if above.in_force(on) and any(fits(above, place) for place in policy.raters):
            return FoundRater(above, "affiliation", way)
        above = bodies.get(above.parent) if above.parent is not None else None
    found = nearest(
        one
        for one in bodies.values()
        if one.in_force(on)
        and one.covers(body.division, body.street)
        and any(fits(one, place) for place in policy.raters)
        and any(fits(one, place) for place in policy.working_bodies)
    )
    return FoundRater(found, "no_rater" if found is None else "territory", way)


def find_next(body: B, bodies: Mapping[str, B], policy: AffiliationPolicy | None, on: date) -> B | None:
    """The next body above one: its parent, else the nearest of a higher level that the territory's policy names."""
    above, way = bodies.get(body.parent) if body.parent is not None else None, {body.code}
    while above is not None and above.code not in way:
        if above.in_force(on):
            return above
        way.add(above.code)
        above = bodies.get(above.parent) if above.parent is not None else None
    if policy is None:
        return None
    for level in _UPWARDS[_UPWARDS.index(body.level) + 1 :]:
        places = [place for place in policy.territories if place.level == level]
        found = nearest(
            one
            for one in bodies.values()
            if one.in_force(on) and one.covers(body.division, body.street) and any(fits(one, place) for place in places)
        )
        if found is not None:
            return found
    return None
