"""What follows from a star by the policies of a division, so that two stars can be compared. Pure.

The figures are those of the policies that other services decide by: nothing here is a second copy of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from services.evaluation.consequences.deriving.policies import (
    CeilingRule,
    ConsequenceParameters,
    ConsequencePolicies,
    Effect,
    ProcurementRule,
)
from services.evaluation.consequences.deriving.stars import (
    ceiling_of,
    is_nominated,
    is_talked_to,
    opinion_of,
    procurement_of,
)
from services.evaluation.cycles.rules import rated_on
from shared.field.policies import Policy, PolicyBook

NAMES = ("opinion", "talk", "advanced", "ceiling", "procurement", "grant")
"""Everything that is compared."""


class Holding(BaseModel):
    """Of a scheme of grants: whether ratings raise them, what for, and below which star they are held (decision 5)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    trigger: str = "evaluation"
    purpose: str = "annual"
    level: str = "city"
    active: bool = True
    hold_below_stars: int = 0


@dataclass(frozen=True, slots=True)
class Books:
    """The policies that effects are read from."""

    consequences: ConsequencePolicies
    schemes: PolicyBook[Holding]


@dataclass(frozen=True, slots=True)
class EffectRules:
    """What of those policies holds in a division, and which they are."""

    policies: Sequence[str]
    stars: Mapping[str, Any] | None
    ceilings: Sequence[tuple[int, str]]
    procurement: Sequence[tuple[Sequence[int], Effect]]
    hold_below_stars: int | None

    def to_json(self) -> dict[str, Any]:
        """As it is stored and sent."""
        return asdict(self)


def rules_of(books: Books, division: str, year: int, final_on: date) -> EffectRules:
    """By the policies that its consequences went by when it became final; a grant by those of the rated year."""
    measures = books.consequences.measures(division, year, final_on)
    consequence, assessment, standing = measures.consequences, measures.assessment, measures.standing
    schemes = _schemes(books.schemes, division, rated_on(year))
    ceilings = () if assessment is None else assessment.parameters.ceilings
    effects = () if standing is None else standing.parameters.procurement
    found: list[Policy[Any] | None] = [consequence, assessment, standing, *schemes]
    return EffectRules(
        [one.id for one in found if one is not None],
        None if consequence is None else consequence.parameters.model_dump(mode="json"),
        [
            (one.stars_at_most, one.grade_at_most)
            for one in ceilings
            if one.when == "star" and one.stars_at_most is not None and one.grade_at_most is not None
        ],
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
    ceilings = [CeilingRule(when="star", stars_at_most=most, grade_at_most=grade) for most, grade in rules.ceilings]
    procurement = [ProcurementRule(when="star", stars=stars, effect=effect) for stars, effect in rules.procurement]
    hold = rules.hold_below_stars
    return Effects(
        opinion=opinion_of(star, follows, laggard=laggard),
        talk=is_talked_to(star, follows),
        advanced=is_nominated(star, follows),
        ceiling=ceiling_of(star, ceilings),
        procurement=procurement_of(star, procurement),
        grant=None if hold is None else "held" if star < hold else "released",
    )
