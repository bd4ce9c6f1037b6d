"""A small city by hand: two districts with a few rows of every kind, in 2025 and 2026."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from shared.db.base import to_json
from tests.incubation.conftest import Incubation, Organization
from tests.incubation.reports.helpers import GONGSHU, XIHU, covering, registered

WHERE = {"XIHU": XIHU, "GONGSHU": GONGSHU, "CITY": "330100"}
OWN, JOINT, AREA = (UUID(int=number) for number in (0xC1, 0xC2, 0xC3))


async def add(incubation: Incubation, table: str, division: str, **values: Any) -> UUID:
    """A row with what it must have besides."""
    given = {"id": uuid4(), "division": WHERE[division], **BESIDES.get(table, {}), **values}
    given = {name: date.fromisoformat(value) if _is_day(name, value) else value for name, value in given.items()}
    given = {name: to_json(value) if CASTS.get(name) == "jsonb" else value for name, value in given.items()}
    names = ", ".join(given)
    places = ", ".join(f"CAST(:{name} AS {CASTS[name]})" if name in CASTS else f":{name}" for name in given)
    await incubation.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", **given)
    return UUID(str(given["id"]))


def _is_day(name: str, value: Any) -> bool:
    return isinstance(value, str) and len(value) == 10 and value[4] == "-" and name not in ("title", "what")


CASTS = dict.fromkeys(("reasons", "steps", "agenda", "present", "assessed", "polygon"), "jsonb") | dict.fromkeys(
    ("created_at", "recorded_at"), "timestamptz"
)
NOW = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
_KEPT: dict[str, Any] = {"policy": "p", "reasons": [], "steps": [], "version": 1, "created_at": NOW}
BESIDES: dict[str, dict[str, Any]] = {
    "incubators": {
        **_KEPT,
        "name": "孵化器",
        "state": "active",
        "capacity": 9,
        "social_workers": 3,
        "party_social_workers": 2,
        "recorded_by": "zhang",
    },
    "incubatees": {
        **_KEPT,
        "name": "孵化对象",
        "state": "incubating",
        "purpose": "助老",
        "applied_on": "2024-01-01",
        "applied_by": "zhang",
        "ends_on": "2027-12-31",
        "assessed": {},
    },
    "supports": {
        "serves": "both",
        "content": "支持",
        "recorded_by": "zhang",
        "recorded_at": NOW,
        "version": 1,
    },
    "meetings": {**_KEPT, "convenor": "XIHU", "agenda": [], "present": [], "minutes": "纪要", "state": "held"},
    "resolutions": {
        "level": "district",
        "what": "摸排",
        "owner": "XIHU",
        "owner_level": "district",
        "state": "open",
        "steps": [],
        "version": 1,
        "created_at": NOW,
    },
    "stations": {
        "name": "工作站",
        "street": "翠苑街道",
        "community": "一区",
        "committee": "C",
        "version": 1,
        "created_at": NOW,
    },
    "managed_units": {
        "committee": "C",
        "territorial": "T",
        "reasons": [],
        "steps": [],
        "version": 1,
    },
    "activities": {**_KEPT, "title": "活动", "lasting": False, "state": "recorded"},
    "cultivations": {"recorded_by": "zhang", "recorded_at": NOW, "version": 1},
    "area_records": {"name": "片区", "followed_by": [], "version": 1, "created_at": NOW},
    "area_outlines": {
        "polygon": [],
        "datum": "WGS84",
        "square_metres": 1500000,
        "west": 120.0,
        "south": 30.0,
        "east": 120.1,
        "north": 30.1,
        "within": "inside",
        "policy": "p",
        "recorded_at": NOW,
    },
    "filed_bodies": {"name": "舞蹈队", "street": "翠苑街道", "sequence": 1},
    "area_bodies": {"filed": True, "sequence": 1},
}
CASTS["followed_by"] = "jsonb"


async def fill(incubation: Incubation) -> None:
    """Two districts: what is in which figure, `tests/incubation/reports/test_reports.py` says by hand."""
    organizations = [Organization(number) for number in range(1, 6)] + [Organization(6, division=GONGSHU)]
    days = ("2020-01-01", "2020-01-01", "2020-01-01", "2020-01-01", "2026-02-01", "2021-01-01")
    members = (3, 1, 1, 0, 5, 4)
    for one, day, count in zip(organizations, days, members, strict=True):
        await incubation.deliver(registered(one, day, count))
    a, b, c, d, _, _ = organizations
    await incubation.deliver(
        covering("standalone", OWN, [(a, "2024-03-01")], stated="2024-03-01"),
        covering("joint", JOINT, [(b, "2025-03-01"), (c, "2025-03-01")], stated="2025-03-01"),
        covering("area", AREA, [(d, "2026-01-15")], stated="2026-01-15"),
    )
    await _territory(incubation)
    await _incubation(incubation, [one.id for one in organizations])
    await _routine(incubation)


async def _territory(incubation: Incubation) -> None:
    for name, since, ended, workers in (("A1", "2024-01-01", None, 2), ("A2", "2024-01-01", "2025-06-01", 1)):
        area = await add(incubation, "area_records", "XIHU", code=name)
        outline = {"area_id": area, "valid_from": since, "valid_until": ended, "workers": workers}
        await add(incubation, "area_outlines", "XIHU", **outline)
    filed: list[tuple[str, str | None, str | None]] = [
        ("N1", None, "A1"),
        ("N2", "2025-02-01", "A1"),
        ("N3", None, None),
    ]
    for number, until, code in filed:
        body = await add(incubation, "filed_bodies", "XIHU", number=number, filed_on="2024-05-01", until=until)
        if code is not None:
            names = "body_id, division, area, filed, sequence"
            await incubation.execute(
                f"INSERT INTO area_bodies ({names}) VALUES (:id, '330106', :area, true, 1)", id=body, area=code
            )


async def _incubation(incubation: Incubation, ids: list[UUID]) -> None:
    one = await add(incubation, "incubators", "XIHU", code="I1", activated_on="2024-01-01")
    ended = {"state": "closed", "closed_on": "2025-05-01"}
    await add(incubation, "incubators", "GONGSHU", code="I2", activated_on="2024-01-01", **ended)
    street = {"street": "祥符街道", "activated_on": "2024-01-01"}
    await add(incubation, "incubators", "GONGSHU", code="I3", **street)
    for kind, day, amount in (
        ("funds", "2025-02-01", 300),
        ("projects", "2025-03-01", 200),
        ("premises", "2025-02-01", None),
        ("training", "2024-02-01", None),
    ):
        support = {"incubator_id": one, "kind": kind, "given_on": day, "amount_fen": amount}
        await add(incubation, "supports", "XIHU", **support)
    for organization, since, more in (
        (ids[0], "2024-06-01", {"state": "graduated", "graduated_on": "2025-09-01"}),
        (ids[1], "2025-06-01", {}),
        (ids[2], "2025-06-01", {"state": "exited", "exited_on": "2026-02-01"}),
        (ids[3], "2025-06-01", {"state": "exited", "exited_on": "2025-12-01"}),
        (None, "2025-07-01", {}),
    ):
        uscc = None if organization is None else f"code {organization}"
        incubatee = {"incubator_id": one, "organization_id": organization, "uscc": uscc, "entered_on": since, **more}
        await add(incubation, "incubatees", "XIHU", **incubatee)
    station = await add(incubation, "stations", "XIHU", code="S1", since="2024-01-01")
    await add(incubation, "stations", "XIHU", code="S2", since="2026-01-01")
    for unit, until in ((ids[0], None), (ids[1], "2025-03-01")):
        managed = {"station_id": station, "organization_id": unit, "since": "2024-01-01", "until": until}
        await add(incubation, "managed_units", "XIHU", **managed)


async def _routine(incubation: Incubation) -> None:
    for kind, day, lasting, until, participants in (
        ("pairing", "2024-02-01", True, None, None),
        ("pairing", "2024-02-01", True, "2025-02-01", None),
        ("alliance", "2025-02-01", True, "2026-02-01", None),
        ("volunteering", "2025-02-01", False, None, 12),
        ("volunteering", "2024-02-01", False, None, 12),
        ("partner_day", "2025-05-01", False, None, 120),
    ):
        activity = {"kind": kind, "on_day": day, "lasting": lasting, "until": until, "participants": participants}
        await add(incubation, "activities", "XIHU", **activity)
    for party, year, numbers in ((OWN, 2025, (1, 2)), (JOINT, 2025, (4, 0)), (OWN, 2024, (9, 9))):
        counts = dict(zip(("staff_to_members", "members_to_staff"), numbers, strict=True))
        await add(incubation, "cultivations", "XIHU", party_organization_id=party, year=year, **counts)
    held = [("CITY", "city", True), ("CITY", "conference", True), ("XIHU", "district", True), ("XIHU", "street", False)]
    for division, level, counted in held:
        street = "翠苑街道" if level == "street" else None
        meeting = {"level": level, "street": street, "counts": counted, "planned_on": "2025-03-01"}
        last = await add(incubation, "meetings", division, **meeting, held_on="2025-03-01")
    days = (("2025-04-01", "2025-03-20"), ("2025-04-01", "2026-01-20"), ("2026-04-01", None))
    for number, (due, done) in enumerate(days, 1):
        state = "open" if done is None else "completed"
        task = {"meeting_id": last, "resolved_on": "2025-03-01", "due_on": due, "completed_on": done, "state": state}
        await add(incubation, "resolutions", "GONGSHU", **task, number=number)
