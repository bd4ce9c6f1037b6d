"""Counts the fields of JSON before a model reads it: each unknown one becomes an error of its own, with a place and a
sentence, and a mebibyte holds 150,000 of them."""

from collections.abc import Collection
from typing import Any

import orjson

from shared.problems.language import Text
from shared.problems.problems import MAX_ERRORS, FieldError, InvalidInput
from shared.problems.validation import UNKNOWN_FIELD, pointer

MAX_KEYS = 1000
"""Fields of a whole body: several times what the largest score sheet has."""
_TOO_MANY = Text(
    zh="内容有 {keys} 个字段，最多 {limit} 个。", en="There are {keys} fields, at most {limit} are allowed."
)


def check_keys(content: bytes, *, limit: int = MAX_KEYS) -> None:
    """Refuse JSON text with more than `limit` fields in all. Raises InvalidInput.

    Text that is no JSON passes: whoever reads it says what is wrong.
    """
    found = _read_if_many(content, limit)
    keys = _count(found)
    if keys > limit:
        raise InvalidInput([FieldError("", _TOO_MANY, (("keys", keys), ("limit", limit)))])


def check_known_keys(content: bytes, known: Collection[str], *, limit: int) -> None:
    """Refuse a JSON object with more than `limit` fields in all, and name its unknown ones. Raises InvalidInput."""
    found = _read_if_many(content, limit)
    unknown = [key for key in found if key not in known] if isinstance(found, dict) else []
    if unknown and _count(found) > limit:
        errors = [FieldError(pointer([key]), UNKNOWN_FIELD) for key in unknown[:MAX_ERRORS]]
        raise InvalidInput(errors, count=len(unknown))
    check_keys(content, limit=limit)


def _read_if_many(content: bytes, limit: int) -> Any:
    """The value, where there may be more than `limit` fields: each has a colon."""
    if content.count(b":") <= limit:
        return None
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return None


def _count(value: Any) -> int:
    keys, waiting = 0, [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            keys += len(one)
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return keys
