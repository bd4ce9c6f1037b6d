"""Money in integer fen (domain §5): formatting, input in 元 or 万元, shares that add up to the total. No floats."""

import re
from collections.abc import Sequence
from decimal import Decimal

from shared.field.errors import FieldError
from shared.field.names import fold_width

FEN_PER_YUAN = 100
FEN_PER_WAN = 1_000_000
BP_PER_WHOLE = 10_000
LIMIT_FEN = 10**18
"""Amounts stay below this: ten thousand 万亿 yuan, and inside a 64-bit column."""

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ((1000, "仟"), (100, "佰"), (10, "拾"), (1, ""))
_WAN = 10_000
_YI = 100_000_000
_INPUT = re.compile(
    r"(?P<minus>-?)[¥￥]?(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<part>\d+))?(?P<unit>万元?|元)?", re.ASCII
)
_DECIMALS = {FEN_PER_YUAN: 2, FEN_PER_WAN: 6}


class MoneyError(FieldError):
    """An amount that is not a whole, non-negative number of fen within the limit."""


def yuan_text(fen: int) -> str:
    """5,000,000 fen → "¥50,000.00". Raises MoneyError if the amount is no int."""
    _whole(fen)
    yuan, rest = divmod(abs(fen), FEN_PER_YUAN)
    return f"{'-' if fen < 0 else ''}¥{yuan:,}.{rest:02d}"


def wan_text(fen: int) -> str:
    """5,000,000 fen → "5万元"; exact, at most six decimals. Raises MoneyError if the amount is no int."""
    _whole(fen)
    wan, rest = divmod(abs(fen), FEN_PER_WAN)
    decimals = f".{rest:06d}".rstrip("0").rstrip(".")
    return f"{'-' if fen < 0 else ''}{wan:,}{decimals}万元"


def capital(fen: int) -> str:
    """Capital numerals of vouchers and bills: 5,000,000 fen → 伍万元整; 整 after 元 and 角, none after 分.

    Raises MoneyError if the amount is no int, negative or too large.
    """
    _amount(fen)
    if fen == 0:
        return "零元整"
    yuan, rest = divmod(fen, FEN_PER_YUAN)
    jiao, cents = divmod(rest, 10)
    text = f"{_capital_integer(yuan)}元" if yuan else ""
    if not rest:
        return f"{text}整"
    if yuan and (jiao == 0 or yuan % 10 == 0):
        text += "零"
    if jiao:
        text += f"{_DIGITS[jiao]}角"
    return f"{text}{_DIGITS[cents]}分" if cents else f"{text}整"


def parse_yuan(text: str) -> int:
    """Fen from a written amount: `50,000.00`, `¥50000元`, `5万元`, `0.3万`; yuan without a unit. Raises MoneyError."""
    if not isinstance(text, str):
        raise MoneyError("money_not_text", {"type": type(text).__name__})
    written = "".join(fold_width(text).split())
    found = _INPUT.fullmatch(written)
    if found is None:
        raise MoneyError("money_malformed", {"text": text})
    if found["minus"]:
        raise MoneyError("money_negative", {"text": text})
    factor = FEN_PER_WAN if (found["unit"] or "").startswith("万") else FEN_PER_YUAN
    part = found["part"] or ""
    if len(part) > _DECIMALS[factor]:
        raise MoneyError("money_decimals", {"text": text, "allowed": _DECIMALS[factor]})
    digits = found["whole"].replace(",", "")
    if len(digits) > len(str(LIMIT_FEN)):
        raise MoneyError("money_range", {"limit_fen": LIMIT_FEN})
    fen = int(Decimal(f"{digits}.{part or 0}") * factor)
    _amount(fen)
    return fen


def apportion(total_fen: int, weights: Sequence[int]) -> list[int]:
    """Split a total by weight, largest remainder first (earlier of equals first): the parts add up to it.

    Raises MoneyError for negative weights, or if all are 0.
    """
    _amount(total_fen)
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise MoneyError("apportion_weights", {"weights": list(weights)})
    parts = [total_fen * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: (-(total_fen * weights[index] % whole), index))
    for index in by_remainder[: total_fen - sum(parts)]:
        parts[index] += 1
    return parts


def share_bp(base_fen: int, bp: int) -> int:
    """A share of an amount in basis points (500 = 5 %), rounded half up to the fen. Raises MoneyError."""
    _amount(base_fen)
    _whole(bp)
    if bp < 0:
        raise MoneyError("money_negative", {"bp": bp})
    return (base_fen * bp + BP_PER_WHOLE // 2) // BP_PER_WHOLE


def _whole(value: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise MoneyError("money_not_whole", {"type": type(value).__name__})


def _amount(fen: int) -> None:
    _whole(fen)
    if fen < 0:
        raise MoneyError("money_negative", {"fen": fen})
    if fen >= LIMIT_FEN:
        raise MoneyError("money_range", {"limit_fen": LIMIT_FEN})


def _capital_integer(number: int) -> str:
    """A positive integer below 10**16; one 零 for each gap before a place that is not filled."""
    for unit, name in ((_YI, "亿"), (_WAN, "万")):
        if number >= unit:
            high, low = divmod(number, unit)
            gap = "零" if 0 < low < unit // 10 else ""
            return f"{_capital_integer(high)}{name}{gap}{_capital_integer(low) if low else ''}"
    text = ""
    gap = ""
    for place, name in _PLACES:
        digit = number // place % 10
        if digit:
            text += gap + _DIGITS[digit] + name
            gap = ""
        elif text:
            gap = "零"
    return text
