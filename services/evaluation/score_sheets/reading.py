"""What a filled-in workbook gives: facts by evaluation and indicator, and the faults of single rows. Pure.

Points that formulas show are never read.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from unicodedata import normalize
from uuid import UUID

from services.evaluation.indicator_systems.methods import Counted, Deduction, Method, Ratio, YesNo
from services.evaluation.score_sheets import errors as e
from services.evaluation.score_sheets import layout
from services.evaluation.score_sheets.layout import Head
from services.evaluation.sheets.rules import NO_EVIDENCE, NOT_APPLICABLE
from shared.field.days import DayError, read_instant
from shared.field.files.tables import Sheet, column_letters
from shared.problems.language import Language, Text
from shared.problems.problems import FieldError, Problem

LANGUAGES: tuple[Language, ...] = ("zh", "en")
_COLUMN = {"value": layout.VALUE, "evidence": layout.EVIDENCE}
_WORDS: Mapping[object, str] = {
    **dict.fromkeys((layout.NOT_FOR_THEM.zh, layout.NOT_FOR_THEM.en), NOT_APPLICABLE),
    **dict.fromkeys((layout.NOTHING.zh, layout.NOTHING.en), NO_EVIDENCE),
}
"""Entries that are the same for every method."""
_DIGITS = re.compile("[0-9]{1,9}")
_ANSWERS: Mapping[object, bool] = {layout.YES.zh: True, layout.YES.en: True, layout.NO.zh: False, layout.NO.en: False}


class NoScoreSheet(ValueError):  # noqa: N818
    """The workbook is not one of ours; the message is a word for the reason."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a row, in both languages; `cell` is empty where the whole evaluation is meant."""

    row: int
    cell: str
    evaluation_id: UUID
    indicator: str
    zh: str
    en: str


@dataclass(slots=True)
class Given:
    """What the rows of one evaluation give."""

    evaluation_id: UUID
    row: int
    """The first of them."""
    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def complain(self, row: int, column: int | None, code: str, sentence: Text, /, **facts: object) -> None:
        """Add a fault."""
        cell = "" if column is None else f"{column_letters(column)}{row}"
        said = (sentence.render("zh", **facts), sentence.render("en", **facts))
        self.faults.append(Fault(row, cell, self.evaluation_id, code, *said))

    def complain_whole(self, problem: Problem) -> None:
        """Add what refuses the evaluation as a whole."""
        zh, en = (str(problem.document(language)["detail"]) for language in LANGUAGES)
        self.faults.append(Fault(self.row, "", self.evaluation_id, "", zh, en))

    def complain_of(self, errors: Sequence[FieldError]) -> None:
        """Add the faults that the sheet's rules found, at the cells of their pointers."""
        for error in errors:
            _, code, *rest = error.pointer.split("/")
            column = _COLUMN.get(rest[0] if rest else "value", layout.VALUE)
            self.complain(self.rows.get(code, self.row), column, code, error.detail, **dict(error.facts))


def read_head(sheets: Sequence[Sheet]) -> Head:
    """What the workbook is of. Raises NoScoreSheet."""
    hidden = next((sheet for sheet in sheets if sheet.name == layout.HIDDEN), None)
    if hidden is None:
        raise NoScoreSheet("no_hidden_sheet")
    found = {str(cells[0]): str(cells[1]) for _, cells in hidden.rows() if len(cells) > 1}
    if found.get("format") != layout.FORMAT:
        raise NoScoreSheet("unknown_format")
    try:
        written_at = read_instant(found["written_at"]).isoformat()
        return Head(UUID(found["cycle"]), found["type"], found["version"], found["stage"], written_at)
    except (KeyError, ValueError, DayError) as error:
        raise NoScoreSheet("damaged_hidden_sheet") from error


def read_rows(sheets: Sequence[Sheet], methods: Mapping[str, Method]) -> list[Given]:
    """What each evaluation's rows give, in the order of the workbook."""
    found: dict[UUID, Given] = {}
    for row, evaluation_id, cells in _lines(sheets):
        given = found.setdefault(evaluation_id, Given(evaluation_id, row))
        _read_line(given, row, cells, methods)
    return list(found.values())


def _lines(sheets: Sequence[Sheet]) -> Iterator[tuple[int, UUID, list[object]]]:
    for sheet in sheets:
        if sheet.hidden:
            continue
        for row, cells in sheet.rows():
            if len(cells) > layout.EVALUATION:
                try:
                    yield row, UUID(str(cells[layout.EVALUATION])), cells
                except ValueError:
                    continue


def _read_line(given: Given, row: int, cells: Sequence[Any], methods: Mapping[str, Method]) -> None:
    code = str(cells[layout.CODE])
    value, whole, evidence = cells[layout.VALUE], cells[layout.WHOLE], cells[layout.EVIDENCE]
    if code in given.rows:
        given.complain(row, layout.CODE, code, e.TWICE)
        return
    given.rows[code] = row
    entries = ((layout.VALUE, value), (layout.WHOLE, whole), (layout.EVIDENCE, evidence))
    unreadable = [column for column, one in entries if isinstance(one, dict)]
    for column in unreadable:
        given.complain(row, column, code, e.UNREADABLE_CELL)
    if unreadable or (value is None and whole is None and evidence is None):
        return
    if value is None:
        given.complain(row, layout.VALUE, code, e.NO_VALUE)
        return
    read = _value(value, whole, methods.get(code))
    if isinstance(read, Text):
        given.complain(row, layout.VALUE, code, read, value=value)
        return
    given.facts[code] = {"value": read, "evidence": "" if evidence is None else str(evidence)}


def _value(value: Any, whole: Any, method: Method | None) -> Any:
    """As the method's rule takes it; or a sentence with the fault."""
    value, whole = _typed(value), _typed(whole)
    if value in _WORDS:
        return _WORDS[value]
    match method:
        case YesNo():
            return value if isinstance(value, bool) else _ANSWERS.get(value, e.NOT_YES_NO)
        case Ratio():
            return _share(value, whole)
        case Counted() | Deduction():
            return _count(value)
    return value.split(" ")[0].lower() if isinstance(value, str) and method is not None else value


def _share(value: Any, whole: Any) -> Any:
    if whole is not None:
        return {"part": _count(value), "whole": _count(whole)}
    # A spreadsheet keeps "96.5 %" as 0.965 and "100 %" as 1: neither is taken for a percentage.
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 1:
        return e.OF_ONE
    return value if isinstance(value, int) else str(value).removesuffix("%").rstrip()


def _typed(value: Any) -> Any:
    """What was typed as text, without blanks around it, full-width digits and signs as they are meant."""
    return normalize("NFKC", value).strip() if isinstance(value, str) else value


def _count(value: Any) -> Any:
    """A number that was typed as text is the number."""
    return int(value) if isinstance(value, str) and _DIGITS.fullmatch(value) else value
