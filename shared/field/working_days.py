"""Working days as policy data (`policies/<region>/working_days.yaml`): the State Council's list of a year, imported.

The library knows the years whose lists had been published at its release. A later year's list comes as a file, without
a new version of the product; a region may name rest days of its own beside the country's.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.field.calendar import LIBRARY_ONLY, WorkingDays, is_weekend
from shared.field.policies import Day, PolicyBook, read_or_shipped

WORKING_DAYS_KIND = "working_days"
Days = Annotated[tuple[Day, ...], Field(max_length=366)]


class DaysOfYear(BaseModel):
    """What differs from the week in a year: `rest_days` from Monday to Friday, `make_up_days` at a weekend.

    Days of rest at a weekend may be named too: lists are published with them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    year: Annotated[int, Field(ge=1949, le=9999, strict=True)]
    rest_days: Days
    make_up_days: Days = ()

    @model_validator(mode="after")
    def _check_days(self) -> Self:
        both = sorted({*self.rest_days} & {*self.make_up_days})
        if both:
            raise ValueError(f"{both[0]} is a rest day and a make-up day")
        for name, days in (("rest_days", self.rest_days), ("make_up_days", self.make_up_days)):
            twice = sorted({day for day in days if days.count(day) > 1})
            if twice:
                raise ValueError(f"{twice[0]} stands twice in {name}")
        elsewhere = [day for day in (*self.rest_days, *self.make_up_days) if day.year != self.year]
        if elsewhere:
            raise ValueError(f"{elsewhere[0]} stands in the list of {self.year}")
        worked = [day for day in self.make_up_days if not is_weekend(day)]
        if worked:
            raise ValueError(f"{worked[0]} is no Saturday or Sunday: it is worked without being made up")
        return self


class WorkingDayLists(BaseModel):
    """The lists. One of region "" takes the place of the library's whole year; a region's adds to it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    years: tuple[DaysOfYear, ...]

    @model_validator(mode="after")
    def _check_years(self) -> Self:
        years = [listed.year for listed in self.years]
        twice = sorted({year for year in years if years.count(year) > 1})
        if twice:
            raise ValueError(f"{twice[0]} has two lists")
        return self


@dataclass(frozen=True, slots=True)
class WorkingDaysBook(PolicyBook[WorkingDayLists]):
    """The lists of every region."""

    def at(self, division: str, on: date) -> WorkingDays:
        """Which days are worked in a division, as the lists in force on a day say: a region's before the country's."""
        applying = [policy for policy in self.policies if policy.parameters.years and policy.applies(division, on)]
        if not applying:
            return LIBRARY_ONLY
        worked: dict[date, bool] = {}
        whole: set[int] = set()
        for policy in sorted(applying, key=lambda one: (len(one.region), one.effective_from)):
            for listed in policy.parameters.years:
                if not policy.region:
                    # A later list of the whole country is a correction of the earlier one.
                    worked = {day: works for day, works in worked.items() if day.year != listed.year}
                    whole.add(listed.year)
                worked |= dict.fromkeys(listed.rest_days, False) | dict.fromkeys(listed.make_up_days, True)
        return WorkingDays(worked, frozenset(whole))


def read_working_days(folder: Path, shipped: Path) -> WorkingDaysBook:
    """The lists of the active folder; of one from before there were any, the shipped ones.

    Raises as `read_policies` does.
    """
    return WorkingDaysBook(read_or_shipped(folder, shipped, WORKING_DAYS_KIND, WorkingDayLists).policies)
