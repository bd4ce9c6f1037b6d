"""What a token says of its holder's seat: the bodies that it acts for, and the units that it is narrowed to."""

import re
from uuid import UUID

from shared.problems.language import Text
from shared.problems.problems import FieldError
from shared.web.identity.claims import TokenRefused
from shared.web.identity.granted import NEEDS_UNITS
from shared.web.identity.permissions import Role

MAX_BODIES, MAX_UNITS = 20, 200
"""Of one token: a header of 200 ids has some 11 KiB."""
_BODY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_UUID_LENGTH = 36

_NO_BODY = Text(
    zh="机构代码由字母、数字和 . _ - 组成，最多 40 个字符。",
    en="The code of a body has at most 40 letters, digits and . _ -.",
)
_NO_UNIT = Text(
    zh="单位须为社会组织或党组织的编号（UUID）。",
    en="A unit is the id (a UUID) of an organization or Party organization.",
)
_TOO_MANY = Text(zh="最多 {most} 个。", en="There may be at most {most}.")


class SeatRefused(TokenRefused):
    """The token's bodies or units are malformed or too many. The caller gets the reason."""

    def __init__(self, reason: str, error: FieldError) -> None:
        super().__init__(reason)
        self.errors = (error,)


def bodies_of(given: list[str]) -> tuple[str, ...]:
    """The codes of a token's bodies, sorted. Whether there are such bodies is the registry's to know.

    Raises SeatRefused.
    """
    _check_count("bodies", given, MAX_BODIES)
    for index, code in enumerate(given):
        if not _BODY.fullmatch(code):
            raise SeatRefused("the code of a body is malformed", FieldError(f"/bodies/{index}", _NO_BODY))
    return tuple(sorted(set(given)))


def units_of(given: list[str], roles: frozenset[Role]) -> tuple[str, ...] | None:
    """The ids of a token's units, sorted. None, which does not narrow, where it has none and none of its roles asks
    for any.

    Raises SeatRefused.
    """
    if not given and not roles & NEEDS_UNITS:
        return None
    _check_count("units", given, MAX_UNITS)
    found = set()
    for index, unit in enumerate(given):
        try:
            if len(unit) != _UUID_LENGTH:
                raise ValueError(unit)
            found.add(str(UUID(unit)))
        except ValueError as error:
            raise SeatRefused("a unit is malformed", FieldError(f"/units/{index}", _NO_UNIT)) from error
    return tuple(sorted(found))


def _check_count(claim: str, given: list[str], most: int) -> None:
    if len(given) > most:
        raise SeatRefused(f"too many {claim}", FieldError(f"/{claim}", _TOO_MANY, (("most", most),)))
