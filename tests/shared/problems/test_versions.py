"""RFC 9110, 13.1.1 and 13.1.2, as they hold of a resource's version."""

import pytest

from shared.problems.problems import PreconditionFailed
from shared.problems.versions import Preconditions, check_version


@pytest.mark.parametrize(
    ("if_match", "if_none_match", "current"),
    [
        ('"3"', None, 3),
        ('"1", "3"', None, 3),
        ("*", None, 3),
        (None, '"4"', 3),
        (None, "*", None),
        (None, '"3"', None),
        ('"3"', '"4"', 3),
    ],
)
def test_t60_preconditions__that_hold(if_match: str | None, if_none_match: str | None, current: int | None) -> None:
    check_version(Preconditions(if_match, if_none_match), current)


@pytest.mark.parametrize(
    ("if_match", "if_none_match", "current"),
    [
        ('"999"', None, 3),
        ('W/"3"', None, 3),
        ("3", None, 3),
        ("", None, 3),
        ('"3"', None, None),
        ("*", None, None),
        (None, "*", 3),
        (None, '"3"', 3),
        (None, 'W/"3"', 3),
        (None, '"1", "3"', 3),
        ('"3"', "*", 3),
    ],
)
def test_t60_preconditions__that_fail(if_match: str | None, if_none_match: str | None, current: int | None) -> None:
    with pytest.raises(PreconditionFailed):
        check_version(Preconditions(if_match, if_none_match), current)
