"""Parameters of statements as JSON and back: what has no form of its own there carries its type."""

import base64
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

_WRITE = {
    "uuid": (UUID, str),
    "instant": (datetime, datetime.isoformat),
    "date": (date, date.isoformat),
    "decimal": (Decimal, str),
    "bytes": (bytes, lambda value: base64.b64encode(value).decode()),
}
_READ = {
    "uuid": UUID,
    "instant": datetime.fromisoformat,
    "date": date.fromisoformat,
    "decimal": Decimal,
    "bytes": base64.b64decode,
}


def freeze(value: Any) -> Any:
    """As JSON can hold it. Raises TypeError for a type that is not known."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [freeze(one) for one in value]
    for name, (kind, write) in _WRITE.items():
        if isinstance(value, kind):
            return {name: write(value)}  # type: ignore[operator]
    if type(value).__module__.startswith("uuid"):
        return {"uuid": str(value)}
    raise TypeError(f"{type(value)} cannot be frozen")


def thaw(value: Any) -> Any:
    """As it was."""
    if isinstance(value, list):
        return [thaw(one) for one in value]
    if isinstance(value, dict):
        [(name, content)] = value.items()
        return _READ[name](content)
    return value
