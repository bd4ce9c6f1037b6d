"""What `q` finds: names (former ones too) and addresses that have every word of it, and codes that begin with it."""

from sqlalchemy import ColumnElement, Text, and_, cast, or_

from services.registry.tables import organizations
from shared.field.names import fold_name
from shared.field.uscc import normalize

_HALF, _FULL = "(),:;!?~", "（），：；！？～"
_TO_FULL, _TO_HALF = str.maketrans(_HALF, _FULL), str.maketrans(_FULL, _HALF)
_ESCAPED = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})
_SEARCHED = (organizations.c.name, organizations.c.address)
_FORMER = cast(organizations.c.former_names, Text)


def matches(q: str) -> ColumnElement[bool]:
    """The condition on an organization. The text has a word (`shared.field.names.check_search`).

    Width, case and blanks do not matter. Rows from before names were normalized hold them as they were sent: the text
    as it was typed is searched for too.
    """
    words = fold_name(q).split()
    found = [and_(*(or_(*_in_texts(word), *_in_code(word)) for word in words)), *_in_code(q)]
    if q.split() != words:
        found += _contain(q.strip())
    return or_(*found)


def _in_texts(word: str) -> list[ColumnElement[bool]]:
    variants = dict.fromkeys((word, word.translate(_TO_FULL), word.translate(_TO_HALF)))
    return [condition for variant in variants for condition in _contain(variant)]


def _in_code(text: str) -> list[ColumnElement[bool]]:
    code = normalize(text)
    return [organizations.c.uscc.startswith(code)] if code.isascii() and code.isalnum() else []


def _contain(text: str) -> list[ColumnElement[bool]]:
    pattern = _pattern(text)
    # Only letters have a case: without one, LIKE asks the same in half the time.
    cased = text.lower() != text.upper()
    columns = [
        column.ilike(pattern, escape="\\") if cased else column.like(pattern, escape="\\") for column in _SEARCHED
    ]
    # JSON writes a backslash before a quotation mark and before a backslash.
    inside = _pattern(text.replace("\\", "\\\\").replace('"', '\\"'))
    return [*columns, and_(organizations.c.former_names.is_not(None), _FORMER.ilike(inside, escape="\\"))]


def _pattern(text: str) -> str:
    return f"%{text.translate(_ESCAPED)}%"
