"""Tells joint Party organizations of one place apart: the second of a name is numbered. Pure."""

from collections.abc import Collection
from itertools import count

_JOINT = "联合"
_DIGITS = "零一二三四五六七八九"
_PLACES = ("", "十", "百", "千")
_TEN, _TEENS = 10, range(10, 20)


def tell_apart(name: str, taken: Collection[str]) -> str:
    """The name where nobody has it, else with the first number that is free: 中共…社会组织第二联合支部."""
    if name not in taken:
        return name
    head, joint, tail = name.rpartition(_JOINT)
    place = f"{head}第{{}}{joint}{tail}" if joint else f"{name}（第{{}}）"
    return next(found for number in count(2) if (found := place.format(_written(number))) not in taken)


def _written(number: int) -> str:
    """A number below ten thousand in Chinese: 二, 十二, 一百零五."""
    if number in _TEENS:
        return "十" + (_DIGITS[number - _TEN] if number > _TEN else "")
    written, zero = "", False
    for place in reversed(range(len(str(number)))):
        digit = number // _TEN**place % _TEN
        if digit:
            written += ("零" if zero else "") + _DIGITS[digit] + _PLACES[place]
        zero = digit == 0 and bool(written)
    return written
