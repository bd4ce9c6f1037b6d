"""S1-S16: what is invented comes to the source's figures exactly, at each scale, and is the same for the same seed."""

from collections import Counter
from decimal import Decimal
from typing import Any

import orjson
import pytest

from services.registry.civil_affairs.reading import read_registration
from services.registry.filed_bodies.reading import read_filing
from services.registry.organizations.terms import Terms
from services.registry.policies import read_registration_policies
from shared.db.base import utc_now
from shared.settings import REPOSITORY_POLICIES
from shuangfu.city.invented.hangzhou import XIHU, Hangzhou, key_amounts
from shuangfu.city.invented.inventing import City, joint_sizes
from shuangfu.city.invented.told import Counts

DISTRICTS = [f"3101{number:02d}" for number in (1, 4, 5, 6, 7, 9, 10, 12, 13, 14, 15, 16, 17, 18, 20, 51)]


def city(scale: str, seed: int = 7) -> City:
    return City.of(Counts.of(Decimal(scale)), DISTRICTS, seed, 2025)


def test_s1_s16_figures__at_full_scale_are_the_source_s() -> None:
    counts = Counts.of(Decimal(1))
    assert (counts.organizations, counts.filed_bodies) == (38_000, 200_000)
    assert (counts.standalone, counts.joint, counts.in_joint, counts.under_industry) == (2_259, 636, 2_989, 700)
    assert (counts.areas, counts.workers, counts.streets) == (1_700, 3_000, 230)


@pytest.mark.parametrize("scale", ["0.01", "0.01022", "0.05", "0.1", "0.333", "1", "3", "5"])
def test_s13_s15_figures__stay_possible_when_they_are_rounded(scale: str) -> None:
    counts = Counts.of(Decimal(scale))
    sizes = joint_sizes(counts)
    assert (len(sizes), sum(sizes)) == (counts.joint, counts.in_joint)
    assert 2 <= min(sizes) <= max(sizes) <= 5, "joint_max_units"
    assert counts.areas <= counts.workers <= 2 * counts.areas


@pytest.mark.parametrize("scale", ["0", "0.0099", "5.01", "-1", "NaN", "Infinity"])
def test_scale__out_of_bounds_is_refused(scale: str) -> None:
    with pytest.raises(ValueError, match="scale"):
        Counts.of(Decimal(scale))


def test_s10_s13_organizations__come_to_their_forms() -> None:
    found = list(city("0.1").organizations())
    counts = Counts.of(Decimal("0.1"))
    members = [one["full_members_full_time"] for one in found]
    assert len(found) == counts.organizations == len({one["uscc"] for one in found})
    assert sum(number >= 3 for number in members) == counts.standalone
    small = [one for one in found if 1 <= one["full_members_full_time"] <= 2]
    assert len(small) == counts.in_joint
    buildings = Counter((one["division"], one["carrier"]) for one in small)
    assert sorted(buildings.values()) == sorted(joint_sizes(counts))
    assert sum(one["evaluation_type"] in ("T01", "T02", "T04", "T05") for one in found) == counts.under_industry
    assert len({one["name"] for one in found}) == len(found)


def test_s15_s16_bodies_and_areas__lie_in_squares_that_do_not_touch_another_district_s() -> None:
    here = city("0.05")
    areas = dict(here.areas())
    assert sum(one["workers"] for one in areas.values()) == here.counts.workers
    boxes = {
        code: (one["polygon"]["coordinates"][0][0], one["polygon"]["coordinates"][0][2]) for code, one in areas.items()
    }
    inside = Counter(
        code
        for body in here.filed_bodies()
        for code, (low, high) in boxes.items()
        if low[0] < body["location"]["lon"] < high[0] and low[1] < body["location"]["lat"] < high[1]
        if code.startswith(body["division"])
    )
    assert sum(inside.values()) == here.counts.filed_bodies
    assert max(inside.values()) - min(inside.values()) <= 1
    corners = [tuple(low) for low, _ in boxes.values()]
    assert len(set(corners)) == len(corners)


def test_seed__makes_the_same_city_and_another_one_another() -> None:
    first, again, other = (list(city("0.02", seed).organizations()) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_records__are_taken_by_the_registry_without_a_warning() -> None:
    terms = Terms(
        read_registration_policies(REPOSITORY_POLICIES, REPOSITORY_POLICIES), utc_now(), allow_sample_codes=True
    )
    here = city("0.01")
    hangzhou = Hangzhou(["330102", "330105", XIHU], here.as_of)
    for one in (*here.organizations(), *hangzhou.organizations()):
        assert read(read_registration, one, terms) == []
    for one in here.filed_bodies():
        assert read(read_filing, one, terms) == []


def read(reader: Any, record: dict[str, Any], terms: Terms) -> list[Any]:
    return list(reader(orjson.dumps(record), terms).warnings)


def test_h9_h31_hangzhou__has_xihu_s_own_and_ten_key_committees() -> None:
    found = list(Hangzhou(["330102", "330105", XIHU], "2025-12-30T09:00:00+08:00").organizations())
    xihu = [one for one in found if one["division"] == XIHU]
    assert (len(xihu), sum(one["full_members"] >= 3 for one in xihu)) == (27, 2)
    assert sum(one["full_members"] == 1 for one in xihu) >= 2
    assert sum(one["full_members"] >= 100 for one in found) == 10
    assert len({one["uscc"] for one in found}) == len(found)
    amounts = [fen for _, fen in key_amounts([{"id": str(n), "kind": "COMMITTEE"} for n in range(12)])]
    assert (len(amounts), min(amounts), max(amounts)) == (10, 5_000_000, 10_000_000)
