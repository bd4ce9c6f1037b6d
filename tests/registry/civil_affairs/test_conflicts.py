"""A contradicting registration is known again by its hash, also after an upgrade."""

import hashlib
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any, cast

import orjson

from services.registry.conflicts.rules import Contradiction
from services.registry.organizations.organization import Content, Organization

AS_OF = datetime(2026, 3, 2, 1, tzinfo=UTC)
OF_0_1_0: dict[str, Any] = {
    "name": "西湖区青禾社会工作服务中心",
    "kind": "social_service_institution",
    "division": "330106",
    "street": "翠苑街道",
    "address": "翠苑街道1号",
    "carrier": None,
    "lon": None,
    "lat": None,
    "registered_on": date(2020, 5, 1),
    "full_time_staff": 8,
    "full_members_full_time": 3,
    "full_members": 3,
    "probationary_members": 0,
    "evaluation_type": None,
    "source": "civil_affairs",
    "status": "registered",
}


def test_fingerprint__of_what_an_earlier_version_queued_stays() -> None:
    """A source that sends its stock every night would queue every settled conflict once more."""
    added = {one.name: None for one in fields(Content) if one.name not in OF_0_1_0}
    content = Content(**OF_0_1_0, **added)
    stored = cast(Organization, None)
    before = ["same_instant", AS_OF, OF_0_1_0]
    expected = hashlib.sha256(orjson.dumps(before, option=orjson.OPT_UTC_Z)).hexdigest()
    assert Contradiction("same_instant", stored, content, AS_OF).fingerprint == expected
    assert Contradiction("same_instant", stored, replace(content, datum="GCJ-02"), AS_OF).fingerprint != expected
