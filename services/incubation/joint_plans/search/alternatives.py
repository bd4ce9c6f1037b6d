"""What the next best would have been: the exchange with neighbours that costs the least."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.incubation.joint_plans.search.draft import Aims, Branch, Draft

NEIGHBOURS = 2
"""Neighbours outside the branch that are tried, of each of its units."""


@dataclass(frozen=True, slots=True)
class NextBest:
    """`joins` in this branch instead of `leaves` (None: besides all of them), and what that changes of the aims."""

    joins: str
    leaves: str | None
    covered: int
    together: int
    created: int
    metres: int


def find_next_best(draft: Draft, branch: Branch) -> NextBest | None:
    """The nearest alternative to a branch; None where the rules allow none with these neighbours."""
    best: tuple[tuple[int, int, int, int], int, int | None, Aims] | None = None
    for other, there in _outside(draft, branch):
        left = tuple(one for one in there if one != other)
        now = draft.aims(branch).plus(draft.aims(there)) if there else draft.aims(branch)
        for leaves in (None, *(one for one in branch if not draft.places.exists(one))):
            ours = tuple(sorted((*(one for one in branch if one != leaves), other)))
            theirs = tuple(sorted(left if leaves is None else (*left, leaves)))
            then = _aims(draft, ours).plus(_aims(draft, theirs))
            change = Aims(*(after - before for after, before in zip(then, now, strict=True)))
            if draft.fits(ours) and any(change) and (best is None or (change.rank(), other) < best[:2]):
                best = change.rank(), other, leaves, change
    if best is None:
        return None
    _, other, gone, change = best
    code = draft.places.candidates
    return NextBest(
        code[other].uscc,
        None if gone is None else code[gone].uscc,
        change.covered,
        change.together,
        change.created,
        round(change.distance / 10),
    )


def _aims(draft: Draft, branch: Branch) -> Aims:
    """What these add; nothing where they are no branch."""
    return draft.aims(branch) if draft.fits(branch) else Aims()


def _outside(draft: Draft, branch: Branch) -> Iterator[tuple[int, Branch]]:
    seen: set[int] = set(branch)
    for one in branch:
        found = 0
        for other in draft.neighbours.near[one]:
            if other in seen or draft.places.exists(other):
                continue
            seen.add(other)
            yield other, draft.branch_of[other]
            found += 1
            if found == NEIGHBOURS:
                break
