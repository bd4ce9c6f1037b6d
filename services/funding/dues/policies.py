"""The register of dues, per region and day: `policies/<region>/dues*.yaml`."""

from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool

from shared.field.policies import PolicyBook, read_or_shipped

DUES_KIND = "dues"


def _a_day(value: str) -> str:
    date.fromisoformat(f"2001-{value}")
    return value


MonthDay = Annotated[str, Field(pattern=r"^[0-9]{2}-[0-9]{2}$"), AfterValidator(_a_day)]
"""A day of any year, 12-31; not 29 February."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Refund(_Strict):
    """The yearly claim for what was remitted (S25, D12)."""

    share_bp: Annotated[int, Field(ge=10_000, le=10_000, strict=True)]
    """In full: S25 knows no other share."""
    remit_until: MonthDay
    """Of the year itself: what is remitted later is no part of its claim."""
    claim_from: MonthDay
    """Of the year itself."""
    claim_until: MonthDay
    """Of the year after."""

    def remitted_by(self, year: int) -> date:
        """The last day on which a remittance counts for a year's claim."""
        return date.fromisoformat(f"{year}-{self.remit_until}")

    def window(self, year: int) -> tuple[date, date]:
        """The first and the last day of a year's claim."""
        return date.fromisoformat(f"{year}-{self.claim_from}"), date.fromisoformat(f"{year + 1}-{self.claim_until}")


class DuesParameters(_Strict):
    """What a certified year needs, and whether dues are refunded."""

    quarters_needed: Annotated[int, Field(ge=1, le=4, strict=True)]
    interest_in_base: StrictBool
    refund: Refund | None = None
    """None: the region refunds no dues."""


DuesPolicies = PolicyBook[DuesParameters]


def read_dues_policies(folder: Path, shipped: Path) -> DuesPolicies:
    """Every policy on dues of the active folder; of an older folder, the shipped ones."""
    return read_or_shipped(folder, shipped, DUES_KIND, DuesParameters)
