"""The policy files as data: the figures that the source and the decisions on the open points fix."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from pydantic import ValidationError

from services.incubation.incubating.policies import read_incubator_policies
from services.incubation.policies import FormationPolicy
from services.registry.organizations.organization import EvaluationType, Kind
from services.registry.policies import RegistrationPolicy
from shared.field.places import street_name
from shared.field.policies import to_policy
from shared.field.uscc import PAIRS
from shared.superiors.policies import AffiliationPolicy

POLICIES = Path(__file__).resolve().parents[2] / "policies"
SCOPES = {
    "default/formation": ("default-formation", "", date(2013, 1, 1)),
    "hangzhou/formation": ("hz-2013-formation", "3301", date(2013, 6, 4)),
    "shanghai/formation": ("sh-2015-formation", "31", date(2015, 11, 23)),
    "default/evaluation": ("default-evaluation", "", date(2013, 1, 1)),
    "default/registration": ("default-registration", "", date(2013, 1, 1)),
    "hangzhou/registration": ("hz-registration", "3301", date(2013, 1, 1)),
    "default/affiliation": ("default-affiliation", "", date(2013, 1, 1)),
    "hangzhou/affiliation": ("hz-2013-affiliation", "3301", date(2013, 1, 1)),
    "shanghai/affiliation": ("sh-2015-affiliation", "31", date(2013, 1, 1)),
    "default/party_organization_imports": ("default-party-organization-imports", "", date(2013, 1, 1)),
    "default/activities": ("default-activities", "", date(2013, 1, 1)),
    "default/meetings": ("default-meetings", "", date(2013, 1, 1)),
    "default/leadership": ("default-leadership", "", date(2013, 1, 1)),
    "default/bodies": ("default-bodies", "", date(2013, 1, 1)),
    "hangzhou/bodies": ("hz-bodies", "3301", date(2013, 1, 1)),
    "shanghai/bodies": ("sh-bodies", "31", date(2013, 1, 1)),
    "hangzhou/funding": ("hz-2013-annual", "3301", date(2013, 6, 4)),
    "default/chart_of_accounts": ("default-chart", "", date(2013, 1, 1)),
    "default/dues": ("default-dues", "", date(2013, 1, 1)),
    "default/award_pools": ("default-award-pools", "", date(2013, 1, 1)),
    "default/payments": ("default-payments", "", date(2013, 1, 1)),
    "default/budgets": ("default-budgets", "", date(2013, 1, 1)),
    "default/performance": ("default-performance", "", date(2013, 1, 1)),
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
    assert shanghai["work_group_offered"] is True, "S21"
    assert {**shanghai, "counted": "full_members", "work_group_offered": False} == parameters("default/formation")


@pytest.mark.parametrize("name", FORMATIONS)
def test_s13_formation_figures(name: str) -> None:
    values = parameters(name)
    counted, offered = values.pop("counted"), values.pop("work_group_offered")

    assert offered is (counted == "full_members_full_time"), "S21: where members may count for none"
    assert counted in {"full_members", "full_members_full_time"}
    assert values == {
        "standalone_min_full_members": 3,
        "joint_min_full_members": 3,
        "joint_max_units": 5,
        "joint_max_members": 50,
        "joint_mend_days": 60,
        "neighbour_distance_m": 2000,
        "joint_other_sector_m": 100,
        "case_due_days": 30,
        "kind_counts": "total",
        "kind_thresholds": {"general": 50, "committee": 100},
        "area_instructor_required": True,
        "deferral_requires": ["until", "instructor"],
        "deferral_max_months": 12,
        "deferrals_max": None,
        "reminders": {"before": [10, 3], "after": [1, 5]},
        "escalation_working_days": 10,
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


@pytest.mark.parametrize(
    "written", [20130604, "20130604", "2013-06-04T00:00:00", datetime(2013, 6, 4, tzinfo=UTC), 1.5, True]
)
def test_t58_policy__a_day_is_written_as_a_day(written: Any) -> None:
    content = load("default/formation")
    with pytest.raises(ValidationError, match="a valid date is written 2026-03-01"):
        to_policy(content | {"effective_from": written}, FormationPolicy)
    assert to_policy(content | {"effective_from": "2013-06-04"}, FormationPolicy).effective_from == date(2013, 6, 4)


def test_t15_registration__names_the_fields_own_kinds_and_types() -> None:
    for name in ("default/registration", "hangzhou/registration"):
        policy = RegistrationPolicy.model_validate(parameters(name))
        assert set(policy.kind_categories) == set(get_args(Kind)) - {"other"}
        assert set(policy.evaluation_type_categories) == set(get_args(EvaluationType))
        assert {pair for pairs in policy.evaluation_type_categories.values() for pair in pairs} <= set(PAIRS)
        for division, streets in policy.streets.items():
            assert all(street_name(street, division) == street for street in streets)


AFFILIATIONS = ("default/affiliation", "hangzhou/affiliation", "shanghai/affiliation")


@pytest.mark.parametrize("name", AFFILIATIONS)
def test_s3_s4_d17_affiliation_figures(name: str) -> None:
    values = parameters(name)
    assert (values["conference_leads"], values["conference_min_bodies"]) == (1, 12)
    industries = [one for one in values["industries"] if one["rule"] != "S14"]
    assert [one["department"] for one in industries] == ["justice", "finance", "education", "health"]
    assert values["industries"][0]["organization_kinds"] == ["law_firm"]
    assert to_policy(load(name), AffiliationPolicy).parameters.civil_affairs == "civil_affairs"


@pytest.mark.parametrize(("name", "federations"), [("default", 2), ("shanghai", 2), ("hangzhou", 0)])
def test_s14_federations__are_a_default_where_the_practice_is(name: str, federations: int) -> None:
    found = [one for one in parameters(f"{name}/affiliation")["industries"] if one["rule"] == "S14"]
    assert [one["kinds"] for one in found] == [["federation_committee"]] * federations


@pytest.mark.parametrize(
    "changed",
    [
        {"territory": []},
        {"territories": [{"level": "nation", "kinds": ["work_committee"]}]},
        {"territories": [{"level": "city", "kinds": ["office"]}]},
        {"conference_min_bodies": 0},
        {"industries": [{"rule": "S3"}]},
    ],
)
def test_affiliation_policy__refuses_what_it_does_not_know(changed: dict[str, Any]) -> None:
    content = load("default/affiliation")
    with pytest.raises(ValidationError):
        to_policy(content | {"parameters": content["parameters"] | changed}, AffiliationPolicy)


def test_h6_incubators__need_a_party_member_social_worker_everywhere() -> None:
    found = read_incubator_policies(POLICIES, POLICIES)
    for division in ("330106", "310101", "340100"):
        needs = found.get(division, date(2026, 6, 1)).parameters
        assert (needs.party_social_workers_min, needs.committee_structures) == (1, ("COMMITTEE", "GENERAL"))


def test_d15_incubators__hangzhous_standard_counts_since_2021_and_nowhere_else() -> None:
    found = read_incubator_policies(POLICIES, POLICIES)
    figures = {
        key: (needs.premises_min_m2, needs.operator_grade_min)
        for key in (("330106", 2026), ("330106", 2020), ("330206", 2026))
        for needs in [found.get(key[0], date(key[1], 12, 31)).parameters]
    }
    assert figures == {("330106", 2026): (100, "3A"), ("330106", 2020): (None, None), ("330206", 2026): (None, None)}
