"""What a list of the registry's events states of whom Party organizations cover: as a whole, or by what changed. Pure.

A whole list (v1) replaces what was stated before it; a change (v2) replaces what was stated of its organizations.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from shared.contracts.registry import CoveredOrganization, PartyOrganizationChangedV2, PartyOrganizationState

News = PartyOrganizationState | PartyOrganizationChangedV2


@dataclass(slots=True)
class Covering:
    """The last whole list (None: none in these events) with its sequence, and what later ones state besides.

    `claims` has, by organization, the sequence of the last statement on it, and None where it is covered no more; the
    organizations of the whole list are among them.
    """

    whole_sequence: int | None = None
    whole: Sequence[CoveredOrganization] | None = None
    claims: dict[UUID, tuple[int, CoveredOrganization | None]] = field(default_factory=dict)


def fold_covering(news: Sequence[tuple[int, News]]) -> dict[UUID, Covering]:
    """By Party organization, what events (sequence, payload) of it state, in whatever order they come."""
    found: dict[UUID, Covering] = {}
    for sequence, data in sorted(news, key=lambda one: one[0]):
        covering = found.setdefault(data.id, Covering())
        if isinstance(data, PartyOrganizationChangedV2):
            # Whoever is in both has moved, and is covered.
            covering.claims |= {one.organization_id: (sequence, None) for one in data.removed}
            covering.claims |= {one.organization_id: (sequence, one) for one in data.added}
        else:
            covering.whole_sequence, covering.whole = sequence, data.covers
            covering.claims = {one.organization_id: (sequence, one) for one in data.covers}
    return found
