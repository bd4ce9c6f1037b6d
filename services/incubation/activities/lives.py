"""From when to when Party organizations were, and what they can have taken part in. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shared.problems.language import Text
from shared.problems.problems import FieldError

_FOUNDED = Text(
    zh="该党组织于 {founded} 成立，不能参加 {day} 的活动。",
    en="The Party organization was founded on {founded}: it took part in nothing on {day}.",
)
_DISSOLVED = Text(
    zh="该党组织已于 {dissolved} 撤销，不能参加 {day} 的活动。",
    en="The Party organization was dissolved on {dissolved}: it took part in nothing on {day}.",
)
_YEAR_BEFORE = Text(
    zh="该党组织于 {founded} 成立，{year} 年度尚无可统计的情况。",
    en="The Party organization was founded on {founded}: there is nothing to count in {year}.",
)
_YEAR_AFTER = Text(
    zh="该党组织已于 {dissolved} 撤销，{year} 年度没有可统计的情况。",
    en="The Party organization was dissolved on {dissolved}: there is nothing to count in {year}.",
)
_OUTLASTS = Text(
    zh="所列党组织均已撤销，活动最迟于 {last} 终止，请填写终止日期。",
    en="All of its Party organizations are dissolved: it ended on {last} at the latest; say when.",
)


@dataclass(frozen=True, slots=True)
class Life:
    """From when to when a Party organization was, as far as that is known."""

    founded_on: date | None = None
    dissolved_on: date | None = None


def life_faults(lives: Sequence[Life], since: date, until: date | None, *, lasting: bool) -> list[FieldError]:
    """Party organizations, in the order in which they are listed, that were not there for an activity.

    What lasts may be joined by one that is founded later, where one of the others was there when it began.
    """
    faults = []
    begun = any(life.founded_on is None or life.founded_on <= since for life in lives)
    for place, life in enumerate(lives):
        founded, dissolved = life.founded_on, life.dissolved_on
        pointer = f"/party_organizations/{place}"
        if dissolved is not None and dissolved < since:
            faults.append(FieldError(pointer, _DISSOLVED, (("dissolved", dissolved), ("day", since))))
        elif founded is not None and founded > since:
            joins = lasting and begun and (until is None or founded < until)
            if not joins:
                faults.append(FieldError(pointer, _FOUNDED, (("founded", founded), ("day", since))))
    return faults


def end_of_lasting(lives: Sequence[Life], since: date, until: date | None) -> list[FieldError]:
    """What lasts does not outlast its Party organizations: where all of them were dissolved, it has ended by then."""
    days = [life.dissolved_on for life in lives if life.dissolved_on is not None]
    if not days or len(days) < len(lives):
        return []
    last = max(*days, since + timedelta(days=1))
    return [FieldError("/until", _OUTLASTS, (("last", last),))] if until is None or until > last else []


def year_faults(life: Life, year: int) -> list[FieldError]:
    """A year in which a Party organization was not there at all (H12)."""
    if life.founded_on is not None and year < life.founded_on.year:
        return [FieldError("/path/year", _YEAR_BEFORE, (("founded", life.founded_on), ("year", year)))]
    if life.dissolved_on is not None and year > life.dissolved_on.year:
        return [FieldError("/path/year", _YEAR_AFTER, (("dissolved", life.dissolved_on), ("year", year)))]
    return []
