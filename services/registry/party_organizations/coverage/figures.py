"""Coverage for who sees figures alone: small ones are withheld, and what would give them away at any level."""

from collections.abc import Mapping

from shared.contracts.base import Coverage, Form
from shared.field.figures.suppression import suppressed

_COVERED: Mapping[Coverage, str] = {
    "standalone": "covered_standalone",
    "joint": "covered_joint",
    "area": "covered_area",
}
_FORMS: Mapping[Form, str] = {"standalone": "standalone", "joint": "joint", "area": "areas"}
FIGURES = (*_COVERED.values(), "covered", "uncovered", "organizations", *_FORMS.values())

Cell = tuple[str, str]
"""A division (its code; above it a prefix) and a figure."""


def coverage_figures(
    division: str, organizations: Mapping[tuple[str, Coverage], int], forms: Mapping[tuple[str, Form], int], least: int
) -> dict[str, int | None]:
    """The figures of a division, given as a prefix; None is withheld.

    The counts are by division and coverage, or form, of the whole province of the caller: whoever may ask for the
    districts and for their city must not find one of them by subtracting.
    """
    codes = sorted({code for code, _ in (*organizations, *forms)})
    nodes = {prefix for code in codes for prefix in _above(code)} | {division}
    figures: dict[Cell, int] = {(node, name): 0 for node in nodes for name in FIGURES}
    for (code, coverage), count in organizations.items():
        names = ["uncovered"] if coverage == "uncovered" else ["covered", _COVERED[coverage]]
        _count(figures, code, (*names, "organizations"), count)
    for (code, form), count in forms.items():
        _count(figures, code, (_FORMS[form],), count)
    withheld = suppressed(figures, _sums(nodes), least)
    return {name: None if (division, name) in withheld else figures[division, name] for name in FIGURES}


def _above(code: str) -> list[str]:
    """What may be asked for that a code lies in: 330106, 3301, 33. A city's own code is part of the city alone."""
    return [code, code[:4], code[:2]]


def _count(figures: dict[Cell, int], code: str, names: tuple[str, ...], count: int) -> None:
    for node in _above(code):
        for name in names:
            figures[node, name] += count


def _sums(nodes: set[str]) -> list[tuple[Cell, tuple[Cell, ...]]]:
    """What adds up: districts to cities to provinces, kinds of coverage to what is covered, that to all."""
    found: list[tuple[Cell, tuple[Cell, ...]]] = []
    for node in sorted(nodes):
        inside = sorted(one for one in nodes if one != node and len(one) == len(node) + 2 and one.startswith(node))
        if inside:
            found += [((node, name), tuple((one, name) for one in inside)) for name in FIGURES]
        found.append(((node, "covered"), tuple((node, name) for name in _COVERED.values())))
        found.append(((node, "organizations"), ((node, "covered"), (node, "uncovered"))))
        # A standalone one covers one organization: either figure is the other.
        found.append(((node, "standalone"), ((node, "covered_standalone"),)))
    return found
