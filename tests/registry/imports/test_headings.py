"""Which field a heading means, and what stands around a table. Pure."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from services.registry.import_words import read_words
from services.registry.imports.around import Around
from services.registry.imports.headings import Heading, Names, find_heading
from shared.settings import REPOSITORY_POLICIES
from tests.registry.imports.helpers import COLUMNS, WORDS

DAY = date(2026, 3, 2)
NAMES = Names(WORDS.words("330106", DAY)[0])


def heading(*rows: list[object]) -> Heading:
    found = find_heading(NAMES, list(enumerate(rows, start=1)))
    assert found is not None
    return found


def fields(*rows: list[object]) -> list[str | None]:
    return [column.field for column in heading(*rows).columns]


@pytest.mark.parametrize(("field", "written"), [(name, one) for name, ones in COLUMNS.items() for one in ones])
def test_t19_headings__every_word_of_the_policy_means_its_field(field: str, written: str) -> None:
    for form in (
        written,
        f" {written}* ",
        f"{written[:1]} {written[1:]}",
        f"{written}（必填）",
        f"{written[0]}\n{written[1:]}",
    ):
        assert fields([form, "甲", "乙"])[0] == field, form


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ("名　称", "name"),
        ("ＵＳＣＣ", "uscc"),
        ("正式党员（人）", "full_members"),
        ("统一社会信用代码（必填，18位）", "uscc"),
        ("登记日期（格式：2026-03-01）", "registered_on"),
        ("3、街道", "street"),
        ("所属街道（镇）", "street"),
        ("类型（社会团体、民非、基金会）", "kind"),
        ("住所（地址）", "address"),
        ("区（县）", "division"),
        ("所属县（市、区）", "division"),
        ("楼宇/园区", "carrier"),
        ("成立日期 （年/月/日）", "registered_on"),
        ("名称（地址）", None),
        ("专职工作人员（含兼职）", None),
        ("其中：正式党员", None),
    ],
)
def test_t19_headings__remarks_do_not_count_and_meanings_do(written: str, field: str | None) -> None:
    assert fields([written, "甲"])[0] == field


def test_t19_headings__two_and_three_levels() -> None:
    two = (["名称", "专职工作人员", None, "党员情况", None], [None, "小计", "其中：正式党员", "正式党员", "预备党员"])
    expected = ["name", "full_time_staff", "full_members_full_time", "full_members", "probationary_members"]
    assert fields(*two) == expected
    assert fields(["名称", "人员情况", None, None, None], [None, *two[0][1:]], two[1]) == expected
    assert heading(["登记表"], ["单位：人", None, "2026年"], *two).rows == 4


def test_t19_headings__a_part_of_another_whole_is_not_the_whole() -> None:
    """正式党员 under 专职工作人员 must never be read as all full members."""
    found = fields(["名称", "专职工作人员", None], [None, "人数", "正式党员"])
    assert found == ["name", "full_time_staff", "full_members_full_time"]
    assert fields(["名称", "专职工作人员数", "其中：正式党员数"]) == [
        "name",
        "full_time_staff",
        "full_members_full_time",
    ]
    assert "full_members" not in fields(["名称", "预备党员", None], [None, "小计", "正式党员"])


@pytest.mark.parametrize(
    ("written", "near"),
    [
        ("登记状况", "status"),
        ("是否撤销", "status"),
        ("组织全名称", "name"),
        ("所在街道名", "street"),
        ("开票抬头", None),
    ],
)
def test_t18_headings__near_ones(written: str, near: str | None) -> None:
    assert heading([written, "甲"]).columns[0].near == near


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (["合 计", None, 3], "total"),
        ([None, "小计：", 3], "total"),
        (["填表人：张某", None, "电话：1"], "closing"),
        (["附件1：说明"], "closing"),
        (["1", "2", "3"], "numbering"),
        (["①", "②", "③"], "numbering"),
        (["甲", "乙", "1", "2"], "numbering"),
        (["栏次", 1, 2, 3], "numbering"),
        (["以上数据由各街道提供"], "note"),
        (["序", "52330106PDY00001XM", None, "合计"], None),
        (["附属医院", None, "民非"], None),
        (["1", None, "民非"], None),
        (["合计", "52330106PDY00001XM"], None),
    ],
)
def test_t19_around__what_is_no_record(cells: list[object], why: str | None) -> None:
    table = heading(["名称", "统一社会信用代码", "类型", "街道"])
    assert Around(table, NAMES).why(cells) == why


def test_t19_policy__a_region_adds_to_the_words(tmp_path: Path) -> None:
    default = {
        "id": "default-imports",
        "region": "",
        "effective_from": date(2013, 1, 1),
        "source": "test",
        "parameters": {"headings": {"name": ["名称"]}, "kinds": {"social_group": ["社会团体"]}},
    }
    region = {**default, "id": "hz-imports", "region": "3301", "parameters": {"headings": {"name": ["社组名"]}}}
    later = {**region, "id": "hz-imports-2027", "effective_from": date(2027, 1, 1)}
    for number, policy in enumerate((default, region, later)):
        (tmp_path / f"r{number}").mkdir()
        (tmp_path / f"r{number}" / "imports.yaml").write_text(yaml.safe_dump(policy, allow_unicode=True))
    book = read_words(tmp_path, REPOSITORY_POLICIES)
    words, ids = book.words("330106", DAY)
    assert (words.headings, words.kinds) == ({"name": ["名称", "社组名"]}, {"social_group": ["社会团体"]})
    assert ids == ["default-imports", "hz-imports"]
    assert book.words("330106", date(2027, 2, 1))[1] == ["default-imports", "hz-imports-2027"]
    assert book.words("310101", DAY)[0].headings == {"name": ["名称"]}


def test_t19_policy__an_older_folder_without_words_reads_by_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "default").mkdir()
    (tmp_path / "default" / "formation.yaml").write_text("{}", encoding="utf-8")
    assert read_words(tmp_path, REPOSITORY_POLICIES).words("330106", DAY)[1] == ["default-imports"]
