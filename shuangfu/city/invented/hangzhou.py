"""Hangzhou beside it: Xihu's incubated organizations (H9), the ten key committees (H31), and others for H32. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shared.field import uscc
from shuangfu.city.invented.inventing import Record
from shuangfu.city.invented.told import TOLD

CITY, XIHU = "3301", "330106"
KEY_SCHEME, ANNUAL_SCHEME = "hz-2013-key-committees", "hz-2013-annual"
_NUMBERS = {one.code: one.number for one in TOLD}
_STANDALONE_MEMBERS = (4, 8)
_COMMITTEE, _GENERAL = 110, 60
_IN_JOINT = 3
"""Organizations of Xihu's joint branch: the source does not say how many."""
_STREETS = {XIHU: "翠苑街道"}
"""Of a district whose streets the policy lists (policies/hangzhou/registration.yaml)."""
_WEST, _SOUTH = 120.1, 30.2


@dataclass(frozen=True, slots=True)
class Hangzhou:
    """What is registered there, as of the same day as Shanghai's."""

    divisions: Sequence[str]
    as_of: str

    def organizations(self) -> Iterator[Record]:
        """The key committees first, each of an association with more than a hundred members; then one general branch a
        district (assumed: the source names no numbers of these); then Xihu's, which are alone there."""
        elsewhere = [one for one in self.divisions if one != XIHU]
        for number in range(_NUMBERS["key_committees"]):
            division = elsewhere[number % len(elsewhere)]
            yield self._organization("51", division, 100 + number, _COMMITTEE, "行业协会")
        for number, division in enumerate(elsewhere):
            yield self._organization("51", division, 200 + number, _GENERAL, "行业协会")
        for number in range(_NUMBERS["xihu_incubated"]):
            yield self._incubated(number)

    def _incubated(self, number: int) -> Record:
        alone, joint = _NUMBERS["xihu_standalone"], _NUMBERS["xihu_joint"] * _IN_JOINT
        if number < alone:
            members = _STANDALONE_MEMBERS[number % len(_STANDALONE_MEMBERS)]
            return self._organization("52", XIHU, 300 + number, members, "社会工作服务中心")
        if number < alone + joint:
            one = self._organization("52", XIHU, 300 + number, 1, "社会工作服务中心")
            return {**one, "carrier": "示例公益园", "location": {"lon": _WEST, "lat": _SOUTH}}
        return self._organization("52", XIHU, 300 + number, 0, "社会工作服务中心")

    def _organization(self, pair: str, division: str, number: int, members: int, ending: str) -> Record:
        return {
            "uscc": uscc.make(pair, division, f"PDY{number:05d}"),
            "name": f"杭州示例{number}号{ending}",
            "kind": {"51": "social_group", "52": "social_service_institution"}[pair],
            "evaluation_type": {"51": "T07", "52": "T10"}[pair],
            "division": division,
            "street": _STREETS.get(division, "示例街道"),
            "address": f"示例路{number}号",
            "location": {"lon": round(_WEST + number / 1000, 4), "lat": round(_SOUTH + number % 50 / 500, 4)},
            "registered_on": date(int(self.as_of[:4]) - 3, 3, 1).isoformat(),
            "full_time_staff": members + 5,
            "full_members_full_time": members,
            "full_members": members,
            "probationary_members": 0,
            "as_of": self.as_of,
        }


def key_amounts(parties: Sequence[Mapping[str, object]]) -> list[tuple[str, int]]:
    """Which Party organization stands in the list of H31, with how much: from 50,000 to 100,000 yuan, in fen."""
    committees = sorted(str(one["id"]) for one in parties if one["kind"] == "COMMITTEE")
    found = committees[: _NUMBERS["key_committees"]]
    return [(one, 5_000_000 + place * 5_000_000 // max(len(found) - 1, 1)) for place, one in enumerate(found)]
