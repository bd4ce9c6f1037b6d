"""Shares of counts."""

import pytest

from shared.field.figures.shares import share_bp


@pytest.mark.parametrize(
    ("part", "whole", "share"), [(0, 3, 0), (1, 3, 3333), (2, 3, 6667), (1, 20000, 1), (1, 20001, 0), (3, 0, None)]
)
def test_share__is_rounded_half_up_and_there_is_none_of_nothing(part: int, whole: int, share: int | None) -> None:
    assert share_bp(part, whole) == share
