"""Reads rows as records, and reports on those that are refused or warned of: in both languages, with cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.registry.batches.taking import Checked, Item, Remark
from services.registry.imports.errors import (
    LANGUAGES,
    TakenWithWarnings,
    both_languages,
    storable,
    stored_json,
    verbatim,
)
from services.registry.imports.mapping.heading import title_of
from services.registry.imports.opening import OpenTable
from services.registry.imports.queries import Reported, Severity
from services.registry.imports.rules import MAX_SHOWN, CellFault, Reader
from services.registry.imports.sentences import BESIDE, CELL, ROW
from services.registry.imports.subjects.subject import Subject
from services.registry.organizations.terms import Terms
from shared.db.access import Access
from shared.field.files.tables import TableError, column_letters
from shared.problems.access import OutsideScope
from shared.problems.language import Language, Text
from shared.problems.problems import FieldError, InvalidInput, Problem

_ROW_WHERE: Mapping[Language, str] = {"zh": "第 {row} 行（{heading}）", "en": "Row {row} ({heading})"}
_CELL_WHERE: Mapping[Language, str] = {"zh": "{cell}（{heading}）", "en": "Cell {cell} ({heading})"}
_AT = {"location": ("location", "lon", "lat", "datum")}


@dataclass(frozen=True, slots=True)
class ReportedRow:
    """A row of a file, on its way to the report."""

    number: int
    cells: Sequence[object]
    reader: Reader

    def by_faults(self, key: str | None, faults: Sequence[CellFault], others: Sequence[FieldError] = ()) -> Reported:
        """For cells that are not understood, and for errors of the record that was made of the others."""
        told = [self._told(fault) for fault in faults]
        marks = [
            self._mark(fault.field, fault.place, fault.reason, text) for fault, text in zip(faults, told, strict=True)
        ]
        pairs = zip(faults, told, strict=True)
        errors = [FieldError(f"/{fault.field}" if fault.field else "", text) for fault, text in pairs]
        for error in others:
            placed, mark = self._at_its_cell(error, error.detail.en)
            errors.append(placed)
            marks.append(mark)
        return self._stored(key, InvalidInput(errors), marks)

    def by_problem(self, key: str | None, problem: Problem) -> Reported:
        """For a record that was not taken: at its cells where the problem names some."""
        if isinstance(problem, InvalidInput):
            return self.by_faults(key, [], problem.errors)
        name, place = self._place_of("/division" if isinstance(problem, OutsideScope) else "/as_of")
        told = verbatim(*(str(problem.document(language)["detail"]) for language in LANGUAGES))
        text = self._beside(FieldError("", told), place)
        return self._stored(key, problem, [self._mark(name, place, problem.slug, text)])

    def by_warnings(self, key: str, warnings: Sequence[Remark], unread: CellFault | None = None) -> Reported:
        """For a record that was taken, with something to look at; `unread`: cells that no heading stands above."""
        placed = [self._at_its_cell(warned.as_error(), warned.code) for warned in warnings]
        if unread is not None:
            told = self._told(unread)
            placed.append((FieldError("", told), self._mark("", unread.place, unread.reason, told)))
        return self._stored(key, TakenWithWarnings([one for one, _ in placed]), [mark for _, mark in placed], "warning")

    def by_line(self, broken: TableError) -> Reported:
        """For a line that is no row."""
        facts = {"row": self.number, **broken.facts}
        text = verbatim(*(ROW[broken.reason].render(language, **facts) for language in LANGUAGES))
        return self._stored(None, InvalidInput([FieldError("", text)]), [self._mark("", None, broken.reason, text)])

    def _told(self, fault: CellFault) -> Text:
        return verbatim(
            *(
                CELL[fault.reason].render(
                    language,
                    **{"heading": self._title(fault.field), **fault.facts},
                    where=self._where(fault.field, fault.place, language),
                    value=self._value(fault.place),
                )
                for language in LANGUAGES
            )
        )

    def _at_its_cell(self, error: FieldError, fault: str) -> tuple[FieldError, dict[str, Any]]:
        name, place = self._place_of(error.pointer)
        text = self._beside(error, place)
        return FieldError(error.pointer, text), self._mark(name, place, fault, text)

    def _beside(self, error: FieldError, place: int | None) -> Text:
        """An error's sentence with its cell, heading and value in front, where it has a cell."""
        told = [error.detail.render(language, **dict(error.facts)) for language in LANGUAGES]
        if place is not None:
            told = [
                BESIDE.render(
                    language, where=self._where("", place, language), value=self._value(place), told=told[number]
                )
                for number, language in enumerate(LANGUAGES)
            ]
        return verbatim(*told)

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
            "told": {language: told.render(language) for language in LANGUAGES},
        }

    def _stored(
        self,
        key: str | None,
        problem: Problem | TakenWithWarnings,
        marks: Sequence[Mapping[str, Any]],
        severity: Severity = "refused",
    ) -> Reported:
        return self.number, storable(key), stored_json(both_languages(problem)), stored_json(list(marks)), severity


def read_row(
    row: ReportedRow, table: OpenTable, access: Access, subject: Subject[Item], terms: Terms
) -> Checked[Item] | Reported:
    """A row's record, or why it is refused."""
    broken = table.sheet.row_errors.get(row.number)
    if broken is not None:
        return row.by_line(broken)
    fields, faults = table.reader.read(row.cells)
    key = fields.get(subject.form.key)
    key = key if isinstance(key, str) else table.reader.name(row.cells)
    if row.number in table.repeats:
        faults.append(table.repeats[row.number])
    if row.number in table.longer:
        faults.append(table.longer[row.number])
    try:
        checked = subject.read(fields, terms)
        checked.check_reach(access)
    except InvalidInput as invalid:
        known = {fault.field for fault in faults}
        others = [one for one in invalid.errors if one.pointer.split("/")[1] not in known]
        return row.by_faults(key, faults, others + subject.beside(fields, others, terms))
    except OutsideScope as outside:
        return row.by_faults(key, faults) if faults else row.by_problem(key, outside)
    return row.by_faults(key, faults) if faults else checked


def cell_name(place: int | None, row: int) -> str:
    """`C7`; for a value without a column the row's number."""
    return f"{column_letters(place) if place is not None else ''}{row}"
