"""What is recorded by a catalogue: within its months, with evidence, not more often than it counts. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

from services.evaluation.catalogues import errors as e
from services.evaluation.catalogues.policies import BonusItem, FrozenCatalogue, RatingCatalogue, VetoItem
from shared.field.calendar import months_after
from shared.field.errors import FieldError as BrokenValue
from shared.field.names import normalize_text
from shared.field.policies import Policy
from shared.problems.field_sentences import field_error
from shared.problems.language import Text
from shared.problems.personal_numbers import check_no_personal_number
from shared.problems.problems import FieldError
from shared.problems.validation import pointer

Kind = Literal["bonuses", "vetoes"]


@dataclass(frozen=True, slots=True)
class CountedBonus:
    """Points of a recorded bonus item."""

    code: str
    points: Decimal


@dataclass(frozen=True, slots=True)
class Barring:
    """A recorded veto item, and the most stars that it leaves."""

    code: str
    star_max: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """What of an evaluation's records the star rule reads."""

    bonuses: Sequence[CountedBonus] = ()
    vetoes: Sequence[Barring] = ()


def freeze(policy: Policy[Any]) -> dict[str, Any]:
    """A catalogue as a cycle stores it."""
    return {"id": policy.id, **policy.parameters.model_dump(mode="json")}


def look_back(reference: date, months: int) -> date:
    """The first day of the months that end on the reference date."""
    return months_after(reference, -months) + timedelta(days=1)


def read_entries(
    given: Sequence[Mapping[str, Any]], kind: Kind, catalogue: FrozenCatalogue, reference: date, today: date
) -> tuple[list[dict[str, Any]], list[FieldError]]:
    """The entries as they are stored, each with what its item says, and all faults."""
    reader = _Reader(kind, catalogue, reference, today)
    found = [entry for place, one in enumerate(given) if (entry := reader.entry(place, one)) is not None]
    return found, reader.errors


def to_recorded(stored: Mapping[str, Sequence[Mapping[str, Any]]]) -> Recorded:
    """Stored entries by kind, as the star rule reads them."""
    return Recorded(
        tuple(CountedBonus(one["code"], Decimal(one["points"])) for one in stored.get("bonuses", ())),
        tuple(Barring(one["code"], one["star_max"]) for one in stored.get("vetoes", ())),
    )


def recorded_of(entries: Sequence[Mapping[str, Any]]) -> Recorded:
    """Stored rows of an evaluation, as the star rule reads them."""
    return to_recorded({one["kind"]: one["items"] for one in entries})


def kept_entries(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Stored rows as an evaluation's basis keeps them; None where nothing was recorded."""
    if not rows:
        return None
    items = {row["kind"]: row["items"] for row in rows}
    last = max(rows, key=lambda row: row["put_at"])
    lists = {kind: items.get(kind, []) for kind in ("bonuses", "vetoes")}
    return {"catalogue": last["catalogue"], "version": last["version"], **lists}


class _Reader:
    def __init__(self, kind: Kind, catalogue: FrozenCatalogue, reference: date, today: date) -> None:
        self._catalogue = catalogue
        self._items = {one.code: one for one in _items(catalogue, kind)}
        self._reference = reference
        self._today = today
        self._days: dict[str, list[date]] = {}
        self.errors: list[FieldError] = []

    def entry(self, place: int, given: Mapping[str, Any]) -> dict[str, Any] | None:
        code, day = given["code"], given["occurred_on"]
        evidence = self._evidence(place, given["evidence"])
        item = self._items.get(code)
        if item is None:
            catalogue = self._catalogue
            self._complain(place, "code", e.UNKNOWN_CODE, catalogue=catalogue.id, version=catalogue.version, code=code)
            return None
        first = look_back(self._reference, item.look_back_months)
        if not first <= day <= self._reference:
            span = {"first": first, "last": self._reference, "months": item.look_back_months}
            self._complain(place, "occurred_on", e.OUT_OF_LOOK_BACK, day=day, code=code, **span)
        elif day > self._today:  # a cycle opens before its reference date
            self._complain(place, "occurred_on", e.TO_COME, day=day)
        days = self._days.setdefault(code, [])
        if day in days:
            self._complain(place, "occurred_on", e.TWICE, code=code, day=day)
        days.append(day)
        if isinstance(item, BonusItem) and len(days) > item.times_max:
            self._complain(place, "code", e.TOO_OFTEN, code=code, most=item.times_max)
        figures = {"points": str(item.points)} if isinstance(item, BonusItem) else {"star_max": item.ceiling}
        since = {"look_back_from": first.isoformat()}
        what = item.what.model_dump()
        return {"code": code, "what": what, "occurred_on": day.isoformat(), "evidence": evidence} | figures | since

    def _evidence(self, place: int, given: str) -> str:
        try:
            return check_no_personal_number(normalize_text(given))
        except BrokenValue as broken:
            if broken.reason == "name_empty":
                self._complain(place, "evidence", e.EMPTY)
            else:
                self.errors.append(field_error(pointer(("items", place, "evidence")), broken))
            return given

    def _complain(self, place: int, field: str, sentence: Text, **facts: object) -> None:
        self.errors.append(FieldError(pointer(("items", place, field)), sentence, tuple(facts.items())))


def _items(catalogue: RatingCatalogue, kind: Kind) -> Sequence[BonusItem | VetoItem]:
    return catalogue.bonuses if kind == "bonuses" else catalogue.vetoes
