"""A first plan, quickly: same carrier first, then whoever has the fewest neighbours with those nearest."""

from collections.abc import Sequence

from services.incubation.joint_plans.search.draft import Branch, Draft

NEAREST_TRIED = 12  # partners considered for a new branch; windows look farther
EXCHANGES_TRIED = 8


def construct(draft: Draft, component: Sequence[int]) -> None:
    """Fill the draft for organizations that hang together."""
    scarce = sorted(component, key=lambda i: (len(draft.neighbours.near[i]), i))
    by_scarcity = [index for index in scarce if not draft.places.exists(index)]
    for own_carrier in (True, False):
        for index in by_scarcity:
            if not draft.branch_of[index]:
                _found(draft, index, own_carrier=own_carrier)
        for index in by_scarcity:
            if not draft.branch_of[index]:
                _join(draft, index, own_carrier=own_carrier)


def fill(draft: Draft, component: Sequence[int]) -> None:
    """Fill the draft with branches as large as may be: one place after the other on the map, with whoever is nearest.

    In dense divisions that needs the fewest branches.
    """
    inside = set(component)
    most = draft.places.policy.max_units
    ordered = [index for index in draft.neighbours.order if index in inside and not draft.places.exists(index)]
    for index in ordered:
        branch = _grow(draft, index, most)
        if draft.fits(branch):
            draft.settle((), [branch])
    for own_carrier in (True, False):
        for index in ordered:
            if not draft.branch_of[index]:
                _join(draft, index, own_carrier=own_carrier)


def _grow(draft: Draft, index: int, most: int) -> Branch:
    """The unplaced organization with the nearest unplaced ones that may share a branch with it; () if it is placed."""
    branch: Branch = () if draft.branch_of[index] else (index,)
    for other in draft.neighbours.near[index]:
        if not branch or len(branch) == most:
            break
        if not draft.branch_of[other] and not draft.places.exists(other) and draft.may_share((*branch, other)):
            branch = (*branch, other)
    return branch


def exchange(draft: Draft, component: Sequence[int]) -> None:
    """Let neighbours change places, or one move over, where that makes the branches better by the aims."""
    for index in component:
        for other in draft.neighbours.near[index][:EXCHANGES_TRIED]:
            here, there = draft.branch_of[index], draft.branch_of[other]
            if not here or not there or here == there or draft.places.exists(max(index, other)):
                continue
            without, left = _without(here, index), _without(there, other)
            now = draft.aims(here).plus(draft.aims(there)).rank()
            for first, second in (((*without, other), (*left, index)), (without, (*there, index))):
                one, two = tuple(sorted(first)), tuple(sorted(second))
                if not draft.fits(one) or not draft.fits(two):
                    continue
                if draft.aims(one).plus(draft.aims(two)).rank() < now:
                    draft.settle((*here, *there), [one, two])
                    break


def _without(branch: Branch, index: int) -> Branch:
    return tuple(other for other in branch if other != index)


def _found(draft: Draft, index: int, *, own_carrier: bool) -> None:
    """Create a branch around the organization, as small as possible, of its nearest unplaced neighbours."""
    same = draft.places.same_carrier
    pool = []
    for other in draft.neighbours.near[index]:
        if draft.branch_of[other] or draft.places.exists(other):
            continue
        if not own_carrier or same(index, other):
            pool.append(other)
            if len(pool) == NEAREST_TRIED:
                break
    for units in range(2, min(draft.places.policy.max_units, len(pool) + 1) + 1):
        branch = _extend(draft, (index,), pool, units, own_carrier)
        if branch:
            draft.settle((), [branch])
            return


def _extend(draft: Draft, branch: Branch, pool: Sequence[int], units: int, own_carrier: bool) -> Branch:
    """The first branch of `units` organizations that grows from this one; () when there is none."""
    members, enough = draft.places.members, draft.places.policy.min_full_members
    totals, policy = draft.places.totals, draft.places.policy
    total = sum(totals[i] for i in branch)
    have, missing = sum(members[i] for i in branch), units - len(branch)
    if have + missing * max((members[i] for i in pool), default=0) < enough:
        return ()
    for position, other in enumerate(pool):
        if not policy.holds(total + totals[other]):
            continue
        grown = (*branch, other)
        if missing == 1:
            if have + members[other] >= enough:
                return grown
            continue
        rest = [
            later
            for later in pool[position + 1 :]
            if draft.neighbours.compatible(other, later)
            and (not own_carrier or draft.places.same_carrier(other, later))
        ]
        found = _extend(draft, grown, rest, units, own_carrier) if len(rest) >= missing - 1 else ()
        if found:
            return found
    return ()


def _join(draft: Draft, index: int, *, own_carrier: bool) -> None:
    """Let the organization join the nearest branch that is not full and takes it."""
    same = draft.places.same_carrier
    for other in draft.neighbours.near[index]:
        branch = draft.branch_of[other] or ((other,) if draft.places.exists(other) else ())
        if not branch or len(branch) >= draft.places.policy.max_units:
            continue
        if own_carrier and not all(same(index, member) for member in branch):
            continue
        if draft.fits((*branch, index)):
            draft.settle(branch, [(*branch, index)])
            return
