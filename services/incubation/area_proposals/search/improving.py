"""Evens out how many bodies areas have, and makes them compact, a node at a time. Pure."""

from services.incubation.area_proposals.search.draft import FREE, Draft

_PASSES = 60
_LEAST = 1e-9
_SIDES = 6


def improve(draft: Draft) -> None:
    """Move nodes at borders while that makes areas more even or more compact; what has bodies stays in some area."""
    areas = draft.areas()
    if not areas:
        return
    mean = draft.placed() / len(areas) or 1.0
    for _ in range(_PASSES):
        if not sum([_move(draft, node, mean) for node in range(len(draft.owner))]):
            return


def _move(draft: Draft, node: int, mean: float) -> bool:
    """Move one node to the area beside it (or to none) where it does most good; False where it stays."""
    before, one = draft.owner[node], draft.grid.nodes[node]
    beside = {draft.owner[other] for other in draft.grid.neighbours[node]} - {before}
    if not one.bodies and before != FREE:
        beside.add(FREE)
    if not one.bodies and before == FREE:
        beside = {area for area in beside if area != FREE}
    if not beside or (before != FREE and not draft.large_enough(before, node)):
        return False
    best: tuple[float, int] | None = None
    for area in sorted(beside):
        if area == FREE and one.bodies:
            continue
        if area != FREE and not draft.holds(area, node):
            continue
        change = _change(draft, node, before, area, mean)
        if change < -_LEAST and (best is None or change < best[0]):
            best = (change, area)
    if best is None or (before != FREE and not draft.may_leave(node)):
        return False
    area = best[1]
    if area != FREE and not draft.may_join(node, area):
        return False
    draft.give(node, area)
    return True


def _change(draft: Draft, node: int, before: int, area: int, mean: float) -> float:
    """By how much a move worsens the whole: squared distance from the mean of bodies, and length of borders."""
    bodies, worse, balance = draft.grid.nodes[node].bodies, 0.0, draft.figures.balance
    if before != FREE:
        had = draft.bodies[before]
        worse += balance * (((had - bodies) / mean - 1) ** 2 - (had / mean - 1) ** 2)
        worse += _border(draft, node, before)
    if area != FREE:
        has = draft.bodies[area]
        worse += balance * (((has + bodies) / mean - 1) ** 2 - (has / mean - 1) ** 2)
        worse -= _border(draft, node, area)
    return worse


def _border(draft: Draft, node: int, area: int) -> float:
    """What a node saves an area of border, by the sides of cells."""
    return draft.figures.border * (2 * draft.edges(node, area) - _SIDES)
