"""Each failing check is named, and none keeps the others from being made."""

import pytest

from tests.running.checking import all_checked


def check_evens(made: list[int]) -> None:
    with all_checked() as checks:
        for number in range(4):
            with checks.of(f"number {number}"):
                made.append(number)
                assert number % 2 == 0


def test_checks__each_failing_one_is_named() -> None:
    made: list[int] = []
    with pytest.raises(AssertionError) as found:
        check_evens(made)
    assert made == [0, 1, 2, 3]
    assert "number 1: " in str(found.value)
    assert "number 3: " in str(found.value)
    assert "number 2" not in str(found.value)


def test_checks__an_error_that_is_no_failed_check_ends_the_test() -> None:
    with pytest.raises(ValueError, match="broken"), all_checked() as checks, checks.of("one"):
        raise ValueError("broken")
