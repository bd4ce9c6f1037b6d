"""What a run of the job brings back."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


class DemoFailed(RuntimeError):  # noqa: N818 - states what happened
    """A step of the demonstration did not complete; the message says which."""


@dataclass(slots=True)
class Founded:
    """What the services answered in the end, of both demonstrations."""

    refused: list[Json] = field(default_factory=list)
    organizations: list[Json] = field(default_factory=list)
    checks: list[Json] = field(default_factory=list)
    plans: list[Json] = field(default_factory=list)
    party_organizations: list[Json] = field(default_factory=list)
    coverage: dict[str, Json] = field(default_factory=dict)
    grants: list[Json] = field(default_factory=list)
    accounts: list[Json] = field(default_factory=list)
    document: Json | None = None
    """The approval of a founding; `file` is where it was written, null where the server has no Chinese font."""
    events: Json = field(default_factory=dict)


@dataclass(slots=True)
class Findings(Founded):
    """Hangzhou's, with its stars and its incubator."""

    evaluations: list[Json] = field(default_factory=list)
    rectifications: list[Json] = field(default_factory=list)
    """Opinions that ask for one, as they ended."""
    incubators: list[Json] = field(default_factory=list)
    incubatees: list[Json] = field(default_factory=list)
    blocked: list[Json] = field(default_factory=list)
    """Who could not graduate: name, items that are missing, why."""
    stations: list[Json] = field(default_factory=list)
    reports: dict[str, Json] = field(default_factory=dict)
    """The yearly report of each division with an incubator: its figures by code."""
    meetings: list[Json] = field(default_factory=list)
    areas: dict[str, Json] = field(default_factory=dict)
    """The totals of each division with an incubator."""
