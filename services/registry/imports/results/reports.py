"""The file of an import back as a workbook: each refused row with its reason, its faulty cells marked, and the sums.

Rows that were taken with warnings have these there, after a line that says so.
"""

from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

from services.registry.imports.opening import OpenTable
from shared.db.session import Record
from shared.field.files.tables import Sheet
from shared.field.files.writing import WorkbookWriter
from shared.problems.language import Language, Text

REASON = Text(zh="原因", en="Reason")
_SUMS = Text(zh="汇总", en="Sums")
_SUM_COLUMNS = (
    Text(zh="列标题", en="Heading"),
    Text(zh="行数", en="Rows"),
    Text(zh="首行", en="First row"),
    Text(zh="首行的原因", en="Reason in the first row"),
)
_LEAST_WIDTH, _MOST_SHEET_NAME = 14, 31
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", "_"))


def write_report(
    target: BinaryIO, table: OpenTable, errors: Sequence[Record], sums: Sequence[Record], language: Language
) -> None:
    """Rows keep their numbers, so the file can be corrected and imported again; the reasons are one column more."""
    refused = {int(error["row_number"]): error for error in errors}
    width = max((len(cells) for _, cells in table.sheet.rows()), default=0)
    width = max(width, len(table.sheet.columns or ()))
    with WorkbookWriter(target) as writer:
        writer.add_sheet(_sheet_name(table.sheet), widths=[*[_LEAST_WIDTH] * width, 60])
        heading_row = table.first_row - 1
        shift = 0
        if table.sheet.columns is not None:
            # ndjson has no heading row of its own.
            writer.add_row([*table.sheet.columns, REASON.render(language)], bold=True)
            shift = 1
        for number, cells in table.sheet.rows():
            error = refused.get(number)
            row = [_shown(cell) for cell in cells]
            if number == heading_row:
                row = [*row, *[None] * (width - len(row)), REASON.render(language)]
            marked: frozenset[int] = frozenset()
            if error is not None:
                row = [*row, *[None] * (width - len(row)), _reason(error, language)]
                marked = frozenset({width, *(one["place"] for one in error["cells"] or [] if one["place"] is not None)})
            writer.add_row(row, number=number + shift, marked=marked, bold=number == heading_row)
        writer.add_sheet(_SUMS.render(language), [one.render(language) for one in _SUM_COLUMNS], widths=[24, 8, 8, 80])
        for one in sums:
            writer.add_row([one["heading"] or one["field"], one["rows"], one["first_row"], one["told"][language]])


def _reason(error: Mapping[str, Any], language: Language) -> str:
    told = [one["told"][language] for one in error["cells"] or []]
    problem = error["problem"][language]
    told = told or [one["detail"] for one in problem["errors"]] or [problem["detail"]]
    return "\n".join([problem["title"], *told] if error["severity"] == "warning" else told)


def _shown(cell: object) -> object:
    """A cell as it was; what could not be read shows what it was, an object of ndjson its members."""
    if isinstance(cell, dict):
        return str(cell.get("code") or "") if "unreadable" in cell else str(cell)
    return cell


def _sheet_name(sheet: Sheet) -> str:
    name = sheet.name.translate(_FORBIDDEN)[:_MOST_SHEET_NAME]
    return name if name and name.lower() not in ("history", "汇总", "sums") else "名单"
