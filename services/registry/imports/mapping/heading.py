"""Whether a heading has what its subject needs, and what its columns could be mapped to. Pure."""

from collections.abc import Mapping
from typing import Any

from services.registry.import_words import ImportWords
from services.registry.imports.errors import MissingColumns, UnclearColumns, UnreadableFile
from services.registry.imports.given import Given
from services.registry.imports.headings import Column, Heading, Names
from services.registry.imports.mapping.rules import MOST_CHARACTERS, MOST_HEADINGS
from services.registry.imports.sentences import NOT_READ
from shared.field.files.tables import TableError, column_letters
from shared.problems.language import Text
from shared.problems.problems import FieldError

_LACKING = Text(zh="缺少列“{heading}”。", en="Column '{heading}' is missing.")
_LACKING_NEAR = Text(
    zh="缺少列“{heading}”；{column} 列“{near}”与它相近，如是请改用该标题。",
    en="Column '{heading}' is missing; column {column} '{near}' is like it: use that heading if it is meant.",
)


def check_heading(heading: Heading, names: Names, filename: str, given: Given) -> None:
    """Raises UnreadableFile where a field has two columns, MissingColumns, UnclearColumns: these name what to map."""
    if heading.repeated:
        told = "、".join(f"{column_letters(one.place)} {one.heading}" for one in heading.repeated)
        raise UnreadableFile(filename, TableError("file_columns_duplicate", {"columns": told[:1000]}))
    missing = heading.missing(names.words.form.required, given.fields)
    if missing:
        near = {one.near: one for one in reversed(heading.columns) if one.near}
        lacking = [_lacking(field, names, near) for field in missing]
        raise MissingColumns(lacking, columns=", ".join(missing), **_to_map(heading, names.words))
    unclear = [one for one in heading.columns if one.near == "status"] if "status" not in heading.fields else []
    if unclear:
        like = [not_read(one, names.words) for one in unclear]
        raise UnclearColumns(like, count=len(unclear), **_to_map(heading, names.words))


def _to_map(heading: Heading, words: ImportWords) -> dict[str, Any]:
    """What a mapping is chosen from: the headings of the file, and the fields with how they are called."""
    columns = [one for one in heading.columns if 0 < len(one.heading) <= MOST_CHARACTERS][:MOST_HEADINGS]
    headings = [
        {"column": column_letters(one.place), "heading": one.heading, "field": one.field, "like": one.near}
        for one in columns
    ]
    return {"headings": headings, "fields": titles_of(words)}


def _lacking(name: str, names: Names, near: Mapping[str, Column]) -> FieldError:
    facts: tuple[tuple[str, object], ...] = (("heading", title_of(name, names.words)),)
    if name not in near:
        return FieldError(f"/columns/{name}", _LACKING, facts)
    alike = near[name]
    facts += (("column", column_letters(alike.place)), ("near", alike.heading[:100]))
    return FieldError(f"/columns/{name}", _LACKING_NEAR, facts)


def not_read(column: Column, words: ImportWords) -> FieldError:
    """Why a column that is nearly a known one was not read."""
    facts = (
        ("column", column_letters(column.place)),
        ("heading", column.heading[:100]),
        ("known", title_of(column.near or "", words)),
    )
    return FieldError(f"/columns/{column.near}", NOT_READ, facts)


def title_of(name: str, words: ImportWords) -> str:
    """A field's first heading."""
    return next((written[0] for field, written in words.headings.items() if field == name), name)


def titles_of(words: ImportWords) -> dict[str, str]:
    """Each field of the subject with its first heading, in the template's order."""
    return {field: title_of(field, words) for field in words.form.fields}
