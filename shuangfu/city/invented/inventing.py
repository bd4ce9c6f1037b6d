"""Invents the city from a seed: whom to register, what streets file, which areas to draw. Counts alone. Pure."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.field import uscc
from shuangfu.city.invented.places import Square, lay_out
from shuangfu.city.invented.told import Counts

Record = dict[str, Any]
"""A line of a batch, or the body of a request."""


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of organization: the pair of its code, what it is registered as, and how its name ends."""

    pair: str
    kind: str
    type: str
    ending: str


_INDUSTRIES = (
    Sort("31", "law_firm", "T02", "律师事务所"),
    Sort("91", "accounting_firm", "T01", "会计师事务所"),
    Sort("52", "social_service_institution", "T05", "医院"),
    Sort("52", "social_service_institution", "T04", "职业技术学院"),
)
_INDUSTRY_SHARES = (11, 5, 3, 1)
"""S3 names law, accounting, private universities, private hospitals, not how many of each: assumed."""
_SORTS = (
    Sort("52", "social_service_institution", "T10", "社会工作服务中心"),
    Sort("51", "social_group", "T11", "学会"),
    Sort("51", "social_group", "T07", "行业协会"),
    Sort("53", "foundation", "T08", "公益基金会"),
)
_SORT_SHARES = (13, 4, 2, 1)
_LARGE_SHARES = (970, 25, 5)
"""In a thousand: branches, general branches, committees. Assumed: the source states none."""
_MEMBERS = ((3, 14), (50, 80), (100, 140))
_BODY_KINDS = ("culture_sports", "community_service", "mutual_aid", "charity", "community_affairs")


@dataclass(frozen=True, slots=True)
class City:
    """Everything that is sent: organizations by line, bodies by line, areas by request."""

    counts: Counts
    divisions: Sequence[str]
    seed: int
    year: int
    """Whose last day the source's "end of 2014" is."""
    squares: Sequence[Square]

    @classmethod
    def of(cls, counts: Counts, divisions: Sequence[str], seed: int, year: int) -> "City":
        """With as many areas as the counts say."""
        return cls(counts, divisions, seed, year, lay_out(divisions, counts.areas))

    def organizations(self) -> Iterator[Record]:
        """Each registration with its code; in an order that does not show what it comes to."""
        chance = random.Random(f"{self.seed}/organizations")
        counts = self.counts
        found: list[Record] = []
        for number in range(counts.standalone):
            industry = number < counts.under_industry
            sorts, shares = (_INDUSTRIES, _INDUSTRY_SHARES) if industry else (_SORTS, _SORT_SHARES)
            [(least, most)] = chance.choices(_MEMBERS, _LARGE_SHARES)
            [sort] = chance.choices(sorts, shares)
            found.append(self._organization(sort, chance.choice(self.squares), chance, chance.randint(least, most)))
        for number, size in enumerate(joint_sizes(counts)):
            found += self._building(number, size, chance)
        while len(found) < counts.organizations:
            [sort] = chance.choices(_SORTS, _SORT_SHARES)
            found.append(self._organization(sort, chance.choice(self.squares), chance, 0))
        chance.shuffle(found)
        taken: dict[str, int] = {}
        for number, one in enumerate(found, start=1):
            pair, division = one.pop("pair"), one["division"]
            taken[division] = taken.get(division, 0) + 1
            one["name"] = f"示例{number:06d}号{one['name']}"
            yield {"uscc": uscc.make(pair, division, f"PDY{taken[division]:05d}"), **one}

    def _building(self, number: int, size: int, chance: random.Random) -> list[Record]:
        """Small organizations in one building, with one or two members each: a joint branch (S13)."""
        square = self.squares[number % len(self.squares)]
        place = square.point(chance.random(), chance.random())
        building = f"示例{('楼宇', '园区', '市场')[number % 3]}{number + 1}号"
        found = []
        for _ in range(size):
            [sort] = chance.choices(_SORTS, _SORT_SHARES)
            one = self._organization(sort, square, chance, chance.choice((1, 1, 2)))
            found.append({**one, "carrier": building, "location": {"lon": place[0], "lat": place[1]}})
        return found

    def _organization(self, sort: Sort, square: Square, chance: random.Random, members: int) -> Record:
        lon, lat = square.point(chance.random(), chance.random())
        return {
            "pair": sort.pair,
            "name": sort.ending,
            "kind": sort.kind,
            "evaluation_type": sort.type,
            "division": square.division,
            "street": self.street_of(square),
            "address": f"示例路{chance.randint(1, 999)}号",
            "location": {"lon": lon, "lat": lat},
            "registered_on": date(chance.randint(self.year - 9, self.year - 1), chance.randint(1, 12), 1).isoformat(),
            "full_time_staff": members + chance.randint(1, 9),
            "full_members_full_time": members,
            "full_members": members,
            "probationary_members": chance.randint(0, 1) if members else 0,
            "as_of": self.as_of,
        }

    def filed_bodies(self) -> Iterator[Record]:
        """As many in one area as in the next, each with its position (S15)."""
        chance = random.Random(f"{self.seed}/filed bodies")
        for number in range(self.counts.filed_bodies):
            square = self.squares[number % len(self.squares)]
            lon, lat = square.point(chance.random(), chance.random())
            yield {
                "number": f"SL-{number + 1:06d}",
                "name": f"示例社区团队{number + 1}",
                "kind": chance.choice(_BODY_KINDS),
                "division": square.division,
                "street": self.street_of(square),
                "location": {"lon": lon, "lat": lat},
                "people": chance.randint(5, 60),
                "filed_on": date(chance.randint(self.year - 9, self.year - 1), chance.randint(1, 12), 1).isoformat(),
                "as_of": self.as_of,
            }

    def areas(self) -> Iterator[tuple[str, Record]]:
        """The code and the request of each; the first of them have a second worker (S16)."""
        with_two = self.counts.workers - self.counts.areas
        for place, square in enumerate(self.squares):
            code = f"{square.division}-C{square.number + 1:04d}"
            yield (
                code,
                {
                    "name": f"示例{square.number + 1}号片区",
                    "polygon": {"type": "Polygon", "coordinates": [square.outline]},
                    "workers": 1 + (place < with_two),
                    "from": self.last_day.isoformat(),
                },
            )

    def street_of(self, square: Square) -> str:
        """A district's streets, each of areas that follow one another."""
        here = -(-self.counts.areas // len(self.divisions))
        streets = max(1, self.counts.streets // len(self.divisions))
        return f"示例街道{square.number * streets // here + 1}"

    @property
    def last_day(self) -> date:
        """The source's 31 December 2014."""
        return date(self.year, 12, 31)

    @property
    def as_of(self) -> str:
        """When everything was so."""
        return f"{self.year}-12-30T09:00:00+08:00"


def joint_sizes(counts: Counts) -> list[int]:
    """How many organizations each joint branch covers: as even as it comes."""
    least, more = divmod(counts.in_joint, counts.joint)
    return [least + (number < more) for number in range(counts.joint)]
