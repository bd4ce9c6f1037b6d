"""Payees as clients see and send them. The account is shown by one route alone."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from services.funding.payees.errors import ACCOUNT_NUMBER, BANK_CODE
from services.funding.payees.rules import HeldBy, PayeeState
from shared.field.names import normalize_line
from shared.problems.inputs import Body, NoValueIsNone, Prose
from shared.problems.language import Text


def _digits(text: str, least: int, most: int, fault: Text) -> str:
    found = text.replace(" ", "").replace("-", "")
    if not (found.isascii() and found.isdigit() and least <= len(found) <= most):
        raise PydanticCustomError("digits", "{en}", {"zh": fault.zh, "en": fault.en})
    return found


BankCode = Annotated[str, Field(max_length=40), AfterValidator(lambda text: _digits(text, 12, 12, BANK_CODE))]
AccountNumber = Annotated[
    str, Field(max_length=64, repr=False), AfterValidator(lambda text: _digits(text, 8, 32, ACCOUNT_NUMBER))
]
Holder = Annotated[
    str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$", repr=False), AfterValidator(normalize_line)
]


class PayeeIn(Body):
    """An account: an organization's, never a person's. Neither errors nor `repr` show it."""

    model_config = ConfigDict(hide_input_in_errors=True)

    holder: Holder
    bank_code: BankCode
    account_number: AccountNumber
    held_by: HeldBy = "own"
    grounds: Annotated[Prose | None, NoValueIsNone] = None


class PayeeVerification(Body):
    """Bank code and number, typed once more by another person."""

    model_config = ConfigDict(hide_input_in_errors=True)

    bank_code: BankCode
    account_number: AccountNumber


class PayeeEntry(BaseModel):
    """That there is an account, and who answers for it; without the account."""

    recipient_id: UUID
    division: str
    held_by: HeldBy
    bank_code: str
    grounds: str | None
    state: PayeeState
    version: int
    entered_by: str
    entered_at: AwareDatetime
    verified_by: str | None
    verified_at: AwareDatetime | None


class PayeeOut(PayeeEntry):
    """A payee with its account."""

    holder: str = Field(repr=False)
    account_number: str = Field(repr=False)


def payee_entry(row: Mapping[str, Any]) -> PayeeEntry:
    """A payee without its account."""
    return PayeeEntry.model_validate(dict(row))
