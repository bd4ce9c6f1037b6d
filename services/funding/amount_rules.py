"""Kinds of amount rule that a scheme may have. Their figures are data; one that the source does not state is null."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from shared.field.money import LIMIT_FEN

Fen = Annotated[int, Field(gt=0, lt=LIMIT_FEN, strict=True)]
Code = Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,60}$")]
Counted = Literal["full", "full_and_probationary"]


def _a_day(value: str) -> str:
    date.fromisoformat(f"2001-{value}")
    return value


MonthDay = Annotated[str, Field(pattern=r"^[0-9]{2}-[0-9]{2}$"), AfterValidator(_a_day)]
"""A day of any year, `12-31`; not 29 February."""


class Strict(BaseModel):
    """Base of what a file holds: an unknown parameter is refused as misspelt."""

    # Clients are always answered every parameter, those of a default too.
    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_serialization_defaults_required=True)


class ByKind(Strict):
    """The scheme's `amounts_fen`, by the recipient's kind (H32)."""

    rule: Literal["by_kind"] = "by_kind"

    def unstated(self) -> Sequence[str]:
        """Figures that are missing, by the names of their fields."""
        return ()


class ByStar(Strict):
    """An amount for each of the stars that are awarded; none for others (D11)."""

    rule: Literal["by_star"]
    by_star_fen: Annotated[dict[Annotated[str, Field(pattern=r"^[0-5]$")], Fen], Field(min_length=1)]

    def unstated(self) -> Sequence[str]:
        """Figures that are missing."""
        return ()


class PerMember(Strict):
    """An amount for each member at the reference date (S26)."""

    rule: Literal["per_member"]
    per_member_fen: Fen | None
    members: Counted = "full_and_probationary"
    """Who counts as a member: the statutes count probationary members as members."""

    def unstated(self) -> Sequence[str]:
        """Figures that are missing."""
        return ("per_member_fen",) if self.per_member_fen is None else ()


class Listed(Strict):
    """The amount that stands in the scheme's list, within bounds (H31)."""

    rule: Literal["listed"]
    from_fen: Fen
    to_fen: Fen
    at_most: Annotated[int, Field(gt=0, le=10_000, strict=True)]
    """The most entries that are in force on any day."""

    def unstated(self) -> Sequence[str]:
        """Figures that are missing."""
        return ()


class OneOff(Strict):
    """A fixed amount (S28, S29)."""

    rule: Literal["one_off"]
    fen: Fen | None

    def unstated(self) -> Sequence[str]:
        """Figures that are missing."""
        return ("fen",) if self.fen is None else ()


class Monthly(Strict):
    """An amount a month by the category that stands in the scheme's list: full-time, part-time (S27, D11)."""

    rule: Literal["monthly"]
    monthly_fen: Annotated[Mapping[Code, Fen | None], Field(min_length=1)]

    def unstated(self) -> Sequence[str]:
        """Figures that are missing."""
        return [f"monthly_fen.{name}" for name, fen in sorted(self.monthly_fen.items()) if fen is None]


class Project(Strict):
    """What was accepted of a project, up to a cap (D11)."""

    rule: Literal["project"]
    cap_fen: Fen | None

    def unstated(self) -> Sequence[str]:
        """Figures that are missing."""
        return ("cap_fen",) if self.cap_fen is None else ()


class Refund(Strict):
    """Exactly what was remitted and is claimed back (S25)."""

    rule: Literal["refund"]
    remit_until: MonthDay | None = None
    """The last day of the year on which a remittance counts for its claim (`12-31`, D12); null: any."""
    claim_until: MonthDay | None = None
    """The last day of the next year on which a year's refund is claimed (`01-31`, D12); null: any."""

    def last_remittance(self, year: int) -> date | None:
        """The last day on which a remittance counts for a year's claim."""
        return None if self.remit_until is None else date.fromisoformat(f"{year}-{self.remit_until}")

    def last_claim(self, year: int) -> date | None:
        """The last day of a year's claim."""
        return None if self.claim_until is None else date.fromisoformat(f"{year + 1}-{self.claim_until}")

    def unstated(self) -> Sequence[str]:
        """Figures that are missing."""
        return ()


class Distributed(Strict):
    """What a round of an award pool gave (H33)."""

    rule: Literal["distributed"]

    def unstated(self) -> Sequence[str]:
        """Figures that are missing."""
        return ()


AmountRule = Annotated[
    ByKind | ByStar | PerMember | Listed | OneOff | Monthly | Project | Refund | Distributed,
    Field(discriminator="rule"),
]

Trigger = Literal["evaluation", "establishment", "run", "claim", "pool_distribution", "closed_rectification"]
Frequency = Literal["yearly", "monthly", "once", "each"]

NOT_USED: tuple[Trigger, ...] = ("closed_rectification",)
"""Triggers that the shape has and no scheme may use yet."""

FITTING: Mapping[tuple[Trigger, str], tuple[Frequency, ...]] = {
    ("evaluation", "by_kind"): ("yearly",),
    ("evaluation", "by_star"): ("yearly",),
    ("establishment", "one_off"): ("once",),
    ("run", "per_member"): ("yearly",),
    ("run", "by_kind"): ("yearly",),
    ("run", "listed"): ("yearly",),
    ("run", "one_off"): ("once", "yearly"),
    ("run", "monthly"): ("monthly",),
    ("claim", "project"): ("each",),
    ("claim", "refund"): ("yearly",),
    ("pool_distribution", "distributed"): ("each",),
}
"""How often a trigger's amount rule may be paid."""

WITH_ENTRIES = ("listed", "monthly", "project")
"""Amount rules that read a list of the scheme: its entries are entered by one person and confirmed by another."""

NOT_RUN = ("refund", "distributed")
"""Amount rules of which a run knows nothing: a claim of dues, or a round of a pool, raises each grant."""
