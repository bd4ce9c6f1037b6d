"""What a forecast is computed of: counts, lists, dues, stars and rates. As clients give it, and as it is kept. Pure."""

from collections.abc import Mapping
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from services.funding.amount_rules import Code
from shared.contracts.base import PartyOrganizationKind
from shared.field.money import LIMIT_FEN
from shared.problems.inputs import Body, DivisionPrefix
from shared.problems.language import Text

MOST = 1_000_000
Number = Annotated[int, Field(ge=0, le=MOST, strict=True)]
Star = Annotated[int, Field(ge=0, le=5, strict=True)]
BasisPoints = Annotated[int, Field(ge=0, le=10_000, strict=True)]
Fen = Annotated[int, Field(ge=0, lt=LIMIT_FEN, strict=True)]
StarName = Annotated[str, Field(pattern="^[0-5]$")]

_TOO_MANY = Text(zh="不能超过该行的党组织个数。", en="It cannot be more than there are Party organizations in the row.")


class _Frozen(Body):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ForeseenCount(_Frozen):
    """Party organizations of a division, kind and star (null: not rated), with what they cover."""

    division: DivisionPrefix
    kind: PartyOrganizationKind
    star: Star | None = None
    party_organizations: Number
    organizations: Number = 0
    full_members: Number = 0
    probationary_members: Number = 0
    founded: Number = 0
    """How many are founded in the year."""
    open_to: Annotated[Mapping[Code, Number], Field(max_length=50, default_factory=dict)]
    """For how many of them a scheme is, where not for all: larger ones, those that stand in no other's list."""

    @field_validator("open_to")
    @classmethod
    def _no_more_than_there_are(cls, value: Mapping[str, int], info: ValidationInfo) -> Mapping[str, int]:
        there = info.data.get("party_organizations")
        if there is not None and any(number > there for number in value.values()):
            raise PydanticCustomError("too_many", _TOO_MANY.en, {"zh": _TOO_MANY.zh, "en": _TOO_MANY.en})
        return value


class ForeseenEntry(_Frozen):
    """Entries of a scheme's list that are alike: how many, with which amount or category, for how many months."""

    scheme: Code
    division: DivisionPrefix
    kind: PartyOrganizationKind | None = None
    count: Number
    amount_fen: Fen | None = None
    category: Code | None = None
    months: Annotated[int, Field(ge=1, le=12, strict=True)] = 12


class ForeseenDues(_Frozen):
    """Dues of a division in a year: remitted upward, and retained."""

    division: DivisionPrefix
    remitted_fen: Fen = 0
    retained_fen: Fen = 0


class ForecastRates(_Frozen):
    """Of those that are not rated yet how many will be, how much of the dues is claimed back, how much a pool is."""

    rated_bp: BasisPoints = 10_000
    claimed_bp: BasisPoints = 10_000
    pool_share_bp: BasisPoints | None = None
    """None: the least that the policy on pools has."""


class _Lenient(BaseModel):
    """A part of what evaluation answers: it grows."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class SimulatedStar(_Lenient):
    """How many hold a star before and after."""

    star: Star
    before: Number
    after: Number


class SimulatedChange(_Lenient):
    """A Party organization whose star would differ."""

    party_organization_id: UUID
    star_after: Star


class Simulation(_Lenient):
    """What `GET /evaluation/v1/simulations/{id}` answers, and, under `changes`, items of its `…/changes`."""

    id: UUID
    year: Annotated[int, Field(ge=1949, le=9999, strict=True)]
    division: Annotated[str, Field(pattern=r"^[0-9]{0,12}$")]
    policy: Annotated[str, Field(max_length=100)] | None = None
    state: Literal["computing", "ready", "failed"]
    stars: Annotated[list[SimulatedStar], Field(max_length=6)]
    changes: Annotated[list[SimulatedChange], Field(max_length=5000)] | None = None

    @property
    def weights(self) -> dict[str, int]:
        """How many would hold each star."""
        return {str(one.star): one.after for one in self.stars}


class Inputs(_Frozen):
    """All that the need is computed of, beside the schemes; `stars` None: those that the counts have."""

    counts: tuple[ForeseenCount, ...] = ()
    entries: tuple[ForeseenEntry, ...] = ()
    dues: tuple[ForeseenDues, ...] = ()
    stars: Mapping[StarName, Number] | None = None
    rates: ForecastRates = ForecastRates()
