"""Administrative divisions, GB/T 2260 (domain §4.2): a dated table of Zhejiang and Shanghai beside this file.

A code stands for one place during one period; documents keep codes for longer, so most functions take a date.
"""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from shared.field.errors import FieldError

NATIONAL = "100000"
_NUMBERS = (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66))
PROVINCES = frozenset(str(number) for number in (*_NUMBERS, 71, 81, 82))
"""First pair of every province of GB/T 2260."""
TABLED_PROVINCES = frozenset({"31", "33"})
"""Provinces whose every code is in the table; elsewhere only the form and the province are checked."""

_TABLE = Path(__file__).with_name("divisions.csv")
_COLLECTIVE = "市辖区"
_CODE_LENGTH = 6
_MUNICIPALITIES = frozenset({"110000", "120000", "310000", "500000"})
"""Provinces that are cities themselves."""
_PREFIX_LENGTHS = frozenset({2, 4, 6})
_UNTABLED_PROVINCES = PROVINCES - TABLED_PROVINCES


class DivisionError(FieldError):
    """A division code that is unknown, malformed, or not in force on the day."""


@dataclass(frozen=True, slots=True)
class Division:
    """One code in one period: in force from `valid_from` to the day before `valid_to`."""

    code: str
    name_zh: str
    name_en: str
    parent: str
    valid_from: date
    valid_to: date | None

    def active_on(self, day: date) -> bool:
        """Whether the code was in force on the day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    @property
    def level(self) -> str:
        """`nation`, `province`, `city`, `county`, or `collective` (a code for districts taken together)."""
        if self.code == NATIONAL:
            return "nation"
        if self.code.endswith("0000"):
            return "province"
        if self.code.endswith("00"):
            return "city"
        return "collective" if self.name_zh == _COLLECTIVE else "county"


@cache
def _table() -> dict[str, tuple[Division, ...]]:
    """Code → its periods, oldest first."""
    with _TABLE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    table: dict[str, tuple[Division, ...]] = {
        NATIONAL: (Division(NATIONAL, "全国", "China", "", date(1949, 10, 1), None),)
    }
    for row in sorted(rows, key=lambda row: row["valid_from"]):
        division = Division(
            row["code"],
            row["name_zh"],
            row["name_en"],
            row["parent"],
            date.fromisoformat(row["valid_from"]),
            date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        )
        table[division.code] = (*table.get(division.code, ()), division)
    return table


def known_at_any_date(code: str) -> bool:
    """Whether a USCC may carry this division: once in the table, or well formed in another province."""
    if code in _table():
        return True
    return code[:2] in _UNTABLED_PROVINCES and len(code) == _CODE_LENGTH and code.isascii() and code.isdigit()


def active_on(code: str, day: date) -> bool:
    """Whether the table has the code in force on the day."""
    return any(division.active_on(day) for division in _table().get(code, ()))


def get(code: str) -> Division | None:
    """The code's latest period in the table, whether in force or ended."""
    periods = _table().get(code)
    return periods[-1] if periods else None


def get_on(code: str, day: date) -> Division | None:
    """The code's period that was in force on the day."""
    return next((division for division in _table().get(code, ()) if division.active_on(day)), None)


def check_division(code: str, on: date) -> Division:
    """An organization's or a body's division on a day. Raises DivisionError if it is unknown, collective or ended."""
    latest = get(code)
    if latest is None or latest.level == "collective":
        raise DivisionError("division_unknown", {"division": code})
    division = get_on(code, on)
    if division is not None:
        return division
    if latest.valid_to is not None and latest.valid_to <= on:
        raise DivisionError("division_ended", {"division": code, "ended_on": latest.valid_to.isoformat()})
    raise DivisionError("division_unknown", {"division": code, "valid_from": latest.valid_from.isoformat()})


def find_by_name(name: str, on: date) -> list[Division]:
    """Divisions in force on a day that are called so, alone or after those above: 西湖区, 浙江省杭州市西湖区."""
    return [division for code in _names().get(name, ()) if (division := get_on(code, on)) is not None]


@cache
def _names() -> dict[str, tuple[str, ...]]:
    """Codes by every usual way to write a division's name."""
    names: dict[str, tuple[str, ...]] = {}
    for code, periods in _table().items():
        for division in periods:
            if division.level in ("collective", "nation"):
                continue
            for name in _written(division, division.valid_from):
                names[name] = tuple(dict.fromkeys((*names.get(name, ()), code)))
    return names


def _written(division: Division, on: date) -> set[str]:
    own, parent = {division.name_zh}, get_on(division.parent, on) or get(division.parent)
    while parent is not None and parent.level == "collective":
        parent = get_on(parent.parent, on) or get(parent.parent)
    if parent is None or parent.level == "nation":
        return own
    above = _written(parent, on)
    above |= {name[:-1] for name in above if name.endswith(("省", "市"))}
    return own | {before + division.name_zh for before in above}


def scope_prefix(code: str) -> str:
    """The digits that every code inside shares: 330000 → 33, 330100 → 3301, 3301 → 3301, 330106 → 330106.

    There is no empty prefix: 100000 is the scope of national records only, never of everything. Raises DivisionError
    if the code is not of two, four or six digits.
    """
    if len(code) not in _PREFIX_LENGTHS or not (code.isascii() and code.isdigit()):
        raise DivisionError("division_prefix_malformed", {"prefix": code})
    while len(code) > 2 and code.endswith("00"):  # noqa: PLR2004 - codes come in pairs of digits
        code = code[:-2]
    return code


def known_prefix(prefix: str) -> bool:
    """Whether a division whose code begins so is or was; outside the table only the province is checked."""
    return prefix[:2] in _UNTABLED_PROVINCES or any(code.startswith(prefix) for code in _table())


def within(code: str, prefix: str) -> bool:
    """Whether a six-digit code lies inside a scope (3301 and 330100 see 330106). Raises DivisionError."""
    return code.startswith(scope_prefix(prefix))


def counties(prefix: str, on: date) -> list[Division]:
    """Every county-level division inside a scope on a day, by code. Raises DivisionError for a malformed prefix."""
    inside = scope_prefix(prefix)
    found = (get_on(code, on) for code in _table() if code.startswith(inside))
    return sorted(
        (division for division in found if division is not None and division.level == "county"),
        key=lambda division: division.code,
    )


def divisions_above(division: str) -> list[str]:
    """A division's code and those of the divisions that it lies in: 330106, 330100, 330000."""
    found = [division[:length].ljust(_CODE_LENGTH, "0") for length in (6, 4, 2)]
    return list(dict.fromkeys(found))


def is_city(division: Division) -> bool:
    """Whether a division is a city or a municipality, whose districts the standard puts under codes of no city."""
    province = division.code[:2].ljust(_CODE_LENGTH, "0")
    return division.code == province if province in _MUNICIPALITIES else division.level == "city"


def city_of(code: str, on: date) -> Division | None:
    """The city that a division is or lies in on a day: 330106 → 330100, 310101 → 310000; None for a province."""
    found = (get_on(above, on) for above in divisions_above(code.ljust(_CODE_LENGTH, "0")))
    return next((division for division in found if division is not None and is_city(division)), None)
