"""What grants read of a closed rectification. Pure."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Closed:
    """A rectification that was closed."""

    id: UUID
    evaluation_id: UUID
    outcome: str
    closed_on: date
