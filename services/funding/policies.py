"""Schemes of annual grants, `policies/<region>/funding*.yaml`: their figures are data (H31, H32)."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self, get_args
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from shared.contracts.base import PartyOrganizationKind
from shared.field.money import LIMIT_FEN
from shared.field.policies import Day, Policy, PolicyBook, read_policies

POLICY_KIND = "funding"
MOST_KEY_INDUSTRY_COMMITTEES = 10

Duty = Literal["drafting", "review", "approval", "payment"]
Fen = Annotated[int, Field(gt=0, lt=LIMIT_FEN, strict=True)]
AccountCode = Annotated[str, Field(min_length=1, max_length=20)]


class _Strict(BaseModel):
    """Base of what a file holds: an unknown parameter is refused as misspelt."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class KeyIndustryCommittee(_Strict):
    """One entry of the dated list of H31: it has a scheme of its own, with an amount of its own."""

    party_organization_id: UUID
    amount_fen: Annotated[int, Field(ge=5_000_000, le=10_000_000, strict=True)]
    effective_from: Day
    effective_to: Day | None = None

    def listed_on(self, day: date) -> bool:
        """Whether the entry is in force on a day (`effective_to` is its last)."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)


class Accounts(_Strict):
    """The ledger accounts that a grant of the scheme is posted to."""

    expense: AccountCode
    payable: AccountCode
    appropriation: AccountCode


def _every_kind(amounts: dict[PartyOrganizationKind, int]) -> dict[PartyOrganizationKind, int]:
    missing = [kind for kind in get_args(PartyOrganizationKind) if kind not in amounts]
    if missing:
        raise ValueError(f"no amount for {', '.join(missing)}")
    return amounts


class SchemeParameters(_Strict):
    """The parameters of one scheme."""

    scheme: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,60}$")]
    """Its code. A recipient gets one grant of a scheme a year, also where a later policy changes the amounts."""
    purpose: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,60}$")] = "annual"
    """What its grants are for: an organization counts in one grant of a purpose a year, whichever scheme that is of."""
    amounts_fen: Annotated[dict[PartyOrganizationKind, Fen], AfterValidator(_every_kind)]
    hold_below_stars: Annotated[int, Field(ge=0, le=5)]
    """Fewer stars than these hold the grant (decision 5); 0 switches it off."""
    key_industry_committees: tuple[KeyIndustryCommittee, ...] = ()
    accounts: Accounts
    separate_steps: tuple[Duty, ...] = get_args(Duty)
    """Duties on one grant that different people take; who raised or released it drafted it."""

    @model_validator(mode="after")
    def _at_most_ten(self) -> Self:
        listed = self.key_industry_committees
        for day in {entry.effective_from for entry in listed}:
            if sum(entry.listed_on(day) for entry in listed) > MOST_KEY_INDUSTRY_COMMITTEES:
                raise ValueError(f"more than {MOST_KEY_INDUSTRY_COMMITTEES} key industry committees on {day} (H31)")
        return self

    def key_industry_committee(self, party_organization_id: UUID, on: date) -> KeyIndustryCommittee | None:
        """The entry of a Party organization that is on the list on a day."""
        return next(
            (
                entry
                for entry in self.key_industry_committees
                if entry.party_organization_id == party_organization_id and entry.listed_on(on)
            ),
            None,
        )


Scheme = Policy[SchemeParameters]
Schemes = PolicyBook[SchemeParameters]


def read_schemes(folder: Path) -> Schemes:
    """Every scheme in a folder of policies."""
    return read_policies(folder, POLICY_KIND, SchemeParameters)
