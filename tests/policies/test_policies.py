"""The policy files as data: the figures that the source and the decisions on the open points fix."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

POLICIES = Path(__file__).resolve().parents[2] / "policies"
SCOPES = {
    "default/formation": ("default-formation", "", date(2013, 1, 1)),
    "hangzhou/formation": ("hz-2013-formation", "3301", date(2013, 6, 4)),
    "shanghai/formation": ("sh-2015-formation", "31", date(2015, 11, 23)),
    "default/evaluation": ("default-evaluation", "", date(2013, 1, 1)),
    "hangzhou/funding": ("hz-2013-annual", "3301", date(2013, 6, 4)),
}
FORMATIONS = ("default/formation", "hangzhou/formation", "shanghai/formation")

Policy = dict[str, Any]


def load(name: str) -> Policy:
    policy: Policy = yaml.safe_load((POLICIES / f"{name}.yaml").read_text(encoding="utf-8"))
    return policy


def parameters(name: str) -> Policy:
    values: Policy = load(name)["parameters"]
    return values


@pytest.mark.parametrize("name", SCOPES)
def test_decision_7_each_policy_has_its_region_and_dates(name: str) -> None:
    policy = load(name)

    assert (policy["id"], policy["region"], policy["effective_from"]) == SCOPES[name]
    assert policy["effective_to"] is None
    assert policy["source"]


def test_decision_7_ids_are_unique() -> None:
    ids = [load(name)["id"] for name in SCOPES]
    assert len(ids) == len(set(ids))


def test_decision_9_default_counts_full_members_in_all() -> None:
    assert parameters("default/formation")["counted"] == "full_members"
    assert parameters("hangzhou/formation") == parameters("default/formation")


def test_s10_shanghai_counts_full_members_among_full_time_staff() -> None:
    shanghai = parameters("shanghai/formation")

    assert shanghai["counted"] == "full_members_full_time"
    assert shanghai["standalone_min_full_members"] == 3
    assert {**shanghai, "counted": "full_members"} == parameters("default/formation")


@pytest.mark.parametrize("name", FORMATIONS)
def test_s13_formation_figures(name: str) -> None:
    values = parameters(name)
    counted = values.pop("counted")

    assert counted in {"full_members", "full_members_full_time"}
    assert values == {
        "standalone_min_full_members": 3,
        "joint_min_full_members": 3,
        "joint_max_units": 5,
        "joint_max_members": 50,
        "neighbour_distance_m": 2000,
        "case_due_days": 30,
        "kind_thresholds": {"general": 50, "committee": 100},
        "area_instructor_required": True,
    }


def test_h19_cutoffs() -> None:
    cutoffs = parameters("default/evaluation")["cutoffs"]

    assert [(cutoff["star"], cutoff["at_least"]) for cutoff in cutoffs] == [
        (5, "90"),
        (4, "80"),
        (3, "70"),
        (2, "60"),
        (1, "50"),
    ]


def test_h19_bonus_and_total_are_capped() -> None:
    values = parameters("default/evaluation")

    assert (values["bonus_cap"], values["total_cap"]) == ("10", "100")


def test_h17_deciding_stage_and_rated_forms() -> None:
    values = parameters("default/evaluation")

    assert values["deciding_stage"] == "committee"
    assert values["rated_forms"] == ["standalone", "joint", "functional"]


def test_h16_each_kind_has_a_type_with_an_indicator_system() -> None:
    values = parameters("default/evaluation")

    assert values["default_types"] == {
        "accounting_firm": "T01",
        "law_firm": "T02",
        "tax_agency": "T09",
        "appraisal_firm": "T09",
        "foundation": "T08",
        "social_service_institution": "T10",
        "social_group": "T11",
    }
    assert values["fallback_type"] == "T11"
    for code in {*values["default_types"].values(), values["fallback_type"]}:
        assert load(f"default/indicator_systems/{code}")["type"] == code


def test_h32_amounts() -> None:
    assert parameters("hangzhou/funding")["scheme"] == "hz-2013-annual"
    assert parameters("hangzhou/funding")["amounts_fen"] == {
        "COMMITTEE": 2_000_000,
        "GENERAL": 1_000_000,
        "BRANCH": 300_000,
    }


def test_h31_key_industry_committees() -> None:
    entries = parameters("hangzhou/funding")["key_industry_committees"]

    assert len(entries) <= 10
    for entry in entries:
        assert set(entry) == {"party_organization_id", "amount_fen", "effective_from"}
        assert 5_000_000 <= entry["amount_fen"] <= 10_000_000


def test_decision_5_low_stars_are_held() -> None:
    assert parameters("hangzhou/funding")["hold_below_stars"] == 2


def test_h32_accounts_are_text_and_distinct() -> None:
    assert parameters("hangzhou/funding")["accounts"] == {
        "expense": "5001",
        "payable": "2307",
        "appropriation": "4001",
    }


def test_every_policy_file_says_first_what_it_is() -> None:
    for path in POLICIES.rglob("*.yaml"):
        assert path.read_text(encoding="utf-8").startswith("# "), path.name
