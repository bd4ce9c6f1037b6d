"""What a list of events states of Party organizations, and which system rates whom (H16). Pure."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import itemgetter
from uuid import UUID

from services.evaluation.policies import RatingParameters
from shared.contracts.base import Form, PartyOrganizationKind
from shared.contracts.bodies import AffiliationKind
from shared.contracts.registry import (
    CoveredOrganization,
    PartyOrganizationChangedV2,
    PartyOrganizationDissolved,
    PartyOrganizationState,
)

News = PartyOrganizationState | PartyOrganizationChangedV2 | PartyOrganizationDissolved


@dataclass(frozen=True, slots=True)
class PartyOrganization:
    """What the registry stated of a Party organization; None is what a dissolution does not state.

    `covers` is None too where only changes of it were stated.
    """

    id: UUID
    division: str
    sequence: int
    name: str | None = None
    kind: PartyOrganizationKind | None = None
    form: Form | None = None
    established_on: date | None = None
    covers: Sequence[CoveredOrganization] | None = None
    dissolved_on: date | None = None
    affiliated_to: str | None = None
    affiliated_as: AffiliationKind | None = None
    affiliated_name: str | None = None


def latest(news: Sequence[tuple[int, News]]) -> list[PartyOrganization]:
    """Each Party organization of a list of (sequence, payload), by id: what its highest sequence states."""
    found: dict[UUID, PartyOrganization] = {}
    for sequence, data in sorted(news, key=itemgetter(0)):
        if isinstance(data, PartyOrganizationDissolved):
            known = found.get(data.id) or PartyOrganization(data.id, data.division, sequence)
            ended = replace(known, division=data.division, sequence=sequence, dissolved_on=data.dissolved_on)
            found[data.id] = ended
        else:
            found[data.id] = PartyOrganization(
                id=data.id,
                division=data.division,
                sequence=sequence,
                name=data.name,
                kind=data.kind,
                form=data.form,
                established_on=data.established_on,
                covers=data.covers if isinstance(data, PartyOrganizationState) else None,
                affiliated_to=data.affiliation.body if data.affiliation else None,
                affiliated_as=data.affiliation.kind if data.affiliation else None,
                affiliated_name=data.affiliation.name if data.affiliation else None,
            )
    return [found[key] for key in sorted(found)]


@dataclass(frozen=True, slots=True)
class Cover:
    """An organization that a Party organization covers, as far as it decides the type; or `count` that are alike."""

    kind: str
    evaluation_type: str | None
    count: int = 1


@dataclass(frozen=True, slots=True)
class TypeDecision:
    """The type of system, and the facts that it came from."""

    type: str
    facts: dict[str, object]


def decide_type(covers: Sequence[Cover], policy: RatingParameters, known: Collection[str]) -> TypeDecision:
    """The type of most of the covered organizations; of equally many, the smallest code.

    An organization without a type of its own (or with one that no system rates) counts for its kind's default.
    """
    named: Counter[str] = Counter()
    by_kind: Counter[str] = Counter()
    for cover in covers:
        own = cover.evaluation_type
        if own is not None and own in known:
            named[own] += cover.count
        else:
            by_kind[cover.kind] += cover.count
    votes = Counter(named)
    for kind, count in by_kind.items():
        default = policy.default_types.get(kind, policy.fallback_type)
        votes[default if default in known else policy.fallback_type] += count
    chosen = min(votes, key=lambda code: (-votes[code], code), default=policy.fallback_type)
    facts = {
        "organizations": sum(cover.count for cover in covers),
        "votes": dict(sorted(votes.items())),
        "named_by_registration": dict(sorted(named.items())),
        "defaulted_by_kind": dict(sorted(by_kind.items())),
    }
    return TypeDecision(chosen, facts)
