"""What a proposal is shown with: its organizations, members and metres, why these, and what the next best would be."""

from dataclasses import dataclass
from uuid import UUID

from services.incubation.joint_plans.search.alternatives import NextBest, find_next_best
from services.incubation.joint_plans.search.candidates import Candidate
from services.incubation.joint_plans.search.draft import Aims, Draft
from services.incubation.joint_plans.search.reasons import Why, explain_proposal


@dataclass(frozen=True, slots=True)
class ProposalDraft:
    """Organizations, in the order of their USCC, that could share a branch.

    `metres`: of each, to the branch's centre, whose USCC is `centre`. `existing`: the branch that takes them in, where
    none is to be created; members are counted with its own. `fixed`: put together by people, not by the search.
    """

    organizations: tuple[Candidate, ...]
    full_members: int
    total_members: int
    aims: Aims
    why: Why
    centre: str
    metres: tuple[int | None, ...]
    next_best: NextBest | None = None
    existing: UUID | None = None
    fixed: bool = False
    all_full_members: int = 0
    """Those of `total_members` that are full members; `full_members` are those that the region counts."""


def describe(draft: Draft, *, fixed: bool = False) -> list[ProposalDraft]:
    """The draft's branches, each with what explains it."""
    places = draft.places
    proposals = []
    for branch in draft.branches():
        new = [index for index in branch if not places.exists(index)]
        centre = draft.centre(branch)
        metres = [places.distance_m(centre, index) for index in new]
        proposals.append(
            ProposalDraft(
                tuple(places.candidates[index] for index in new),
                sum(places.members[index] for index in branch),
                sum(places.totals[index] for index in branch),
                draft.aims(branch),
                explain_proposal(places, branch),
                places.candidates[centre].uscc,
                tuple(None if one is None else round(one) for one in metres),
                None if fixed else find_next_best(draft, branch),
                places.existing[branch[-1] - places.count].id if len(new) < len(branch) else None,
                fixed,
                sum(places.full[index] for index in branch),
            )
        )
    return proposals
