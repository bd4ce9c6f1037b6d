"""Reads a row as a registration, or says why it is refused: a problem in both languages, and each faulty cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from services.registry.civil_affairs.reading import read_registration
from services.registry.imports.opening import OpenTable, title_of
from services.registry.imports.rules import MAX_SHOWN, CellFault, Given, Reader, cell_name
from services.registry.imports.sentences import BESIDE, CELL, ROW
from services.registry.organizations.schemas import Registration
from shared.db.access import Access
from shared.field import divisions, uscc
from shared.field.errors import FieldError as BrokenValue
from shared.field.files.tables import TableError, column_letters
from shared.field.files.values import CellError, read_division, read_instant
from shared.problems.access import OutsideScope, check_reach
from shared.problems.field_sentences import field_error
from shared.problems.language import Language, Text
from shared.problems.problems import FieldError, InvalidInput, Problem

Stored = tuple[int, str | None, str, str]
"""Row number, code, problem document and cells, the last two as JSON."""
_LANGUAGES: tuple[Language, ...] = ("zh", "en")
_ROW_WHERE: Mapping[Language, str] = {"zh": "第 {row} 行（{heading}）", "en": "Row {row} ({heading})"}
_CELL_WHERE: Mapping[Language, str] = {"zh": "{cell}（{heading}）", "en": "Cell {cell} ({heading})"}
_AT = {"location": ("location", "lon", "lat")}


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row of a file, on its way to the report."""

    number: int
    cells: Sequence[object]
    reader: Reader

    def by_faults(self, code: str | None, faults: Sequence[CellFault], others: Sequence[FieldError] = ()) -> Stored:
        """For cells that are not understood, and for errors of the registration that was made of the others."""
        told = [self._told(fault) for fault in faults]
        marks = [
            self._mark(fault.field, fault.place, fault.reason, text) for fault, text in zip(faults, told, strict=True)
        ]
        errors = [FieldError(f"/{fault.field}", text) for fault, text in zip(faults, told, strict=True)]
        for error in others:
            name, place = self._place_of(error.pointer)
            text = self._beside(error, place)
            errors.append(FieldError(error.pointer, text))
            marks.append(self._mark(name, place, error.detail.en, text))
        return self._stored(code, InvalidInput(errors), marks)

    def by_problem(self, code: str | None, problem: Problem) -> Stored:
        """For a registration that was not taken."""
        name, place = self._place_of("/division" if isinstance(problem, OutsideScope) else "/as_of")
        told = _verbatim(*(str(problem.document(language)["detail"]) for language in _LANGUAGES))
        text = self._beside(FieldError("", told), place)
        return self._stored(code, problem, [self._mark(name, place, problem.slug, text)])

    def by_line(self, broken: TableError) -> Stored:
        """For a line that is no row."""
        facts = {"row": self.number, **broken.facts}
        text = _verbatim(*(ROW[broken.reason].render(language, **facts) for language in _LANGUAGES))
        return self._stored(None, InvalidInput([FieldError("", text)]), [self._mark("", None, broken.reason, text)])

    def _told(self, fault: CellFault) -> Text:
        return _verbatim(
            *(
                CELL[fault.reason].render(
                    language,
                    **{"heading": self._title(fault.field), **fault.facts},
                    where=self._where(fault.field, fault.place, language),
                    value=self._value(fault.place),
                )
                for language in _LANGUAGES
            )
        )

    def _beside(self, error: FieldError, place: int | None) -> Text:
        """An error's sentence with its cell, heading and value in front, where it has a cell."""
        told = [error.detail.render(language, **dict(error.facts)) for language in _LANGUAGES]
        if place is not None:
            told = [
                BESIDE.render(
                    language, where=self._where("", place, language), value=self._value(place), told=told[number]
                )
                for number, language in enumerate(_LANGUAGES)
            ]
        return _verbatim(*told)

    def _place_of(self, pointer: str) -> tuple[str, int | None]:
        name = pointer.strip("/").partition("/")[0]
        fields = self.reader.heading.fields
        return name, next((fields[one].place for one in _AT.get(name, (name,)) if one in fields), None)

    def _where(self, name: str, place: int | None, language: Language) -> str:
        heading = self._heading(place) or self._title(name)
        written = _ROW_WHERE if self.reader.exact_numbers or place is None else _CELL_WHERE
        return written[language].format(cell=cell_name(place, self.number), row=self.number, heading=heading)

    def _title(self, name: str) -> str:
        return title_of(name, self.reader.words)

    def _heading(self, place: int | None) -> str | None:
        return next((one.heading for one in self.reader.heading.columns if one.place == place), None)

    def _value(self, place: int | None) -> str:
        value = self.cells[place] if place is not None and place < len(self.cells) else None
        return "" if value is None or isinstance(value, dict) else str(value)[:MAX_SHOWN]

    def _mark(self, name: str, place: int | None, fault: str, told: Text) -> dict[str, Any]:
        return {
            "field": name or None,
            "cell": None if place is None or self.reader.exact_numbers else cell_name(place, self.number),
            "column": None if place is None or self.reader.exact_numbers else column_letters(place),
            "place": place,
            "heading": self._heading(place),
            "value": self._value(place) or None,
            "fault": fault,
            "told": {language: told.render(language) for language in _LANGUAGES},
        }

    def _stored(self, code: str | None, problem: Problem, marks: Sequence[Mapping[str, Any]]) -> Stored:
        both = {language: problem.document(language) for language in _LANGUAGES}
        return self.number, storable(code), _json(both), _json(list(marks))


def both_languages(problem: Problem) -> Any:
    """A problem as it is stored: its reader is not known yet."""
    return storable({language: problem.document(language) for language in _LANGUAGES})


def _verbatim(zh: str, en: str) -> Text:
    return Text(zh=zh.replace("{", "{{").replace("}", "}}"), en=en.replace("{", "{{").replace("}", "}}"))


def _json(value: object) -> str:
    return orjson.dumps(storable(value), default=str).decode()


def storable(value: Any) -> Any:
    """A refused row may hold NUL, which PostgreSQL cannot store: its report shows U+FFFD."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, dict):
        return {name: storable(item) for name, item in value.items()}
    return [storable(item) for item in value] if isinstance(value, list) else value


def read_given(
    as_of: str | None, division: str | None, sheet: str | None, access: Access, today: date
) -> tuple[Given, dict[str, str | None]]:
    """What the request gives for the whole file, and as it is stored. Raises InvalidInput, OutsideScope."""
    errors: list[FieldError] = []
    instant = code = None
    for name, value in (("as_of", as_of), ("division", division)):
        try:
            if value and name == "as_of":
                instant = read_instant(value)
            elif value:
                code = divisions.check_division(read_division(value, today, access.scope), today).code
        except CellError as broken:
            facts = {"heading": name, **broken.facts, "where": name, "value": value}
            errors.append(FieldError(f"/{name}", CELL[broken.reason], tuple(facts.items())))
        except BrokenValue as broken:
            errors.append(field_error(f"/{name}", broken))
    if errors:
        raise InvalidInput(errors)
    if code is not None:
        check_reach(access, code)
    stored = {"as_of": instant.isoformat() if instant else None, "division": code, "sheet": sheet or None}
    return Given(instant, code, access.scope), stored


def read_row(row: RefusedRow, table: OpenTable, access: Access, *, allow_sample_codes: bool) -> Registration | Stored:
    """A row's registration, or why it is refused."""
    broken = table.sheet.row_errors.get(row.number)
    if broken is not None:
        return row.by_line(broken)
    fields, faults = table.reader.read(row.cells)
    code = fields.get("uscc")
    code = code if isinstance(code, str) else table.reader.code(row.cells)
    if row.number in table.repeats:
        faults.append(table.repeats[row.number])
    try:
        registration = read_registration(fields, allow_sample_codes=allow_sample_codes)
        check_reach(access, registration.division)
    except InvalidInput as invalid:
        known = {fault.field for fault in faults}
        others = [one for one in invalid.errors if one.pointer.split("/")[1] not in known]
        return row.by_faults(code, faults, others + _code_errors(fields, others, allow_sample_codes=allow_sample_codes))
    except OutsideScope as outside:
        return row.by_faults(code, faults) if faults else row.by_problem(code, outside)
    return row.by_faults(code, faults) if faults else registration


def _code_errors(
    fields: Mapping[str, object], found: Sequence[FieldError], *, allow_sample_codes: bool
) -> list[FieldError]:
    """What is wrong with the code, which is checked only where the shape is right: a row's faults are named at once."""
    code = fields.get("uscc")
    if not isinstance(code, str) or any(error.pointer == "/uscc" for error in found):
        return []
    try:
        uscc.check(code, allow_sample_codes=allow_sample_codes)
    except BrokenValue as broken:
        return [field_error("/uscc", broken)]
    return []
