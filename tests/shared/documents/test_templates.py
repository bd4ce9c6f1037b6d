"""Templates are strict policy data: by region, issuer and day; a fact is never read as the name of another."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from shared.documents.composing import Issuer, compose, compose_blank, fill, series_of, short_place
from shared.documents.content import written_day, written_number, written_rows
from shared.documents.policies import DocumentBook, DocumentsPolicy, IssuerRule, read_documents
from shared.documents.templates import Template
from shared.field.policies import Policy
from shared.settings import REPOSITORY_POLICIES

ON = date(2026, 3, 1)
ISSUER = Issuer("HZ-CITY", "中共杭州市委社会工作部", "work_committee", "330100")


def template(**changes: Any) -> Template:
    return Template.model_validate({"kind": "founding_notice", "title": "告知书", **changes})


def policy(region: str, *templates: Template, since: date = date(2020, 1, 1), until: date | None = None) -> Any:
    parameters = DocumentsPolicy(templates=templates, issuers=())
    return Policy(f"{region}-{since}", region, since, until, "invented", parameters)


def test_d18_number__is_written_with_hexagonal_brackets() -> None:
    assert written_number("杭两新", 2026, 1) == "杭两新〔2026〕1号"
    assert written_number("杭两新", 2026, 100) == "杭两新〔2026〕100号"


def test_d18_day__has_no_leading_zeros() -> None:
    assert [written_day(one) for one in (date(2026, 3, 1), date(2026, 11, 30))] == ["2026年3月1日", "2026年11月30日"]


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"title": "致{nobody}"}, "no fact nobody"),
        ({"parts": [{"text": "{party_organization}"}]}, "no fact party_organization"),
        ({"parts": [{"text": "甲", "when": "weather"}]}, "no fact weather"),
        ({"parts": [{"text": "甲", "heading": "乙"}]}, "one of text"),
        ({"parts": [{}]}, "one of text"),
        ({"title": "{organization"}, "a brace encloses"),
        ({"title": "{organization.name}"}, "a brace encloses"),
        ({"titel": "甲"}, "Extra inputs"),
        ({"kind": "love_letter"}, "Input should be"),
        ({"title": ""}, "at least 1"),
        ({"series_suffix": "函〔1〕"}, "should match pattern"),
        ({"series_suffix": "孵"}, "another service counts these numbers"),
        ({"kind": "deferral_notice", "series_suffix": ""}, "its service counts its own numbers"),
        ({"kind": "exit_sheet", "numbered": False, "cover": True, "sheet": True}, "not both"),
        ({"sheet": True, "recipient": "甲"}, "addressed to nobody"),
        ({"signatures": ["甲（盖章）"]}, "only a sheet"),
        ({"parts": [{"table": {"of": "organization_list", "head": ["甲"]}}]}, "no table organization_list"),
        (
            {"kind": "exit_sheet", "numbered": False, "parts": [{"table": {"of": "moments", "head": ["甲"]}}]},
            "3 columns",
        ),
        ({"kind": "exit_sheet", "numbered": False, "title": "{moments}"}, "no fact moments"),
    ],
)
def test_d18_template__that_is_wrong_is_refused_when_it_is_read(wrong: dict[str, Any], where: str) -> None:
    with pytest.raises(ValidationError, match=where):
        template(**wrong)


def test_d18_issuer__that_is_wrong_is_refused_when_it_is_read() -> None:
    for wrong in (
        {"series": "杭 两新"},
        {"series": "杭〔〕"},
        {"series": "{who}"},
        {"series": "甲", "red_head": "{place}"},
        {"series": "西湖孵"},
    ):
        with pytest.raises(ValidationError):
            IssuerRule.model_validate(wrong)


def test_d18_fact__is_filled_in_once() -> None:
    assert fill("致{organization}：{issuer}", {"organization": "{issuer}", "issuer": "甲"}) == "致{issuer}：甲"
    made = compose(template(title="致{organization}"), IssuerRule(series="甲"), ISSUER, {"organization": "{uscc}#甲"})
    assert made.title == "致{uscc}#甲"


def test_d18_template__of_the_smallest_region_and_of_the_issuer_comes_first() -> None:
    wide, city = template(title="全国"), template(title="全市")
    own = template(title="本机关", issuers=["HZ-XIHU"])
    book = DocumentBook([policy("", wide), policy("3301", own, city)])

    def title(issuer: str, division: str) -> str:
        found = book.template("founding_notice", issuer, division, ON)
        assert found is not None
        return found[0].title

    assert [title("HZ-XIHU", "330106"), title("HZ-CITY", "330100"), title("SH-CITY", "310000")] == [
        "本机关",
        "全市",
        "全国",
    ]
    only = DocumentBook([policy("", wide), policy("3301", own)])
    found = only.template("founding_notice", "HZ-CITY", "330100", ON)
    assert found is not None
    assert found[0].title == "全国"


def test_d18_template__is_that_of_the_day() -> None:
    first = policy("", template(title="旧"), since=date(2013, 1, 1), until=date(2025, 12, 31))
    book = DocumentBook([first, policy("", template(title="新"), since=date(2026, 1, 1))])
    days = {date(2013, 1, 1): "旧", date(2025, 12, 31): "旧", date(2026, 1, 1): "新", date(2012, 12, 31): None}
    for day, title in days.items():
        found = book.template("founding_notice", "HZ-CITY", "330100", day)
        assert (found and found[0].title) == title, day


def test_d18_shipped_templates__are_whole_for_hangzhou_and_elsewhere() -> None:
    book = read_documents(REPOSITORY_POLICIES, REPOSITORY_POLICIES)
    kinds = ("founding_notice", "founding_approval", "leadership_approval", "dissolution_approval", "statistics_cover")
    for kind in kinds:
        for division in ("330100", "330106", "310101", "440100"):
            assert book.template(kind, "X", division, ON) is not None, (kind, division)
    found = book.template("founding_approval", "HZ-CITY", "330100", ON)
    rule = book.issuer_rule("HZ-CITY", "work_committee", "330100", ON)
    assert found is not None
    assert rule is not None
    assert series_of(found[0], rule, ISSUER, ON) == "杭两新"
    district = book.issuer_rule("HZ-XIHU", "work_committee", "330106", ON)
    assert district is not None
    assert series_of(found[0], district, Issuer("HZ-XIHU", "西湖", "work_committee", "330106"), ON) == "西湖两新"


def test_d18_folder__from_before_there_were_templates_has_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "default").mkdir()
    (tmp_path / "default" / "formation.yaml").write_text((REPOSITORY_POLICIES / "default/formation.yaml").read_text())
    book = read_documents(tmp_path, REPOSITORY_POLICIES)
    assert book.template("founding_notice", "X", "330100", ON) is not None


def test_d18_place__is_short() -> None:
    places = [short_place(code, ON) for code in ("330106", "330100", "330122", "310101", "999999")]
    assert places == ["西湖", "杭州", "桐庐", "黄浦", "999999"]


def test_d18_sheet__has_tables_of_facts_with_several_rows_and_no_red_head() -> None:
    parts = [
        {"rows": [["社会组织", "{incubatee}"]]},
        {"rows": [["退出原因", "{cause}"]], "when": "cause"},
        {"table": {"of": "moments", "head": ["环节", "社会组织", "党组织"]}},
    ]
    sheet = template(
        kind="exit_sheet", title="出壳表", numbered=False, sheet=True, parts=parts, signatures=["{incubator}"]
    )
    facts = {
        "incubatee": "甲",
        "incubator": "乙",
        "cause": "其他",
        "moments": written_rows([("登记\n\t", "—", "{uscc}")]),
    }
    made = compose(sheet, IssuerRule(series="甲", red_head="{issuer}文件"), ISSUER, facts)
    assert (made.sheet, made.red_head, made.signatures, made.foot) == (True, None, ("乙",), f"制发单位：{ISSUER.name}")
    assert [block.kind for block in made.blocks] == ["rows", "table"], "rows that follow one another are one table"
    assert made.blocks[0].rows == (("社会组织", "甲"), ("退出原因", "其他"))
    assert made.blocks[1].cells == (("环节", "社会组织", "党组织"), ("登记", "—", "{uscc}"))
    assert compose_blank(sheet, ISSUER, {}).blank


def test_d18_superiors__are_those_of_the_smallest_region() -> None:
    street, city = ({"level": level, "kinds": ["work_committee"]} for level in ("street", "city"))
    wide, narrow = (DocumentsPolicy.model_validate({"superiors": [one]}) for one in (street, city))
    book = DocumentBook(
        [Policy("a", "", date(2020, 1, 1), None, "", wide), Policy("b", "3301", date(2020, 1, 1), None, "", narrow)]
    )
    assert [book.superiors(place, ON)[0].level for place in ("330106", "310101")] == ["city", "street"]
