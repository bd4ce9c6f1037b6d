"""What a list of events makes of the projection, and which system rates whom (H16). Pure."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any
from uuid import UUID

from services.evaluation.policies import EvaluationParameters
from shared.contracts.registry import PartyOrganizationDissolved, PartyOrganizationState

News = PartyOrganizationState | PartyOrganizationDissolved


def latest(news: Sequence[tuple[int, News]]) -> list[dict[str, Any]]:
    """One row for each Party organization of a list of (sequence, payload): the one of its highest sequence."""
    rows: dict[UUID, dict[str, Any]] = {}
    for sequence, data in sorted(news, key=itemgetter(0)):
        if isinstance(data, PartyOrganizationDissolved):
            row = rows.get(data.id) or dict.fromkeys(("name", "kind", "form", "established_on", "covers"))
            row |= {"dissolved_on": data.dissolved_on}
        else:
            row = {
                "name": data.name,
                "kind": data.kind,
                "form": data.form,
                "established_on": data.established_on,
                "dissolved_on": None,
                "covers": [cover.model_dump(mode="json") for cover in data.covers],
            }
        rows[data.id] = row | {"id": data.id, "division": data.division, "sequence": sequence}
    return [rows[key] for key in sorted(rows)]


@dataclass(frozen=True, slots=True)
class TypeDecision:
    """The type of system, and the facts that it came from."""

    type: str
    facts: dict[str, object]


def decide_type(
    covers: Sequence[Mapping[str, Any]], policy: EvaluationParameters, known: Collection[str]
) -> TypeDecision:
    """The type of most of the covered organizations; of equally many, the smallest code.

    An organization without a type of its own (or with one that no system rates) counts for its kind's default.
    """
    named: Counter[str] = Counter()
    by_kind: Counter[str] = Counter()
    for cover in covers:
        own = cover.get("evaluation_type")
        if own is not None and own in known:
            named[own] += 1
        else:
            by_kind[cover["kind"]] += 1
    votes = Counter(named)
    for kind, count in by_kind.items():
        default = policy.default_types.get(kind, policy.fallback_type)
        votes[default if default in known else policy.fallback_type] += count
    chosen = min(votes, key=lambda code: (-votes[code], code), default=policy.fallback_type)
    facts = {
        "organizations": len(covers),
        "votes": dict(sorted(votes.items())),
        "named_by_registration": dict(sorted(named.items())),
        "defaulted_by_kind": dict(sorted(by_kind.items())),
    }
    return TypeDecision(chosen, facts)
