"""The ledger as clients see it."""

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from shared.problems.language import Language


class AccountOut(BaseModel):
    """An account; its balance is the sum of its debits less that of its credits."""

    code: str
    name: str
    kind: Literal["asset", "liability", "revenue", "expense"]
    balance_fen: int


class EntryOut(BaseModel):
    """An entry: one of debit and credit is above zero, the other is zero."""

    id: UUID
    transaction_id: UUID
    kind: str
    account: str
    division: str
    debit_fen: int
    credit_fen: int
    posted_at: AwareDatetime
    grant_id: UUID


class CheckOut(BaseModel):
    """What does not agree when all is recomputed from the entries: both are zero."""

    transactions_out_of_balance: int
    accounts_drifting: int


def account_out(row: Mapping[str, Any], language: Language) -> AccountOut:
    """A stored account in the caller's language."""
    return AccountOut.model_validate({**row, "name": row[f"name_{language}"]})


def entry_out(row: Mapping[str, Any]) -> EntryOut:
    """A stored entry."""
    return EntryOut.model_validate(dict(row))
