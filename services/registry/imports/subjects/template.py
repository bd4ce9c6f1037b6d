"""The workbook to fill in: headings with notes, drop-downs, an example row, and a sheet that explains each column."""

import io
from collections.abc import Sequence
from datetime import date

from services.registry.import_words import ImportWords
from services.registry.imports.subjects.known import SUBJECTS
from shared.field import divisions
from shared.field.files.writing import WorkbookWriter
from shared.problems.language import Language, Text

_ROWS = 5_000
_MOST_LISTED = 250
"""Characters of a drop-down's list that Excel takes."""
_NEEDED = Text(zh="必填", en="needed")
_OPTIONAL = Text(zh="选填", en="optional")
_SHEETS = (Text(zh="名单", en="List"), Text(zh="填写说明", en="Notes"))
_EXAMPLE_NOTE = Text(
    zh="第 2 行是示例，正式填写前请删除。", en="Row 2 is an example: delete it before you fill in yours."
)
_EXPLAINED = (
    Text(zh="项目", en="Field"),
    Text(zh="是否必填", en="Needed"),
    Text(zh="填写要求", en="How"),
    Text(zh="也可写作", en="Other headings that are understood"),
)


def write_template(words: ImportWords, scope: Sequence[str], today: date, language: Language) -> bytes:
    """The example is invented, lies within `scope` (division prefixes), and imports without a fault."""
    subject = SUBJECTS[words.form.subject]
    required = words.form.required
    titles = {field: next(iter(words_of(words, field)), field) for field in subject.notes}
    division = _division(scope, today)
    target = io.BytesIO()
    with WorkbookWriter(target) as writer:
        columns = [title + ("*" if field in required else "") for field, title in titles.items()]
        sheet = writer.add_sheet(_SHEETS[0].render(language), columns)
        for place, (field, note) in enumerate(subject.notes.items()):
            sheet.write_comment(0, place, note.render(language))
            listed = _listed(words, field)
            if listed and len(",".join(listed)) <= _MOST_LISTED:
                sheet.data_validation(1, place, _ROWS, place, {"validate": "list", "source": listed})
        example = subject.example(words, division, today)
        writer.add_row([example.get(field) for field in titles])
        writer.add_sheet(
            _SHEETS[1].render(language), [one.render(language) for one in _EXPLAINED], widths=[24, 10, 40, 60]
        )
        for field, note in subject.notes.items():
            needed = _NEEDED if field in required else _OPTIONAL
            others = "、".join(words_of(words, field)[1:])
            writer.add_row([titles[field], needed.render(language), note.render(language), others])
        writer.add_row([])
        writer.add_row([_EXAMPLE_NOTE.render(language)])
    return target.getvalue()


def words_of(words: ImportWords, field: str) -> list[str]:
    """The headings of a field."""
    return words.headings.get(field, [])


def _listed(words: ImportWords, field: str) -> list[str]:
    kind = words.form.fields[field]
    if kind == "type":
        return [f"T{number:02}" for number in range(1, 12)]
    return [written[0] for written in words.meanings[field].values() if written] if kind == "word" else []


def _division(scope: Sequence[str], today: date) -> divisions.Division | None:
    """A county-level division that the caller reaches."""
    for prefix in scope:
        inside = (
            [one for tabled in ("33", "31") for one in divisions.counties(tabled, today)]
            if not prefix
            else (divisions.counties(prefix, today))
        )
        if inside:
            return inside[0]
    return None
