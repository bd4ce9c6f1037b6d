"""Reads cells as officials write them, and hands on canonical values: the lenient reader, for files only.

Each reader raises CellError for what it does not understand; nothing is guessed where a cell can be read in two ways.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.field import divisions
from shared.field.errors import FieldError
from shared.field.names import fold_width
from shared.field.uscc import normalize

CHINA = ZoneInfo("Asia/Shanghai")
_SERIAL_START = date(1899, 12, 30)
_SERIALS = (18_172, 73_050)
"""Serial numbers of 1 October 1949 and 31 December 2099; eight digits are a day as 20260301."""
_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?", re.ASCII)
_EIGHT = re.compile(r"\d{8}", re.ASCII)
_CLOCK = re.compile(r"(?:T|\s)*(\d{1,2})[:时点](\d{1,2})(?:[:分](\d{1,2})(?:\.\d+)?)?\s*[秒分]?", re.ASCII)
_CHINESE_DAY = re.compile(
    r"([〇零○一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})[日号]"
)
_COUNT = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.0+)?\s*(?:人|名|个|位)?", re.ASCII)
_NONE = frozenset({"无", "没有", "暂无", "零", "-", "--", "—", "——", "/", "\\", "〇"})
_LABEL = re.compile(r"^[^:]{1,30}:|^[\u4e00-\u9fff\s]+")
_QUOTES = "'’‘`\"“”"
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_LINE_BREAK = re.compile(r"\s*[\r\n\v\f\u2028\u2029]+\s*|\s*_x000[dDaA]_\s*")
_DEGREES = re.compile(r"(?:东经|北纬|[EN])?\s*(-?\d+(?:\.\d+)?)\s*[°度]?\s*[EN]?", re.IGNORECASE | re.ASCII)
_MOST_EXACT = 10**15
_BLANKS = re.compile(r"\s+")
_DIVISION_DIGITS = re.compile(r"\d{6,12}", re.ASCII)
_DIVISION_LENGTH = 6
_PAIR = re.compile(r"[,;、\s/]+")


class CellError(FieldError):
    """A cell that is not understood."""


def fold(value: object) -> str:
    """A cell as text: NFKC but for a footnote's digits, outer blanks left out."""
    return fold_width(str(value)).strip()


def read_text(value: object) -> str:
    """One line: a line break between Chinese characters goes, another one becomes a blank; outer blanks go."""
    if isinstance(value, dict | list | bool):
        raise CellError("text_expected")
    return _LINE_BREAK.sub(_joint, str(value).strip().lstrip(_QUOTES[:3])).strip()


def _joint(found: re.Match[str]) -> str:
    around = found.string[max(0, found.start() - 1) : found.start()] + found.string[found.end() : found.end() + 1]
    return " " if len(around) > 1 and around.isascii() else ""


def read_code(value: object, *, exact_numbers: bool) -> str:
    """A code: its apostrophe, label, blanks and hyphens go. `exact_numbers` says that numbers keep all digits.

    Raises CellError `code_is_number` for a number of a workbook, which holds 15 digits only.
    """
    if isinstance(value, int) and not isinstance(value, bool) and exact_numbers:
        return str(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise CellError("code_is_number")
    text = _LABEL.sub("", fold(read_text(value)).replace("：", ":")).strip(_QUOTES + " ")
    if _SCIENTIFIC.fullmatch(text):
        raise CellError("code_is_number")
    return normalize(text)


def read_label(value: object, *, exact_numbers: bool) -> str:
    """A number or name that is no code of the State's, as it is written: a whole number of a workbook as its digits.

    Raises CellError `code_is_number` for a number of a workbook that has lost digits.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not exact_numbers and (value != int(value) or abs(value) >= _MOST_EXACT):
            raise CellError("code_is_number")
        return str(int(value)) if value == int(value) else str(value)
    return fold(read_text(value))


def read_date(value: object, *, serials: bool = True) -> date:
    """A day; `serials` says whether numbers may count days as Excel does from 1900.

    2026年3月1日, 2026.3.1, 2026/3/1, 20260301, a serial number, digits of full width, 二〇二六年三月一日.
    """
    return _read_instant(value, serials=serials)[0]


def read_instant(value: object, *, serials: bool = True) -> datetime:
    """An instant with its zone; a day alone is its beginning in China, as a clock time without a zone is China's."""
    text = fold(value)
    if isinstance(value, str) and text[10:11] in ("T", "t", " ") and text[-1:] in "Zz+0123456789":
        try:
            found = datetime.fromisoformat(text.replace("z", "Z"))
        except ValueError:
            pass
        else:
            return found if found.tzinfo else found.replace(tzinfo=CHINA)
    day, clock = _read_instant(value, serials=serials)
    return datetime.combine(day, clock, CHINA)


def _read_instant(value: object, *, serials: bool) -> tuple[date, time]:
    if isinstance(value, dict | list | bool):
        raise CellError("date_unknown")
    text = fold(value)
    try:
        if (found := _DAY.match(text)) is not None:
            return date(*map(int, found.groups())), _clock(text[found.end() :])
        if (found := _CHINESE_DAY.fullmatch(text)) is not None:
            year, month, day = found.groups()
            return date(int(year.translate(_DIGITS)), _tens(month), _tens(day)), time()
        if _EIGHT.fullmatch(text):
            return date(int(text[:4]), int(text[4:6]), int(text[6:])), time()
        return _serial(text, serials=serials)
    except ValueError as error:
        if isinstance(error, CellError):
            raise
        raise CellError("date_not_in_calendar") from error


def _serial(text: str, *, serials: bool) -> tuple[date, time]:
    try:
        number = float(text)
    except ValueError as error:
        raise CellError("date_unknown") from error
    if not _SERIALS[0] <= number <= _SERIALS[1] or not serials or "e" in text.lower() or not text.isascii():
        raise CellError("date_unknown")
    seconds = round((number % 1) * 86_400)
    instant = datetime.combine(_SERIAL_START, time()) + timedelta(days=int(number), seconds=seconds)
    return instant.date(), instant.time()


def _clock(text: str) -> time:
    if not text.strip():
        return time()
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise CellError("date_unknown")
    hour, minute, second = (int(part or 0) for part in found.groups())
    return time(hour, minute, second)


def _tens(text: str) -> int:
    before, ten, after = text.partition("十")
    if not ten:
        return int(text.translate(_DIGITS))
    return (int(before.translate(_DIGITS)) if before else 1) * 10 + (int(after.translate(_DIGITS)) if after else 0)


def read_count(value: object) -> int:
    """A number of persons: `6`, `6.0`, `6人`, `６ 名`, `1,024`; 无 and `-` are 0."""
    if isinstance(value, bool | dict | list):
        raise CellError("count_unknown")
    text = fold(value)
    if text in _NONE or value in _NONE:
        return 0
    found = _COUNT.fullmatch(text)
    if found is None or len(found[1]) > 10:  # noqa: PLR2004 - more digits than any count has
        raise CellError("count_unknown")
    return int(found[1].replace(",", ""))


def read_degrees(value: object) -> float:
    """`120.1`, `东经120.1°`. Raises CellError."""
    found = None if isinstance(value, bool | dict | list) else _DEGREES.fullmatch(fold(value))
    if found is None:
        raise CellError("degrees_unknown")
    return float(found[1])


def read_pair(value: object) -> tuple[float, float]:
    """Longitude and latitude in one cell, with any usual sign between them. Raises CellError."""
    parts = [part for part in _PAIR.split(fold(value).strip("()")) if part]
    if len(parts) != 2:  # noqa: PLR2004 - a pair
        raise CellError("degrees_unknown")
    return read_degrees(parts[0]), read_degrees(parts[1])


def fold_word(text: str) -> str:
    """A word without blanks and full width."""
    return _BLANKS.sub("", fold(text)).strip(".。;,:'")


def read_division(value: object, on: date, within: Sequence[str]) -> str:
    """A division's six digits from 330106, 330106000000, 西湖区, 浙江省杭州市西湖区, or digits and name together.

    `within` are the codes or prefixes that tell equal names apart.

    Raises CellError.
    """
    if isinstance(value, dict | list | bool):
        raise CellError("division_name_unknown")
    text = fold_word(str(value))
    digits = _DIVISION_DIGITS.search(text)
    code = digits[0][:_DIVISION_LENGTH] if digits else None
    name = re.sub(r"[\d()\[\]\-_/]", "", text)
    named = divisions.find_by_name(name, on) if name else []
    if code is not None:
        if named and code not in [one.code for one in named]:
            raise CellError("division_contradicts")
        if not name or named:
            return code
    if len(named) > 1:
        reached = [one for one in named if any(one.code.startswith(divisions.scope_prefix(p)) for p in within if p)]
        named = reached or named
    if not named:
        raise CellError("division_name_unknown")
    if len(named) > 1:
        raise CellError("division_name_ambiguous", {"codes": "、".join(one.code for one in named)})
    return named[0].code
