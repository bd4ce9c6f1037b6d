"""T47: no person's number goes into the permanent trail with a note."""

import pytest

from shared.field.errors import FieldError
from shared.field.names import normalize_text
from shared.problems.personal_numbers import check_no_personal_number

IDENTITY = "11010519491231002X"
"""The standard's own example."""


@pytest.mark.parametrize(
    "text",
    [
        IDENTITY,
        f"经办人身份证号{IDENTITY},已核对",
        "11010519491231002x",
        "110105 19491231 002X",
        "1101 0519 4912 3100 2X",
        "110105-1949-1231-002x",
        "110105491231002",
        "".join(chr(ord(character) + 0xFEE0) for character in IDENTITY),
        "电话13800000000",
        "138 0000 0000",
        "138-0000-0000",
        "+86 138 0000 0000",
        "86 13800000000",
        "2026年 5 138 0000 0000",
        "0571-87001234",
        "010 6500 1234",
        "0571 87001234转2",
    ],
)
def test_t47_free_text__with_a_persons_number_is_refused(text: str) -> None:
    with pytest.raises(FieldError) as refused:
        check_no_personal_number(normalize_text(text))
    assert refused.value.reason == "personal_number"
    assert set(refused.value.facts) == {"position"}, "it quotes nothing"


@pytest.mark.parametrize(
    "text",
    [
        "同意组建",
        "2026-03-01 至 2026-04-01",
        "2026-03-01 2026-04-01 05 06",
        "杭两新〔2026〕1号",
        "51330100PDY00001X2",
        "913301001234567890",
        "拨付 5000000 分,合计 12345678901 分",
        "得分 92.50, 91.25, 90.00",
        "110105194912310021",
        "第 20260301001 号",
        "登记证号 330100000012345",
        "会员 138 家,职工 1380 人",
    ],
)
def test_t47_free_text__with_other_numbers_is_kept(text: str) -> None:
    assert check_no_personal_number(normalize_text(text)) == normalize_text(text)
