"""What a stage puts, by scores or by facts, and how that is shown."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, WithJsonSchema, model_validator
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from services.evaluation.sheets.rules import current_facts
from shared.problems.inputs import Body, Prose
from shared.problems.reasons import ReasonOut, text_of

# Values are checked by `rules.read_sheet` and `facts.read_facts`, which reports every fault of a sheet at once.
PointsIn = Annotated[
    Any,
    WithJsonSchema(
        {"anyOf": [{"type": "string", "pattern": r"^[0-9]+(\.[0-9]{1,2})?$"}, {"type": "number", "minimum": 0}]}
    ),
]
FactValue = Annotated[
    Any,
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 0},
                {"type": "boolean"},
                {"type": "string"},
                {"type": "number", "minimum": 0, "maximum": 100},
                {
                    "type": "object",
                    "properties": {
                        "part": {"type": "integer", "minimum": 0},
                        "whole": {"type": "integer", "minimum": 0},
                    },
                    "required": ["part", "whole"],
                    "additionalProperties": False,
                },
            ]
        }
    ),
]
_MOST_FACTS = 500
_BY_FACTS = "H14"
Sentence = Annotated[str, Field(max_length=2000)]
PutAs = Literal["unit", "for_unit"]


class BonusBody(Body):
    """Points beside the system, and what for."""

    reason: Sentence
    points: PointsIn


class VetoBody(Body):
    """A veto by its code or slug, with reason and evidence."""

    code: Annotated[str, Field(max_length=100)]
    reason: Sentence
    evidence: Sentence


class ScoresBody(Body):
    """One stage's scores by indicator code, as decimal strings; not all of them at once, if need be."""

    scores: Annotated[dict[str, PointsIn], Field(max_length=500)]
    bonus: Annotated[list[BonusBody], Field(max_length=100, default_factory=list)]
    vetoes: Annotated[list[VetoBody], Field(max_length=100, default_factory=list)]
    word: Prose | None = None
    """Why it is further from an earlier stage than the policy's bound."""


class FactBody(Body):
    """What was found at an indicator, as its method asks for it, and what shows it.

    The value is a count, true or false, a grade's code, a percentage or `{part, whole}`; or `not_applicable` where the
    indicator says when it is. 0 of 0: there was nothing to count, and it is left out. `no_evidence`: nothing shows it,
    though it was returned to be supplemented.
    """

    value: FactValue
    evidence: Sentence
    files: Annotated[list[UUID], Field(max_length=20, default_factory=list)]
    """Evidence files that were filed for this indicator and stage."""


class FactsBody(Body):
    """One stage's facts by indicator code; bonus and vetoes stay as they are where they are not given."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, FactBody] = Field(init=False)

    bonus: Annotated[list[BonusBody], Field(max_length=100)] | None = None
    vetoes: Annotated[list[VetoBody], Field(max_length=100)] | None = None
    word: Prose | None = None

    @model_validator(mode="after")
    def _not_too_many(self) -> Self:
        if len(self.__pydantic_extra__) > _MOST_FACTS:
            raise PydanticCustomError("too_long", "at most {max_length} facts", {"max_length": _MOST_FACTS})
        return self


class BonusOut(BaseModel):
    """Points beside the system, and what for."""

    reason: str
    points: str


class VetoOut(BaseModel):
    """A veto with reason and evidence."""

    code: str
    reason: str
    evidence: str


class FactOut(BaseModel):
    """A fact with its evidence, the points that it earned (null where it is left out), and why."""

    value: FactValue
    evidence: str
    points: str | None
    reason: ReasonOut
    files: list[UUID] = []


class _AsItIs:
    """Marks what is neither validated nor rebuilt on its way out; its description is that of its type."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        described = handler(source)
        # The schema beside the function is not used: it keeps what the description refers to.
        shown = core_schema.wrap_serializer_function_ser_schema(lambda value, _: value, schema=described)
        functions = {"pydantic_js_annotation_functions": [lambda _, describe: describe(described)]}
        return core_schema.any_schema(metadata=functions, serialization=shown)


FactsOut = Annotated[dict[str, FactOut], _AsItIs()]
"""Facts by indicator, as `facts_shown` gives them: a page of evaluations shows thousands of them."""


class SheetOut(BaseModel):
    """What a stage gave; the facts where points were worked out from them."""

    scores: dict[str, str]
    bonus: list[BonusOut]
    vetoes: list[VetoOut]
    facts: FactsOut = {}


class StageOut(SheetOut):
    """What a stage gave, when, and who put it last."""

    put_at: datetime
    by: str | None
    put_as: PutAs | None = None
    """Of a self-assessment: by the unit's own seat, or by a street or a rater for it."""
    word: str | None = None
    points: str
    """The running total: what its scores add up to so far, without bonus."""


def points_of(sheet: Mapping[str, Any]) -> str:
    """What a sheet's scores add up to so far."""
    return f"{sum(map(Decimal, sheet['scores'].values()), Decimal(0)):.2f}"


def facts_out(sheet: Mapping[str, Any], as_of: datetime) -> dict[str, dict[str, Any]]:
    """A sheet's facts, each with the reason of its points."""
    return facts_shown(current_facts(sheet), as_of)


def facts_shown(facts: Mapping[str, Any], as_of: datetime | None) -> dict[str, dict[str, Any]]:
    """Stored facts as `FactOut` has them, each with the reason of its points."""
    sentence = text_of(_BY_FACTS)
    return {
        code: {
            "value": fact["value"],
            "evidence": fact["evidence"],
            "points": fact["points"],
            "reason": {
                "rule": _BY_FACTS,
                "outcome": fact["because"]["method"],
                "facts": fact["because"],
                "as_of": as_of,
                "text": sentence,
            },
            "files": fact.get("files", ()),
        }
        for code, fact in facts.items()
    }
