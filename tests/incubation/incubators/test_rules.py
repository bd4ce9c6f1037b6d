"""What an incubator needs before it may work, at its boundaries."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.incubation.bodies.body import Body
from services.incubation.incubating.policies import IncubatorPolicy
from services.incubation.incubators.incubator import Incubator
from services.incubation.incubators.rules import check_incubator, missing_of
from shared.field.policies import Policy
from shared.superiors.stated import DatedName

NOW, TODAY = datetime(2026, 6, 1, tzinfo=UTC), date(2026, 6, 1)
CIVIL = Body(
    UUID(int=1),
    "CIVIL",
    (DatedName("民政局党组织", date(2013, 1, 1)),),
    "city",
    "department_party_organization",
    "civil_affairs",
    "330100",
    None,
    None,
    date(2013, 1, 1),
    None,
)
GENERAL = replace(
    CIVIL,
    id=UUID(int=2),
    code="INC",
    level="district",
    kind="incubator_committee",
    structure="GENERAL",
    department=None,
    division="330106",
    parent="CIVIL",
)
OPERATED = {"name": "示例", "outside": True, "uscc": None, "grade": "3A"}
INCUBATOR = Incubator(
    UUID(int=3), "XIHU", "孵化器", "330106", None, "preparing", "INC", OPERATED, {"address": "某路", "area_m2": 100},
    20, 2, 1, None, None, 1,
)  # fmt: skip


def policy(**changes: Any) -> Policy[IncubatorPolicy]:
    figures = {
        "committee_structures": ["COMMITTEE", "GENERAL"],
        "civil_affairs": "civil_affairs",
        "party_social_workers_min": 1,
        "premises_min_m2": 100,
        "operator_grade_min": "3A",
    }
    return Policy("p", "3301", date(2021, 1, 1), None, "test", IncubatorPolicy.model_validate(figures | changes))


def outcomes(incubator: Incubator, *bodies: Body, figures: Policy[IncubatorPolicy] | None = None) -> dict[str, str]:
    known = {one.code: one for one in bodies or (CIVIL, GENERAL)}
    found = check_incubator(incubator, known, figures or policy(), (TODAY,), NOW)
    assert all((one.error is None) == (one.reason.outcome == "met") for one in found)
    return {one.reason.rule: one.reason.outcome for one in found}


def test_incubator__with_just_what_it_needs_is_ready() -> None:
    found = check_incubator(INCUBATOR, {"CIVIL": CIVIL, "INC": GENERAL}, policy(), (TODAY,), NOW)
    assert [(one.reason.rule, one.reason.outcome) for one in found] == [
        ("H5", "met"),
        ("H6", "met"),
        ("R-incubator-premises", "met"),
        ("R-incubator-operator", "met"),
    ]
    assert missing_of(found) is None


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (replace(GENERAL, structure="BRANCH"), "structure"),
        (replace(GENERAL, kind="street_committee"), "other_kind"),
        (replace(GENERAL, until=TODAY), "not_in_force"),
        (replace(GENERAL, since=date(2026, 6, 2)), "not_in_force"),
        (replace(GENERAL, division="330108"), "territory"),
        (replace(GENERAL, street="翠苑街道"), "territory"),
        (replace(GENERAL, parent=None), "parent"),
        (replace(GENERAL, parent="INC"), "parent"),
    ],
)
def test_h5_committee__of_another_kind_or_place_does_not_do(body: Body, fault: str) -> None:
    [found, *_] = check_incubator(INCUBATOR, {"CIVIL": CIVIL, "INC": body}, policy(), (TODAY,), NOW)
    assert (found.reason.outcome, found.reason.facts["fault"]) == ("missing", fault)
    assert found.error is not None
    assert found.error.pointer == "/committee"


def test_h5_committee__or_general_branch_both_do() -> None:
    assert outcomes(INCUBATOR, CIVIL, replace(GENERAL, structure="COMMITTEE"))["H5"] == "met"
    assert outcomes(replace(INCUBATOR, committee=None))["H5"] == "missing"
    assert outcomes(replace(INCUBATOR, committee="ELSE"))["H5"] == "missing"
    # A committee of the whole district is a street's incubator's too.
    assert outcomes(replace(INCUBATOR, street="翠苑街道"))["H5"] == "met"


def test_h6_one_party_member_social_worker__is_enough_and_none_is_not() -> None:
    assert outcomes(replace(INCUBATOR, party_social_workers=0))["H6"] == "missing"
    assert outcomes(INCUBATOR)["H6"] == "met"
    assert outcomes(INCUBATOR, figures=policy(party_social_workers_min=2))["H6"] == "missing"


def test_d15_premises__have_the_regions_area_where_there_is_one() -> None:
    small = replace(INCUBATOR, premises={"address": "某路", "area_m2": 99})
    assert outcomes(small)["R-incubator-premises"] == "missing"
    assert outcomes(replace(INCUBATOR, premises=None))["R-incubator-premises"] == "missing"
    assert "R-incubator-premises" not in outcomes(small, figures=policy(premises_min_m2=None))


def test_d15_operator__from_outside_has_the_regions_grade() -> None:
    for grade, outcome in (("2A", "missing"), ("3A", "met"), ("5A", "met"), (None, "missing")):
        operated = replace(INCUBATOR, operator={**OPERATED, "grade": grade})
        assert outcomes(operated)["R-incubator-operator"] == outcome
    assert "R-incubator-operator" not in outcomes(replace(INCUBATOR, operator={**OPERATED, "outside": False}))
    assert "R-incubator-operator" not in outcomes(INCUBATOR, figures=policy(operator_grade_min=None))
