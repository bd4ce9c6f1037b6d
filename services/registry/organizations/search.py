"""What `q` and filters find: names (former ones too) and addresses that have every word, codes that begin with it.

Lists read `organization_searches` alone until their page is found. Its index has words: a Chinese text's are every two
neighbours, so that one or two characters are found by it as well; a longer word has all of its pairs, and then itself.
"""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, and_, func, or_

from services.registry.tables import organization_searches
from shared.field.names import fold_name
from shared.field.uscc import normalize

_HALF, _FULL = "(),:;!?~", "（），：；！？～"
_TO_FULL, _TO_HALF = str.maketrans(_HALF, _FULL), str.maketrans(_FULL, _HALF)
_ESCAPED = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})
_PAIR = 2
_MARK = "\x01"
_TERMS, _TEXTS = organization_searches.c.terms, organization_searches.c.texts


def is_filtered(filters: Mapping[str, str | None]) -> list[ColumnElement[bool]]:
    """The condition of each filter that is given: `kind`, `type`, `covered` and `status`."""
    return [_has(f" {_MARK}{name}{value} ") for name, value in filters.items() if value is not None]


def is_in_street(street: str) -> list[ColumnElement[bool]]:
    """The conditions of lying in a street, of this whole name."""
    return [_has(f" {_MARK}street{street.replace(' ', '')} "), organization_searches.c.street == street]


def matches(q: str) -> ColumnElement[bool]:
    """The condition of being found. The text has a word (`shared.field.names.check_search`).

    Width, case and blanks do not matter. Rows from before names were normalized hold them as they were sent: the text
    as it was typed is searched for too.
    """
    words = fold_name(q).split()
    found = [and_(*(or_(*_in_texts(word), *_in_code(word)) for word in words)), *_in_code(q)]
    if q.split() != words and len(q.splitlines()) == 1:
        found.append(_contains(q.strip()))
    return or_(*found)


def _in_texts(word: str) -> list[ColumnElement[bool]]:
    variants = dict.fromkeys((word, word.translate(_TO_FULL), word.translate(_TO_HALF)))
    return [_contains(variant) for variant in variants]


def _in_code(text: str) -> list[ColumnElement[bool]]:
    code = normalize(text)
    return [_has(f" {_MARK}code{code}")] if code.isascii() and code.isalnum() else []


def _contains(text: str) -> ColumnElement[bool]:
    if len(text) == 1:
        # Of what is neither letter nor digit, the index knows nothing.
        return _has(f" {text}") if text.isalnum() else _like(_TEXTS, text)
    pairs = dict.fromkeys(text[place : place + _PAIR] for place in range(len(text) - 1))
    held = [_has(f" {pair} ") for pair in pairs if " " not in pair]
    return held[0] if len(text) == _PAIR and held else and_(*held, _like(_TEXTS, text))


def _has(term: str) -> ColumnElement[bool]:
    return _like(_TERMS, term)


def _like(column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    # What is stored is in PostgreSQL's small letters, and so what is asked for must be.
    return column.like(func.lower(f"%{text.translate(_ESCAPED)}%"), escape="\\")
