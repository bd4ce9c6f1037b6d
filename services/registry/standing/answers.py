"""Standings as clients see them, built as plain values: ten thousand of them are one answer."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import orjson

from services.registry.assessment_grades.grade import Why
from services.registry.organizations.organization import Organization
from services.registry.standing.rules import Standing
from shared.field.rules.book import find_rule
from shared.problems.language import Language

Document = dict[str, Any]


class Shown:
    """What all standings of one answer share, written once: the instant, and the reasons that have no facts."""

    def __init__(self, language: Language, now: datetime) -> None:
        self._zh = language == "zh"
        # As JSON: of ten thousand standings this one value would be formatted eighty thousand times.
        self.as_of = orjson.Fragment(orjson.dumps(now, option=orjson.OPT_UTC_Z))
        self._bare: dict[tuple[str, str], orjson.Fragment] = {}

    def reasons(self, found: Iterable[Why]) -> list[Document | orjson.Fragment]:
        """Reasons as clients see them."""
        return [self._of(one) if one.facts else self._without_facts(one) for one in found]

    def _without_facts(self, reason: Why) -> orjson.Fragment:
        key = reason.rule, reason.outcome
        shown = self._bare.get(key)
        if shown is None:
            shown = self._bare[key] = orjson.Fragment(orjson.dumps(self._of(reason)))
        return shown

    def _of(self, reason: Why) -> Document:
        rule = find_rule(reason.rule)
        return {
            "rule": reason.rule,
            "outcome": reason.outcome,
            "facts": reason.facts,
            "as_of": self.as_of,
            "text": "" if rule is None else rule.zh if self._zh else rule.en,
        }


def standing_document(organization: Organization, standing: Standing, shown: Shown) -> Document:
    """The standing of one organization, decided at the instant of the answer."""
    facts, rating, grade = standing.facts, standing.facts.rating, standing.facts.grade
    reasons = shown.reasons
    weight = None if standing.policy is None else standing.policy.parameters.score
    party = None
    if rating is not None:
        party = {"id": str(rating.party_organization_id), "name": rating.party_organization_name, "form": rating.form}
    policy = None if standing.policy is None else standing.policy.id
    return {
        "organization_id": str(organization.id),
        "uscc": organization.uscc,
        "name": organization.content.name,
        "division": organization.content.division,
        "status": organization.content.status,
        "on": facts.day,
        "as_of": shown.as_of,
        "star": {
            "value": None if rating is None else rating.star,
            "year": None if rating is None else rating.year,
            "total": None if rating is None or rating.total is None else str(rating.total),
            "day": None if rating is None else rating.final_on,
            "source": None if rating is None else f"evaluation:{rating.evaluation_id}",
            "party_organization": party,
            "reasons": reasons((standing.star,)),
        },
        "score": {
            "value": None if standing.score is None else str(standing.score),
            "points": None if weight is None else str(weight.points),
            "of": None if weight is None else str(weight.of),
            "day": None if rating is None else rating.final_on,
            "source": policy,
        },
        "grade": {
            "value": None if grade is None else grade.grade,
            "valid_from": None if grade is None else grade.valid_from,
            "valid_until": None if grade is None else grade.valid_until,
            "day": None if grade is None else grade.announced_on,
            "source": None if grade is None else f"assessment:{grade.id}",
        },
        "ceiling": {
            "value": standing.ceiling,
            "day": facts.day,
            "source": None if standing.assessment is None else standing.assessment.id,
            "reasons": reasons(one.reason for one in standing.limits),
        },
        "procurement": {
            "value": standing.procurement.effect,
            "day": facts.day,
            "source": policy,
            "reasons": reasons(standing.procurement.reasons),
        },
    }
