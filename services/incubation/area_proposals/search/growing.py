"""Grows areas from cells with bodies, the most enclosed first, and takes in what was left between them. Pure."""

from collections.abc import Sequence

from services.incubation.area_proposals.search.cells import Figures, Grid
from services.incubation.area_proposals.search.draft import FREE, Draft, reached

_ROUNDS = 4


def grow(grid: Grid, figures: Figures, *, target: float, dense: float) -> Draft:
    """Areas of about `target` cells; one with `dense` bodies is large enough as soon as it may be."""
    draft = Draft.empty(grid, figures)
    lost: set[int] = set()
    while (seed := _next_seed(draft, lost)) is not None:
        if not _grow_one(draft, seed, target, dense):
            lost.add(seed)
    for _ in range(_ROUNDS):
        left = [node for node in _occupied(draft) if draft.owner[node] == FREE]
        if not sum([_take_in(draft, node) for node in left]):
            break
    return draft


def _occupied(draft: Draft) -> list[int]:
    return [number for number, node in enumerate(draft.grid.nodes) if node.bodies]


def _next_seed(draft: Draft, lost: set[int]) -> int | None:
    """The free node with bodies that has the fewest free neighbours, and of these the first that borders on areas."""
    best: tuple[int, int, int] | None = None
    for node in _occupied(draft):
        if draft.owner[node] != FREE or node in lost:
            continue
        around = [draft.owner[other] for other in draft.grid.neighbours[node]]
        key = (around.count(FREE), around.count(FREE) - len(around), node)
        if best is None or key < best:
            best = key
    return None if best is None else best[2]


def _grow_one(draft: Draft, seed: int, target: float, dense: float) -> bool:
    """One area around a free node; False, and nothing drawn, where there is no place for it."""
    area = draft.new_area()
    draft.give(seed, area)
    while True:
        enough = draft.large_enough(area)
        if enough and (draft.share[area] >= target or draft.bodies[area] >= dense):
            break
        node = _best_beside(draft, area, only_with_bodies=enough)
        if node is None:
            break
        draft.give(node, area)
    if draft.large_enough(area):
        return True
    draft.clear(area)
    return False


def _best_beside(draft: Draft, area: int, *, only_with_bodies: bool) -> int | None:
    """The free node that suits an area best: one that would be cut off, one that makes it compact, one with bodies."""
    beside = {other for node in draft.members[area] for other in draft.grid.neighbours[node]}
    best: tuple[float, int] | None = None
    for node in beside:
        one = draft.grid.nodes[node]
        if draft.owner[node] != FREE or (only_with_bodies and not one.bodies) or not draft.holds(area, node):
            continue
        edges, around = draft.edges(node, area), draft.grid.neighbours[node]
        free = sum(draft.owner[other] == FREE for other in around)
        score = edges * 2.0 + (1.5 if one.bodies else 0.0) - free * (1.0 if one.bodies else 0.25)
        score += 3.0 if one.bodies and free == 0 else 0.0
        if (best is None or (-score, node) < best) and draft.may_join(node, area):
            best = (-score, node)
    return None if best is None else best[1]


def _take_in(draft: Draft, node: int) -> bool:
    """Give a free node to an area beside it, which leaves others to areas beside that; else draw what is free again."""
    if draft.owner[node] != FREE:
        return False
    beside = sorted({draft.owner[other] for other in draft.grid.neighbours[node]} - {FREE})
    for area in sorted(beside, key=lambda one: (draft.share[one], one)):
        if draft.holds(area, node) and draft.may_join(node, area):
            draft.give(node, area)
            return True
    for area in beside:
        if draft.may_join(node, area) and _make_place(draft, area, node):
            draft.give(node, area)
            return True
    return _redraw(draft, node, beside)


def _make_place(draft: Draft, area: int, wanted: int) -> bool:
    """Let an area leave nodes to none (without bodies) or to another area, until it has place for one."""
    undo: list[tuple[int, int]] = []
    while not draft.holds(area, wanted):
        step = _leaving(draft, area, wanted)
        if step is None:
            for node, before in reversed(undo):
                draft.give(node, before)
            return False
        undo.append((step[0], area))
        draft.give(*step)
    if draft.may_join(wanted, area):
        return True
    for node, before in reversed(undo):
        draft.give(node, before)
    return False


def _leaving(draft: Draft, area: int, wanted: int) -> tuple[int, int] | None:
    for node in sorted(draft.members[area], key=lambda one: (draft.grid.nodes[one].bodies, one)):
        if node in draft.grid.neighbours[wanted] or not draft.large_enough(area, node) or not draft.may_leave(node):
            continue
        if not draft.grid.nodes[node].bodies:
            return node, FREE
        for other in sorted({draft.owner[one] for one in draft.grid.neighbours[node]} - {FREE, area}):
            if draft.holds(other, node) and draft.may_join(node, other):
                return node, other
    return None


def _redraw(draft: Draft, node: int, beside: Sequence[int]) -> bool:
    """Draw an area beside it and what is free around them as areas again, where that places more bodies."""
    for area in beside:
        for second in [None, *(other for other in _areas_beside(draft, area) if other != area)]:
            trial = draft.copy()
            dissolved = [area] if second is None else [area, second]
            for one in dissolved:
                trial.clear(one)
            free = {number for number, owner in enumerate(trial.owner) if owner == FREE}
            around = reached(trial.grid, node, free)
            seeds = sorted(
                (one for one in around if trial.grid.nodes[one].bodies), key=lambda one: _seed_key(trial, one)
            )
            for seed in seeds:
                if trial.owner[seed] == FREE:
                    _grow_one(trial, seed, trial.figures.min_cells, 0)
            for seed in seeds:
                for other in sorted({trial.owner[one] for one in trial.grid.neighbours[seed]} - {FREE}):
                    if trial.owner[seed] == FREE and trial.holds(other, seed) and trial.may_join(seed, other):
                        trial.give(seed, other)
            if trial.placed() > draft.placed():
                _take_over(draft, trial)
                return True
    return False


def _seed_key(draft: Draft, node: int) -> tuple[int, int]:
    return sum(draft.owner[other] == FREE for other in draft.grid.neighbours[node]), node


def _areas_beside(draft: Draft, area: int) -> list[int]:
    beside = {draft.owner[other] for node in draft.members[area] for other in draft.grid.neighbours[node]}
    return sorted(beside - {FREE, area})


def _take_over(draft: Draft, trial: Draft) -> None:
    draft.owner, draft.members, draft.share = trial.owner, trial.members, trial.share
    draft.square_metres, draft.bodies = trial.square_metres, trial.bodies
