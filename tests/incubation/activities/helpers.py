"""Activities as clients send them."""

from datetime import date
from typing import Any
from uuid import UUID

from tests.incubation.conftest import Incubation, Organization, established

PARTIES = (UUID(int=71), UUID(int=72))
CONTENT: dict[str, dict[str, Any]] = {
    "vanguard_post": {},
    "integrity_vanguard": {},
    "volunteering": {"service": "社区义诊", "participants": 12},
    "check_in": {"place": "翠苑一区社区"},
    "report": {"service": "报告履行社会责任情况"},
    "member_check_in": {"place": "翠苑一区社区", "participants": 3},
    "member_report": {"service": "报告党员参与社区活动情况", "participants": 3},
    "staff_communication": {"service": "座谈听取职工意见"},
    "shared_venue": {"place": "翠苑街道党建服务中心"},
    "pairing": {"partner": "示例科技有限公司"},
    "alliance": {"field": "互联网", "party_organizations": [str(party) for party in PARTIES]},
    "partner_day": {"place": "武林广场", "participants": 120, "party_organizations": []},
}


FOUNDED = date(2020, 3, 9)


async def establish(incubation: Incubation, first: int = 1, on: date = FOUNDED) -> None:
    """Two Party organizations of the district, each of an organization: of the `first` number and the next."""
    units = [Organization(number) for number in (first, first + 1)]
    await incubation.deliver(*(unit.state(3) for unit in units))
    await incubation.deliver(
        *(established("standalone", unit, party=party, on=on) for unit, party in zip(units, PARTIES, strict=True))
    )


def activity(kind: str, **changes: Any) -> dict[str, Any]:
    given = {"kind": kind, "division": "330106", "title": "示例活动", "on_day": "2026-03-10"}
    return {**given, "party_organizations": [str(PARTIES[0])], **CONTENT[kind], **changes}


async def record(incubation: Incubation, kind: str, **changes: Any) -> dict[str, Any]:
    """A recorded activity."""
    response = await incubation.post("/activities", activity(kind, **changes))
    assert response.status_code == 201, response.text
    found: dict[str, Any] = response.json()
    return found
