"""What a grant of a scheme needs before its approval and once it is paid: policy data."""

from datetime import date, timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from services.funding.amount_rules import Strict

Requirement = Literal["use_report", "settlement"]
Days = Annotated[int, Field(ge=1, le=3660, strict=True)]
Grade = Annotated[str, Field(min_length=1, max_length=20)]


class PublicNotice(Strict):
    """How long grants are published before they are approved (domain §5), in working days after the first day."""

    working_days: Annotated[int, Field(ge=1, le=250, strict=True)]


class AfterPayment(Strict):
    """What is required after payment, in days of the calendar; a grade is one of the scheme's words."""

    requires: Annotated[tuple[Requirement, ...], Field(min_length=1)]
    use_report_days: Days | None = None
    """After the payment: vouchers by day, number and purpose are reported."""
    settlement_days: Days | None = None
    """After the payment: what was used is settled, and the use is graded."""
    return_days: Days
    """After the settlement or the reversal: what was not used is back."""
    grades: tuple[Grade, ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> Self:
        for name, days in (("use_report", self.use_report_days), ("settlement", self.settlement_days)):
            if (name in self.requires) != (days is not None):
                raise ValueError(f"{name}_days are given exactly where {name} is required")
        if ("settlement" in self.requires) != bool(self.grades):
            raise ValueError("grades are given exactly where settlement is required")
        return self

    def due_on(self, paid_on: date) -> tuple[date | None, date | None]:
        """By when the use is reported and the grant settled; None where that is not required."""
        report, settlement = (
            None if days is None else paid_on + timedelta(days=days)
            for days in (self.use_report_days, self.settlement_days)
        )
        return report, settlement

    def return_due_on(self, today: date) -> date:
        """By when what is to be returned from today on is back."""
        return today + timedelta(days=self.return_days)
