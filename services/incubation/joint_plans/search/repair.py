"""Improves a plan: windows around those left over are regrouped exactly, then partners are exchanged."""

from collections.abc import Sequence

from services.incubation.joint_plans.search.draft import WINDOW_MOST, Branch, Draft
from services.incubation.joint_plans.search.grouping import Search, SearchTooLongError, Worth

# Allowances are counted in steps of the search, not in seconds, so that a plan never depends on the clock.
STEPS_OF_A_COMPONENT = 40_000
STEPS_OF_A_WINDOW = 1_500
STEPS_OF_A_TIDY_WINDOW = 1_500
WINDOWS = (16, 32, 64)  # organizations
TIDY_WINDOW = 12
BLOCKS = (1, 4, 10, 24, 60)  # organizations whose greatest coverage is proven together
EXCHANGES_TRIED = 8
PASSED_ON = 12  # windows on the way of one that is left over
CROWDED = 16  # neighbours above which an organization is not itself counted as lost


class Allowance:
    """Steps that all searches of one plan may use together."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def search(
        self,
        draft: Draft,
        window: Sequence[int],
        steps: int,
        *,
        counts_only: bool,
        prefer: int | None = None,
    ) -> int | None:
        """Regroup a window of the draft; returns how many of it are covered then, None if the search took too long."""
        steps = min(steps, self.left)
        try:
            covered, used = draft.search(window, steps, counts_only=counts_only, prefer=prefer)
        except SearchTooLongError:
            self.left -= steps
            return None
        self.left -= used
        return covered


def solve_exactly(draft: Draft, component: Sequence[int], allowance: Allowance) -> int | None:
    """The most organizations of a whole component that can be covered, when that can be proven."""
    if len(component) > WINDOW_MOST or not all(draft.neighbours.complete[i] for i in component):
        return None
    return allowance.search(draft, component, STEPS_OF_A_COMPONENT, counts_only=True)


def place_left_over(draft: Draft, component: Sequence[int], allowance: Allowance) -> None:
    """Regroup around each organization left over, in ever wider windows, until it is placed."""
    for size in WINDOWS:
        for index in component:
            _pass_on(draft, index, size, allowance)


def _pass_on(draft: Draft, index: int, size: int, allowance: Allowance) -> None:
    """Place the organization, if need be instead of another, then that one, and so on until nobody is left."""
    tried: set[int] = set()
    hole: int | None = index
    while hole is not None and not draft.branch_of[hole] and len(tried) < PASSED_ON and allowance.left > 0:
        tried.add(hole)
        window = _window(draft, hole, size)
        before = sum(bool(draft.branch_of[one]) for one in window)
        covered = allowance.search(draft, window, STEPS_OF_A_WINDOW, counts_only=True, prefer=hole)
        if covered is None or covered > before:
            return
        hole = next((one for one in window if not draft.branch_of[one] and one not in tried), None)


def bring_carriers_together(draft: Draft, component: Sequence[int], allowance: Allowance) -> None:
    """Regroup where an organization is placed apart from others of its own carrier."""
    same = draft.places.same_carrier
    seen: set[Branch] = set()
    for index in component:
        branch = draft.branch_of[index]
        if branch in seen or all(same(index, other) for other in branch):
            continue
        seen.add(branch)
        window = list(branch) or [index]
        for other in [mate for one in tuple(window) for mate in draft.neighbours.near[one] if same(one, mate)]:
            more = draft.branch_of[other] or (other,)
            if other not in window and len(window) + len(more) <= TIDY_WINDOW:
                window += more
        if len(window) > len(branch) and allowance.left > 0:
            allowance.search(draft, window, STEPS_OF_A_TIDY_WINDOW, counts_only=False)


def exchange_partners(draft: Draft, component: Sequence[int]) -> None:
    """Let neighbours change places, or one move over, where that makes the branches better (closer)."""
    for index in component:
        for other in draft.neighbours.near[index][:EXCHANGES_TRIED]:
            here, there = draft.branch_of[index], draft.branch_of[other]
            if not here or not there or here == there:
                continue
            without, left = _without(here, index), _without(there, other)
            now = draft.value(here) + draft.value(there)
            for first, second in (((*without, other), (*left, index)), (without, (*there, index))):
                one, two = tuple(sorted(first)), tuple(sorted(second))
                if draft.fits(one) and draft.fits(two) and draft.value(one) + draft.value(two) > now:
                    draft.settle((*here, *there), [one, two])
                    break


def prove_lost(draft: Draft, component: Sequence[int], allowance: Allowance) -> int:
    """How many organizations of the component no plan at all can cover, as far as can be proven nearby.

    How many of a block of organizations can be covered depends only on the block and all of its neighbours, because
    branches are cliques.
    """
    lost = 0
    open_to_proof = {index for index in component if draft.neighbours.complete[index]}
    for index in component:
        if draft.branch_of[index] or index not in open_to_proof:
            continue
        for size in BLOCKS:
            block = _block(draft, index, size, open_to_proof)
            steps = min(STEPS_OF_A_WINDOW, allowance.left)
            missing, used = _missing(draft, block, steps)
            allowance.left -= used
            if missing:
                lost += missing
                open_to_proof.difference_update(block)
                break
    return lost


def _missing(draft: Draft, block: Sequence[int], steps: int) -> tuple[int, int]:
    """How many of the block stay uncovered in any plan (0 when not proven), and the steps used."""
    around = sorted({*block, *(other for index in block for other in draft.neighbours.near[index])})
    if len(around) > WINDOW_MOST:
        return 0, 0
    wanted = set(block)
    search = Search(
        draft.links_among(around),
        [draft.places.members[index] for index in around],
        [draft.places.totals[index] for index in around],
        draft.places.policy,
        Worth(
            of_group=lambda group: sum(around[i] in wanted for i in group),
            at_most=[int(index in wanted) for index in around],
            counts_only=True,
        ),
        steps,
    )
    try:
        return len(block) - search.best()[0], search.used
    except SearchTooLongError:
        return 0, steps


def _window(draft: Draft, index: int, size: int) -> list[int]:
    """The organization and those around it, with the whole of their branches."""
    window = [index]
    inside = {index}
    for one in window:  # grows while it is read: those nearest come first
        for other in draft.neighbours.near[one]:
            if other in inside:
                continue
            more = draft.branch_of[other] or (other,)
            if len(window) + len(more) > size:
                return window
            window += more
            inside.update(more)
    return window


def _block(draft: Draft, index: int, size: int, among: set[int]) -> list[int]:
    """The organization and those around it, among these; not the crowded ones, whose neighbours are many."""
    near = draft.neighbours.near
    block = [index]
    reached = [index]
    seen = {index}
    for one in reached:
        for other in near[one]:
            if len(block) >= size or len(reached) > WINDOW_MOST:
                return block
            if other not in seen:
                seen.add(other)
                reached.append(other)
                if other in among and len(near[other]) <= CROWDED:
                    block.append(other)
    return block


def _without(branch: Branch, index: int) -> Branch:
    return tuple(other for other in branch if other != index)
