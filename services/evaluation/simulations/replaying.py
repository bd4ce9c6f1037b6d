"""Rates the evaluations of cycles again, session by session as they were decided, by other rules. Pure.

Stars come from the rule that sessions decide by; nothing of it is written again here.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from services.evaluation.catalogues.rules import to_recorded
from services.evaluation.deadlines.rules import Unsubmitted
from services.evaluation.indicator_systems.scoring import ScoringSystem
from services.evaluation.policies import RatingParameters, SessionRules
from services.evaluation.ratings.together import Candidate, Decided, Held, decide_together
from services.evaluation.sheets.rules import Sheet, from_json
from services.evaluation.simulations.weights import Weights, rescore, reweigh
from shared.contracts.base import Reason

Report = Callable[[int], None]
_TOLD = ("R-quota", "R-tie", "R-laggard", "H19")
_TOLD_OUTCOMES = ("one_step_a_year", "step_waived", "veto", "ceiling")


@dataclass(frozen=True, slots=True)
class Stored:
    """A rating as it is recorded."""

    id: str
    division: str
    type: str
    session: str
    """When its session was recorded; empty where it was completed by itself."""
    sheet: Sheet
    left_out: frozenset[str]
    recorded: Mapping[str, Sequence[Mapping[str, Any]]]
    before: int | None
    total: Decimal
    star: int
    laggard: bool | None
    final: bool
    """False: it was decided and never completed, so that it counts among the others only."""
    unsubmitted: Sequence[Unsubmitted] = ()
    """Stages that it went on without, or that came late."""
    final_on: str | None = None
    """The day on which it became final."""


def read_stored(row: Mapping[str, Any]) -> Stored:
    """A row as the query writes it."""
    return Stored(
        row["id"],
        row["division"],
        row["type"],
        row["session"] or "",
        from_json({"scores": row["scores"], "bonus": row["bonus"], "vetoes": row["vetoes"]}),
        frozenset(row["left_out"]),
        row["catalogue"] or {},
        row["before"],
        Decimal(row["total"]),
        row["star"],
        row["laggard"],
        row["final"],
        [Unsubmitted.from_json(one) for one in row.get("unsubmitted") or ()],
        row.get("final_on"),
    )


@dataclass(frozen=True, slots=True)
class Rules:
    """What a cycle is rated by: its policy, the systems that it froze, and other weights of some of these."""

    policy: RatingParameters
    systems: Mapping[str, ScoringSystem]
    weights: Mapping[str, Weights]


@dataclass(frozen=True, slots=True)
class Given:
    """What a replay gives one; of the reasons those that tell why a star is not another one."""

    total: Decimal
    star: int
    laggard: bool
    reasons: Sequence[Reason]


def replay(stored: Sequence[Stored], rules: Rules, as_of: datetime, report: Report) -> dict[str, Given]:
    """What each gets, by id. Whom an earlier session decided keeps star and seat, as in a real cycle (decision 61)."""
    together = (rules.policy.session_rules() or SessionRules()).together
    systems = {of: reweigh(one, rules.weights[of]) if of in rules.weights else one for of, one in rules.systems.items()}
    scopes: dict[tuple[str, ...], dict[str, list[Stored]]] = defaultdict(lambda: defaultdict(list))
    for one in stored:
        of = {"type": one.type, "division": one.division}
        scopes[tuple(of[name] for name in ("type", "division") if name in together)][one.session].append(one)
    found: dict[str, Given] = {}
    for scope, sessions in scopes.items():
        held: list[Held] = []
        for session in sorted(sessions):
            members = sessions[session]
            candidates = [_candidate(one, rules, systems) for one in members]
            decided = decide_together(candidates, held, rules.policy, as_of, scope=" ".join(scope))
            found |= {one.id: _given(result) for one, result in zip(members, decided, strict=True)}
            held += [Held(result.rating.total, result.rating.star) for result in decided]
            report(len(found))
    return found


def _given(decided: Decided) -> Given:
    told = [one for one in decided.rating.reasons if one.rule in _TOLD or one.outcome in _TOLD_OUTCOMES]
    return Given(decided.rating.total, decided.rating.star, decided.laggard, told)


def _candidate(one: Stored, rules: Rules, systems: Mapping[str, ScoringSystem]) -> Candidate:
    weights = rules.weights.get(one.type)
    return Candidate(
        one.sheet if weights is None else rescore(one.sheet, rules.systems[one.type], weights),
        systems[one.type],
        one.left_out,
        one.before,
        to_recorded(one.recorded),
        one.unsubmitted,
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """One evaluation, old and new."""

    stored: Stored
    total: Decimal
    star: int
    laggard_before: bool
    laggard: bool
    reproduced: bool
    """Whether the cycle's own rules, applied again, give the star that is recorded."""
    reasons: Sequence[Mapping[str, Any]]

    @property
    def changed(self) -> bool:
        """Whether the other rules make a difference to it."""
        return (self.stored.star, self.laggard_before) != (self.star, self.laggard)


def compare(stored: Sequence[Stored], own: Mapping[str, Given], other: Mapping[str, Given]) -> list[Outcome]:
    """Old and new of each that is final: new is old where the cycle's own rules give the same as the other ones.

    What is recorded may differ from both: somebody who was reopened or withdrawn since gave his seat back.
    """
    return [_outcome(one, own[one.id], other[one.id]) for one in stored if one.final]


def _outcome(one: Stored, own: Given, other: Given) -> Outcome:
    same = (own.star, own.laggard) == (other.star, other.laggard)
    before = own.laggard if one.laggard is None else one.laggard
    return Outcome(
        one,
        one.total if other.total == own.total else other.total,
        one.star if same else other.star,
        before,
        before if same else other.laggard,
        own.star == one.star,
        [] if same else [reason.model_dump(mode="json") for reason in other.reasons],
    )
