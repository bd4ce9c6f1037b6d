"""A conflict's life: open until somebody takes one side. Pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Self
from uuid import UUID

import orjson

from services.registry.organizations.organization import Content, Organization
from shared.problems.transitions import Transitions

ConflictKind = Literal["same_instant", "other_division"]
ConflictState = Literal["open", "resolved"]
Side = Literal["stored", "incoming"]

TRANSITIONS: Transitions[ConflictState, Literal["resolution"]] = Transitions(
    "conflict", {("open", "resolution"): "resolved"}
)
"""Every move of a conflict."""


_ADDED = ("datum", "full_members_full_or_part_time")
"""Names of the content that hashes of the version before do not have."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A registration that was not taken, and the organization that stands against it."""

    kind: ConflictKind
    stored: Organization
    incoming: Content
    as_of: datetime

    @property
    def fingerprint(self) -> str:
        """The same for the same registration, however often it is sent."""
        # What a later version added is part of it where it is stated: earlier registrations keep their hash.
        columns = self.incoming.columns().items()
        content = {name: value for name, value in columns if value is not None or name not in _ADDED}
        said = [self.kind, self.as_of, content]
        return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_UTC_Z)).hexdigest()


@dataclass(frozen=True, slots=True)
class Conflict:
    """A conflict as decisions read it."""

    id: UUID
    kind: ConflictKind
    state: ConflictState
    organization_id: UUID
    division: str
    stored_division: str
    incoming: Content
    as_of: datetime
    version: int

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """The conflict of a stored row."""
        named = ("id", "kind", "state", "organization_id", "division", "stored_division", "as_of", "version")
        return cls(incoming=Content.of_stored(row["incoming"]), **{name: row[name] for name in named})
