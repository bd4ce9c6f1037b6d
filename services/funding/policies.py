"""Schemes, `policies/<region>/funding*.yaml`: trigger, basis, amount rule, frequency and channel are data."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self, get_args
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from services.funding.amount_rules import (
    FITTING,
    NOT_USED,
    AmountRule,
    ByKind,
    Code,
    Fen,
    Frequency,
    Strict,
    Trigger,
)
from services.funding.requirements import AfterPayment, PublicNotice
from shared.contracts.base import PartyOrganizationKind
from shared.field.policies import Day, Policy, PolicyBook, read_policies

POLICY_KIND = "funding"
MOST_KEY_INDUSTRY_COMMITTEES = 10

Duty = Literal["drafting", "review", "approval", "payment"]
Level = Literal["province", "city", "district"]
Channel = Literal["fiscal", "dues"]
Reference = Literal["previous_year_end", "year_end"]
Source = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,39}$")]
AccountCode = Annotated[str, Field(pattern=r"^[0-9A-Z][0-9A-Z.-]{0,19}$")]


class KeyIndustryCommittee(Strict):
    """One entry of the dated list of H31 as a file: it is excluded here. Lists that are paid are entered over HTTP."""

    party_organization_id: UUID
    amount_fen: Annotated[int, Field(ge=5_000_000, le=10_000_000, strict=True)]
    effective_from: Day
    effective_to: Day | None = None

    def listed_on(self, day: date) -> bool:
        """Whether the entry is in force on a day (`effective_to` is its last)."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)


class Accounts(Strict):
    """The ledger accounts that a grant of the scheme is posted to."""

    expense: AccountCode
    payable: AccountCode
    appropriation: AccountCode


class Basis(Strict):
    """Who is entitled beside being a Party organization of the region."""

    only_larger: bool = False
    """Only Party organizations with at least `larger_from_members` members (S29)."""
    larger_from_members: Annotated[int, Field(gt=0, strict=True)] | None = None
    no_civil_servants: bool = False
    """An entry is confirmed only with the declaration that no civil servant draws it (D11)."""

    def unstated(self) -> list[str]:
        """Figures that are missing."""
        return ["larger_from_members"] if self.only_larger and self.larger_from_members is None else []


def _every_kind(amounts: dict[PartyOrganizationKind, int]) -> dict[PartyOrganizationKind, int]:
    missing = [kind for kind in get_args(PartyOrganizationKind) if kind not in amounts]
    if amounts and missing:
        raise ValueError(f"no amount for {', '.join(missing)}")
    return amounts


def _by_kind(value: object) -> object:
    """Files of the first version say no rule: theirs is by kind."""
    return {"rule": "by_kind"} if value is None else value


class SchemeParameters(Strict):
    """The parameters of one scheme."""

    scheme: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,60}$")]
    """Its code; stays where a later policy changes the figures."""
    rule: Annotated[str, Field(pattern=r"^[A-Z][A-Za-z0-9-]{0,40}$")] = "H32"
    """The rule of the field that its decisions name."""
    purpose: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,60}$")] = "annual"
    """What its grants are for: of a purpose and level, a recipient gets one grant a period, of any scheme."""
    level: Level = "city"
    """Who pays: one purpose may be paid by several levels at once (D10)."""
    trigger: Trigger = "evaluation"
    basis: Basis = Field(default_factory=Basis)
    amount: Annotated[AmountRule, BeforeValidator(_by_kind)] = Field(default_factory=ByKind)
    amounts_fen: Annotated[dict[PartyOrganizationKind, Fen], AfterValidator(_every_kind)] = Field(
        default_factory=dict, validate_default=True
    )
    reference: Reference = "previous_year_end"
    """The day whose members count, and on which a recipient of a yearly run was there."""
    frequency: Frequency = "yearly"
    channel: Channel = "fiscal"
    source: Source | None = None
    """Where its money comes from (S30), and so which appropriation pays; None: as the region has it of the channel."""
    active: bool = True
    """One that is not active raises nothing: a figure that the source does not state is still to be given."""
    hold_below_stars: Annotated[int, Field(ge=0, le=5)] = 0
    """Fewer stars than these hold the grant (decision 5); 0 switches it off."""
    key_industry_committees: tuple[KeyIndustryCommittee, ...] = ()
    instead_of: tuple[Code, ...] = ()
    """Schemes from which whoever stands in this one's list is excluded (H32 excludes H31)."""
    accounts: Accounts
    separate_steps: tuple[Duty, ...] = get_args(Duty)
    """Duties on one grant that different people take; who raised or released it drafted it."""
    public_notice: PublicNotice | None = None
    """Reviewed grants are published this long before they are approved; None: they are not."""
    after_payment: AfterPayment | None = None
    """What a paid grant still needs (D11, D12); None: it needs nothing, and is done once it is paid."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.trigger in NOT_USED:
            raise ValueError(f"trigger {self.trigger}: no scheme uses it")
        if self.frequency not in FITTING.get((self.trigger, self.amount.rule), ()):
            raise ValueError(f"{self.amount.rule} is not paid {self.frequency} by the trigger {self.trigger}")
        if isinstance(self.amount, ByKind) != bool(self.amounts_fen):
            raise ValueError("amounts_fen are given for the amount rule by_kind, and for no other")
        if self.active and (missing := self.unstated()):
            raise ValueError(f"{self.rule}: {', '.join(missing)} is to be given before the scheme is active")
        return self

    @model_validator(mode="after")
    def _at_most_ten(self) -> Self:
        listed = self.key_industry_committees
        for day in {entry.effective_from for entry in listed}:
            if sum(entry.listed_on(day) for entry in listed) > MOST_KEY_INDUSTRY_COMMITTEES:
                raise ValueError(f"more than {MOST_KEY_INDUSTRY_COMMITTEES} key industry committees on {day} (H31)")
        return self

    def unstated(self) -> list[str]:
        """Figures that the source does not state and nobody has given (decision 6)."""
        return [*(f"amount.{name}" for name in self.amount.unstated()), *(f"basis.{n}" for n in self.basis.unstated())]

    def key_industry_committee(self, party_organization_id: UUID, on: date) -> KeyIndustryCommittee | None:
        """The entry of a Party organization that is on the file's list on a day."""
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


def in_force(schemes: Schemes, division: str, on: date, trigger: Trigger) -> list[Scheme]:
    """The active schemes of a trigger, one of each purpose and level: of the nearest region the latest."""
    chosen: dict[tuple[str, Level], Scheme] = {}
    for one in _nearest_last(one for one in schemes.policies if one.applies(division, on)):
        if one.parameters.trigger == trigger and one.parameters.active:
            chosen[one.parameters.purpose, one.parameters.level] = one
    return list(chosen.values())


def find_scheme(schemes: Schemes, code: str, division: str, on: date) -> Scheme | None:
    """A scheme by its code, as it is in force for a division on a day."""
    return next(
        iter(
            _nearest_last(
                one for one in schemes.policies if one.parameters.scheme == code and one.applies(division, on)
            )[::-1]
        ),
        None,
    )


def _nearest_last(schemes: Iterable[Scheme]) -> list[Scheme]:
    return sorted(schemes, key=lambda one: (len(one.region), one.parameters.active, one.effective_from))


def lists_instead_of(schemes: Schemes, code: str, division: str, on: date) -> dict[str, str]:
    """Schemes whose list excludes from this one, with their rules: whoever stands in it is paid there (H31)."""
    return {
        one.parameters.scheme: one.parameters.rule
        for one in schemes.policies
        if code in one.parameters.instead_of and one.parameters.active and one.applies(division, on)
    }
