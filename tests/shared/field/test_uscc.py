import pickle
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc as stdnum_uscc

from shared.field import uscc
from shared.field.uscc import ALPHABET, PAIRS, UsccError

VALID = {
    "51330100PDY00001X2": "inner X",
    "52330106PDY000028M": "inner 8",
    "53310000PDY0000369": "province",
    "31330100PDY000044R": "law firm",
    "51330100PDY0000950": "outer 0",
}

bodies = st.text(ALPHABET, min_size=8, max_size=8)
places = st.sampled_from(["330106", "330100", "330103", "330101", "310000", "310230", "100000", "110105", "820000"])
codes = st.builds(uscc.make, st.sampled_from(sorted(PAIRS)), places, bodies)


def reason_of(code: str, *, allow_sample_codes: bool = True) -> str:
    with pytest.raises(UsccError) as refused:
        uscc.check(code, allow_sample_codes=allow_sample_codes)
    return refused.value.reason


@pytest.mark.parametrize("code", VALID, ids=list(VALID.values()))
def test_check__vectors_of_the_reference(code: str) -> None:
    assert uscc.check(code, allow_sample_codes=True) == code


def test_check__outer_digit_wrong() -> None:
    assert reason_of("51330100PDY00001X0") == "uscc_check_digit"


def test_check__inner_digit_wrong() -> None:
    assert reason_of("51330100PDY0000108") == "uscc_organization_code_check_digit"


def test_check__example_of_the_standard() -> None:
    assert uscc.make("91", "350100", "M000100Y") == "91350100M000100Y43"
    assert uscc.check("91350100M000100Y43", allow_sample_codes=False) == "91350100M000100Y43"


@pytest.mark.parametrize("length", [0, 17, 19])
def test_check__length(length: int) -> None:
    assert reason_of(("51330100PDY00001X2" * 2)[:length]) == "uscc_length"


@pytest.mark.parametrize("character", ["I", "O", "S", "V", "Z", "杭", "*", "\ud800"])
def test_check__alphabet(character: str) -> None:
    with pytest.raises(UsccError) as refused:
        uscc.check(f"51330100PDY{character}0001X2", allow_sample_codes=True)
    assert refused.value.reason == "uscc_alphabet"
    assert refused.value.facts == {"position": 12, "character": character}


@pytest.mark.parametrize("pair", ["00", "14", "38", "56", "60", "94", "A2", "G2", "N4", "Y2"])
def test_check__pair_unknown(pair: str) -> None:
    assert reason_of(f"{pair}330100PDY00001X2") == "uscc_pair_unknown"


@pytest.mark.parametrize("division", ["330199", "331200", "310131", "160000", "000000", "990000", "33010A"])
def test_check__division_unknown(division: str) -> None:
    assert reason_of(f"51{division}PDY00001X2") == "uscc_division_unknown"


@pytest.mark.parametrize("division", ["330103", "330104", "330183", "310108", "310119", "310230", "330101"])
def test_check__division_ended_but_code_lives_on(division: str) -> None:
    assert uscc.make("52", division, "PDY00010")


@pytest.mark.parametrize("pair", ["G1", "N2", "A1", "Y1"])
def test_check__pair_with_a_letter(pair: str) -> None:
    assert uscc.make(pair, "330100", "PDY00011").startswith(pair)


@pytest.mark.parametrize(
    ("body", "reserved"), [("PDY00000", False), ("PDY00001", True), ("PDY99999", True), ("PDX00001", False)]
)
def test_check__reserved_zone_only_where_samples_are_barred(body: str, reserved: bool) -> None:
    code = uscc.make("51", "330100", body)
    assert uscc.check(code, allow_sample_codes=True) == code
    if reserved:
        assert reason_of(code, allow_sample_codes=False) == "uscc_reserved_zone"
    else:
        assert uscc.check(code, allow_sample_codes=False) == code


@pytest.mark.parametrize(
    "written",
    [
        "51330100-PDY00001-X-2",
        " 51330100pdy00001x2\n",
        "５１３３０１００ＰＤＹ００００１Ｘ２",
        "5133 0100\u3000PDY0\u00a00001－X—2",
        "51330100\u2011PDY\u221200001X\u200b2\ufeff",
    ],
)
def test_normalize__as_people_write_it(written: str) -> None:
    assert uscc.normalize(written) == "51330100PDY00001X2"


@given(codes)
def test_check__made_codes_are_valid_for_an_independent_library_too(code: str) -> None:
    assert uscc.check(code, allow_sample_codes=True) == code
    if code[:8].isdigit():
        assert stdnum_uscc.is_valid(code)


@given(codes, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_check__any_single_change_is_refused(code: str, place: int, character: str) -> None:
    """No exceptions: 31 is prime, every weight is invertible and values differ by less than 31."""
    if code[place] != character:
        assert reason_of(code[:place] + character + code[place + 1 :])


@given(codes, st.integers(0, 16))
def test_check__any_swap_of_neighbours_is_refused(code: str, place: int) -> None:
    """No exceptions either: the difference of neighbouring weights is invertible modulo 31."""
    left, right = code[place : place + 2]
    if left != right:
        assert reason_of(code[:place] + right + left + code[place + 2 :])


@given(bodies, st.integers(0, 7), st.sampled_from([("A", "L"), ("A", "W"), ("L", "W"), ("B", "M"), ("0", "B")]))
def test_check__letters_eleven_apart_deceive_only_the_inner_digit(body: str, place: int, pair: tuple[str, str]) -> None:
    """MOD 11 takes letters 11 or 22 apart for equal (A 10, L 21, W 32); MOD 31 still tells them apart."""
    code = uscc.make("51", "330100", body[:place] + pair[0] + body[place + 1 :])
    changed = code[: 8 + place] + pair[1] + code[9 + place :]
    assert reason_of(changed) == "uscc_check_digit"


@pytest.mark.parametrize(("body", "digit"), [("PDY00001", "X"), ("PDY00009", "5"), ("D2143569", "X")])
def test_make__inner_digit(body: str, digit: str) -> None:
    assert uscc.make("51", "330100", body)[16] == digit


def test_make__inner_digit_zero_stands_for_eleven() -> None:
    made = [uscc.make("51", "330100", f"PDY{number:05d}") for number in range(1, 23)]
    assert {code[16] for code in made} == set("0123456789X")
    for code in made:
        values = [int(character, 36) for character in code[8:16]]
        rest = 11 - sum(map(int.__mul__, values, (3, 7, 9, 10, 5, 8, 4, 2))) % 11
        assert code[16] == {10: "X", 11: "0"}.get(rest, str(rest))


@pytest.mark.parametrize(
    ("pair", "division", "body", "reason"),
    [
        ("51", "330100", "PDY0001", "uscc_length"),
        ("51", "33010", "PDY00001", "uscc_length"),
        ("51", "330100", "PDYO0001", "uscc_alphabet"),
        ("56", "330100", "PDY00001", "uscc_pair_unknown"),
        ("51", "330199", "PDY00001", "uscc_division_unknown"),
    ],
)
def test_make__refused(pair: str, division: str, body: str, reason: str) -> None:
    with pytest.raises(UsccError) as refused:
        uscc.make(pair, division, body)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("pair", "source"),
    [
        ("51", "civil_affairs"),
        ("52", "civil_affairs"),
        ("31", "justice"),
        ("91", "market_regulation"),
        ("12", "other"),
        ("G1", "other"),
    ],
)
def test_registering_source(pair: str, source: str) -> None:
    assert uscc.registering_source(uscc.make(pair, "330100", "PDY00001")) == source


def test_pairs__all_of_the_standard() -> None:
    categories = {
        "1": "1239", "2": "19", "3": "123459", "4": "19", "5": "123459", "6": "129", "7": "129",
        "8": "19", "9": "123", "A": "19", "G": "1", "N": "1239", "Y": "1",
    }  # fmt: skip
    expected = {department + category for department, known in categories.items() for category in known}
    assert set(PAIRS) == expected


def test_error__says_its_facts_and_survives_pickling() -> None:
    error = pickle.loads(pickle.dumps(UsccError("uscc_length", {"length": 17})))
    assert (error.reason, error.facts, str(error)) == ("uscc_length", {"length": 17}, "uscc_length (length=17)")


def test_check__fast_enough_for_200_000_rows() -> None:
    made = [uscc.make("52", "330106", f"PDY{number:05d}") for number in range(1, 2001)]
    best = min(_seconds(made) for _ in range(5))
    assert best / len(made) < 20e-6, "about 2 µs a code on an idle core"


def _seconds(made: list[str]) -> float:
    start = perf_counter()
    for code in made:
        uscc.check(code, allow_sample_codes=True)
    return perf_counter() - start
