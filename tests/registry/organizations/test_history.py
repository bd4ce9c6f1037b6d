"""Which version of an organization held when: after changes, late corrections, and where history begins late."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.registry.organizations.history import Replaced, version_at
from services.registry.organizations.organization import Content, Organization

ID = UUID(int=1)


def content(**changes: Any) -> Content:
    plain: dict[str, Any] = {
        "name": "甲中心",
        "kind": "other",
        "division": "330106",
        "street": "翠苑街道",
        "address": "示例路 1 号",
        "carrier": None,
        "lon": None,
        "lat": None,
        "registered_on": date(2020, 1, 1),
        "full_time_staff": 1,
        "full_members_full_time": 0,
        "full_members": 0,
        "probationary_members": 0,
        "evaluation_type": None,
        "source": "civil_affairs",
        "status": "registered",
    }
    return Content(**plain | changes)


def on(day: int) -> datetime:
    return datetime(2026, 3, day, tzinfo=UTC)


def replaced(version: int, until: int) -> Replaced:
    return Replaced(ID, version, content(), on(1), on(until))


CHANGED = [replaced(1, 5), replaced(2, 10)]
"""Changed as of the 5th and of the 10th."""
REACHING_BACK = [replaced(1, 5), replaced(2, 10), replaced(3, 3)]
"""Then corrected as of the 3rd: from there on the correction holds."""
LATE = [replaced(4, 5), replaced(5, 10)]
"""Versions before the fourth were not kept."""


@pytest.mark.parametrize(
    ("versions", "day", "version", "known"),
    [
        (CHANGED, 4, 1, True),
        (CHANGED, 5, 2, True),
        (CHANGED, 9, 2, True),
        (CHANGED, 10, None, True),
        (REACHING_BACK, 2, 1, True),
        (REACHING_BACK, 3, None, True),
        (REACHING_BACK, 7, None, True),
        (LATE, 4, 4, False),
        (LATE, 5, 5, True),
        (LATE, 10, None, True),
        ([], 19, None, False),
        ([], 20, None, True),
    ],
)
def test_version_at__the_latest_that_had_begun(
    versions: list[Replaced], day: int, version: int | None, known: bool
) -> None:
    then = version_at(versions, on(day), version=6, as_of=on(20))
    assert (then.replaced and then.replaced.version, then.known) == (version, known)


def test_version_at__one_that_never_changed_is_known_from_the_first() -> None:
    assert version_at([], on(1), version=1, as_of=on(20)).known


@pytest.mark.parametrize(
    ("names", "former"),
    [
        (["乙"], ("甲",)),
        (["甲"], ()),
        (["乙", "丙"], ("甲", "乙")),
        (["乙", "甲"], ("乙",)),
        (["乙", "甲", "乙"], ("甲",)),
    ],
)
def test_renamed__keeps_each_other_name_once(names: list[str], former: tuple[str, ...]) -> None:
    one = Organization(ID, "52330106PDY000012X", content(name="甲"), on(1))
    for name in names:
        one = one.renamed(name).registered_as(content(name=name), on(1))
    assert one.former_names == former
