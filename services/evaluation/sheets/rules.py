"""A stage's score sheet, read from what a client sent. Pure, and exact: no binary floats."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from services.evaluation.indicator_systems.scoring import Rated, ScoringSystem
from services.evaluation.sheets import errors as e
from shared.field.errors import FieldError as BrokenValue
from shared.field.names import normalize_text
from shared.problems.field_sentences import field_error
from shared.problems.language import Text
from shared.problems.personal_numbers import check_no_personal_number
from shared.problems.problems import FieldError
from shared.problems.validation import pointer

_PLAIN = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{1,20})?")
_MAX_EXPONENT = 5
_MIN_EXPONENT = -2


@dataclass(frozen=True, slots=True)
class Bonus:
    """Points beside the system, and what for."""

    reason: str
    points: Decimal


@dataclass(frozen=True, slots=True)
class Veto:
    """A fact that forces the star to 0, with its evidence."""

    code: str
    reason: str
    evidence: str


NOT_APPLICABLE = "not_applicable"
"""The value of an indicator whose `absent_when` holds: it is taken out of the rating."""
NO_EVIDENCE = "no_evidence"
"""The value of an indicator that nothing shows: no points, once that was returned and supplemented (domain §7)."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What was found at an indicator and what shows it; its points and why, None where it is left out."""

    value: Any
    evidence: str
    points: Decimal | None
    because: Mapping[str, Any]
    files: Sequence[str] = ()
    """Evidence files, by their ids."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Scores by indicator code, bonus and vetoes of one stage; the facts where points were worked out from them."""

    scores: Mapping[str, Decimal]
    bonus: Sequence[Bonus]
    vetoes: Sequence[Veto]
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def absent(self) -> frozenset[str]:
        """The indicators that facts say are not applicable."""
        return frozenset(code for code, fact in self.facts.items() if fact.points is None)

    def to_json(self) -> dict[str, Any]:
        """As it is stored: decimals as strings."""
        return {
            "scores": {code: str(points) for code, points in self.scores.items()},
            "bonus": [{"reason": bonus.reason, "points": str(bonus.points)} for bonus in self.bonus],
            "vetoes": [{"code": v.code, "reason": v.reason, "evidence": v.evidence} for v in self.vetoes],
            "facts": facts_to_json(self.facts),
        }


def facts_to_json(facts: Mapping[str, Fact]) -> dict[str, Any]:
    """Facts as they are stored."""
    return {
        code: {
            "value": fact.value,
            "evidence": fact.evidence,
            "points": None if fact.points is None else str(fact.points),
            "because": dict(fact.because),
            **({"files": list(fact.files)} if fact.files else {}),
        }
        for code, fact in facts.items()
    }


def facts_from(stored: Mapping[str, Any]) -> dict[str, Fact]:
    """Stored facts."""
    return {
        code: Fact(
            fact["value"],
            fact["evidence"],
            None if fact["points"] is None else Decimal(fact["points"]),
            fact["because"],
            tuple(fact.get("files", ())),
        )
        for code, fact in stored.items()
    }


def from_json(stored: Mapping[str, Any]) -> Sheet:
    """A stored sheet."""
    return Sheet(
        {code: Decimal(points) for code, points in stored["scores"].items()},
        tuple(Bonus(bonus["reason"], Decimal(bonus["points"])) for bonus in stored["bonus"]),
        tuple(Veto(veto["code"], veto["reason"], veto["evidence"]) for veto in stored["vetoes"]),
        facts_from(current_facts(stored)),
    )


def current_facts(stored: Mapping[str, Any]) -> Mapping[str, Any]:
    """The facts of a stored sheet; none where its scores are not theirs.

    The version before replaces the scores of a sheet and leaves its facts as they were.
    """
    facts: Mapping[str, Any] = stored.get("facts") or {}
    earned = {code: fact["points"] for code, fact in facts.items() if fact["points"] is not None}
    return facts if earned == stored["scores"] else {}


def read_points(value: object) -> Decimal | Text:
    """Points from a decimal string, an integer or a Decimal; or a sentence with the fault."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return e.NOT_A_NUMBER
    if isinstance(value, str) and not _PLAIN.fullmatch(value):
        return e.NOT_A_NUMBER
    points = Decimal(value)
    if not points.is_finite() or points.adjusted() > _MAX_EXPONENT:
        return e.NOT_A_NUMBER
    exponent = points.as_tuple().exponent
    if isinstance(exponent, int) and exponent < _MIN_EXPONENT:
        return e.TOO_MANY_PLACES
    if points < 0:
        return e.NEGATIVE
    return Decimal(format(abs(points), "f"))


class SheetReader:
    """Collects every error of a sheet, so that one answer reports all of them."""

    def __init__(self, system: ScoringSystem) -> None:
        self.system = system
        self.errors: list[FieldError] = []

    def complain(self, place: tuple[str | int, ...], sentence: Text, **facts: object) -> None:
        self.errors.append(FieldError(pointer(place), sentence, tuple(facts.items())))

    def points(self, place: tuple[str | int, ...], value: object) -> Decimal:
        found = read_points(value)
        if isinstance(found, Text):
            self.complain(place, found)
            return Decimal(0)
        return found

    def text(self, place: tuple[str | int, ...], value: str) -> str:
        try:
            return check_no_personal_number(normalize_text(value))
        except BrokenValue as broken:
            if broken.reason == "name_empty":
                self.complain(place, e.EMPTY)
            else:
                self.errors.append(field_error(pointer(place), broken))
            return value

    def scores(self, given: Mapping[str, object], not_for: Collection[str]) -> dict[str, Decimal]:
        most = self.system.points()
        found = {}
        for code, value in given.items():
            place = ("scores", code)
            if code not in most:
                self.complain(place, e.UNKNOWN_INDICATOR, type=self.system.type, code=code)
                continue
            if code in not_for:
                # The rest is scaled to all points: a score here would be kept and count for nothing.
                self.complain(place, e.NOT_FOR_THEM, code=code)
                continue
            found[code] = self.points(place, value)
            if found[code] > most[code]:
                self.complain(place, e.ABOVE_POINTS, points=most[code])
        return found

    def bonus(self, given: Sequence[Mapping[str, Any]]) -> list[Bonus]:
        return [
            Bonus(
                self.text(("bonus", place, "reason"), item["reason"]),
                self.points(("bonus", place, "points"), item["points"]),
            )
            for place, item in enumerate(given)
        ]

    def vetoes(self, given: Sequence[Mapping[str, Any]]) -> list[Veto]:
        codes = self.system.veto_codes()
        found = []
        for place, item in enumerate(given):
            code = codes.get(item["code"])
            if code is None:
                self.complain(("vetoes", place, "code"), e.UNKNOWN_VETO, type=self.system.type, code=item["code"])
            reason = self.text(("vetoes", place, "reason"), item["reason"])
            evidence = self.text(("vetoes", place, "evidence"), item["evidence"])
            found.append(Veto(code or item["code"], reason, evidence))
        return found


def read_sheet(given: Mapping[str, Any], system: ScoringSystem, rated: Rated) -> tuple[Sheet, list[FieldError]]:
    """A sheet as sent, checked against the system it is scored by and whom that is for, and all its errors."""
    reader = SheetReader(system)
    scores = reader.scores(given["scores"], system.not_for(rated))
    sheet = Sheet(scores, reader.bonus(given["bonus"]), reader.vetoes(given["vetoes"]))
    return sheet, reader.errors
