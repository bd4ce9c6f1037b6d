"""How much a scheme gives in a case, or why nothing: one function for each kind of amount rule. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.funding.amount_rules import (
    ByKind,
    ByStar,
    Distributed,
    Listed,
    Monthly,
    OneOff,
    PerMember,
    Project,
    Refund,
)
from services.funding.grants.deciding.cases import Case, Members
from services.funding.policies import SchemeParameters


@dataclass(frozen=True, slots=True)
class Due:
    """An amount with what it was computed from; None where nothing is due, `outcome` says why."""

    amount_fen: int | None
    outcome: str = "due"
    facts: Mapping[str, object] = field(default_factory=dict)


def amount_due(case: Case, parameters: SchemeParameters) -> Due:
    """What a scheme gives in a case."""
    refused = _not_entitled(case, parameters)
    if refused is not None:
        return refused
    rule = parameters.amount
    due = Due(None, "not_built")
    match rule:
        case ByKind():
            due = _by_kind(case, parameters)
        case ByStar():
            amount = None if case.star is None else rule.by_star_fen.get(str(case.star))
            due = Due(amount, "due" if amount else "star_not_awarded", {"star": case.star})
        case PerMember():
            due = _per_member(case, rule)
        case OneOff():
            due = Due(rule.fen)
        case Listed() | Monthly() | Project():
            due = _entered(case, rule)
        case Refund():
            due = _refunded(case)
        case Distributed():
            due = _awarded(case)
    return due


def _refunded(case: Case) -> Due:
    """Exactly what was remitted (S25)."""
    if case.remitted is None:
        return Due(None, "not_claimed")
    facts: dict[str, object] = {
        "remitted_fen": case.remitted.fen,
        "dues": str(case.remitted.dues_id),
        "holder": str(case.remitted.holder_id),
        "receiver_by": case.remitted.receiver_by,
        "list": case.remitted.list_reference,
        "bank_slip": case.remitted.bank_slip,
    }
    return Due(case.remitted.fen or None, "due" if case.remitted.fen else "nothing_remitted", facts)


def _awarded(case: Case) -> Due:
    """Exactly what the round gave (H33)."""
    if case.awarded is None:
        return Due(None, "not_distributed")
    one = case.awarded
    facts: dict[str, object] = {"pool": str(one.pool_id), "round": one.round, "weight": one.weight}
    return Due(one.fen or None, "due" if one.fen else "nothing_distributed", {**facts, "awarded_fen": one.fen})


def _by_kind(case: Case, parameters: SchemeParameters) -> Due:
    if case.kind is None:
        return Due(None, "kind_not_known")
    return Due(parameters.amounts_fen[case.kind], facts={"kind": case.kind})


def _not_entitled(case: Case, parameters: SchemeParameters) -> Due | None:
    if case.kept_out is not None:
        by, day = case.kept_out
        return Due(None, "not_there", {by: day.isoformat()})
    least = parameters.basis.larger_from_members if parameters.basis.only_larger else None
    if least is None:
        return None
    if case.members is None:
        return Due(None, "members_not_known", {"larger_from_members": least})
    counted = case.members.full + case.members.probationary
    facts = {**_counts(case.members), "larger_from_members": least}
    return Due(None, "not_larger", facts) if counted < least else None


def _per_member(case: Case, rule: PerMember) -> Due:
    if case.members is None:
        return Due(None, "members_not_known")
    members = case.members
    counted = members.full + (members.probationary if rule.members == "full_and_probationary" else 0)
    facts = {**_counts(members), "members": counted, "per_member_fen": rule.per_member_fen}
    if not counted:
        return Due(None, "no_members", facts)
    assert rule.per_member_fen is not None
    return Due(counted * rule.per_member_fen, facts=facts)


def _counts(members: Members) -> dict[str, object]:
    facts: dict[str, object] = {
        "members_on": members.on.isoformat(),
        "full_members": members.full,
        "probationary_members": members.probationary,
    }
    if members.unknown:
        facts["not_counted"] = sorted(map(str, members.unknown))
    return facts


def _entered(case: Case, rule: Listed | Monthly | Project) -> Due:
    entry = case.entry
    if entry is None:
        return Due(None, "not_listed")
    facts: dict[str, object] = {"entry": str(entry.id), "listed_from": entry.effective_from.isoformat()}
    match rule:
        case Monthly():
            amount = None if entry.category is None else rule.monthly_fen.get(entry.category)
            return Due(amount, "due" if amount else "category_not_paid", {**facts, "category": entry.category})
        case Listed():
            return _within(entry.amount_fen, rule.from_fen, rule.to_fen, facts)
        case Project():
            return _within(entry.amount_fen, 1, rule.cap_fen or 0, facts)


def _within(amount: int | None, least: int, most: int, facts: dict[str, object]) -> Due:
    """The bounds are those of the day: an entry that a later policy leaves outside is not paid by it."""
    if amount is None or not least <= amount <= most:
        return Due(None, "outside_bounds", {**facts, "entered_fen": amount, "from_fen": least, "to_fen": most})
    return Due(amount, facts=facts)
