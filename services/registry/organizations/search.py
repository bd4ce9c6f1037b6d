"""What `q` finds: names that have every word of it, in any order, and codes that begin with it."""

from sqlalchemy import ColumnElement, and_, or_

from services.registry.tables import organizations
from shared.field.names import fold_name
from shared.field.uscc import normalize

_HALF, _FULL = "(),:;!?~", "（），：；！？～"
_TO_FULL, _TO_HALF = str.maketrans(_HALF, _FULL), str.maketrans(_FULL, _HALF)
_ESCAPED = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})


def matches(q: str) -> ColumnElement[bool]:
    """The condition on an organization. The text has a word (`shared.field.names.check_search`).

    Width, case and blanks do not matter. Rows from before names were normalized hold them as they were sent: the text
    as it was typed is searched for too.
    """
    words = fold_name(q).split()
    found = [and_(*(or_(*_in_name(word), *_in_code(word)) for word in words)), *_in_code(q)]
    if q.split() != words:
        found.append(_contains(q.strip()))
    return or_(*found)


def _in_name(word: str) -> list[ColumnElement[bool]]:
    variants = (word, word.translate(_TO_FULL), word.translate(_TO_HALF))
    return [_contains(variant) for variant in dict.fromkeys(variants)]


def _in_code(text: str) -> list[ColumnElement[bool]]:
    code = normalize(text)
    return [organizations.c.uscc.startswith(code)] if code.isascii() and code.isalnum() else []


def _contains(text: str) -> ColumnElement[bool]:
    return organizations.c.name.ilike(f"%{text.translate(_ESCAPED)}%", escape="\\")
