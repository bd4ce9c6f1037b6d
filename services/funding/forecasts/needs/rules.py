"""What a year needs, by division, kind, scheme and source: each amount by the rule that grants follow. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import get_args

from services.funding.amount_rules import Distributed, Monthly, Project, Refund, Trigger
from services.funding.amount_rules import Listed as ListedRule
from services.funding.forecasts.inputs import ForeseenCount, ForeseenDues, ForeseenEntry, Inputs
from services.funding.forecasts.needs.asked import Asked, Sum
from services.funding.forecasts.needs.counted import of_counts
from services.funding.forecasts.needs.stated import awarded, of_entries, refunded
from services.funding.policies import Level, Scheme, Schemes, in_force
from shared.contracts.base import PartyOrganizationKind, Reason


@dataclass(frozen=True, slots=True)
class Line:
    """What a scheme needs in a division for a kind; `held_fen` of it waits for rectifications (decision 5).

    `kind` is None where money follows no kind: dues that are refunded or awarded.
    """

    division: str
    kind: PartyOrganizationKind | None
    scheme: str
    policy: str
    level: Level
    source: str
    purpose: str
    count: int
    need_fen: int
    held_fen: int
    reason: Reason


def foresee_need(inputs: Inputs, schemes: Schemes, asked: Asked) -> list[Line]:
    """A line for each division, scheme and kind that anything was counted of, in that order."""
    lines = []
    for division, own in sorted(_by_division(inputs).items()):
        chosen = [one for trigger in get_args(Trigger) for one in in_force(schemes, division, asked.on, trigger)]
        for scheme in sorted(chosen, key=lambda one: one.parameters.scheme):
            for kind, total in _sums(own, division, scheme, asked):
                lines.append(_line(division, kind, scheme, total, asked))
    return lines


def _by_division(inputs: Inputs) -> dict[str, Inputs]:
    """What was counted in each division, with the stars and rates of all."""
    found: dict[str, tuple[list[ForeseenCount], list[ForeseenEntry], list[ForeseenDues]]] = {}
    for count in inputs.counts:
        found.setdefault(count.division, ([], [], []))[0].append(count)
    for entry in inputs.entries:
        found.setdefault(entry.division, ([], [], []))[1].append(entry)
    for dues in inputs.dues:
        found.setdefault(dues.division, ([], [], []))[2].append(dues)
    return {
        division: Inputs(
            counts=tuple(counts), entries=tuple(entries), dues=tuple(dues), stars=inputs.stars, rates=inputs.rates
        )
        for division, (counts, entries, dues) in found.items()
    }


def _sums(
    inputs: Inputs, division: str, scheme: Scheme, asked: Asked
) -> Iterator[tuple[PartyOrganizationKind | None, Sum]]:
    """What a scheme needs in a division, of what was counted there, by kind."""
    match scheme.parameters.amount:
        case ListedRule() | Monthly() | Project():
            listed: dict[PartyOrganizationKind | None, list[ForeseenEntry]] = {}
            for entry in inputs.entries:
                if entry.scheme == scheme.parameters.scheme:
                    listed.setdefault(entry.kind, []).append(entry)
            for kind in sorted(listed, key=str):
                yield kind, of_entries(listed[kind], scheme, asked)
        case Refund() | Distributed() as rule:
            of_dues = refunded if isinstance(rule, Refund) else awarded
            yield from ((None, of_dues(one, scheme, inputs, asked)) for one in _all_dues(inputs, division))
        case _:
            counted: dict[PartyOrganizationKind, list[ForeseenCount]] = {}
            for count in inputs.counts:
                counted.setdefault(count.kind, []).append(count)
            for counted_kind in sorted(counted):
                yield counted_kind, of_counts(counted[counted_kind], counted_kind, scheme, inputs, asked)


def _all_dues(inputs: Inputs, division: str) -> list[ForeseenDues]:
    """The dues of a division in one sum; none where none are known."""
    remitted, retained = sum(one.remitted_fen for one in inputs.dues), sum(one.retained_fen for one in inputs.dues)
    whole = ForeseenDues.model_construct(division=division, remitted_fen=remitted, retained_fen=retained)
    return [whole] if inputs.dues else []


def _line(division: str, kind: PartyOrganizationKind | None, scheme: Scheme, total: Sum, asked: Asked) -> Line:
    parameters = scheme.parameters
    facts: Mapping[str, object] = {
        **total.facts,
        "count": total.count,
        "need_fen": total.need_fen,
        "year": asked.year,
        "counted_on": asked.counted_on.isoformat(),
        "policy": scheme.id,
        **({"kind": kind} if kind else {}),
        **({"held_fen": total.held_fen, "hold_below_stars": parameters.hold_below_stars} if total.held_fen else {}),
    }
    reason = Reason(rule=parameters.rule, outcome=total.outcome, facts=dict(facts), as_of=asked.as_of)
    return Line(
        division,
        kind,
        parameters.scheme,
        scheme.id,
        parameters.level,
        asked.source_of(scheme, division),
        parameters.purpose,
        total.count,
        total.need_fen,
        total.held_fen,
        reason,
    )
