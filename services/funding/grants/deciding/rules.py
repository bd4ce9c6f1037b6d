"""Decides which grant a case raises: by which scheme, how much, and why. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol
from uuid import UUID

from services.funding.grants.deciding.amounts import amount_due
from services.funding.grants.deciding.cases import Case, Entered, Rated, case_of
from services.funding.policies import Scheme, SchemeParameters
from shared.contracts.base import Reason
from shared.contracts.funding import GrantStateName

Outcome = Literal["raised", "held", "none"]

_NOT_INPUT = frozenset(
    {
        "party_organization_name",
        "division",
        "evaluation_id",
        "as_of",
        "recipient_name",
        "policy",
        "scheme_day",
        "covered_on",
    }
)
"""Facts that do not change what is due: a name, where the recipient is by now, which of two equal events it was."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a case raises a grant: by which scheme, how much, and why."""

    outcome: Outcome
    policy: str | None
    parameters: SchemeParameters | None
    amount_fen: int | None
    facts: Mapping[str, object]
    reasons: Sequence[Reason] = field(default=())
    computation: Mapping[str, object] = field(default_factory=dict)

    @property
    def scheme(self) -> str | None:
        """The scheme's code, None where none is in force."""
        return self.parameters.scheme if self.parameters else None

    @property
    def snapshot(self) -> dict[str, object]:
        """What the grant keeps of what it was computed from."""
        return {
            **self.facts,
            "policy": self.policy,
            "scheme": self.scheme,
            "amount_fen": self.amount_fen,
            "computation": dict(self.computation),
        }

    @property
    def input_hash(self) -> str:
        """Of what the amount depends on: another one under the same key is another input."""
        read = {name: value for name, value in self.snapshot.items() if name not in _NOT_INPUT}
        return hashlib.sha256(json.dumps(read, sort_keys=True, default=str).encode()).hexdigest()


def scheme_day(year: int) -> date:
    """The day whose scheme a year's grant follows: the last of the rated year (`cases.case_of` says why)."""
    return date(year, 12, 31)


def decide_annual_grant(evaluation: Rated, scheme: Scheme | None) -> Decision:
    """The grant of one evaluation (H31, H32, decisions 5 and 7); `scheme` is the one in force."""
    return decide_case(case_of(evaluation), scheme)


def decide_case(case: Case, scheme: Scheme | None) -> Decision:
    """The grant of a case by the scheme that is in force: raised, held, or none, with the reasons."""
    facts = _facts(case)
    reasons: list[Reason] = []

    def note(rule: str, outcome: str, **read: object) -> None:
        reasons.append(Reason(rule=rule, outcome=outcome, facts=read, as_of=case.as_of))

    if scheme is None:
        note("R-scheme", "no_scheme_in_force", division=case.division, on=case.on.isoformat())
        return Decision("none", None, None, None, facts, reasons)
    parameters = scheme.parameters
    listed = _listed_elsewhere(case, parameters)
    if listed is not None:
        rule, read = listed
        note(rule, "excluded", **read, on=case.on.isoformat())
        return Decision("none", scheme.id, parameters, None, facts, reasons)
    if parameters.rule == "H32":
        note("H31", "not_listed", on=case.on.isoformat())
    due = amount_due(case, parameters)
    if due.amount_fen is None:
        note(parameters.rule, due.outcome, **due.facts, period=case.period, policy=scheme.id)
        return Decision("none", scheme.id, parameters, None, facts, reasons)
    facts_of_due = {**due.facts, **({} if case.period == str(case.year) else {"period": case.period})}
    note(parameters.rule, "due", **facts_of_due, year=case.year, amount_fen=due.amount_fen, policy=scheme.id)
    held = False
    if case.star is not None:
        held = case.star < parameters.hold_below_stars
        note("R-hold", "held" if held else "not_held", star=case.star, hold_below_stars=parameters.hold_below_stars)
    computation = {"rule": parameters.amount.rule, **due.facts}
    return Decision("held" if held else "raised", scheme.id, parameters, due.amount_fen, facts, reasons, computation)


def _listed_elsewhere(case: Case, parameters: SchemeParameters) -> tuple[str, dict[str, object]] | None:
    """The entry of another scheme's list that excludes the recipient from this one, with that list's rule."""
    in_file = parameters.key_industry_committee(case.recipient_id, case.on)
    if in_file is not None:
        return "H31", {"listed_from": in_file.effective_from.isoformat()}
    for scheme, entry in sorted(case.excluded_by.items()):
        if scheme != parameters.scheme:
            listed_from = entry.effective_from.isoformat()
            return entry.rule or "H31", {"listed_from": listed_from, "scheme": scheme, "entry": str(entry.id)}
    return None


def _facts(case: Case) -> dict[str, object]:
    facts: dict[str, object] = {
        "party_organization_id": str(case.recipient_id),
        "party_organization_name": case.recipient_name,
        "kind": case.kind,
        "form": case.form,
        "division": case.division,
        "year": case.year,
        "scheme_day": case.on.isoformat(),
    }
    if case.evaluation_id is not None:
        facts |= {"evaluation_id": str(case.evaluation_id), "star": case.star, "total": str(case.total)}
    else:
        facts |= {"trigger": case.trigger, "period": case.period}
    if case.established_on is not None:
        facts["established_on"] = case.established_on.isoformat()
    if case.kept_out is not None:
        facts[case.kept_out[0]] = case.kept_out[1].isoformat()
    if case.covered_on is not None:
        facts["covered_on"] = case.covered_on.isoformat()
    if case.members is not None:
        facts["full_members"], facts["probationary_members"] = case.members.full, case.members.probationary
        facts["members_on"] = case.members.on.isoformat()
    if case.entry is not None:
        facts["entry"] = _entry_facts(case.entry)
    return facts


def _entry_facts(entry: Entered) -> dict[str, object]:
    return {
        "id": str(entry.id),
        "amount_fen": entry.amount_fen,
        "category": entry.category,
        "not_civil_servant": entry.not_civil_servant,
        "effective_from": entry.effective_from.isoformat(),
    }


class Before(Protocol):
    """What reasons say of a grant that exists."""

    @property
    def id(self) -> UUID: ...
    @property
    def scheme(self) -> str: ...
    @property
    def state(self) -> GrantStateName: ...
    @property
    def to_be_returned_fen(self) -> int: ...


def _of_reversed(before: Before) -> dict[str, object]:
    """That a grant which bars another one was reversed, and what of it is still out."""
    if before.state != "reversed":
        return {}
    return {"state": before.state, "to_be_returned_fen": before.to_be_returned_fen}


def already_raised(decision: Decision, case: Case, before: Before, *, same_input: bool) -> Reason:
    """Why a repeated or corrected case changes nothing: one grant a recipient, scheme and period (H32).

    `same_input`: whether the grant was computed from the same; where not, people decide what that means for it.
    """
    assert decision.parameters is not None
    facts: dict[str, object] = {"scheme": decision.scheme, "year": case.year, "grant_id": str(before.id)}
    facts |= _of_reversed(before)
    if case.period != str(case.year):
        facts["period"] = case.period
    if not same_input:
        facts["input"] = "differs"
    return Reason(rule=decision.parameters.rule, outcome="already_raised", facts=facts, as_of=case.as_of)


def granted_otherwise(decision: Decision, case: Case, before: Before, as_of: datetime) -> Reason:
    """That another scheme gave for the same purpose, level and period (D10, decision 7)."""
    assert decision.parameters is not None
    facts: dict[str, object] = {
        "scheme": before.scheme,
        "grant_id": str(before.id),
        **_of_reversed(before),
        "purpose": decision.parameters.purpose,
        "level": decision.parameters.level,
        "period": case.period,
    }
    return Reason(rule="R-one-scheme", outcome="granted_by_other_scheme", facts=facts, as_of=as_of)
