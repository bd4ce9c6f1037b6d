"""What organizations were before: each content that was replaced, and until when it held."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from services.registry.organizations.organization import Content


@dataclass(frozen=True, slots=True)
class Replaced:
    """A version that another one took the place of: what it was, as of when it was last confirmed, until when."""

    organization_id: UUID
    version: int
    content: Content
    as_of: datetime
    until: datetime
    """The instant as of which the next version holds: before it even, where a correction reaches further back."""

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """The version of a stored row."""
        content = Content.of_stored(row["content"])
        return cls(row["organization_id"], row["version"], content, row["as_of"], row["until"])


@dataclass(frozen=True, slots=True)
class Then:
    """Which version held at an instant: one that was replaced, or (None) the one that holds now."""

    replaced: Replaced | None
    known: bool
    """Whether what held is known: not where versions were replaced before any was kept."""


def version_at(replaced: Sequence[Replaced], at: datetime, *, version: int, as_of: datetime) -> Then:
    """Which of an organization's versions held at an instant; `version` and `as_of` are those that it has now.

    A version holds from the instant at which it replaced the one before, and a later version overrules an earlier one,
    so that a correction that reaches back holds from there on. `replaced` is in the order of the versions.
    """
    begun = max((one.version for one in replaced if one.until <= at), default=None)
    following = [one for one in replaced if begun is None or one.version > begun]
    if following:
        # Nothing says since when the first version that is kept held, unless it is the very first.
        return Then(following[0], known=begun is not None or following[0].version == 1)
    return Then(None, known=begun is not None or version == 1 or as_of <= at)
