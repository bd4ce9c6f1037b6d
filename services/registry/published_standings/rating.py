"""What evaluation has published of an organization for a year, as rules read it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, Self
from uuid import UUID

from shared.contracts.base import Form


class Rating(NamedTuple):
    """The star and score of the Party organization that covered an organization on 31 December (decision 4)."""

    year: int
    star: int
    total: Decimal | None
    covered_on: date
    party_organization_id: UUID
    party_organization_name: str
    form: Form
    evaluation_id: UUID
    published_on: date
    final_on: date

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """The rating of a stored row that is final."""
        return cls(*[row[name] for name in cls._fields])

    def facts(self) -> dict[str, object]:
        """What reasons show of it."""
        return {
            "star": self.star,
            "year": self.year,
            "final_on": self.final_on,
            "party_organization": self.party_organization_name,
            "covered_on": self.covered_on,
        }
