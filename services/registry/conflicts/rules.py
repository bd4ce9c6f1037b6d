"""A conflict's life: open until somebody takes one side. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Self
from uuid import UUID

import orjson

from services.registry.claim_terms.parts import DataSource
from services.registry.organizations.organization import Content, Organization
from shared.problems.transitions import Transitions

ConflictKind = Literal["same_instant", "other_division", "precedence"]
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
    data_source: str | None = None
    disputed: Sequence[Mapping[str, Any]] = ()
    """Of one that precedence kept out: each part that stays, with the source that said it (`claims.rules.Dispute`)."""
    fields: Sequence[str] = field(default=())
    """The fields of these parts."""

    @property
    def fingerprint(self) -> str:
        """The same for the same registration, however often it is sent.

        Of one that precedence kept out: the same while the same source says the same against the same, as of any day.
        """
        if self.kind == "precedence":
            ours, theirs = self.stored.content.columns(), self.incoming.columns()
            pairs = [[name, ours[name], theirs[name]] for name in self.fields]
            stands = [[one["part"], one["data_source"]] for one in self.disputed]
            return _hashed([self.kind, self.data_source, stands, pairs])
        # What a later version added is part of it where it is stated: earlier registrations keep their hash.
        columns = self.incoming.columns().items()
        content = {name: value for name, value in columns if value is not None or name not in _ADDED}
        said = [self.kind, self.as_of, content]
        return _hashed(said)


@dataclass(frozen=True, slots=True)
class Queued:
    """Where a contradiction waits, and whether somebody decided it before."""

    id: UUID
    decided: bool


def _hashed(said: list[Any]) -> str:
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
    stored: Content
    incoming: Content
    as_of: datetime
    version: int
    data_source: DataSource | None
    disputed: Sequence[Mapping[str, Any]]

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """The conflict of a stored row."""
        named = ("id", "kind", "state", "organization_id", "division", "stored_division", "as_of", "version")
        found = {name: row[name] for name in (*named, "data_source")}
        stored, incoming = Content.of_stored(row["stored"]), Content.of_stored(row["incoming"])
        return cls(stored=stored, incoming=incoming, disputed=tuple(row["disputed"] or ()), **found)
