"""What JSON readers take in silence: one key twice in an object, of which the last would win, and a negative zero."""

import json
from typing import Any

from shared.field.errors import FieldError

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_Path = tuple[str | int, ...]


class JsonError(FieldError):
    """An object with one key twice, or a negative zero. `path` leads to it, outermost first."""

    def __init__(self, reason: str, path: _Path) -> None:
        super().__init__(reason, {"key": str(path[-1]) if path else ""})
        self.path = path


class _Pairs(list[tuple[str, Any]]):
    """An object as it was written."""


class _NegativeZero:
    """A zero with a minus sign."""


_NEGATIVE_ZERO = _NegativeZero()


def check_json(text: bytes, keys: int | None = None) -> None:
    """Raises JsonError for a fault that readers of JSON pass over; text that is no JSON is left to them.

    `keys` is how many keys a reader found in all objects. Where the text has as many and no more, it is not read again:
    this is the usual case, and takes a microsecond.
    """
    if keys is not None and text.count(b'":') == keys and not _asks_for_reading(text.strip()):
        return
    try:
        found = json.loads(
            text.removeprefix(_BYTE_ORDER_MARK), object_pairs_hook=_Pairs, parse_int=_number, parse_float=_number
        )
    except (ValueError, RecursionError):
        return
    _check(found)


def _asks_for_reading(text: bytes) -> bool:
    """Whether a key may stand apart from its colon, so that its colons do not count the keys, or a zero be negative.

    Written out, and the cheapest questions first: this is asked of each registration.
    """
    return (
        b"[" in text
        or b"\n" in text
        or b"\r" in text
        or b"\t" in text
        or b'" ' in text
        or b":-" in text
        or b" -" in text
    )


def count_keys(value: object) -> int:
    """How many keys the objects of a JSON value have in all."""
    total, pending = 0, [value]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            total += len(item)
            pending += item.values()
        elif isinstance(item, list):
            pending += item
    return total


def _number(written: str) -> _NegativeZero | None:
    return _NEGATIVE_ZERO if written.startswith("-") and float(written) == 0 else None


def _check(found: object) -> None:
    pending: list[tuple[_Path, object]] = [((), found)]
    while pending:
        path, value = pending.pop()
        if value is _NEGATIVE_ZERO:
            raise JsonError("json_negative_zero", path)
        if isinstance(value, _Pairs):
            seen: set[str] = set()
            for key, item in value:
                if key in seen:
                    raise JsonError("json_key_twice", (*path, key))
                seen.add(key)
                pending.append(((*path, key), item))
        elif isinstance(value, list):
            pending += (((*path, place), item) for place, item in enumerate(value))
