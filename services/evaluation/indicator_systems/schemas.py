"""How an indicator system is shown: texts in the reader's language, points as decimal strings."""

from decimal import Decimal

from pydantic import BaseModel

from services.evaluation.indicator_systems.rules import IndicatorSystem
from shared.problems.language import Language


class IndicatorOut(BaseModel):
    """What is done, how it is found out, to what degree (H14)."""

    code: str
    what: str
    how: str
    degree: str
    points: Decimal


class LevelOut(BaseModel):
    """A first-level heading."""

    code: str
    name: str
    points: Decimal
    indicators: list[IndicatorOut]


class SystemVetoOut(BaseModel):
    """What forces the star to 0."""

    code: str
    slug: str
    what: str


class IndicatorSystemOut(BaseModel):
    """One type's system of a year."""

    type: str
    year: int
    version: str
    name: str
    owner: str
    uscc_prefixes: list[str]
    levels: list[LevelOut]
    vetoes: list[SystemVetoOut]


def indicator_system_out(system: IndicatorSystem, year: int, language: Language) -> IndicatorSystemOut:
    """A system as clients see it."""
    return IndicatorSystemOut(
        type=system.type,
        year=year,
        version=system.version,
        name=system.name.say(language),
        owner=system.owner.say(language),
        uscc_prefixes=list(system.uscc_prefixes),
        levels=[
            LevelOut(
                code=level.code,
                name=level.name.say(language),
                points=level.points,
                indicators=[
                    IndicatorOut(
                        code=indicator.code,
                        what=indicator.what.say(language),
                        how=indicator.how.say(language),
                        degree=indicator.degree.say(language),
                        points=indicator.points,
                    )
                    for indicator in level.indicators
                ],
            )
            for level in system.levels
        ],
        vetoes=[SystemVetoOut(code=veto.code, slug=veto.slug, what=veto.what.say(language)) for veto in system.vetoes],
    )
