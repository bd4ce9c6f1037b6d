"""What stands in the cells that are filled in, and what a spreadsheet program lets in. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.evaluation.indicator_systems.methods import Ratio
from services.evaluation.score_sheets import layout
from services.evaluation.score_sheets.layout import Line
from services.evaluation.sheets.rules import NO_EVIDENCE, NOT_APPLICABLE
from shared.problems.language import Language

_WITHOUT_A_METHOD = (NOT_APPLICABLE, NO_EVIDENCE)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of entries in one language."""

    yes: str
    no: str
    absent: str
    nothing: str


def words_in(language: Language) -> Words:
    """The words of a language."""
    return Words(*(one.render(language) for one in (layout.YES, layout.NO, layout.NOT_FOR_THEM, layout.NOTHING)))


def shown(line: Line, fact: Mapping[str, Any] | None, words: Words) -> tuple[str | float | None, float | None]:
    """A fact as its two cells show it: the value, and of a ratio the whole."""
    if fact is None:
        return None, None
    value = fact["value"]
    if value in _WITHOUT_A_METHOD:
        return (words.absent if value == NOT_APPLICABLE else words.nothing), None
    if isinstance(value, bool):
        return words.yes if value else words.no, None
    if isinstance(value, Mapping):
        return value["part"], value["whole"]
    grade = next((option for option in line.options if option.startswith(f"{value} ")), None)
    if grade is not None:
        return grade, None
    # A number up to 1 would be read as a share of one: such a percentage is written as text.
    number = float(value)
    return (str(value) if isinstance(line.indicator.method, Ratio) and 0 < number <= 1 else number), None


def validation(
    line: Line, value: str, whole: str, source: str | None, words: Words, language: Language
) -> dict[str, Any]:
    """What the cell `value` takes; `source` is where a drop-down's list stands, `whole` the cell to its right."""
    method = line.indicator.method
    assert method is not None
    prompt = {"input_message": layout.PROMPTS[method.kind].render(language)}
    if source is not None:
        return {"validate": "list", "source": source} | prompt
    number = f"AND(ISNUMBER({value}),{value}>=0,{value}=INT({value}))"
    if isinstance(method, Ratio):
        number = f"AND(ISNUMBER({value}),OR(ISNUMBER({whole}),{value}=0,AND({value}>1,{value}<=100)))"
    allowed = f'=OR({value}="{words.absent}",{number})' if line.may_be_absent else f"={number}"
    return {"validate": "custom", "value": allowed} | prompt
