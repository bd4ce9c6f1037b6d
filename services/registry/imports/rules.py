"""Turns the cells of a row into the fields of a registration, and says what of it is not understood. Pure."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from services.registry.imports.headings import Heading, Names
from services.registry.policies import REQUIRED, ImportWords
from shared.field import divisions
from shared.field.errors import FieldError as BrokenValue
from shared.field.files.tables import column_letters
from shared.field.files.values import (
    CellError,
    fold,
    fold_word,
    read_code,
    read_count,
    read_date,
    read_degrees,
    read_division,
    read_instant,
    read_pair,
    read_text,
)

MAX_SHOWN = 100
_COUNTS = ("full_time_staff", "full_members_full_time", "full_members", "probationary_members")
_LINES = ("name", "street", "address", "carrier")
_MAY_SAY_NONE = ("uscc", *_LINES, "lon", "lat", "location", "evaluation_type", "source")


@dataclass(frozen=True, slots=True)
class CellFault:
    """One value that is not understood: a key of `sentences.CELL`, its field, its column (None: there is none)."""

    reason: str
    field: str
    place: int | None = None
    facts: Mapping[str, object] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Given:
    """What the request says for the whole file, and which divisions the uploader reaches."""

    as_of: datetime | None = None
    division: str | None = None
    """Six digits."""
    scope: Sequence[str] = ()

    @property
    def fields(self) -> list[str]:
        """The fields that it gives."""
        return [name for name, value in (("as_of", self.as_of), ("division", self.division)) if value is not None]


@dataclass(frozen=True)
class Reader:
    """Reads the rows of one file."""

    heading: Heading
    names: Names
    given: Given
    today: date
    exact_numbers: bool = False
    """Numbers have all their digits, as in ndjson; then none is a serial number of a day."""
    dates_from_1904: bool = False

    @property
    def words(self) -> ImportWords:
        """The policy's words."""
        return self.names.words

    def code(self, cells: Sequence[object]) -> str | None:
        """The code of a row as far as it can be read; it is not checked."""
        place = self._code_place
        value = cells[place] if place is not None and place < len(cells) else None
        try:
            return None if value is None else read_code(value, exact_numbers=self.exact_numbers)
        except CellError:
            return None

    @cached_property
    def _code_place(self) -> int | None:
        return dict(self._places).get("uscc")

    def read(self, cells: Sequence[object]) -> tuple[dict[str, object], list[CellFault]]:
        """The fields of a row and its faults. A value that is not understood is in the faults only."""
        fields: dict[str, object] = {}
        faults: list[CellFault] = []
        for name, place in self._places:
            value = cells[place] if place < len(cells) else None
            if value is None or (name in _MAY_SAY_NONE and self._is_no_value(value)):
                continue
            try:
                fields[name] = self._value(name, value, fields)
            except BrokenValue as broken:
                faults.append(CellFault(broken.reason, name, place, broken.facts))
        faulty = {fault.field for fault in faults}
        if self.given.as_of is not None and "as_of" not in faulty:
            fields.setdefault("as_of", self.given.as_of.isoformat())
        if self.given.division is not None and "division" not in faulty:
            fields.setdefault("division", self.given.division)
        for name in REQUIRED:
            if name not in fields and name not in faulty:
                column = dict(self._places).get(name)
                faults.append(CellFault("not_given" if column is None else "missing", name, column))
        self._join_location(fields, faults)
        return fields, faults + self._ended_elsewhere(cells)

    @cached_property
    def _places(self) -> list[tuple[str, int]]:
        """Field and place; `as_of` first, by which a division's name is looked up."""
        places = [(name, column.place) for name, column in self.heading.fields.items()]
        return sorted(places, key=lambda one: one[0] != "as_of")

    def _is_no_value(self, value: object) -> bool:
        return isinstance(value, str) and fold(value) in self._no_value

    @cached_property
    def _no_value(self) -> frozenset[str]:
        return frozenset(fold(word) for word in self.words.no_value)

    def _value(self, name: str, value: object, fields: Mapping[str, object]) -> object:
        if isinstance(value, dict) and "unreadable" in value:
            raise CellError(str(value["unreadable"]), {"code": value.get("code", "")})
        if name == "location" and isinstance(value, dict):
            return value
        if name == "division":
            return self._division(value, fields.get("as_of"))
        return self._readers[name](value)

    @cached_property
    def _readers(self) -> dict[str, Callable[[object], object]]:
        serials = not (self.exact_numbers or self.dates_from_1904)
        return {
            "uscc": lambda one: read_code(one, exact_numbers=self.exact_numbers),
            "registered_on": lambda one: read_date(one, serials=serials).isoformat(),
            "as_of": lambda one: read_instant(one, serials=serials).isoformat(),
            "kind": lambda one: self._word(one, "kinds"),
            "status": lambda one: self._word(one, "statuses"),
            "source": lambda one: self._word(one, "sources", others=True),
            "evaluation_type": lambda one: fold(read_text(one)).upper(),
            "lon": read_degrees,
            "lat": read_degrees,
            "location": lambda one: dict(zip(("lon", "lat"), read_pair(one), strict=True)),
            **dict.fromkeys(_COUNTS, read_count),
            **dict.fromkeys(_LINES, read_text),
        }

    def _word(self, value: object, kind: str, *, others: bool = False) -> str:
        text = fold_word(read_text(value))
        meaning = self._meanings[kind].get(text)
        if meaning is not None or others:
            return meaning or text
        written: Mapping[str, Sequence[str]] = getattr(self.words, kind)
        raise CellError("word_unknown", {"known": "、".join(words[0] for words in written.values())})

    @cached_property
    def _meanings(self) -> dict[str, dict[str, str]]:
        return {
            kind: {fold_word(word): meaning for meaning, words in written.items() for word in (meaning, *words)}
            for kind in ("kinds", "statuses", "sources")
            for written in [getattr(self.words, kind)]
        }

    def _division(self, value: object, as_of: object) -> str:
        on = datetime.fromisoformat(as_of).date() if isinstance(as_of, str) else self.today
        code = read_division(value, on, [self.given.division] if self.given.division else self.given.scope)
        if self.given.division is not None and not divisions.within(code, self.given.division):
            raise CellError("division_outside_file", {"division": self.given.division})
        return code

    def _join_location(self, fields: dict[str, object], faults: list[CellFault]) -> None:
        """Longitude and latitude in columns of their own become one location."""
        pair = {name: fields.pop(name) for name in ("lon", "lat") if name in fields}
        if len(pair) == 2:  # noqa: PLR2004 - both
            fields["location"] = pair
        elif pair and not any(fault.field in ("lon", "lat") for fault in faults):
            lacking = "lat" if "lon" in pair else "lon"
            faults.append(CellFault("half_position", lacking, dict(self._places).get(lacking)))

    def _ended_elsewhere(self, cells: Sequence[object]) -> list[CellFault]:
        """Nobody is registered whose row says, in a column that is not read, that it was struck off."""
        read = self._read
        if read is None:
            return []
        return [
            CellFault("status_elsewhere", "status", place)
            for place, value in enumerate(cells)
            if place not in read and isinstance(value, str) and fold_word(value) in self._ended
        ]

    @cached_property
    def _read(self) -> frozenset[int] | None:
        """The columns that are read; None where one of them holds the status, so that no other is searched for it."""
        fields = self.heading.fields
        return None if "status" in fields else frozenset(column.place for column in fields.values())

    @cached_property
    def _ended(self) -> frozenset[str]:
        return frozenset(fold_word(word) for word in self.words.statuses.get("deregistered", []))


def cell_name(place: int | None, row: int) -> str:
    """`C7`; for a value without a column the row's number."""
    return f"{column_letters(place) if place is not None else ''}{row}"
