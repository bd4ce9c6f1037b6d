"""Which versions of a scheme a run follows: of each region the widest that applies, of disjoint regions each. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.funding.policies import Scheme
from services.funding.runs.errors import MONTH_NEEDED, NO_MONTH, TO_COME, YEAR_NEEDED
from services.funding.runs.rules import Period
from shared.problems.problems import FieldError, InvalidInput


@dataclass(frozen=True, slots=True)
class Place:
    """A region, or the part of it that a run is asked for, and the version there; nearer regions may have their own."""

    scheme: Scheme
    within: str


def in_reach(versions: Sequence[Scheme], within: str, divisions: Sequence[str]) -> list[Scheme]:
    """The versions that concern a division, given as a prefix, in regions that somebody's divisions touch."""
    return [one for one in versions if one.concerns(within) and any(one.concerns(each) for each in divisions)]


def find_period(versions: Sequence[Scheme], year: int | None, month: tuple[int, int] | None, today: date) -> Period:
    """The period that a run is asked for: a month where a version is paid by the month, a year where one is not.

    Raises InvalidInput.
    """
    monthly = {one.parameters.frequency == "monthly" for one in versions}
    if monthly == {True, False}:  # regions differ: as the caller asks
        monthly = {month is not None}
    if monthly == {True}:
        if month is None:
            raise InvalidInput([FieldError("/month", MONTH_NEEDED)])
        period, pointer = Period(*month), "/month"
    else:
        if month is not None:
            raise InvalidInput([FieldError("/month", NO_MONTH)])
        if year is None:
            raise InvalidInput([FieldError("/year", YEAR_NEEDED)])
        period, pointer = Period(year), "/year"
    if period.begins > today:
        raise InvalidInput([FieldError(pointer, TO_COME)])
    return period


def find_places(versions: Sequence[Scheme], within: str, period: Period) -> list[Place]:
    """Where a run of a period looks, by region: no region lies in another one of these.

    Of a region that lies in another the version is asked for again where each recipient is.
    """
    applying = [
        one
        for one in versions
        if one.applies(one.region, period.on) and (one.parameters.frequency == "monthly") == (period.month is not None)
    ]
    best: dict[str, Scheme] = {}
    for one in applying:
        widest = min((each.region for each in applying if one.region.startswith(each.region)), key=len)
        known = best.get(widest)
        if known is None or _weight(known) < _weight(one):
            best[widest] = one
    return [Place(scheme, max(within, region, key=len)) for region, scheme in sorted(best.items())]


def _weight(one: Scheme) -> tuple[bool, int, date]:
    return one.parameters.active, -len(one.region), one.effective_from
