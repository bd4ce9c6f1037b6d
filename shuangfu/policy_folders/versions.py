"""What a folder of policies holds: its versions, and its faults by file and line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

SYSTEM_KIND = "indicator_system"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where."""

    file: str
    where: str
    problem: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a policy or of an indicator system, and the days on which it is in force."""

    file: str
    kind: str
    id: str
    region: str
    effective_from: date
    effective_to: date | None
    content: Mapping[str, Any]

    @property
    def key(self) -> tuple[str, str]:
        """What makes two versions of two folders the same one."""
        return self.kind, self.id


@dataclass(frozen=True, slots=True)
class PolicyFolder:
    """Every version of a folder, and its faults."""

    versions: Mapping[tuple[str, str], Version]
    faults: Sequence[Fault]


def succession(version: Version) -> tuple[object, ...]:
    """Of what only one may begin on a day: a kind of a region. A region has several funding schemes, by their codes."""
    scheme = version.kind == "funding" and version.content["parameters"].get("scheme")
    return version.kind, version.region, version.effective_from, scheme
