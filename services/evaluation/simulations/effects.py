"""What follows from a star by the policies of a division, so that two stars can be compared. Pure.

The figures are those of the policies that other services decide by: nothing here is a second copy of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.evaluation.cycles.rules import rated_on
from shared.field.policies import Policy, PolicyBook

STAR_EFFECTS_KIND = "star_effects"
Star = Annotated[int, Field(ge=0, le=5, strict=True)]
EFFECTS = ("inform", "deprioritize", "exclude")
"""For government procurement, from the mildest (H25)."""
NAMES = ("opinion", "talk", "advanced", "ceiling", "procurement", "grant")
"""Everything that is compared."""


class StarEffects(BaseModel):
    """Which opinion, talk and nomination follow from a star (H20-H22, D14)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rectification_stars_at_most: Star
    rectify_laggards: Annotated[bool, Field(strict=True)]
    talk_stars_at_most: Star
    advanced_stars_at_least: Star


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Ceiling(_Read):
    when: str
    stars_at_most: int = -1
    grade_at_most: str = ""


class Ceilings(_Read):
    """Of the assessment policy: the best grade that a star leaves (H24)."""

    ceilings: Sequence[_Ceiling] = ()


class _Procurement(_Read):
    when: str
    stars: Sequence[int] = ()
    effect: str = EFFECTS[0]


class Procurements(_Read):
    """Of the standing policy: what a star means for government procurement (H25)."""

    procurement: Sequence[_Procurement] = ()


class Holding(_Read):
    """Of a scheme of annual grants: below which star a grant is held (decision 5)."""

    hold_below_stars: int | None = None


@dataclass(frozen=True, slots=True)
class Books:
    """The policies that effects are read from."""

    stars: PolicyBook[StarEffects]
    assessments: PolicyBook[Ceilings]
    standings: PolicyBook[Procurements]
    schemes: PolicyBook[Holding]


@dataclass(frozen=True, slots=True)
class EffectRules:
    """What of those policies holds in a division, and which they are."""

    policies: Sequence[str]
    stars: Mapping[str, Any] | None
    ceilings: Sequence[tuple[int, str]]
    procurement: Sequence[tuple[Sequence[int], str]]
    hold_below_stars: int | None

    def to_json(self) -> dict[str, Any]:
        """As it is stored and sent."""
        return asdict(self)


def rules_of(books: Books, division: str, year: int, today: date) -> EffectRules:
    """By the policies of today; a grant by that of the rated year, as it is raised."""
    found: list[Policy[Any] | None] = [
        books.stars.in_force(division, today),
        books.assessments.in_force(division, today),
        books.standings.in_force(division, today),
        books.schemes.in_force(division, rated_on(year)),
    ]
    stars, assessment, standing, scheme = (None if one is None else one.parameters for one in found)
    return EffectRules(
        [one.id for one in found if one is not None],
        None if stars is None else stars.model_dump(),
        [
            (one.stars_at_most, one.grade_at_most)
            for one in (() if assessment is None else assessment.ceilings)
            if one.when == "star"
        ],
        [
            (list(one.stars), one.effect)
            for one in (() if standing is None else standing.procurement)
            if one.when == "star"
        ],
        None if scheme is None else scheme.hold_below_stars,
    )


@dataclass(frozen=True, slots=True)
class Effects:
    """What follows from a star. `ceiling`: the best grade that is left; `grant`: None where no scheme pays one."""

    opinion: Literal["rectification", "improvement"] | None
    talk: bool
    advanced: bool
    ceiling: str | None
    procurement: str
    grant: Literal["held", "released"] | None


def effects_of(star: int, laggard: bool, rules: EffectRules) -> Effects:
    """By the rules of the division; what no policy says does not follow."""
    stars = None if rules.stars is None else StarEffects.model_validate(rules.stars)
    rectified = stars is not None and (
        star <= stars.rectification_stars_at_most or (laggard and stars.rectify_laggards)
    )
    hold = rules.hold_below_stars
    return Effects(
        opinion=None if stars is None else "rectification" if rectified else "improvement",
        talk=stars is not None and star <= stars.talk_stars_at_most,
        advanced=stars is not None and star >= stars.advanced_stars_at_least,
        ceiling=min((grade for most, grade in rules.ceilings if star <= most), default=None),
        procurement=max(
            (effect for given, effect in rules.procurement if star in given), key=_rank, default=EFFECTS[0]
        ),
        grant=None if hold is None else "held" if star < hold else "released",
    )


def _rank(effect: str) -> int:
    return EFFECTS.index(effect) if effect in EFFECTS else 0
