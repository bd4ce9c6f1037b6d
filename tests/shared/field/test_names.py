import string
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.field.names import MAX_LENGTH, NameFormatError, fold_name, normalize_line, normalize_name, normalize_text


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("  示例市\u3000青禾  协会\n", "示例市 青禾 协会"),
        ("示例ＡＢＣ１２３协会", "示例ABC123协会"),
        ("示例协会（筹）", "示例协会（筹）"),
        ("示例协会(筹)", "示例协会(筹)"),
        ("𠮷㛃示例基金会", "𠮷㛃示例基金会"),
        ("示例\uf92c\U0002f804协会", "示例\uf92c\U0002f804协会"),
        ("示例葛\U000e0100协会", "示例葛\U000e0100协会"),
        ("示例\U00031350协会", "示例\U00031350协会"),
        ("示\u200b例\ufeff协会", "示例协会"),
        ("Cafe\u0301 示例", "Café 示例"),
    ],
)
def test_normalize_name(written: str, stored: str) -> None:
    assert normalize_name(written) == stored


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "name_empty"),
        (" \u3000\ufeff", "name_empty"),
        ("示例\x00协会", "name_control_character"),
        ("示例\u202e协会", "name_control_character"),
        ("示例\x7f", "name_control_character"),
        ("示例\ud800", "name_control_character"),
        ("长" * 201, "name_length"),
    ],
)
def test_normalize_name__refused(written: str, reason: str) -> None:
    with pytest.raises(NameFormatError) as refused:
        normalize_name(written)
    assert refused.value.reason == reason


def test_normalize_name__says_which_character() -> None:
    with pytest.raises(NameFormatError) as refused:
        normalize_name("示例\u202e协会")
    assert refused.value.facts == {"position": 3, "character": "U+202E"}


@given(st.text())
def test_normalize_name__a_stored_name_stays_as_it_is(text: str) -> None:
    try:
        stored = normalize_name(text)
    except NameFormatError:
        return
    assert normalize_name(stored) == stored


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=20))
def test_normalize_name__chinese_is_untouched(text: str) -> None:
    assert normalize_name(text) == text


PLAIN = string.digits + string.ascii_letters + "()（）" + "".join(map(chr, range(0x4E00, 0xA000)))


def test_normalize_name__what_is_taken_as_it_is_would_be_left_so_by_folding() -> None:
    assert fold_name(PLAIN) == PLAIN
    for start in range(0, len(PLAIN), MAX_LENGTH):
        part = PLAIN[start : start + MAX_LENGTH]
        assert normalize_name(part) == part


def test_normalize_name__folds_each_character_that_it_does_not_refuse() -> None:
    for character in map(chr, range(0x10000)):
        with suppress(NameFormatError):
            assert normalize_name(character) == fold_name(character), f"U+{ord(character):04X}"


@pytest.mark.parametrize(("searched", "folded"), [("", ""), (" \u3000", ""), ("Ａ\u200b 会\u202e", "A 会\u202e")])
def test_fold_name__refuses_nothing(searched: str, folded: str) -> None:
    assert fold_name(searched) == folded


@pytest.mark.parametrize("invisible", [*"\u200b\u200c\u200d\u2060\ufeff\u00ad\u3164\u115f\uffa0"])
def test_t52_normalize_name__what_has_no_width_is_left_out(invisible: str) -> None:
    assert normalize_name(f"示例{invisible}协会") == "示例协会"
    with pytest.raises(NameFormatError, match="name_empty"):
        normalize_line(invisible)


@pytest.mark.parametrize("turning", [*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"])
def test_t52_normalize__what_turns_the_direction_is_refused(turning: str) -> None:
    for normalize in (normalize_name, normalize_line, normalize_text):
        with pytest.raises(NameFormatError, match="name_control_character"):
            normalize(f"示例{turning}协会")


def test_t17_normalize_text__each_line_has_one_form_and_lines_stay() -> None:
    assert normalize_text("\n ＡＢＣ\u3000一\r\n\r\n二\u200b \u2028三\n") == "ABC 一\n\n二\n三"
    for blank in ("", " \n\u3000\n", "\u200b\n"):
        with pytest.raises(NameFormatError, match="name_empty"):
            normalize_text(blank)
    with pytest.raises(NameFormatError, match="name_control_character"):
        normalize_text("一\x00二")
