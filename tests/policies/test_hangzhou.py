"""H1: Hangzhou's practice since 2013 is a parameter set of its own, beside modules for what it is built on."""

from datetime import date
from importlib import import_module

import pytest

from services.funding.policies import read_schemes
from services.incubation.policies import read_formation_policies
from shared.settings import REPOSITORY_POLICIES
from shared.superiors.policies import read_affiliation_policies

SINCE = date(2013, 6, 4)
CITY, ELSEWHERE = "330106", "330203"


def test_h1_hangzhou__has_its_parameter_set_of_2013() -> None:
    """In force in its districts from the source's day on, and nowhere else."""
    formation = read_formation_policies(REPOSITORY_POLICIES, REPOSITORY_POLICIES)
    affiliation = read_affiliation_policies(REPOSITORY_POLICIES, REPOSITORY_POLICIES)
    schemes = [one for one in read_schemes(REPOSITORY_POLICIES).policies if one.applies(CITY, SINCE)]
    found = [formation.get(CITY, SINCE).id, affiliation.get(CITY, SINCE).id, *(one.id for one in schemes)]
    assert {one.startswith("hz-2013-") for one in found} == {True}
    for book in (formation, affiliation):
        assert not book.get(ELSEWHERE, SINCE).id.startswith("hz-")
    assert formation.get(CITY, SINCE.replace(day=3)).id == "default-formation"


@pytest.mark.parametrize(
    "module",
    [
        "services.incubation.incubatees.routes.recording",  # 双孵化
        "services.evaluation.indicator_systems.routes",  # 标准化
    ],
)
def test_h1_levers__have_modules(module: str) -> None:
    assert import_module(module).router.routes
