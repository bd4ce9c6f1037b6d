"""Numbers of persons in free text: identity cards, mobile and fixed telephones. Pure.

A note, a reason or a piece of evidence goes into the audit trail, which nobody can take it out of again. So it is
refused on the way in; whom to call is a contact, sealed and kept by role.
"""

import re
from datetime import date

from shared.field.errors import FieldError

_GROUPS = re.compile(r"(?<![0-9A-Za-z])[0-9]+(?:[ -]{1,3}[0-9]+)*(?:[ -]?[Xx])?(?![0-9A-Za-z])")
_MOST_GROUPS = 6
_IDENTITY = re.compile(r"[1-9][0-9]{5}(?P<born>(?:18|19|20)[0-9]{6})[0-9]{3}[0-9X]")
_EARLIER_IDENTITY = re.compile(r"[1-9][0-9]{5}(?P<born>[0-9]{6})[0-9]{3}")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""GB 11643-1999: the remainder by 11 of the weighted sum names the last character."""
_LAST = "10X98765432"
_MOBILE = re.compile(r"(?:(?:00)?86 )?(?:1[3-9][0-9]{9}|1[3-9][0-9] [0-9]{4} ?[0-9]{4}|1[3-9][0-9] [0-9]{3} [0-9]{5})")
_FIXED = re.compile(r"(?:(?:00)?86 )?(?:010|02[0-9]|0[3-9][0-9]{2}) ?[2-8][0-9]{2,3} ?[0-9]{4}")


def check_no_personal_number(text: str) -> str:
    """The text, in its stored form. Raises FieldError `personal_number`, which does not quote it."""
    for run in _GROUPS.finditer(text):
        groups = re.split("[ -]+", run[0].upper())
        for start in range(len(groups)):
            for end in range(start + 1, min(len(groups), start + _MOST_GROUPS) + 1):
                written = " ".join(groups[start:end])
                if _MOBILE.fullmatch(written) or _FIXED.fullmatch(written) or _is_identity(written.replace(" ", "")):
                    raise FieldError("personal_number", {"position": run.start() + 1})
    return text


def _is_identity(number: str) -> bool:
    if found := _IDENTITY.fullmatch(number):
        remainder = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True)) % 11
        return _is_day(found["born"]) and number[17] == _LAST[remainder]
    earlier = _EARLIER_IDENTITY.fullmatch(number)
    return earlier is not None and _is_day(f"19{earlier['born']}")


def _is_day(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True
