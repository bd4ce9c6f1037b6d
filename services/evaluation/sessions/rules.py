"""Whether what a session says is what there is, and which evaluations are rated together. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.evaluation.policies import SessionRules
from services.evaluation.sessions import errors as e
from services.evaluation.sessions.errors import QuorumMissing
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput
from shared.problems.validation import pointer

_WHOLE = 10_000
_MOST_NAMED = 20
Scope = tuple[str, ...]
"""What those share who are rated together, beside the cycle."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An evaluation that waits for its decision."""

    id: UUID
    name: str
    type: str
    division: str
    why_not: tuple[Text, Mapping[str, object]] | None = None
    """What it lacks; None where it is ready."""
    declared: bool = False
    """Somebody declared an interest in the Party organization."""
    settled_on: date | None = None
    """The day of the last of what its rating is made of; None where nothing is there."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a session says: whom it decides, with the star it counted on, or by which list; who stayed away."""

    decisions: Sequence[tuple[UUID, int | None]] | None
    by_type: str | None
    by_division: str | None
    count: int
    recused: Sequence[tuple[UUID, int]]
    due: int
    present: int


def check_session(said: Said, *, both: bool, held_on: date, year: int, opened_on: date | None, today: date) -> None:
    """Raises InvalidInput (422) for what no session of a year's cycle can be."""
    errors = []
    if both == (said.decisions is not None):
        errors.append(FieldError("/decisions", e.ONE_OF_BOTH))
    if said.present > said.due:
        errors.append(FieldError("/members_present", e.MORE_THAN_DUE))
    if held_on > today:
        errors.append(FieldError("/held_on", e.TO_COME))
    if held_on.year < year:
        errors.append(FieldError("/held_on", e.BEFORE_THE_YEAR, (("year", year),)))
    elif opened_on is not None and held_on < opened_on:
        errors.append(FieldError("/held_on", e.BEFORE_THE_OPENING, (("opened_on", opened_on),)))
    if errors:
        raise InvalidInput(errors)


def check_decides_what_was_there(held_on: date, chosen: Sequence[Waiting]) -> None:
    """Raises InvalidInput (422), naming the latest of them, where what the session decides is of a later day."""
    late = [one for one in chosen if one.settled_on is not None and one.settled_on > held_on]
    if late:
        last = max(late, key=lambda one: (one.settled_on, one.id))
        facts = (("name", last.name), ("id", str(last.id)), ("day", last.settled_on))
        raise InvalidInput([FieldError("/held_on", e.BEFORE_WHAT_IT_DECIDED, facts)])


def has_quorum(rules: SessionRules, present: int, due: int) -> bool:
    """Whether enough members are there, one of them at least."""
    return present > 0 and present * _WHOLE >= rules.quorum_bp * due


def check_quorum(rules: SessionRules, said: Said) -> None:
    """Raises QuorumMissing (409)."""
    if not has_quorum(rules, said.present, said.due):
        raise QuorumMissing(present=said.present, due=said.due, quorum_bp=rules.quorum_bp)


def scope_of(rules: SessionRules, type_: str, division: str) -> Scope:
    """The scope of an evaluation: who shares it is rated together."""
    of = {"type": type_, "division": division}
    return tuple(of[name] for name in ("type", "division") if name in rules.together)


def listed(said: Said, waiting: Sequence[Waiting]) -> list[UUID]:
    """Whom the session decides, by id and each once: as far as they wait, be they ready or not."""
    if said.decisions is not None:
        known = {one.id for one in waiting}
        return sorted({one for one, _ in said.decisions} & known)
    return sorted(one.id for one in _in_list(said, waiting) if one.why_not is None)


def _in_list(said: Said, waiting: Sequence[Waiting]) -> list[Waiting]:
    """Those of the session's type and division, be they ready or not."""
    return [
        one
        for one in waiting
        if (said.by_type is None or one.type == said.by_type) and one.division.startswith(said.by_division or "")
    ]


def _wrong_count(said: Said, waiting: Sequence[Waiting], counted: int) -> FieldError:
    """Of a list it names who of its scope is not ready: that may be the difference."""
    facts = (("counted", counted), ("count", said.count))
    unready = [] if said.decisions is not None else [one for one in _in_list(said, waiting) if one.why_not is not None]
    if not unready:
        return FieldError("/count", e.WRONG_COUNT, facts)
    names = [f"{one.name} ({one.id})" for one in unready[:_MOST_NAMED]]
    shown = "; ".join(names if len(unready) <= _MOST_NAMED else [*names, "…"])
    return FieldError("/count", e.WRONG_COUNT_WAITING, (*facts, ("waiting", shown)))


def find_differences(said: Said, waiting: Sequence[Waiting], rules: SessionRules) -> list[FieldError]:
    """Every difference between the session's list and those who wait, before any star is counted."""
    by_id = {one.id: one for one in waiting}
    chosen = listed(said, waiting)
    errors = _of_the_list(said, by_id)
    if not chosen:
        errors.append(FieldError("/decisions" if said.decisions is not None else "/by_list", e.NOTHING))
    counted = len(said.decisions) if said.decisions is not None else len(chosen)
    if counted != said.count:
        errors.append(_wrong_count(said, waiting, counted))
    taken = {*chosen}
    scopes = {scope_of(rules, by_id[one].type, by_id[one].division) for one in taken}
    left_out = [
        one
        for one in waiting
        if one.why_not is None and one.id not in taken and scope_of(rules, one.type, one.division) in scopes
    ]
    place = "/decisions" if said.decisions is not None else "/by_list"
    errors += [FieldError(place, e.LEFT_OUT, (("name", one.name), ("id", str(one.id)))) for one in left_out]
    return errors + _of_recusals(said, [by_id[one] for one in chosen], rules)


def _of_the_list(said: Said, by_id: Mapping[UUID, Waiting]) -> list[FieldError]:
    errors, seen = [], set()
    for place, (one, _) in enumerate(said.decisions or ()):
        at = pointer(("decisions", place, "evaluation_id"))
        waiting = by_id.get(one)
        if one in seen:
            errors.append(FieldError(at, e.TWICE))
        elif waiting is None:
            errors.append(FieldError(at, e.NOT_OPEN))
        elif waiting.why_not is not None:
            sentence, facts = waiting.why_not
            errors.append(FieldError(at, sentence, tuple(facts.items())))
        seen.add(one)
    return errors


def _of_recusals(said: Said, chosen: Sequence[Waiting], rules: SessionRules) -> list[FieldError]:
    known = {one.id for one in chosen}
    errors, stated = [], set()
    for place, (one, members) in enumerate(said.recused):
        if one not in known:
            errors.append(FieldError(pointer(("recused", place, "evaluation_id")), e.RECUSED_UNKNOWN))
        elif one in stated:
            errors.append(FieldError(pointer(("recused", place, "evaluation_id")), e.TWICE))
        elif not has_quorum(rules, said.present - members, said.due):
            errors.append(FieldError(pointer(("recused", place, "members")), e.TOO_FEW_LEFT))
        stated.add(one)
    unsaid = [one for one in chosen if one.declared and one.id not in stated]
    return errors + [
        FieldError("/recused", e.RECUSAL_UNSAID, (("name", one.name), ("id", str(one.id)))) for one in unsaid
    ]


def find_other_stars(said: Said, stars: Mapping[UUID, int]) -> list[FieldError]:
    """Where the session counted on another star than the rule gives."""
    return [
        FieldError(pointer(("decisions", place, "star")), e.OTHER_STAR, (("found", stars[one]), ("star", star)))
        for place, (one, star) in enumerate(said.decisions or ())
        if star is not None and star != stars[one]
    ]


def division_of(rules: SessionRules, cycle_division: str, divisions: Collection[str], *, reached: bool) -> str | None:
    """Whose session it is: the cycle's division where the caller reaches it, else the one division that it decides.

    None: the caller sees only a part of those who are rated together.
    """
    if reached:
        return cycle_division
    if "division" in rules.together and len({*divisions}) == 1:
        return next(iter(divisions))
    return None
