"""S13: plans joint branches for many organizations that are too small for a branch of their own.

A joint branch holds at least the policy's full members, at most its units and its members in all, and every two of its
organizations are compatible (`Places.compatible`): in one carrier, or near each other, or, where a location is
missing, on one street. So a branch is never stretched along a chain. The aims, in this order: the most
organizations covered; as many as possible beside others of their own carrier, and best among nobody else; short
distances. The same candidates and policy give the same plan, in whatever order the candidates are listed.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.incubation.joint_plans.search.candidates import Candidate, Existing, JointPolicy, Places
from services.incubation.joint_plans.search.construction import construct, exchange, fill
from services.incubation.joint_plans.search.describing import ProposalDraft, describe
from services.incubation.joint_plans.search.draft import Aims, Draft
from services.incubation.joint_plans.search.neighbours import drop_idle_links, find_neighbours
from services.incubation.joint_plans.search.reasons import SET_ASIDE, Why, explain_unplaced
from services.incubation.joint_plans.search.solving.cliques import list_cliques
from services.incubation.joint_plans.search.solving.clock import Clock
from services.incubation.joint_plans.search.solving.columns import count_combinations, list_columns
from services.incubation.joint_plans.search.solving.cutting import join_cut, most_of_cut
from services.incubation.joint_plans.search.solving.partition import Effort, Partition
from services.incubation.joint_plans.search.solving.pricing.listed import Listed
from services.incubation.joint_plans.search.solving.pricing.placing import place_by_prices, plan_by_prices
from services.incubation.joint_plans.search.solving.proving import bound_by_prices, bound_by_program, list_all
from services.incubation.joint_plans.search.solving.trying import try_all
from services.incubation.joint_plans.search.solving.windows import DENSE, improve, most_of, sizes_for, spare

EXCHANGES = 2
EXACT_UNITS = 200
EXACT_COMBINATIONS = 20_000
"""A component up to these sizes is solved as a whole."""


@dataclass(frozen=True, slots=True)
class Unplaced:
    """An organization in no proposal."""

    id: UUID
    uscc: str
    why: Why


@dataclass(frozen=True, slots=True)
class JointPlanDraft:
    """The plan: what it reaches of each aim, and what no plan at all could beat that reaches the aims before as well.

    `stopped`: the time was over before the search was; only then another run may answer otherwise.
    """

    proposals: tuple[ProposalDraft, ...]
    unplaced: tuple[Unplaced, ...]
    reached: Aims
    bound: Aims
    stopped: bool = False

    @property
    def covered(self) -> int:
        """Organizations in proposals."""
        return self.reached.covered

    @property
    def upper_bound(self) -> int:
        """Organizations that any plan could cover at most."""
        return self.bound.covered


def propose_joint_branches(
    candidates: Sequence[Candidate],
    policy: JointPolicy,
    *,
    existing: Sequence[Existing] = (),
    fixed: Sequence[Collection[UUID]] = (),
    clock: Clock | None = None,
) -> JointPlanDraft:
    """Propose joint branches (S13) for candidates that are not covered yet.

    `existing` branches take units in before new ones are created. `fixed` groups of ids stay as they are: with the id
    of a branch that exists they join that one, and a group of one stays in no branch. Raises ValueError where a
    candidate is listed twice.
    """
    if len({one.id for one in candidates}) < len(candidates):
        raise ValueError("a candidate is given twice")
    clock = clock or Clock()
    kept, aside, free, open_branches = take_fixed(candidates, policy, existing, fixed)
    places = Places(free, policy, open_branches)
    neighbours = find_neighbours(places)
    useful = drop_idle_links(neighbours)
    draft = Draft(neighbours)
    bound, settled = kept.reached(range(len(kept.branch_of))), 0
    complete = neighbours.complete
    # Who is in no component, but may have neighbours beyond a list that is cut.
    cut = [[index] for index, others in enumerate(useful) if not others and not complete[index]]
    for component in _components(useful):
        if all(complete[index] for index in component):
            bound = bound.plus(_plan(draft, component, useful, clock))
        else:
            _place_many(draft, component, clock)
            cut.append(component)
        settled += len(component)
        clock.settled(settled)
    for group in join_cut(draft, cut):
        bound = bound.plus(bound_by_prices(draft, group, most_of_cut(draft, group, useful), clock))
    proposals = (*describe(kept, fixed=True), *describe(draft))
    unplaced = [
        Unplaced(one.id, one.uscc, explain_unplaced(neighbours, index, hopeless=not useful[index]))
        for index, one in enumerate(places.candidates[: places.count])
        if not draft.branch_of[index]
    ]
    unplaced += [Unplaced(one.id, one.uscc, SET_ASIDE) for one in aside]
    unplaced.sort(key=lambda one: (one.uscc, one.id.int))
    reached = kept.reached(range(len(kept.branch_of))).plus(draft.reached(range(len(draft.branch_of))))
    ordered = sorted(proposals, key=lambda one: (one.organizations[0].uscc, one.organizations[0].id.int))
    return JointPlanDraft(tuple(ordered), tuple(unplaced), reached, bound, clock.stopped)


def take_fixed(
    candidates: Sequence[Candidate],
    policy: JointPolicy,
    existing: Sequence[Existing],
    fixed: Sequence[Collection[UUID]],
) -> tuple[Draft, list[Candidate], list[Candidate], list[Existing]]:
    """A draft of the fixed groups that are all there and allowed; whom people set aside; and what remains free.

    That is the other candidates, and the branches that exist and that no group joins: each gets one proposal.
    """
    by_id = {one.id: one for one in candidates}
    branches = {one.id: one for one in existing}
    groups = [group for group in fixed if all(one in by_id or one in branches for one in group)]
    aside = [by_id[one] for group in groups if len(group) == 1 for one in group if one in by_id]
    several = [group for group in groups if len(group) > 1]
    units = [by_id[one] for group in several for one in group if one in by_id]
    joined = [branches[one] for group in several for one in group if one in branches]
    draft = Draft(find_neighbours(Places(units, policy, joined)))
    places = draft.places
    position = {one.id: index for index, one in enumerate(places.candidates[: places.count])}
    position |= {one.id: index for index, one in enumerate(places.existing, places.count)}
    for group in several:
        branch = tuple(sorted(position[one] for one in group))
        if draft.fits(branch):
            draft.settle((), [branch])
    held = {one for one, index in position.items() if draft.branch_of[index]} | {one.id for one in aside}
    return (
        draft,
        aside,
        [one for one in candidates if one.id not in held],
        [one for one in existing if one.id not in held],
    )


def _plan(draft: Draft, component: list[int], useful: list[set[int]], clock: Clock) -> Aims:
    """Place one component, all of whose neighbours are known; returns what no plan for it could beat."""
    construct(draft, component)
    most = most_of(draft, {index: useful[index] for index in component})
    degrees = [len(draft.neighbours.near[index]) for index in component]
    widest = draft.places.policy.max_units
    if len(component) <= EXACT_UNITS and count_combinations(degrees, widest) <= EXACT_COMBINATIONS:
        columns = list_columns(draft, component, {index: draft.neighbours.near[index] for index in component})
        best = try_all(columns)
        if best is not None:
            draft.settle(component, best)
            return draft.reached(component)
        now = sorted({draft.branch_of[index] for index in component} - {()})
        found = Partition(columns, now, clock, Effort()).solve(most, spare=spare(draft, component), widest=widest)
        draft.settle(component, found.branches)
        return found.bound
    listed = list_all(draft, component)
    if listed is not None:
        place_by_prices(draft, component, Listed(draft, component, listed), sizes_for(draft, component), clock)
        return bound_by_program(draft, component, listed, most, clock)
    cliques = list_cliques(draft, component)
    if cliques is not None:
        return plan_by_prices(draft, component, Listed(draft, component, cliques), most, clock)
    return bound_by_prices(draft, component, most, clock)


def _place_many(draft: Draft, component: Sequence[int], clock: Clock) -> None:
    """Place a component of which not all neighbours are known."""
    construct(draft, component)
    _mend(draft, component, clock)


def _mend(draft: Draft, component: Sequence[int], clock: Clock) -> None:
    """Place a dense component: branches as large as may be, mended, unless the construction is better."""
    first = sorted({draft.branch_of[index] for index in component} - {()})
    reached = draft.reached(component)
    draft.settle(component, ())
    fill(draft, component)
    for _ in range(EXCHANGES):
        exchange(draft, component)
    improve(draft, component, DENSE, clock)
    if reached.rank() < draft.reached(component).rank():
        draft.settle(component, first)
        improve(draft, component, DENSE, clock)
    exchange(draft, component)


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
