"""Of which year and day a need is asked, and how what is due to a number each is added up. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from services.funding.grants.deciding.cases import Case
from services.funding.policies import Scheme
from services.funding.pools.policies import PoolParameters
from shared.field.policies import Policy

NOBODY = UUID(int=0)
"""Whoever is only counted."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which year, as of which day, by whose sources and bounds of pools."""

    year: int
    counted_on: date
    as_of: datetime
    source_of: Callable[[Scheme, str], str]
    pool_of: Callable[[str], Policy[PoolParameters] | None]

    @property
    def on(self) -> date:
        """The day whose schemes hold: the last of the year, as for grants."""
        return date(self.year, 12, 31)


@dataclass(slots=True)
class Sum:
    """Adds up what is due to a number each."""

    count: int = 0
    need_fen: int = 0
    held_fen: int = 0
    facts: dict[str, object] = field(default_factory=dict)
    outcome: str = "foreseen"

    def add(self, number: int, each_fen: int | None, *, held: bool = False) -> None:
        if each_fen is not None:
            self.count += number
            self.need_fen += number * each_fen
            self.held_fen += number * each_fen if held else 0


def case_of(scheme: Scheme, division: str, asked: Asked) -> Case:
    """One of those whom the scheme is for, as a decision on a grant reads it."""
    return Case(
        trigger=scheme.parameters.trigger,
        recipient_id=NOBODY,
        recipient_name="",
        division=division,
        year=asked.year,
        period=str(asked.year),
        on=asked.on,
        as_of=asked.as_of,
    )
