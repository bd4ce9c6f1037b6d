"""What follows from a star by the policies of a division, so that two stars can be compared. Pure.

The figures are those of the policies that other services decide by: nothing here is a second copy of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from services.evaluation.consequences.deriving.policies import ConsequenceParameters
from services.evaluation.cycles.rules import rated_on
from shared.field.policies import Policy, PolicyBook

EFFECTS = ("inform", "deprioritize", "exclude")
"""For government procurement, from the mildest (H25)."""
NAMES = ("opinion", "talk", "advanced", "ceiling", "procurement", "grant")
"""Everything that is compared."""


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
    """Of a scheme of grants: whether ratings raise them, what for, and below which star they are held (decision 5)."""

    trigger: str = "evaluation"
    purpose: str = "annual"
    level: str = "city"
    active: bool = True
    hold_below_stars: int = 0


@dataclass(frozen=True, slots=True)
class Books:
    """The policies that effects are read from."""

    consequences: PolicyBook[ConsequenceParameters]
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
    """By the policies of today; a grant by those of the rated year, as it is raised."""
    consequence = books.consequences.in_force(division, today)
    assessment, standing = books.assessments.in_force(division, today), books.standings.in_force(division, today)
    schemes = _schemes(books.schemes, division, rated_on(year))
    ceilings = () if assessment is None else assessment.parameters.ceilings
    effects = () if standing is None else standing.parameters.procurement
    found: list[Policy[Any] | None] = [consequence, assessment, standing, *schemes]
    return EffectRules(
        [one.id for one in found if one is not None],
        None if consequence is None else consequence.parameters.model_dump(mode="json"),
        [(one.stars_at_most, one.grade_at_most) for one in ceilings if one.when == "star"],
        [(list(one.stars), one.effect) for one in effects if one.when == "star"],
        max((one.parameters.hold_below_stars for one in schemes), default=None),
    )


def _schemes(book: PolicyBook[Holding], division: str, on: date) -> list[Policy[Holding]]:
    """Those that raise grants of ratings, one of each purpose and level: of the nearest region the latest."""
    chosen: dict[tuple[str, str], Policy[Holding]] = {}
    applying = [one for one in book.policies if one.parameters.trigger == "evaluation" and one.parameters.active]
    for one in sorted(applying, key=lambda one: (len(one.region), one.effective_from)):
        if one.applies(division, on):
            chosen[one.parameters.purpose, one.parameters.level] = one
    return list(chosen.values())


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
    follows = ConsequenceParameters() if rules.stars is None else ConsequenceParameters.model_validate(rules.stars)
    rectified = follows.rectification is not None and (
        star in follows.rectification.stars or (laggard and follows.rectification.laggards)
    )
    improved = follows.improvement is not None and star in follows.improvement.stars
    hold = rules.hold_below_stars
    return Effects(
        opinion="rectification" if rectified else "improvement" if improved else None,
        talk=follows.talk is not None and star in follows.talk.stars,
        advanced=follows.nomination is not None and star in follows.nomination.stars,
        ceiling=min((grade for most, grade in rules.ceilings if star <= most), default=None),
        procurement=max(
            (effect for given, effect in rules.procurement if star in given), key=_rank, default=EFFECTS[0]
        ),
        grant=None if hold is None else "held" if star < hold else "released",
    )


def _rank(effect: str) -> int:
    return EFFECTS.index(effect) if effect in EFFECTS else 0
