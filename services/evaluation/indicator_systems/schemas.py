"""How an indicator system is shown: texts in the reader's language, points as decimal strings."""

from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from services.evaluation.indicator_systems.changes import Effect
from services.evaluation.indicator_systems.explaining import explain
from services.evaluation.indicator_systems.methods import Counted, Deduction, Graded, Method, Ratio, YesNo
from services.evaluation.indicator_systems.rules import Indicator, IndicatorSystem
from shared.problems.language import Language

MethodKind = Literal["graded", "counted", "deduction", "ratio", "yes_no"]


class BracketOut(BaseModel):
    """The points from a percentage on."""

    at_least: Decimal
    points: Decimal


class GradeOut(BaseModel):
    """One level of a graded indicator."""

    code: str
    points: Decimal
    means: str


class MethodOut(BaseModel):
    """How a fact becomes points, in one sentence and as figures; what another kind has is null or empty."""

    kind: MethodKind
    explanation: str
    of: str | None = None
    """What is counted, what a case is, what the percentage is of, or the question."""
    each: Decimal | None = None
    full_at: int | None = None
    grades: list[GradeOut] = []
    brackets: list[BracketOut] = []


class BasisTextOut(BaseModel):
    """Why it is judged: a document, or what is done in the field."""

    kind: Literal["document", "practice"]
    text: str


class AppliesToOut(BaseModel):
    """Whom an indicator is for; what is null excludes nobody."""

    forms: list[str] | None
    kinds: list[str] | None
    units_min: int | None
    units_max: int | None


class IndicatorOut(BaseModel):
    """What is done, how it is found out, to what degree (H14), and how facts earn its points.

    A version that says no method is scored by hand.
    """

    code: str
    what: str
    how: str
    degree: str
    points: Decimal
    method: MethodOut | None = None
    evidence: list[str] = []
    basis: BasisTextOut | None = None
    owner: str | None = None
    applies_to: AppliesToOut | None = None
    absent_when: str | None = None
    """When it does not concern somebody whom it is for otherwise."""


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
    region: str = ""
    year_from: int
    year_to: int | None = None
    uscc_prefixes: list[str]
    levels: list[LevelOut]
    vetoes: list[SystemVetoOut]


class SystemChangeOut(BaseModel):
    """One difference between two versions: where, in which field, and both texts."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    """Of an indicator, a heading or a veto; the type for the system itself."""
    effect: Effect
    field: str
    before: str | None
    after: str | None


class SystemChangesOut(BaseModel):
    """What differs between a type's systems of two years."""

    type: str
    year: int
    version: str
    since_year: int
    since_version: str
    changes: list[SystemChangeOut]


def indicator_system_out(system: IndicatorSystem, year: int, language: Language) -> IndicatorSystemOut:
    """A system as clients see it."""
    return IndicatorSystemOut(
        type=system.type,
        year=year,
        version=system.version,
        name=system.name.say(language),
        owner=system.owner.say(language),
        region=system.region,
        year_from=system.year_from,
        year_to=system.year_to,
        uscc_prefixes=list(system.uscc_prefixes),
        levels=[
            LevelOut(
                code=level.code,
                name=level.name.say(language),
                points=level.points,
                indicators=[_indicator_out(indicator, language) for indicator in level.indicators],
            )
            for level in system.levels
        ],
        vetoes=[SystemVetoOut(code=veto.code, slug=veto.slug, what=veto.what.say(language)) for veto in system.vetoes],
    )


def _indicator_out(indicator: Indicator, language: Language) -> IndicatorOut:
    basis, owner, absent, applies = indicator.basis, indicator.owner, indicator.absent_when, indicator.applies_to
    return IndicatorOut(
        code=indicator.code,
        what=indicator.what.say(language),
        how=indicator.how.say(language),
        degree=indicator.degree.say(language),
        points=indicator.points,
        method=None if indicator.method is None else _method_out(indicator.method, indicator.points, language),
        evidence=[one.say(language) for one in indicator.evidence],
        basis=basis and BasisTextOut(kind=basis.kind, text=basis.zh if language == "zh" else basis.en),
        owner=owner and owner.say(language),
        applies_to=applies and AppliesToOut.model_validate(applies.model_dump()),
        absent_when=absent and absent.say(language),
    )


def _method_out(method: Method, points: Decimal, language: Language) -> MethodOut:
    figures: dict[str, Any]
    match method:
        case Counted(unit=unit, each=each):
            figures = {"of": unit.say(language), "each": each, "full_at": method.full_at(points)}
        case Deduction(case=case, each=each):
            figures = {"of": case.say(language), "each": each}
        case Ratio(of=of, brackets=brackets):
            figures = {
                "of": of.say(language),
                "brackets": [BracketOut(at_least=one.at_least, points=one.points) for one in brackets],
            }
        case Graded(grades=grades):
            figures = {
                "grades": [GradeOut(code=one.code, points=one.points, means=one.means.say(language)) for one in grades]
            }
        case YesNo(question=question):
            figures = {"of": question.say(language)}
    return MethodOut(kind=method.kind, explanation=explain(method, points, language), **figures)
