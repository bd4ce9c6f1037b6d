"""What a check needs, and what it finds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shared.bus.handlers import Handlers
from shared.db.session import Database
from shuangfu.services import Service

EXAMPLES = 5
CHUNK = 5000
"""Rows that are read at a time."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """The services that are checked, and the databases of these and of their sources, with the system's access."""

    services: Mapping[str, Service]
    handlers: Mapping[str, Handlers]
    databases: Mapping[str, Database]
    anchors: Mapping[str, Path | None]
    grace_seconds: float
    """An event younger than this may still be on its way."""


@dataclass(slots=True)
class Finding:
    """One check of one service: how much was compared, how much differs, a few examples, and what to do."""

    check: str
    service: str
    compared: int
    differ: int = 0
    examples: list[str] = field(default_factory=list)
    advice: str = ""

    def add(self, examples: Iterable[object]) -> None:
        """Count what differs; only the first few are named."""
        found = [str(one) for one in examples]
        self.differ += len(found)
        self.examples = [*self.examples, *found][:EXAMPLES]
