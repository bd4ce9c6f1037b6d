import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.field import money
from shared.field.money import LIMIT_FEN, MoneyError

amounts = st.integers(0, LIMIT_FEN - 1)


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (0, "¥0.00"),
        (5, "¥0.05"),
        (5_000_000, "¥50,000.00"),
        (123_456_789, "¥1,234,567.89"),
        (-150, "-¥1.50"),
    ],
)
def test_yuan_text(fen: int, text: str) -> None:
    assert money.yuan_text(fen) == text


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (5_000_000, "5万元"),
        (300_000, "0.3万元"),
        (1_234_567, "1.234567万元"),
        (0, "0万元"),
        (100_000_000_000, "100,000万元"),
        (-1_500_000, "-1.5万元"),
    ],
)
def test_wan_text(fen: int, text: str) -> None:
    assert money.wan_text(fen) == text


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (5_000_000, "伍万元整"),
        (2_000_000, "贰万元整"),
        (300_000, "叁仟元整"),
        (0, "零元整"),
        (1, "壹分"),
        (20, "贰角整"),
        (25, "贰角伍分"),
        (1_000, "壹拾元整"),
        (10_005, "壹佰元零伍分"),
        (140_950, "壹仟肆佰零玖元伍角整"),
        (600_714, "陆仟零柒元壹角肆分"),
        (168_032, "壹仟陆佰捌拾元零叁角贰分"),
        (10_700_053, "壹拾万柒仟元零伍角叁分"),
        (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
        (32_504, "叁佰贰拾伍元零肆分"),
        (10_000_100, "壹拾万零壹元整"),
        (100_100, "壹仟零壹元整"),
        (10_001_000_000, "壹亿零壹万元整"),
        (10_000_000_100, "壹亿零壹元整"),
        (100_000_000_000_000, "壹万亿元整"),
        (100_010_000_000_000, "壹万零壹亿元整"),
    ],
)
def test_capital(fen: int, text: str) -> None:
    assert money.capital(fen) == text


@given(amounts)
def test_capital__reads_back(fen: int) -> None:
    text = money.capital(fen)
    assert _fen_of(text) == fen
    assert "零零" not in text
    assert text.endswith(("分", "整"))


def _fen_of(text: str) -> int:
    """An independent reading of capital numerals."""
    found = re.fullmatch(r"(?:(.+?)元)?零?(?:(.)角)?零?(?:(.)分)?整?", text)
    assert found is not None
    digits = "零壹贰叁肆伍陆柒捌玖"
    whole, jiao, cents = found.groups(default="零")
    total = section = digit = 0
    for character in whole:
        if character in digits:
            digit = digits.index(character)
        elif character in "拾佰仟":
            section += digit * {"拾": 10, "佰": 100, "仟": 1000}[character]
            digit = 0
        elif character == "万":
            total += (section + digit) * 10_000
            section = digit = 0
        else:
            total = (total + section + digit) * 100_000_000
            section = digit = 0
    return (total + section + digit) * 100 + digits.index(jiao) * 10 + digits.index(cents)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("50000", 5_000_000),
        ("50,000.00", 5_000_000),
        ("¥50,000", 5_000_000),
        ("￥50000元", 5_000_000),
        ("5万元", 5_000_000),
        ("5 万", 5_000_000),
        ("0.3万元", 300_000),
        ("1.234567万", 1_234_567),
        ("１，０００．５元", 100_050),
        (" 0 ", 0),
        ("2.67", 267),
        ("0.29", 29),
        ("007", 700),
    ],
)
def test_parse_yuan(text: str, fen: int) -> None:
    assert money.parse_yuan(text) == fen


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2.675", "money_decimals"),
        ("1.2345678万元", "money_decimals"),
        ("-5", "money_negative"),
        ("5至10万", "money_malformed"),
        ("", "money_malformed"),
        ("1,00", "money_malformed"),
        ("1e3", "money_malformed"),
        ("5亿", "money_malformed"),
        ("nan", "money_malformed"),
        (".5", "money_malformed"),
        ("٣", "money_malformed"),
        *((text, "money_malformed") for text in ("3000²", "3000①", "５０００⑴", "3000.5¹")),
        ("1" + "0" * 16, "money_range"),
        ("9" * 5000, "money_range"),
    ],
)
def test_t19_parse_yuan__refused(text: str, reason: str) -> None:
    with pytest.raises(MoneyError) as refused:
        money.parse_yuan(text)
    assert refused.value.reason == reason


@pytest.mark.parametrize("value", [2.67, 5, None])
def test_parse_yuan__text_only(value: object) -> None:
    with pytest.raises(MoneyError, match="money_not_text"):
        money.parse_yuan(value)  # type: ignore[arg-type]


@given(amounts)
def test_parse_yuan__reads_what_the_texts_say(fen: int) -> None:
    assert money.parse_yuan(money.yuan_text(fen)) == fen
    assert money.parse_yuan(money.wan_text(fen)) == fen


def test_apportion__largest_remainder_first() -> None:
    assert money.apportion(100, [1, 1, 1]) == [34, 33, 33]
    assert money.apportion(10, [1, 3, 5]) == [1, 3, 6]
    assert money.apportion(5, [0, 1]) == [0, 5]
    assert money.apportion(0, [2, 3]) == [0, 0]


@given(amounts, st.lists(st.integers(0, 10**6), min_size=1, max_size=30).filter(any))
def test_apportion__sums_and_stays_within_one_fen(total: int, weights: list[int]) -> None:
    parts = money.apportion(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        exact = total * weight
        assert exact // sum(weights) <= part <= -(-exact // sum(weights))


@pytest.mark.parametrize("weights", [[], [0, 0], [3, -1]])
def test_apportion__weights_refused(weights: list[int]) -> None:
    with pytest.raises(MoneyError, match="apportion_weights"):
        money.apportion(100, weights)


@pytest.mark.parametrize(
    ("base", "bp", "share"),
    [
        (1_000_000, 500, 50_000),
        (1_000_000, 1000, 100_000),
        (1, 5000, 1),
        (1, 4999, 0),
        (3, 5000, 2),
        (999, 0, 0),
    ],
)
def test_share_bp__half_up(base: int, bp: int, share: int) -> None:
    assert money.share_bp(base, bp) == share


@pytest.mark.parametrize("wrong", [1.0, True, "100"])
def test_amounts__whole_fen_only(wrong: int) -> None:
    for refuse in (money.yuan_text, money.wan_text, money.capital):
        with pytest.raises(MoneyError, match="money_not_whole"):
            refuse(wrong)
    with pytest.raises(MoneyError, match="money_not_whole"):
        money.share_bp(100, wrong)


@pytest.mark.parametrize(("fen", "reason"), [(-1, "money_negative"), (LIMIT_FEN, "money_range")])
def test_capital__refused(fen: int, reason: str) -> None:
    with pytest.raises(MoneyError, match=reason):
        money.capital(fen)


def test_share_bp__negative_refused() -> None:
    with pytest.raises(MoneyError, match="money_negative"):
        money.share_bp(100, -1)
