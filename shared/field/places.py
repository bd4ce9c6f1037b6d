"""Streets, buildings and positions: one place for the ways in which people write it."""

import re
import unicodedata
from functools import cache, lru_cache

from shared.field import divisions
from shared.field.names import has_value, normalize_line

_OFFICE = re.compile(r"(?<=街道|.[镇乡])(?:党工委|党委|办事处|人民政府|政府)$|(?<=街道)办$")
_SUFFIX = re.compile(r"街道?(?:办事处|办)?|[镇乡]|")
_SIGNS = re.compile(r"[\W_]+")
_FLOOR_DIGITS = str.maketrans("零〇一二两三四五六七八九", "001223456789")
_NUMBER = re.compile(r"[零〇一二两三四五六七八九十]+(?=号|幢|栋|座|楼|层|期|区|室|单元)")
_TENS = 10
CHINA_BOUNDS = (73.0, 3.0, 136.0, 54.0)
"""West, south, east and north of China, in degrees."""


@lru_cache(maxsize=8192)
def street_name(text: str, division: str) -> str:
    """A street's stored form: without the names of the divisions that it lies in, and without its office.

    `西湖区文新街道办事处` in 330106 is `文新街道`. Raises NameFormatError as `normalize_line` does.
    """
    street = normalize_line(text).replace(" ", "")
    rest = _above(division).sub("", street)
    return _OFFICE.sub("", street if _SUFFIX.fullmatch(rest) else rest)


def place_key(text: str | None) -> str | None:
    """What two ways of writing one street, building, park or market have in common; None for no value.

    Width, case, blanks, brackets and other signs do not matter, nor does 三号楼 for 3号楼.
    """
    if text is None or not has_value(text):
        return None
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _NUMBER.sub(lambda found: _arabic(found[0]), _SIGNS.sub("", folded)) or None


def has_position(lon: float, lat: float) -> bool:
    """Whether a position means anything: one outside of China, such as 0, 0, was not measured."""
    west, south, east, north = CHINA_BOUNDS
    return west <= lon <= east and south <= lat <= north


@cache
def _above(division: str) -> re.Pattern[str]:
    """The names of the province, the city and the division itself, as far as an address begins with them.

    省 and 市 may be left out before another division's name: 上海路街道 lies in 上海市.
    """
    names: list[str] = []
    for code in dict.fromkeys((division[:2] + "0000", division[:4] + "00", division)):
        found = divisions.get(code)
        if found is not None:
            names.append(found.name_zh)
    short = [f"(?:{name[:-1]}{name[-1:]}?)?" if name.endswith(("省", "市")) else f"(?:{name})?" for name in names]
    ends = ["".join(short[:place]) + name for place, name in reversed(list(enumerate(names)))]
    return re.compile("^(?:" + "|".join(ends) + ")") if ends else re.compile("(?!)")


def _arabic(number: str) -> str:
    """Up to 99: 十二 → 12, 二十 → 20; others digit by digit."""
    tens, sign, ones = number.partition("十")
    if not sign or "十" in ones or len(tens) > 1 or len(ones) > 1:
        return number.translate(_FLOOR_DIGITS)
    digits = [int(part.translate(_FLOOR_DIGITS)) if part else default for part, default in ((tens, 1), (ones, 0))]
    return str(digits[0] * _TENS + digits[1])
