"""S13: plans joint branches for many organizations that are too small for a branch of their own.

A joint branch holds at least the policy's full members, at most its units and its members in all, and every two of its
organizations are compatible (`Places.compatible`): in one carrier, or near each other, or, where a location is
missing, on one street. So a branch is never stretched along a chain. The aims, in this order: the most
organizations covered; as many as possible beside others of their own carrier, and best among nobody else; short
distances. The same candidates and policy give the same plan, in whatever order the candidates are listed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.incubation.joint_plans.search.candidates import Candidate, JointPolicy, Places
from services.incubation.joint_plans.search.construction import construct
from services.incubation.joint_plans.search.draft import Draft
from services.incubation.joint_plans.search.neighbours import drop_idle_links, find_neighbours
from services.incubation.joint_plans.search.reasons import Why, explain_proposal, explain_unplaced
from services.incubation.joint_plans.search.repair import (
    Allowance,
    bring_carriers_together,
    exchange_partners,
    place_left_over,
    prove_lost,
    solve_exactly,
)

SMALL_COMPONENT = 8  # organizations up to which all three aims are met exactly
# What the searches of one plan may use together, for each candidate and at the least. See `Allowance`.
STEPS_EACH = {"proof": 30, "coverage": 60, "carriers": 15, "bound": 20}
STEPS_AT_LEAST = 300_000


@dataclass(frozen=True, slots=True)
class ProposalDraft:
    """Organizations, in the order of their USCC, that could share a branch."""

    organizations: tuple[Candidate, ...]
    full_members: int
    total_members: int
    why: Why


@dataclass(frozen=True, slots=True)
class Unplaced:
    """An organization in no proposal."""

    id: UUID
    uscc: str
    why: Why


@dataclass(frozen=True, slots=True)
class JointPlanDraft:
    """The plan: `covered` organizations are in proposals, and no plan at all could cover more than `upper_bound`."""

    proposals: tuple[ProposalDraft, ...]
    unplaced: tuple[Unplaced, ...]
    covered: int
    upper_bound: int


def propose_joint_branches(candidates: Sequence[Candidate], policy: JointPolicy) -> JointPlanDraft:
    """Propose joint branches (S13) for candidates that are not covered yet.

    Raises ValueError where a candidate is listed twice.
    """
    if len({one.id for one in candidates}) < len(candidates):
        raise ValueError("a candidate is given twice")
    places = Places(candidates, policy)
    neighbours = find_neighbours(places)
    useful = drop_idle_links(neighbours)
    draft = Draft(neighbours)
    allowances = {use: Allowance(max(STEPS_AT_LEAST, each * len(candidates))) for use, each in STEPS_EACH.items()}
    upper_bound = sum(_plan(draft, component, allowances) for component in _components(useful))
    proposals = tuple(
        ProposalDraft(
            tuple(places.candidates[index] for index in branch),
            sum(places.members[index] for index in branch),
            sum(places.totals[index] for index in branch),
            explain_proposal(places, branch),
        )
        for branch in draft.branches()
    )
    unplaced = tuple(
        Unplaced(one.id, one.uscc, explain_unplaced(neighbours, index, hopeless=not useful[index]))
        for index, one in enumerate(places.candidates)
        if not draft.branch_of[index]
    )
    covered = len(candidates) - len(unplaced)
    return JointPlanDraft(proposals, unplaced, covered, upper_bound)


def _plan(draft: Draft, component: list[int], allowances: dict[str, Allowance]) -> int:
    """Place one component; returns how many of it any plan could cover at most, as far as proven."""
    construct(draft, component)
    most: int | None = len(component)
    if not all(draft.branch_of[index] for index in component):
        most = solve_exactly(draft, component, allowances["proof"])
    if most is None:
        place_left_over(draft, component, allowances["coverage"])
        most = len(component) - prove_lost(draft, component, allowances["bound"])
    if len(component) <= SMALL_COMPONENT and allowances["carriers"].left > 0:
        allowances["carriers"].search(draft, component, STEPS_AT_LEAST, counts_only=False)
    else:
        bring_carriers_together(draft, component, allowances["carriers"])
        exchange_partners(draft, component)
    return most


def _components(useful: list[set[int]]) -> list[list[int]]:
    """Organizations that hang together by useful links, without the lonely ones."""
    seen = [False] * len(useful)
    components = []
    for start in range(len(useful)):
        if seen[start] or not useful[start]:
            continue
        seen[start] = True
        component = [start]
        for one in component:  # grows while it is read
            for other in useful[one]:
                if not seen[other]:
                    seen[other] = True
                    component.append(other)
        components.append(sorted(component))
    return sorted(components, key=len)  # the small ones first: their proofs cost least
