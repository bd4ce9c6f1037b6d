"""The catalogue of bonuses and vetoes as data (D5): complete, bilingual, sealed."""

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from services.evaluation.catalogues.policies import CATALOGUE_KIND, AuthoredCatalogue
from shared.field.policies import read_policies
from shared.settings import REPOSITORY_POLICIES
from shuangfu.policy_folders.reading import read_folder
from shuangfu.policy_folders.sealing import SEALS, read_seals
from tests.policies.test_indicator_systems import PERSONAL

BOOK = read_policies(REPOSITORY_POLICIES, CATALOGUE_KIND, AuthoredCatalogue)
CATALOGUE = BOOK.get("330106", date(2026, 12, 31)).parameters
HAN = re.compile(r"[\u4e00-\u9fff]")
FILE = "default/rating_catalogue-2026.yaml"


def test_d5_every_item_says_what_shows_it_and_why_it_counts() -> None:
    for one in (*CATALOGUE.bonuses, *CATALOGUE.vetoes):
        for text in (one.what, one.evidence, one.basis):
            assert HAN.search(text.zh), one.code
            assert not HAN.search(text.en), one.code
            assert not PERSONAL.search(text.zh + text.en), one.code


def test_d5_the_vetoes_name_the_cases_that_published_ones_do() -> None:
    vetoes = {one.code: (one.look_back_months, one.ceiling) for one in CATALOGUE.vetoes}
    assert vetoes == {
        "criminal_conviction": (24, 0),
        "major_accident": (24, 0),
        "pollution": (24, 0),
        "dishonesty_list": (24, 0),
        "abnormal_list": (12, 2),
        "tax_penalty": (24, 2),
        "inspection_unqualified": (12, 1),
    }


def test_d5_the_region_s_own_catalogue_is_read_before_the_default(tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY_POLICIES / "default", tmp_path / "default")
    own = yaml.safe_load((tmp_path / FILE).read_text(encoding="utf-8")) | {"id": "sx-1", "region": "61"}
    own["parameters"]["vetoes"] = own["parameters"]["vetoes"][:1]
    (tmp_path / "shaanxi").mkdir()
    (tmp_path / "shaanxi/rating_catalogue.yaml").write_text(yaml.safe_dump(own, allow_unicode=True), encoding="utf-8")
    book = read_policies(tmp_path, CATALOGUE_KIND, AuthoredCatalogue)
    day = date(2026, 12, 31)
    assert [len(book.get(division, day).parameters.vetoes) for division in ("610102", "330106")] == [1, 7]


FAULTS: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (lambda p: p["bonuses"][0].update(points="0"), "greater than 0"),
    (lambda p: p["bonuses"][0].update(look_back_months=0), "greater than or equal to 1"),
    (lambda p: p["bonuses"][0].pop("evidence"), "Field required"),
    (lambda p: p["vetoes"][0].update(star_max=2), "star_max stands beside the effect 'ceiling'"),
    (lambda p: p["vetoes"][4].pop("star_max"), "star_max stands beside the effect 'ceiling'"),
    (lambda p: p["vetoes"][0].update(effect="warn"), "'no_star' or 'ceiling'"),
    (lambda p: p["vetoes"][0].update(code=p["bonuses"][0]["code"]), "codes stand twice"),
    (lambda p: p["bonuses"][0].update(wight=3), "Extra inputs"),
    (lambda p: p.update(vetoes=[]), "at least 1 item"),
]


@pytest.mark.parametrize(("edit", "fault"), FAULTS, ids=[one[1] + str(n) for n, one in enumerate(FAULTS)])
def test_d5_a_fault_of_an_author_is_refused(edit: Callable[[dict[str, Any]], object], fault: str) -> None:
    parameters = yaml.safe_load((REPOSITORY_POLICIES / FILE).read_text(encoding="utf-8"))["parameters"]
    edit(parameters)
    with pytest.raises(ValidationError, match=re.escape(fault)):
        AuthoredCatalogue.model_validate(parameters)


def test_d5_every_published_catalogue_is_sealed_and_never_changes(tmp_path: Path) -> None:
    today = date(2026, 12, 1)
    found = read_folder(REPOSITORY_POLICIES, today)
    ours = {identity for kind, identity in found.versions if kind == CATALOGUE_KIND}
    assert set(read_seals(REPOSITORY_POLICIES, SEALS[CATALOGUE_KIND])) == ours
    shutil.copytree(REPOSITORY_POLICIES, tmp_path / "policies")
    file = tmp_path / "policies" / FILE
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("effective_to: null", "effective_to: 2028-12-31"), encoding="utf-8")
    assert read_folder(tmp_path / "policies", today).faults == [], "its end may be added"
    file.write_text(text.replace('points: "3"', 'points: "4"'), encoding="utf-8")
    [fault] = read_folder(tmp_path / "policies", today).faults
    assert (fault.file, fault.where) == (FILE, "parameters.bonuses.0.points")
    assert "is sealed" in fault.problem
    assert fault.problem.endswith(": 3 became 4")
    file.unlink()
    [fault] = read_folder(tmp_path / "policies", today).faults
    assert (fault.file, fault.where) == (SEALS[CATALOGUE_KIND], "default-rating-catalogue-2026")
