"""An application for registration under review, as rules read it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Literal, Self
from uuid import UUID

from services.registry.organizations.organization import Kind
from services.registry.uncoded.policies import HostUnit, Part

ReviewState = Literal["submitted", "returned", "approved", "refused", "withdrawn", "certified", "handed_over"]
ReviewStep = Literal["supplement", "return", "approval", "refusal", "withdrawal", "certificate", "hand_over"]
PARTS: tuple[Part, ...] = ("hosting", "instructor", "survey", "commitment")


@dataclass(frozen=True, slots=True)
class Review:
    """What a decision reads: the state, what is attached, and who applied or supplemented."""

    id: UUID
    division: str
    kind: Kind
    state: ReviewState
    applied_on: date
    attached: frozenset[Part]
    charter_clause: bool | None
    drafted_by: Sequence[str]
    certified_on: date | None
    hand_over_due_on: date | None
    host_unit: HostUnit | None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """The review of a stored row."""
        attached = frozenset(part for part in PARTS if row[part] is not None)
        return cls(
            attached=attached, **{field.name: row[field.name] for field in fields(cls) if field.name != "attached"}
        )


@dataclass(frozen=True, slots=True)
class Registered:
    """The organization that has the code of a certificate."""

    division: str
    kind: Kind
    registered_on: date
