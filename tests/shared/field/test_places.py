import pytest

from shared.field.names import NameFormatError, has_value
from shared.field.places import has_position, place_key, street_name


@pytest.mark.parametrize(
    "word",
    [
        *(
            "无",
            "暂无",
            "没有",
            "-",
            "—",
            "——",
            "－",
            "/",
            "／",
            "\\",
            "不详",
            "未知",
            "N/A",
            "n／a",
            "NA",
            "none",
            "NULL",
        ),
        *(
            "无。",
            "（无）",
            "【暂无】",
            " 无 ",
            "\u3000",
            "",
            ".",
            "***",
            "?",
            "？",
            "待定",
            "不适用",
            "\u200b无",
            "--",
            "…",
        ),
    ],
)
def test_t59_has_value__words_for_no_value(word: str) -> None:
    assert not has_value(word)
    assert place_key(word) is None


@pytest.mark.parametrize(
    "word", ["无锡大厦", "无", "空港园区", "7", "A座", "未来科技城", "待鸿路", "缺口镇", "nal", "𠮷"]
)
def test_t59_has_value__what_says_something(word: str) -> None:
    assert has_value(word) is (word != "无")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("西溪公益园", "西溪 公益园"),
        ("西溪公益园A座", "西溪公益园ａ座"),
        ("西溪公益园(A座)", "西溪公益园（Ａ座）"),
        ("西溪公益园3号楼", "西溪公益园三号楼"),
        ("西溪公益园12号楼", "西溪公益园十二号楼"),
        ("西溪公益园20层", "西溪公益园二十层"),
        ("西溪·公益园", "西溪公益园"),
    ],
)
def test_t59_place_key__one_building_in_two_ways_of_writing(one: str, other: str) -> None:
    assert place_key(one) == place_key(other) is not None
    assert place_key(one) != place_key("西溪公益园4号楼")


@pytest.mark.parametrize(
    "written",
    [
        *("文新街道", " 文新 街道 ", "西湖区文新街道", "杭州市西湖区文新街道", "浙江省杭州市西湖区文新街道"),
        *("浙江杭州西湖区文新街道", "文新街道办事处", "文新街道办", "西湖区文新街道党工委", "文新\u200b街道"),
    ],
)
def test_t59_street_name__one_street_in_many_ways_of_writing(written: str) -> None:
    assert street_name(written, "330106") == "文新街道"


@pytest.mark.parametrize(
    ("street", "division"),
    [("西湖街道", "330106"), ("东阳江镇", "330783"), ("上海路街道", "310101"), ("三墩镇", "330106")],
)
def test_t59_street_name__keeps_what_is_the_streets_own(street: str, division: str) -> None:
    assert street_name(street, division) == street


@pytest.mark.parametrize("written", ["无", "-", " ", "文新\u202e街道"])
def test_t59_street_name__no_street_is_refused(written: str) -> None:
    with pytest.raises(NameFormatError):
        street_name(written, "330106")


def test_t59_has_position__only_in_china() -> None:
    assert has_position(120.1, 30.2)
    for lon, lat in ((0, 0), (0, 30), (120, 0), (-120, 30), (180, 90), (1, 1)):
        assert not has_position(lon, lat)
