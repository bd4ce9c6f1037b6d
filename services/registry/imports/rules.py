"""Turns the cells of a row into the fields of a record, and says what of it is not understood. Pure."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from services.registry.import_forms import MAY_SAY_NONE, Value
from services.registry.import_words import ImportWords
from services.registry.imports.given import Given
from services.registry.imports.headings import Heading, Names
from shared.field import divisions
from shared.field.errors import FieldError as BrokenValue
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
    read_label,
    read_pair,
    read_text,
)

MAX_SHOWN = 100


@dataclass(frozen=True, slots=True)
class CellFault:
    """One value that is not understood: a key of `sentences.CELL`, its field, its column (None: there is none)."""

    reason: str
    field: str
    place: int | None = None
    facts: Mapping[str, object] = dataclasses.field(default_factory=dict)


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

    def name(self, cells: Sequence[object]) -> str | None:
        """The field that names a row's record, as far as it can be read; it is not checked."""
        form, value = self.words.form, self._cell(self.words.form.key, cells)
        try:
            return None if value is None else str(self._readers[form.fields[form.key]](form.key, value))
        except CellError:
            return None

    def key(self, cells: Sequence[object]) -> str | None:
        """What makes two rows the same record's: its name, and what it is unique within."""
        name = self.name(cells)
        if not name or not self.words.form.within:
            return name
        return "\n".join([name, *(fold_word(str(self._cell(one, cells) or "")) for one in self.words.form.within)])

    def _cell(self, field: str, cells: Sequence[object]) -> object:
        place = self._place.get(field)
        return cells[place] if place is not None and place < len(cells) else None

    def read(self, cells: Sequence[object]) -> tuple[dict[str, object], list[CellFault]]:
        """The fields of a row and its faults. A value that is not understood is in the faults only."""
        fields: dict[str, object] = {}
        faults: list[CellFault] = []
        for name, place in self._places:
            value = cells[place] if place < len(cells) else None
            if value is None or (isinstance(value, str) and fold(value) in self._left_out[name]):
                continue
            try:
                fields[name] = self._value(name, value, fields)
            except BrokenValue as broken:
                faults.append(CellFault(broken.reason, name, place, broken.facts))
        faulty = {fault.field for fault in faults}
        if self.given.as_of is not None and "as_of" in self.words.form.fields and "as_of" not in faulty:
            fields.setdefault("as_of", self.given.as_of.isoformat())
        if self.given.division is not None and "division" not in faulty:
            fields.setdefault("division", self.given.division)
        if self.given.data_source is not None and "data_source" in self.words.form.fields:
            fields.setdefault("data_source", self.given.data_source)
        for name in self.words.form.required:
            if name not in fields and name not in faulty:
                column = self._place.get(name)
                faults.append(CellFault("not_given" if column is None else "missing", name, column))
        self._join_location(fields, faults)
        return fields, faults + self._ended_elsewhere(cells)

    @cached_property
    def _places(self) -> list[tuple[str, int]]:
        """Field and place; `as_of` first, by which a division's name is looked up."""
        return sorted(self._place.items(), key=lambda one: one[0] != "as_of")

    @cached_property
    def _place(self) -> dict[str, int]:
        return {name: column.place for name, column in self.heading.fields.items()}

    @cached_property
    def _left_out(self) -> dict[str, frozenset[str]]:
        """By field, the words that leave it out. That nobody is counted is 0, and that nobody knows is nothing."""
        form, none = self.words.form, frozenset(map(fold, self.words.no_value))
        by_kind = dict.fromkeys(MAY_SAY_NONE, none)
        optional = by_kind | {"date": none, "count": frozenset(map(fold, self.words.unknown))}
        return {
            name: (by_kind if name in form.required else optional).get(kind, frozenset())
            for name, kind in form.fields.items()
        }

    def _value(self, name: str, value: object, fields: Mapping[str, object]) -> object:
        if isinstance(value, dict) and "unreadable" in value:
            raise CellError(str(value["unreadable"]), {"code": value.get("code", "")})
        kind = self.words.form.fields[name]
        if kind == "position" and isinstance(value, dict):
            return value
        if kind == "division":
            return self._division(value, fields.get("as_of"))
        return self._readers[kind](name, value)

    @cached_property
    def _readers(self) -> dict[Value, Callable[[str, object], object]]:
        serials = not (self.exact_numbers or self.dates_from_1904)
        return {
            "code": lambda _, one: read_code(one, exact_numbers=self.exact_numbers),
            "label": lambda _, one: read_label(one, exact_numbers=self.exact_numbers),
            "date": lambda _, one: read_date(one, serials=serials).isoformat(),
            "instant": lambda _, one: read_instant(one, serials=serials).isoformat(),
            "word": self._word,
            "slug": lambda name, one: self._word(name, one, others=True),
            "type": lambda _, one: fold(read_text(one)).upper(),
            "degrees": lambda _, one: read_degrees(one),
            "position": lambda _, one: dict(zip(("lon", "lat"), read_pair(one), strict=True)),
            "count": lambda _, one: read_count(one),
            "line": lambda _, one: read_text(one),
        }

    def _word(self, name: str, value: object, *, others: bool = False) -> str:
        text = fold_word(read_text(value))
        meaning = self._meanings[name].get(text)
        if meaning is not None or others:
            return meaning or text
        known = "、".join(words[0] for words in self.words.meanings[name].values() if words)
        raise CellError("word_unknown", {"known": known})

    @cached_property
    def _meanings(self) -> dict[str, dict[str, str]]:
        return {
            name: {fold_word(word): meaning for meaning, words in written.items() for word in (meaning, *words)}
            for name, written in self.words.meanings.items()
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
            faults.append(CellFault("half_position", lacking, self._place.get(lacking)))
        datum, place = fields.pop("datum", None) or self.given.datum, fields.get("location")
        if datum is not None and isinstance(place, dict):
            fields["location"] = {"datum": str(datum).upper(), **place}

    def _ended_elsewhere(self, cells: Sequence[object]) -> list[CellFault]:
        """Nobody is taken as living whose row says, in a column that is not read, that it was struck off."""
        read = self._read
        if read is None or not self._ended:
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
        return frozenset(fold_word(word) for word in self.words.statuses.get(self.words.form.ended or "", []))
