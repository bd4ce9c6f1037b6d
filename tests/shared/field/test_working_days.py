"""Lists of working days as policy data."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from shared.field.calendar import LIBRARY_ONLY
from shared.field.working_days import WorkingDayLists, WorkingDaysBook, read_working_days
from shared.settings import REPOSITORY_POLICIES

HANGZHOU, SHANGHAI = "330106", "310101"
NEW_YEAR = date(2027, 1, 1)
NEW_YEARS_EVE, MADE_UP = date(2027, 2, 5), date(2027, 2, 6)
LIST_2027 = {"year": 2027, "rest_days": ["2027-01-01", "2027-02-05"], "make_up_days": ["2027-02-06"]}


def write(folder: Path, region: str, *years: dict[str, Any], since: str = "2026-11-10", name: str = "") -> None:
    content = {
        "id": f"{region or 'default'}-working-days{name}",
        "region": region,
        "effective_from": since,
        "source": "invented",
        "parameters": {"years": list(years)},
    }
    path = folder / (region or "default") / f"working_days{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content), encoding="utf-8")


def read(folder: Path) -> WorkingDaysBook:
    return read_working_days(folder, REPOSITORY_POLICIES)


def test_shipped__leaves_every_year_to_the_library() -> None:
    assert read(REPOSITORY_POLICIES).at(HANGZHOU, date(2026, 11, 29)) is LIBRARY_ONLY


def test_a_list_of_2027__moves_due_dates_over_its_days(tmp_path: Path) -> None:
    write(tmp_path, "", LIST_2027)
    days = read(tmp_path).at(HANGZHOU, date(2026, 11, 10))
    assert [days.works(day) for day in (NEW_YEAR, NEW_YEARS_EVE, MADE_UP)] == [False, False, True]
    assert days.due_date(date(2026, 12, 2), 30) == date(2027, 1, 4)
    assert days.due_date(date(2027, 1, 7), 30) == MADE_UP
    assert days.add_working_days(date(2027, 2, 4), 1) == MADE_UP


def test_in_force__from_its_first_day_on(tmp_path: Path) -> None:
    write(tmp_path, "", LIST_2027)
    assert read(tmp_path).at(HANGZHOU, date(2026, 11, 9)).works(NEW_YEAR)
    assert not read(tmp_path).at(HANGZHOU, date(2026, 11, 10)).works(NEW_YEAR)


def test_regions_list__adds_to_the_countrys(tmp_path: Path) -> None:
    write(tmp_path, "", LIST_2027)
    write(tmp_path, "3301", {"year": 2027, "rest_days": ["2027-09-06"]}, {"year": 2026, "rest_days": ["2026-03-02"]})
    own, other = (read(tmp_path).at(place, date(2026, 12, 1)) for place in (HANGZHOU, SHANGHAI))
    assert [own.works(date(2027, 9, 6)), other.works(date(2027, 9, 6))] == [False, True]
    assert [own.works(NEW_YEAR), other.works(NEW_YEAR)] == [False, False]
    # A year that only the region names stays the library's besides.
    assert [own.works(day) for day in (date(2026, 3, 2), date(2026, 10, 1), date(2026, 10, 10))] == [False, False, True]


def test_later_list_of_the_country__takes_the_earlier_ones_place(tmp_path: Path) -> None:
    write(tmp_path, "", LIST_2027)
    write(tmp_path, "", {"year": 2027, "rest_days": ["2027-02-08"]}, since="2026-12-15", name="-corrected")
    before, after = (read(tmp_path).at(HANGZHOU, date(2026, 12, day)) for day in (14, 15))
    assert [before.works(NEW_YEARS_EVE), before.works(date(2027, 2, 8))] == [False, True]
    assert [after.works(NEW_YEARS_EVE), after.works(date(2027, 2, 8)), after.works(MADE_UP)] == [True, False, False]


def test_folder_from_before_there_were_lists__has_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "default").mkdir()
    (tmp_path / "default" / "formation.yaml").write_text("id: x", encoding="utf-8")
    assert read(tmp_path).at(HANGZHOU, date(2026, 11, 29)) is LIBRARY_ONLY


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        ([{"year": 2027, "rest_days": [date(2026, 12, 31)]}], "2026-12-31 stands in the list of 2027"),
        ([{"year": 2027, "rest_days": [NEW_YEAR], "make_up_days": [NEW_YEAR]}], "is a rest day and a make-up day"),
        ([{"year": 2027, "rest_days": [NEW_YEAR, NEW_YEAR]}], "2027-01-01 stands twice in rest_days"),
        ([{"year": 2027, "rest_days": [], "make_up_days": [date(2027, 2, 8)]}], "2027-02-08 is no Saturday or Sunday"),
        ([{"year": 2027, "rest_days": ["2027-02-30"]}], "a valid date is written"),
        ([{"year": 2027, "make_up_days": [MADE_UP]}], "Field required"),
        ([{"year": 2027, "rest_days": [], "holidays": []}], "Extra inputs"),
        ([{"year": "2027", "rest_days": []}], "valid integer"),
        ([{"year": 2027, "rest_days": []}] * 2, "2027 has two lists"),
    ],
    ids=[
        "another year",
        "both",
        "twice",
        "no weekend",
        "no day",
        "no rest days",
        "an unknown word",
        "text",
        "two lists",
    ],
)
def test_bad_lists__are_refused(listed: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        WorkingDayLists.model_validate({"years": listed})
