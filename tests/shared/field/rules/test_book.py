"""Every rule that a decision names has its text in one place."""

import re

import pytest

from shared.contracts.base import Reason
from shared.db.base import utc_now
from shared.field.rules.book import all_rules, find_rule
from shared.problems.language import current_language
from shared.problems.reasons import ReasonOut
from shuangfu.rules import render
from tests.conftest import REPOSITORY

NAMED = re.compile(r'"(R-[\w.-]+|[HS]\d{1,2}|decision-\d+|4\.3)"')


def test_t36_rules__all_of_the_sources_and_the_products_own() -> None:
    ids = [rule.id for rule in all_rules()]
    assert ids[:67] == [f"H{n}" for n in range(1, 34)] + [f"S{n}" for n in range(1, 35)]
    assert all(re.fullmatch(r"R-[a-z0-9-]+", one) for one in ids[67:])
    for rule in all_rules():
        assert rule.zh.endswith("。"), rule.id
        assert rule.en.endswith("."), rule.id
        assert rule.source_zh, rule.id
        assert rule.source_en, rule.id


@pytest.mark.parametrize(
    ("rule_id", "sentence", "figure"),
    [
        ("S12", "截至2014年底,全市社会组织建立独立党组织2259家。", "2,259"),
        (
            "H33",
            "对党建工作成效显著、示范带动作用突出的社会组织党组织,各地各单位安排5%—10%的留存党费以奖代补。",
            "5-10 %",
        ),
        ("H2", "双重孵化,推动社会组织和党组织同步发展。", None),
    ],
)
def test_t36_rules__chinese_is_the_sources_sentence(rule_id: str, sentence: str, figure: str | None) -> None:
    rule = find_rule(rule_id)
    assert rule is not None
    assert (rule.zh, rule.figure) == (sentence, figure)


def test_t36_rules__every_id_in_the_code_is_a_present_one() -> None:
    named = {
        (str(path.relative_to(REPOSITORY)), name)
        for path in (REPOSITORY / "services").rglob("*.py")
        for name in NAMED.findall(path.read_text(encoding="utf-8"))
    }
    assert len(named) > 8
    unknown = {(path, name) for path, name in named if (rule := find_rule(name)) is None or rule.id != name}
    assert unknown == set(), "give each rule its text in shared/field/rules/rules.yaml"


@pytest.mark.parametrize(
    ("former", "present"),
    [("decision-1", "R-rating"), ("decision-5", "R-hold"), ("decision-7", "R-scheme"), ("4.3", "R-kind")],
)
def test_t36_former_ids__still_read(former: str, present: str) -> None:
    stored = Reason(rule=former, outcome="held", facts={"star": 1}, as_of=utc_now())
    shown = ReasonOut.model_validate(stored)
    rule = find_rule(present)
    assert rule is not None
    assert (shown.rule, shown.text) == (former, rule.zh)


def test_t36_text__follows_the_language_and_is_empty_for_a_later_releases_rule() -> None:
    reason = {"rule": "S10", "outcome": "standalone", "facts": {}, "as_of": utc_now()}
    rule = find_rule("S10")
    assert rule is not None
    assert ReasonOut.model_validate(reason).text == rule.zh
    token = current_language.set("en")
    assert ReasonOut.model_validate(reason).model_dump()["text"] == rule.en
    current_language.reset(token)
    assert ReasonOut.model_validate({**reason, "rule": "R-not-yet"}).text == ""


def test_t36_page__is_what_the_data_say() -> None:
    page = REPOSITORY / "docs" / "reference" / "rules.md"
    assert page.read_text(encoding="utf-8") == render(), "run make rules"
