"""The registry's news of superior bodies."""

from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from shared.bus.handlers import Received
from shared.contracts.bodies import BodyRecorded
from tests.incubation.conftest import received

CIVIL, COMMITTEE = "HZ-XIHU-CIVIL", "HZ-XIHU-INCUBATOR"


def body_id(code: str) -> UUID:
    return uuid5(NAMESPACE_URL, code)


def recorded(code: str, *, sequence: int = 1, **changes: Any) -> Received[Any]:
    """The district's civil affairs Party organization, or what `changes` make of it."""
    content = {
        "id": body_id(code),
        "code": code,
        "names": [{"name": code, "from": date(2013, 1, 1)}],
        "level": "district",
        "kind": "department_party_organization",
        "structure": None,
        "department": "civil_affairs",
        "division": "330106",
        "parent": None,
        "from": date(2013, 1, 1),
        **changes,
    }
    return received(BodyRecorded.model_validate(content), body_id(code), sequence)


def committee(code: str = COMMITTEE, *, sequence: int = 1, **changes: Any) -> Received[Any]:
    """An incubator's general branch under civil affairs."""
    content = {"kind": "incubator_committee", "structure": "GENERAL", "department": None, "parent": CIVIL}
    return recorded(code, sequence=sequence, **(content | changes))
