"""Payments, per region and day: `policies/<region>/payments*.yaml`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator

from services.funding.policies import Channel
from shared.field.policies import PolicyBook, read_or_shipped

PAYMENTS_KIND = "payments"
FileField = Literal[
    "line",
    "reference",
    "holder",
    "account_number",
    "bank_code",
    "amount_yuan",
    "amount_fen",
    "amount_capital",
    "scheme",
    "recipient_name",
]
ReturnField = Literal["reference", "status", "amount_yuan", "because", "paid_on"]
Layout = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,29}$")]
Name = Annotated[str, Field(min_length=1, max_length=60)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FileColumn(_Strict):
    """A column of a payment file: what stands in it, and its heading."""

    field: FileField
    name: Name


class PaymentParameters(_Strict):
    """The layouts of files by channel, and how a bank's return is read."""

    verified_payee_for_single_payment: StrictBool
    layout_of_channel: Mapping[Channel, Layout]
    layouts: Mapping[Layout, Annotated[tuple[FileColumn, ...], Field(min_length=1)]]
    return_columns: Mapping[ReturnField, Annotated[tuple[Name, ...], Field(min_length=1)]]
    paid_words: Annotated[tuple[Name, ...], Field(min_length=1)]
    failed_words: Annotated[tuple[Name, ...], Field(min_length=1)]
    sent_back_words: tuple[Name, ...] = ()
    """Of what was paid, and came back to the account since; of what was not, they mean that it failed."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        missing = sorted({*self.layout_of_channel.values()} - {*self.layouts})
        if missing or {*self.layout_of_channel} != {"fiscal", "dues"}:
            raise ValueError(f"every channel has a layout that there is: {', '.join(missing)}")
        for name, columns in self.layouts.items():
            needed = {"reference", "account_number", "bank_code", "holder", "amount_yuan"}
            if lacking := sorted(needed - {one.field for one in columns}):
                raise ValueError(f"the layout {name} lacks {', '.join(lacking)}")
        if lacking := sorted({"reference", "status", "amount_yuan"} - {*self.return_columns}):
            raise ValueError(f"return_columns lack {', '.join(lacking)}")
        return self


PaymentPolicies = PolicyBook[PaymentParameters]


def read_payment_policies(folder: Path, shipped: Path) -> PaymentPolicies:
    """Every policy on payments of the active folder; of an older folder, the shipped ones."""
    return read_or_shipped(folder, shipped, PAYMENTS_KIND, PaymentParameters)
