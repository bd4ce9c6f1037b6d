"""How the items of a list become rows: one column a field, one cell a value."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel

from shared.problems.language import Language
from shared.web.describing.document import FieldName, name_of

_CHINA = ZoneInfo("Asia/Shanghai")
_BOOLEANS: Mapping[Language, tuple[str, str]] = {"zh": ("否", "是"), "en": ("no", "yes")}

_VALUES = (str, int, float, bool, date, UUID, AwareDatetime)  # an enumeration of words, too, is a str

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: where its value lies in an item, whether that is an instant, and its heading in both languages."""

    path: tuple[str, ...]
    instant: bool
    headings: Mapping[Language, str]

    def cell(self, item: Mapping[str, Any], language: Language) -> Cell:
        """The value of an item as a cell."""
        value: Any = item
        for name in self.path:
            value = None if value is None else value.get(name)
        if self.instant and isinstance(value, str):
            return f"{datetime.fromisoformat(value).astimezone(_CHINA):%Y-%m-%d %H:%M:%S}"
        if isinstance(value, bool):
            return _BOOLEANS[language][value]
        return value if value is None or isinstance(value, str | int | float) else _as_text(value)


@cache
def columns_of(model: type[BaseModel]) -> tuple[Column, ...]:
    """The columns of a list of these. A part of plain values (a location) has a column for each of them.

    A heading that stands twice gets the name of its part before it.
    """
    columns = tuple(_columns(model, ()))
    found = Counter(column.headings["zh"] for column in columns)
    return tuple(
        _within(column, model) if found[column.headings["zh"]] > 1 and len(column.path) > 1 else column
        for column in columns
    )


def _within(column: Column, model: type[BaseModel]) -> Column:
    part = _name(column.path[0], model)
    headings = column.headings
    return replace(column, headings={"zh": f"{part.zh}：{headings['zh']}", "en": f"{part.en}: {headings['en']}"})


def _columns(model: type[BaseModel], path: tuple[str, ...]) -> Iterator[Column]:
    for attribute, field in model.model_fields.items():
        # As it is called in an answer: `from` cannot be an attribute's name.
        name = field.serialization_alias or attribute
        kind = _plain(field.annotation)
        if isinstance(kind, type) and issubclass(kind, BaseModel) and not path and _is_flat(kind):
            yield from _columns(kind, (name,))
        else:
            found = _name(name, model)
            yield Column((*path, name), kind in (datetime, AwareDatetime), {"zh": found.zh, "en": found.en})


def _name(name: str, model: type[BaseModel]) -> FieldName:
    return name_of(name, model.__name__) or FieldName(name, name)


def _plain(annotation: Any) -> Any:
    """The type without None and without what is demanded of its values."""
    if get_origin(annotation) is Annotated:
        return _plain(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        kinds = [one for one in get_args(annotation) if one is not NoneType]
        return _plain(kinds[0]) if len(kinds) == 1 else annotation
    return annotation


def _is_flat(model: type[BaseModel]) -> bool:
    return all(_is_value(field.annotation) for field in model.model_fields.values())


def _is_value(annotation: Any) -> bool:
    """Whether it is plain: a value or a word out of some."""
    kind = _plain(annotation)
    return get_origin(kind) is Literal or (isinstance(kind, type) and issubclass(kind, _VALUES))


def _as_text(value: Any) -> str:
    """Parts and lists as a person reads them in a cell."""
    if isinstance(value, list):
        return "\n".join(_as_text(one) for one in value)
    if not isinstance(value, dict):
        return "" if value is None else str(value)
    if value.get("uscc") is not None:
        return str(value["uscc"])
    if {"rule", "outcome", "text"} <= set(value):
        return f"{value['rule']} {value['outcome']}：{value['text']}"
    parts = ((name, _as_text(one)) for name, one in value.items())
    return "；".join(f"{name}: {part}" for name, part in parts if part)
