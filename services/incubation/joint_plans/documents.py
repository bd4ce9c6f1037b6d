"""A plan as it is stored, as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from services.incubation.joint_plans.limits import limits_of
from services.incubation.joint_plans.rules import explain_kind
from services.incubation.joint_plans.search.candidates import Candidate, Existing
from services.incubation.joint_plans.search.describing import ProposalDraft
from services.incubation.joint_plans.search.draft import Aims
from services.incubation.joint_plans.search.reasons import SET_ASIDE, Why, explain
from services.incubation.policies import FormationPolicy
from shared.contracts.base import Reason
from shared.db.session import Record
from shared.field.policies import Policy

Document = dict[str, Any]


def aims_out(aims: Aims) -> Document:
    """The four aims as clients see them; the distance in metres, with what another sector counts."""
    return {
        "covered": aims.covered,
        "together": aims.together,
        "created": aims.created,
        "metres": -(-aims.distance // 10),
    }


def why_of(proposal: ProposalDraft, policy: Policy[FormationPolicy], now: datetime) -> Document:
    """What explains a proposal, as it is stored beside its organizations."""
    more = explain_kind(proposal.all_full_members, proposal.total_members, policy, now)
    known = [one for one in proposal.metres if one is not None]
    return {
        **explained(proposal.why, now, more),
        "total_members": proposal.total_members,
        "all_full_members": proposal.all_full_members,
        "aims": list(proposal.aims),
        "centre": proposal.centre or None,
        "metres": sum(known),
        "next_best": None if proposal.next_best is None else asdict(proposal.next_best),
        "existing": None if proposal.existing is None else str(proposal.existing),
        "fixed": proposal.fixed,
    }


def organizations_of(proposal: ProposalDraft) -> list[Document]:
    """The organizations of a proposal as they are stored."""
    return [
        {"id": str(one.id), "uscc": one.uscc, "metres": metres}
        for one, metres in zip(proposal.organizations, proposal.metres, strict=True)
    ]


def explained(why: Why, now: datetime, more: Sequence[Reason] = ()) -> Document:
    """The reason as it is stored: a sentence in each language, and the facts; and further reasons."""
    reasons = [{**reason, "as_of": now} for reason in why.as_reasons()] + [one.model_dump() for one in more]
    return {"zh": explain(why, "zh"), "en": explain(why, "en"), "reasons": reasons}


def fixed_of(proposals: Sequence[Mapping[str, Any]], unplaced: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """What people decided in a stored plan, as groups of ids: whoever is together, with the branch that they join; and
    whom they set aside, each alone. A worker of the version before leaves the groups of these two kinds free."""
    together = [
        [one["id"] for one in row["organizations"]] + [one for one in [row["why"].get("existing")] if one]
        for row in proposals
        if row["state"] == "proposed" and row["why"].get("fixed")
    ]
    aside = [[row["id"]] for row in unplaced if row["why"]["reasons"][0]["facts"].get("code") == SET_ASIDE.code]
    return together + aside


def stored_aims(rows: Sequence[Mapping[str, Any]]) -> Aims:
    """What stored proposals reach together; those of the version before state no aims."""
    total = Aims()
    for row in rows:
        if row["why"].get("aims"):
            total = total.plus(Aims(*row["why"]["aims"]))
    return total


def existing_of(rows: list[Record], policy: Policy[FormationPolicy], division: str) -> list[Existing]:
    """The joint branches of a division (a prefix) that may take units in: neither full of units nor of members.

    Units outside the division count, but have no code here: who plans for the division does not see them.
    """
    limits = limits_of(policy.parameters)
    by_branch: dict[tuple[UUID, str], list[Candidate]] = {}
    for row in rows:
        unit = dict(row)
        branch, full_time, inside = (unit.pop(name) for name in ("branch", "full_members_full_time", "division"))
        home = unit.pop("home")
        unit["all_full_members"] = unit["full_members"]
        if policy.parameters.counted == "full_members_full_time":
            unit["full_members"] = full_time
        if not inside.startswith(division):
            unit["uscc"] = ""
        if home.startswith(division):
            by_branch.setdefault((branch, home), []).append(Candidate(**unit))
    return [
        Existing(branch, tuple(units), home)
        for (branch, home), units in by_branch.items()
        if len(units) < limits.max_units and limits.holds(1 + sum(one.total_members or 0 for one in units))
    ]
