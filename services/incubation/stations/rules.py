"""What a station must be, and by whom a unit's members are managed: two different bodies (H11). Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from services.incubation.bodies.body import Bodies, Body
from services.incubation.routine.activity_policies import ActivitiesPolicy
from shared.contracts.base import Reason
from shared.field.policies import Policy
from shared.problems.language import Text
from shared.problems.problems import FieldError

_NO_BODY = Text(
    zh="没有代码为“{body}”的机构，或其在 {day} 不存在。",
    en="There is no body '{body}', or it did not exist on {day}.",
)
_COMMITTEE = Text(
    zh="“{body}”不是孵化器党组织，不能设立工作站。", en="'{body}' is no incubator's committee: it sets no station up."
)
_TERRITORY = Text(
    zh="“{body}”不是属地党组织：层级不符，或管辖范围不包括工作站。",
    en="'{body}' is not of the territory: it is of another level, or its territory does not hold the station.",
)
_SAME = Text(
    zh="须由两个不同的党组织共同管理，“{body}”已是设站的党组织。",
    en="Two different bodies manage together: '{body}' is the one whose station it is.",
)
_END = Text(zh="终止日期须晚于 {since}。", en="The end must be later than {since}.")
_OUTSIDE = Text(zh="该社会组织不在工作站所属行政区划内。", en="The organization is not in the station's division.")
_ENDED = Text(zh="该社会组织已注销。", en="The organization was deregistered.")
_REGISTERED = Text(
    zh="该社会组织于 {registered} 登记，不能自 {day} 起由工作站管理。",
    en="The organization was registered on {registered}: it was managed nowhere on {day}.",
)
_NOT_REGISTERED = Text(zh="该社会组织在 {day} 不在册。", en="The organization was not registered on {day}.")
_ELSEWHERE = Text(
    zh="该社会组织在 {day} 不在工作站所属行政区划内。", en="The organization was in another division on {day}."
)
_STATION_DAYS = Text(zh="工作站在 {day} 不存在。", en="The station does not exist on {day}.")
_OVERLAP = Text(
    zh="该单位已由工作站管理，新的起始日期最早为 {day}。",
    en="The unit is managed at a station: another period begins on {day} at the earliest.",
)
_AS_NOW = Text(
    zh="该单位自 {since} 起已由该工作站和“{body}”共同管理。",
    en="The station and '{body}' have managed the unit together since {since}.",
)


@dataclass(frozen=True, slots=True)
class Station:
    """A station in a village or community, of an incubator's committee; in force from `since` to before `until`."""

    division: str
    street: str
    committee: str
    since: date
    until: date | None


def station_faults(station: Station, bodies: Bodies, policy: ActivitiesPolicy) -> Iterator[FieldError]:
    """What is wrong with a station's days and its committee."""
    if station.until is not None and station.until <= station.since:
        yield FieldError("/until", _END, (("since", station.since),))
    committee = bodies.get(station.committee)
    facts = (("body", station.committee), ("day", station.since))
    if committee is None or not committee.in_force(station.since):
        yield FieldError("/committee", _NO_BODY, facts)
    elif committee.kind not in policy.station_committee_kinds or not committee.covers(station.division, station.street):
        yield FieldError("/committee", _COMMITTEE, facts)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as managing it reads of it."""

    division: str
    status: str
    free_from: date | None
    """The first day on which another period may begin, None where no station ever managed it."""
    registered_on: date | None = None
    so_since: date | None = None
    """Since when the same station and the same body have managed it, and do still."""
    then: tuple[bool | None, str | None] = (None, None)
    """Whether it was registered on the day, and where it was; None for what was not kept."""


def unit_faults(
    station: Station, unit: Unit, territorial: str, since: date, bodies: Bodies, policy: ActivitiesPolicy
) -> Iterator[FieldError]:
    """What bars a unit's members from being managed at a station by its committee and another body (H11)."""
    if unit.status != "registered":
        yield FieldError("/organization", _ENDED)
    elif unit.division != station.division:
        yield FieldError("/organization", _OUTSIDE)
    found = _fault_of_day(station, unit, since), _fault_of_body(station, unit, territorial, since, bodies, policy)
    yield from (one for one in found if one is not None)


def _fault_of_day(station: Station, unit: Unit, since: date) -> FieldError | None:
    registered, division = unit.then
    if since < station.since or (station.until is not None and since >= station.until):
        return FieldError("/from", _STATION_DAYS, (("day", since),))
    if unit.registered_on is not None and since < unit.registered_on:
        return FieldError("/from", _REGISTERED, (("registered", unit.registered_on), ("day", since)))
    if registered is False and unit.status == "registered":
        return FieldError("/from", _NOT_REGISTERED, (("day", since),))
    if division is not None and division != station.division:
        return FieldError("/from", _ELSEWHERE, (("day", since),))
    goes_on = unit.so_since is not None and since >= unit.so_since
    if unit.free_from is not None and since < unit.free_from and not goes_on:
        return FieldError("/from", _OVERLAP, (("day", unit.free_from),))
    return None


def _fault_of_body(
    station: Station, unit: Unit, territorial: str, since: date, bodies: Bodies, policy: ActivitiesPolicy
) -> FieldError | None:
    facts = (("body", territorial), ("day", since))
    body = bodies.get(territorial)
    if territorial == station.committee:
        return FieldError("/territorial", _SAME, facts)
    if body is None or not body.in_force(since):
        return FieldError("/territorial", _NO_BODY, facts)
    if not _of_territory(body, station, policy):
        return FieldError("/territorial", _TERRITORY, facts)
    if unit.so_since is not None and since >= unit.so_since:
        return FieldError("/territorial", _AS_NOW, (("body", territorial), ("since", unit.so_since)))
    return None


def _of_territory(body: Body, station: Station, policy: ActivitiesPolicy) -> bool:
    own = body.level in policy.territory_levels and body.kind not in policy.station_committee_kinds
    return own and body.covers(station.division, station.street)


def managed_reason(committee: str, territorial: str, policy: Policy[ActivitiesPolicy], now: datetime) -> Reason:
    """Who manages a unit's members together (H11)."""
    facts: dict[str, object] = {"bodies": [committee, territorial], "policy": policy.id}
    return Reason(rule="H11", outcome="two_bodies", facts=facts, as_of=now)


def end_fault(since: date, until: date) -> FieldError | None:
    """What is wrong with the end of something that began."""
    return None if until > since else FieldError("/until", _END, (("since", since),))
