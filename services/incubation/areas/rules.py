"""Areas through time, and how they lie beside each other. Pure: the day and the policy come in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Literal

import shapely

from services.incubation.territory.policies import AreaPolicies, AreaPolicy
from services.incubation.territory.polygons import Drawn, area_m2
from shared.contracts.base import Reason
from shared.field import divisions
from shared.field.datums import Datum
from shared.field.errors import FieldError as BrokenValue
from shared.field.policies import Policy
from shared.problems.field_sentences import field_error
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput

Within = Literal["inside", "boundary_unknown"]
"""Whether an area was found inside its division, or no boundary of the division was stored then."""

_NOT_COUNTY = Text(
    zh="片区设在区、县（市）：“{division}”不是区县级行政区划。",
    en="Areas are of districts and counties: '{division}' is neither.",
)
_WORKERS = Text(
    zh="党群工作者为 {workers} 名，应为 {least} 至 {most} 名。",
    en="There are {workers} workers; an area has {least} to {most}.",
)
_OUTSIDE = Text(
    zh="有 {square_metres} 平方米在行政区划“{division}”的界线之外。",
    en="{square_metres} square metres lie outside the boundary of division '{division}'.",
)
_ENDS_EARLY = Text(
    zh="结束日期须晚于开始日期（{start}）。", en="It must end after the day on which it begins ({start})."
)
_NO_POLICY = Text(zh="{on} 尚无关于片区的规定。", en="There is no policy on areas on {on}.")
_NOT_YET = Text(zh="该片区在 {on} 尚未存在或已经结束。", en="There is no such area on {on}.")


@dataclass(frozen=True, slots=True)
class Outline:
    """How an area is drawn from `since` on, to before `until` (None: until further notice)."""

    drawn: Drawn
    workers: int
    datum: Datum
    since: date
    until: date | None
    within: Within
    policy: str
    recorded_at: datetime = field(compare=False)

    def holds(self, on: date) -> bool:
        """Whether this is the area on a day."""
        return self.since <= on and (self.until is None or on < self.until)

    def meets(self, other: "Outline") -> bool:
        """Whether both hold on some day."""
        return (other.until is None or self.since < other.until) and (self.until is None or other.since < self.until)

    def same(self, other: "Outline") -> bool:
        """Whether it is drawn and staffed alike, to the same end."""
        mine = (self.drawn.ring, self.workers, self.datum, self.until)
        return mine == (other.drawn.ring, other.workers, other.datum, other.until)


Timeline = tuple[Outline, ...]
"""An area's outlines in the order of their days; none meets another."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two areas that overlap on some day, and by how much."""

    code: str
    square_metres: int
    since: date


def outline_on(timeline: Timeline, on: date) -> Outline | None:
    """The outline that holds on a day."""
    return next((one for one in timeline if one.holds(on)), None)


def draw(timeline: Timeline, new: Outline) -> Timeline:
    """The area as `new` has it from its day on: what was to hold from then on is replaced by it."""
    kept = [end(one, new.since) for one in timeline if one.since < new.since]
    return (*kept, new)


def end(outline: Outline, on: date) -> Outline:
    """The outline ended by a day."""
    return outline if outline.until is not None and outline.until <= on else replace(outline, until=on)


def dissolve(timeline: Timeline, on: date) -> Timeline:
    """The area ended from a day on. Raises InvalidInput where it does not stand on the day before, or on the day."""
    if outline_on(timeline, on) is None or outline_on(timeline, on - timedelta(days=1)) is None:
        raise InvalidInput([FieldError("/on", _NOT_YET, (("on", on),))])
    return tuple(end(one, on) for one in timeline if one.since < on)


def check_county(division: str, on: date, pointer: str) -> None:
    """Raises InvalidInput for what is no county-level division in force on a day."""
    try:
        level = divisions.check_division(division, on).level
    except BrokenValue as broken:
        raise InvalidInput([field_error(pointer, broken)]) from broken
    if level != "county":
        raise InvalidInput([FieldError(pointer, _NOT_COUNTY, (("division", division),))])


def check_standing(division: str, since: date, until: date | None, today: date, pointer: str) -> None:
    """Raises InvalidInput where an area's division is none of county level when it begins, or as long as it stands."""
    check_county(division, since, pointer)
    if until is None or until > today:
        check_county(division, max(since, today), pointer)


def policy_on(policies: AreaPolicies, division: str, on: date) -> Policy[AreaPolicy]:
    """The policy that an area is drawn by from a day on. Raises InvalidInput where none is in force then."""
    found = policies.in_force(division, on)
    if found is None:
        raise InvalidInput([FieldError("/from", _NO_POLICY, (("on", on),))])
    return found


def check_staffing(workers: int, policy: AreaPolicy, pointer: str = "/workers") -> None:
    """Raises InvalidInput for more or fewer workers than the policy has (S15)."""
    if not policy.min_workers <= workers <= policy.max_workers:
        facts = (("workers", workers), ("least", policy.min_workers), ("most", policy.max_workers))
        raise InvalidInput([FieldError(pointer, _WORKERS, facts)])


def check_days(since: date, until: date | None) -> None:
    """Raises InvalidInput for an end that is not after the beginning."""
    if until is not None and until <= since:
        raise InvalidInput([FieldError("/until", _ENDS_EARLY, (("start", since),))])


def find_within(
    drawn: Drawn, boundary: shapely.Geometry | None, division: str, policy: AreaPolicy, pointer: str
) -> Within:
    """Whether an area lies inside its division. Raises InvalidInput where it does not."""
    if boundary is None:
        return "boundary_unknown"
    outside = area_m2(shapely.difference(drawn.shape, boundary))
    if outside > policy.outside_tolerance_m2:
        facts = (("square_metres", round(outside)), ("division", division))
        raise InvalidInput([FieldError(pointer, _OUTSIDE, facts)])
    return "inside"


def find_overlaps(new: Outline, others: Mapping[str, Sequence[Outline]], policy: AreaPolicy) -> list[Overlap]:
    """With which other areas (by code) an outline overlaps by more than is tolerated, the largest overlap first."""
    shape, found = new.drawn.shape, []
    for code, outlines in others.items():
        for one in outlines:
            if not one.meets(new):
                continue
            common = area_m2(shapely.intersection(shape, one.drawn.shape))
            if common > policy.overlap_tolerance_m2:
                found.append(Overlap(code, round(common), max(new.since, one.since)))
    return sorted(found, key=lambda one: (-one.square_metres, one.code))


def explain(outline: Outline, division: str, policies: AreaPolicies) -> list[Reason]:
    """Why an outline stands (S15); nothing where the policies of today have none for its first day."""
    policy = policies.in_force(division, outline.since)
    if policy is None:
        return []
    parameters = policy.parameters
    facts: dict[str, object] = {
        "square_metres": outline.drawn.square_metres,
        "min_m2": parameters.min_m2,
        "max_m2": parameters.max_m2,
        "workers": outline.workers,
        "min_workers": parameters.min_workers,
        "max_workers": parameters.max_workers,
        "within": outline.within,
        "policy": policy.id,
    }
    return [Reason(rule="S15", outcome="area", facts=facts, as_of=outline.recorded_at)]
