"""What a scheme needs for those who are counted: by kind, star, founding, or member. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from services.funding.amount_rules import PerMember
from services.funding.forecasts.inputs import ForeseenCount, Inputs
from services.funding.forecasts.needs.asked import Asked, Sum, case_of
from services.funding.forecasts.needs.spreading import by_star, open_to
from services.funding.grants.deciding.amounts import amount_due
from services.funding.grants.deciding.cases import Members
from services.funding.policies import Scheme
from shared.contracts.base import PartyOrganizationKind


def of_counts(
    counts: Sequence[ForeseenCount], kind: PartyOrganizationKind, scheme: Scheme, inputs: Inputs, asked: Asked
) -> Sum:
    parameters, total, division = scheme.parameters, Sum(), counts[0].division
    code, basis = parameters.scheme, parameters.basis
    if isinstance(parameters.amount, PerMember):
        return _per_member(counts, scheme, asked)
    if basis.only_larger and any(code not in one.open_to and one.party_organizations for one in counts):
        total.outcome, total.facts = "larger_not_counted", {"larger_from_members": basis.larger_from_members}
        return total
    # Whoever is counted reaches the number from which on one is larger.
    larger = None if not basis.only_larger else Members(asked.counted_on, basis.larger_from_members or 0, 0)
    case = replace(case_of(scheme, division, asked), kind=kind, members=larger)
    if parameters.trigger == "evaluation":
        weights = None if inputs.stars is None else {int(star): number for star, number in inputs.stars.items()}
        stars = by_star(counts, code, weights, inputs.rates)
        for star in sorted(stars, key=lambda one: -1 if one is None else one):
            due = amount_due(replace(case, star=star), parameters)
            held = star is not None and star < parameters.hold_below_stars
            total.add(stars[star], due.amount_fen, held=held)
        total.facts = {"stars": {"none" if star is None else str(star): stars[star] for star in sorted(stars, key=str)}}
        return total
    founded = parameters.trigger == "establishment"
    number = sum(one.founded if founded else open_to(one, code) for one in counts)
    due = amount_due(case, parameters)
    total.add(number, due.amount_fen)
    total.facts = {"each_fen": due.amount_fen, **({"founded": number} if founded else {})}
    return total


def _per_member(counts: Sequence[ForeseenCount], scheme: Scheme, asked: Asked) -> Sum:
    """An amount for each member (S26), of all together: members are counted, not Party organizations."""
    total = Sum()
    if scheme.parameters.basis.only_larger:
        total.outcome = "larger_not_counted"
        return total
    full, probationary = sum(one.full_members for one in counts), sum(one.probationary_members for one in counts)
    members = Members(asked.counted_on, full, probationary)
    due = amount_due(replace(case_of(scheme, counts[0].division, asked), members=members), scheme.parameters)
    total.facts = dict(due.facts)
    total.count, total.need_fen = sum(one.party_organizations for one in counts), due.amount_fen or 0
    return total
