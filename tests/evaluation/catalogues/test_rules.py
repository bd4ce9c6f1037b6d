"""What is recorded by a catalogue: within its months, with evidence, not more often than it counts (D5)."""

from datetime import date
from typing import Any

import pytest

from services.evaluation.catalogues.policies import CATALOGUE_KIND, AuthoredCatalogue, FrozenCatalogue
from services.evaluation.catalogues.rules import Kind, freeze, look_back, read_entries, to_recorded
from shared.field.policies import read_policies
from shared.problems.problems import FieldError
from shared.settings import REPOSITORY_POLICIES

REFERENCE = date(2026, 12, 31)
LATER = date(2027, 3, 1)
BOOK = read_policies(REPOSITORY_POLICIES, CATALOGUE_KIND, AuthoredCatalogue)
CATALOGUE = FrozenCatalogue.model_validate(freeze(BOOK.get("330106", REFERENCE)))


def read(kind: Kind, *items: tuple[str, str, str]) -> tuple[list[dict[str, Any]], list[FieldError]]:
    given = [
        {"code": code, "occurred_on": date.fromisoformat(day), "evidence": evidence} for code, day, evidence in items
    ]
    return read_entries(given, kind, CATALOGUE, REFERENCE, LATER)


def faults(kind: Kind, *items: tuple[str, str, str]) -> list[str]:
    return [error.pointer for error in read(kind, *items)[1]]


@pytest.mark.parametrize(
    ("reference", "months", "first"),
    [
        ("2026-12-31", 12, "2026-01-01"),
        ("2026-12-31", 24, "2025-01-01"),
        ("2026-12-31", 1, "2026-12-01"),
        ("2026-12-31", 10, "2026-03-01"),
        ("2028-12-31", 10, "2028-03-01"),
        ("2026-12-31", 3, "2026-10-01"),
    ],
)
def test_d5_look_back__whole_months_up_to_the_reference_date(reference: str, months: int, first: str) -> None:
    assert look_back(date.fromisoformat(reference), months) == date.fromisoformat(first)


def test_d5_what_is_still_to_come_is_not_recorded() -> None:
    given = [
        {"code": "urgent_task", "occurred_on": date(2026, 11, day), "evidence": "书面肯定材料"} for day in (30, 29, 28)
    ]
    _, errors = read_entries(given[:2], "bonuses", CATALOGUE, REFERENCE, date(2026, 11, 29))
    assert [(error.pointer, error.facts) for error in errors] == [
        ("/items/0/occurred_on", (("day", date(2026, 11, 30)),))
    ]
    assert read_entries(given[1:], "bonuses", CATALOGUE, REFERENCE, date(2026, 11, 29))[1] == []


@pytest.mark.parametrize(
    ("kind", "code", "day", "taken"),
    [
        ("bonuses", "demonstration_site", "2026-01-01", True),
        ("bonuses", "demonstration_site", "2025-12-31", False),
        ("bonuses", "demonstration_site", "2026-12-31", True),
        ("bonuses", "demonstration_site", "2027-01-01", False),
        ("vetoes", "criminal_conviction", "2025-01-01", True),
        ("vetoes", "criminal_conviction", "2024-12-31", False),
        ("vetoes", "abnormal_list", "2025-12-31", False),
    ],
)
def test_d5_look_back__both_ends_count(kind: Kind, code: str, day: str, taken: bool) -> None:
    _, errors = read(kind, (code, day, "决定书 3 号"))
    assert [error.pointer for error in errors] == ([] if taken else ["/items/0/occurred_on"])
    for error in errors:
        said = dict(error.facts)
        months = 24 if code == "criminal_conviction" else 12
        first = look_back(REFERENCE, months)
        assert f"looks back {months} month(s)" in error.detail.render("en", **said)
        assert f"追溯 {months} 个月，须在 {first.year}年1月1日 至 2026年12月31日" in error.detail.render("zh", **said)


def test_d5_every_fault_is_reported_at_its_field() -> None:
    assert faults(
        "bonuses",
        ("nothing_such", "2026-05-01", "甲"),
        ("demonstration_site", "2026-05-01", " "),
        ("demonstration_site", "2026-05-01", "乙"),
        ("practice_spread", "2024-01-01", "丙"),
        ("practice_spread", "2026-01-01", "11010519491231002X"),
    ) == [
        "/items/0/code",
        "/items/1/evidence",
        "/items/2/occurred_on",
        "/items/2/code",
        "/items/3/occurred_on",
        "/items/4/evidence",
        "/items/4/code",
    ]


def test_d5_a_veto_needs_evidence_and_no_bonus_is_one() -> None:
    assert faults("vetoes", ("major_accident", "2026-05-01", "")) == ["/items/0/evidence"]
    assert faults("vetoes", ("demonstration_site", "2026-05-01", "甲")) == ["/items/0/code"]


def test_d5_an_item_counts_as_often_as_the_catalogue_says() -> None:
    hosted = [("observation_host", f"2026-0{month}-01", "通知") for month in (3, 4, 5)]
    assert faults("bonuses", *hosted[:2]) == []
    assert faults("bonuses", *hosted) == ["/items/2/code"]


def test_d5_an_entry_keeps_what_its_item_said() -> None:
    [bonus], _ = read("bonuses", ("demonstration_site", "2026-05-20", "命名文件"))
    assert bonus == {
        "code": "demonstration_site",
        "what": {
            "zh": "被命名为县级以上“双强”示范点或党建示范点",
            "en": "It was named a double-strong or Party-building demonstration site at county level or above",
        },
        "occurred_on": "2026-05-20",
        "evidence": "命名文件",
        "points": "2",
        "look_back_from": "2026-01-01",
    }
    vetoes, _ = read("vetoes", ("abnormal_list", "2026-05-20", "甲"), ("pollution", "2026-05-20", "乙"))
    recorded = to_recorded({"bonuses": [bonus], "vetoes": vetoes})
    assert [(one.code, one.star_max) for one in recorded.vetoes] == [("abnormal_list", 2), ("pollution", 0)]


def test_an_effect_of_a_later_release_leaves_no_star() -> None:
    frozen = CATALOGUE.model_dump(mode="json")
    frozen["vetoes"][0] |= {"effect": "suspended", "star_max": 3, "weight": "1"}
    assert FrozenCatalogue.model_validate(frozen).vetoes[0].ceiling == 0
