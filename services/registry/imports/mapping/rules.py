"""What the uploader says of headings that no policy knows: which field each holds, or that it is not read. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping

import orjson

from services.registry.import_words import ImportWords
from services.registry.imports.headings import Names
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput
from shared.problems.validation import pointer

MOST_HEADINGS = 200
MOST_CHARACTERS = 200
MAX_TEXT = 40_000
Mapped = Mapping[str, str | None]
"""By heading, as it stands in the file: its field, None where its column is not read."""

_NO_MAPPING = Text(
    zh="应为JSON对象：名称为文件中的标题，值为字段，不读取的为空文本；最多{most}个标题。",
    en="Give a JSON object: headings of the file with their fields, empty for one not to be read; at most {most}.",
)
_NO_FIELD = Text(zh="没有字段“{field}”，可用：{known}。", en="There is no field '{field}'; known: {known}.")
_TWICE = Text(zh="字段“{field}”对应了多个标题。", en="The field '{field}' is named for more than one heading.")
_NO_HEADING = Text(
    zh="文件中没有标题“{heading}”，有：{known}。", en="The file has no heading '{heading}'; it has: {known}."
)


def read_mapping(text: str | None, words: ImportWords) -> Mapped:
    """The mapping that a request gives; a heading with an empty field, or null, is not read. Raises InvalidInput."""
    if not text:
        return {}
    malformed = FieldError("/mapping", _NO_MAPPING, (("most", MOST_HEADINGS),))
    try:
        given = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InvalidInput([malformed]) from error
    if not isinstance(given, dict) or len(given) > MOST_HEADINGS or not all(map(_is_entry, given.items())):
        raise InvalidInput([malformed])
    mapped = {heading: field or None for heading, field in given.items()}
    fields = words.form.fields
    errors = [
        FieldError(_at(heading), _NO_FIELD, (("field", field), ("known", ", ".join(fields))))
        for heading, field in mapped.items()
        if field is not None and field not in fields
    ]
    counts = Counter(field for field in mapped.values() if field is not None)
    errors += [
        FieldError(_at(heading), _TWICE, (("field", field),))
        for heading, field in mapped.items()
        if field is not None and counts[field] > 1
    ]
    if errors:
        raise InvalidInput(errors)
    return mapped


def with_mapping(words: ImportWords, mapped: Mapped) -> ImportWords:
    """The words, with what the uploader says of headings: it goes before what the policies say."""
    if not mapped:
        return words
    names = Names(words)
    said = {names.fold(heading) for heading in mapped}
    headings = {
        field: [heading for heading in written if names.fold(heading) not in said]
        for field, written in words.headings.items()
    }
    for heading, field in mapped.items():
        if field is not None:
            # Last, as a field's first heading is how reports name it.
            headings[field] = [*headings.get(field, []), heading]
    ignored = [heading for heading in words.ignored if names.fold(heading) not in said]
    ignored += [heading for heading, field in mapped.items() if field is None]
    # Not checked again: a heading of a file may be longer than a policy's.
    return words.model_copy(update={"headings": headings, "ignored": ignored})


def check_found(mapped: Mapped, words: ImportWords, headings: Iterable[str]) -> None:
    """Whether the file has each heading that is mapped. Raises InvalidInput: a misspelt one would be passed over."""
    if not mapped:
        return
    names = Names(words)
    known = list(headings)
    found = {names.fold(part) for heading in known for part in (heading, heading.rpartition(" / ")[2])}
    errors = [
        FieldError(_at(heading), _NO_HEADING, (("heading", heading), ("known", "、".join(known)[:1000])))
        for heading in mapped
        if names.fold(heading) not in found
    ]
    if errors:
        raise InvalidInput(errors)


def _is_entry(entry: tuple[str, object]) -> bool:
    heading, field = entry
    return 0 < len(heading.strip()) <= MOST_CHARACTERS and (
        field is None or (isinstance(field, str) and len(field) <= MOST_CHARACTERS)
    )


def _at(heading: str) -> str:
    return pointer(("mapping", heading))
