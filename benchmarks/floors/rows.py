"""The floors' rows, built directly from the input, in the order of the columns in `floors.tables`."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import uuid_utils.compat

ORGANIZATIONS_TOPIC = "floor.registry.organizations"
FORMATION_TOPIC = "floor.incubation.formation"
_REGISTERED = "shuangfu.registry.organization.registered.v1"
_CHECKED = "shuangfu.incubation.formation_check.completed.v1"

Row = tuple[Any, ...]


def utc_now() -> datetime:
    """The current instant."""
    return datetime.now(UTC)


def registered_rows(sent: dict[str, Any], now: datetime) -> tuple[Row, Row]:
    """The organization's row and its outbox row from what a client sent, with its code."""
    identity, event, place = _new_id(), _new_id(), sent["location"] or {}
    kind = sent.get("evaluation_type")
    state = {"id": str(identity), **sent, "evaluation_type": kind, "source": "civil_affairs"}
    organization = (
        identity,
        sent["uscc"],
        sent["name"],
        sent["kind"],
        sent["division"],
        sent["street"],
        sent["address"],
        sent["carrier"],
        place.get("lon"),
        place.get("lat"),
        date.fromisoformat(sent["registered_on"]),
        sent["full_time_staff"],
        sent["full_members_full_time"],
        sent["full_members"],
        sent["probationary_members"],
        kind,
        "civil_affairs",
        "registered",
        datetime.fromisoformat(sent["as_of"]),
        1,
    )
    outbox = _outbox(event, ORGANIZATIONS_TOPIC, _REGISTERED, str(identity), sent["division"], now, str(event), state)
    return organization, outbox


def decided_rows(found: dict[str, Any], event: str, now: datetime) -> tuple[Row, Row, Row, Row]:
    """What an organization's event leads to: projection, check, case, outbox."""
    counted = found["full_members_full_time"]
    outcome, rule = ("standalone", "S10") if counted >= 3 else ("joint", "S13") if counted else ("area", "S15")
    facts = {
        "counted": "full_members_full_time",
        "counted_full_members": counted,
        "standalone_min_full_members": 3,
        "policy": "floor/formation/2026",
    }
    reasons = [{"rule": rule, "outcome": outcome, "facts": facts, "as_of": found["as_of"]}]
    identity, check, place = UUID(found["id"]), _new_id(), found["location"] or {}
    code, name, division, street = found["uscc"], found["name"], found["division"], found["street"]
    projection = (
        identity,
        code,
        name,
        found["kind"],
        division,
        street,
        found["carrier"],
        place.get("lon"),
        place.get("lat"),
        counted,
        found["full_members"],
        found["probationary_members"],
        "registered",
        1,
        1,
    )
    policy, text, due = facts["policy"], orjson.dumps(reasons).decode(), now.date() + timedelta(days=30)
    checked = (check, identity, code, division, outcome, counted, policy, text, 1, now)
    case = (_new_id(), identity, code, name, division, street, check, outcome, "BRANCH", "open", due, 1)
    payload = {
        "id": str(check),
        "organization_id": found["id"],
        "uscc": code,
        "division": division,
        "outcome": outcome,
        "counted_full_members": counted,
        "policy": policy,
        "checked_at": now.isoformat(),
        "reasons": reasons,
    }
    outbox = _outbox(_new_id(), FORMATION_TOPIC, _CHECKED, found["id"], division, now, event, payload)
    return projection, checked, case, outbox


def _outbox(
    event: UUID, topic: str, kind: str, subject: str, division: str, now: datetime, cause: str, data: dict[str, Any]
) -> Row:
    return (event, topic, subject, kind, subject, 1, now, division, cause, cause, orjson.dumps(data).decode())


def _new_id() -> UUID:
    return uuid_utils.compat.uuid7()
