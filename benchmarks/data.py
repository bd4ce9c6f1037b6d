"""Invented organizations, with codes from the zone for samples, so that none is real."""

from collections.abc import Iterator
from typing import Any

import orjson

from shared.field.uscc import make

DIVISIONS = ("330102", "330105", "330106", "330108", "330109", "330110", "330111", "330112")
ZONE = 99_999
LIMIT = ZONE * len(DIVISIONS)


def organization(number: int, divisions: int = len(DIVISIONS)) -> tuple[str, dict[str, Any]]:
    """The code and the content of the organization with this number (from 0); they lie in that many `divisions`."""
    division = DIVISIONS[number % divisions]
    # As many as can have an organization code of their own (places 9 to 17): a shared one would propose a pair.
    code = make("52", division, f"PDY{number % ZONE + 1:05d}")
    members = number % 6
    return code, {
        "name": f"西湖区第{number}社会工作服务中心",
        "kind": "social_service_institution",
        "division": division,
        "street": f"示例街道{number % 40}",
        "address": f"示例路 {number % 900 + 1} 号",
        "carrier": f"示例大厦{number % 300}" if number % 3 == 0 else None,
        "location": {"lon": 120.1 + number % 97 / 1000, "lat": 30.2 + number % 89 / 1000},
        "registered_on": "2026-03-01",
        "full_time_staff": members + 4,
        "full_members_full_time": members,
        "full_members": members + 1,
        "probationary_members": number % 2,
        "as_of": "2026-03-02T09:00:00+08:00",
    }


def ndjson(first: int, count: int) -> bytes:
    """Lines for `registrations:batch`."""
    return b"".join(_lines(first, count))


def _lines(first: int, count: int) -> Iterator[bytes]:
    for number in range(first, first + count):
        code, content = organization(number)
        yield orjson.dumps({"uscc": code, **content}, option=orjson.OPT_APPEND_NEWLINE)


class Numbers:
    """Gives out numbers that were not used before on the same databases."""

    def __init__(self) -> None:
        self._next = 0

    def take(self, count: int) -> int:
        """The first of `count` unused numbers. Raises ValueError where the sample codes run out."""
        first, self._next = self._next, self._next + count
        if self._next > LIMIT:
            raise ValueError(f"there are only {LIMIT} sample codes")
        return first
