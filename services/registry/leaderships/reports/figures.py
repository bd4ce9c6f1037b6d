"""The report on leaderships for who sees figures alone: small ones are withheld, and what gives them away. Pure."""

from collections.abc import Mapping
from typing import Any

from shared.field.figures.suppression import suppressed

COUNTED = (
    "party_organizations",
    "founding",
    "active",
    "term_none",
    "term_running",
    "term_ending",
    "term_overdue",
    "secretaries_known",
    "secretaries_are_heads",
)
_PARTS: Mapping[str, tuple[str, ...]] = {
    "party_organizations": ("founding", "active"),
    "active": ("term_none", "term_running", "term_overdue", "appointed"),
    "term_running": ("term_ending", "term_lasting"),
    "known_or_not": ("secretaries_known", "secretaries_unknown"),
    "secretaries_known": ("secretaries_are_heads", "secretaries_of_others"),
}
"""What adds up, with the rest that follows from what is shown: `known_or_not` is `active` under another name."""
_Cell = tuple[str, str]
"""A division (its code; above it a prefix) and a figure."""


def withheld_of(division: str, by_division: Mapping[str, Mapping[str, Any]], least: int) -> dict[str, int | None]:
    """The figures of a division, given as a prefix; None is withheld.

    The counts are by division, of the whole province of the caller: whoever may ask for the districts and for their
    city must not find one of them by subtracting.
    """
    nodes = {prefix for code in by_division for prefix in (code, code[:4], code[:2])} | {division}
    figures: dict[_Cell, int] = {}
    for node in nodes:
        inside = [row for code, row in by_division.items() if code.startswith(node)]
        counts = {name: sum(row[name] for row in inside) for name in COUNTED}
        figures |= {(node, name): count for name, count in (counts | _rest(counts)).items()}
    names = tuple(dict.fromkeys(name for _, name in figures))
    sums: list[tuple[_Cell, tuple[_Cell, ...]]] = []
    for node in sorted(nodes):
        below = sorted(one for one in nodes if len(one) == len(node) + 2 and one.startswith(node))
        if below:
            sums += [((node, name), tuple((one, name) for one in below)) for name in names]
        sums += [((node, total), tuple((node, part) for part in parts)) for total, parts in _PARTS.items()]
        sums.append(((node, "active"), ((node, "known_or_not"),)))
    hidden = suppressed(figures, sums, least)
    return {name: None if (division, name) in hidden else figures[division, name] for name in COUNTED}


def _rest(counts: Mapping[str, int]) -> dict[str, int]:
    electing = counts["term_none"] + counts["term_running"] + counts["term_overdue"]
    return {
        "appointed": counts["active"] - electing,
        "term_lasting": counts["term_running"] - counts["term_ending"],
        "known_or_not": counts["active"],
        "secretaries_unknown": counts["active"] - counts["secretaries_known"],
        "secretaries_of_others": counts["secretaries_known"] - counts["secretaries_are_heads"],
    }
