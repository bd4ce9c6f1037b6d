"""Who is visited, who visits, and what the findings change. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from services.evaluation.indicator_systems.scoring import ScoringSystem
from services.evaluation.on_site import errors as e
from services.evaluation.sheets.rules import Fact, Sheet
from services.evaluation.stage_policies import OnSiteRules
from shared.contracts.base import Reason
from shared.problems.duties import same_person
from shared.problems.problems import FieldError

_WHOLE = 10_000


def draw(evaluations: Collection[UUID], rules: OnSiteRules, seed: str) -> list[UUID]:
    """The sample: the policy's share, rounded up, by a hash of the seed and each id.

    The same seed gives the same sample of the same evaluations, in whatever order they come; nobody can foresee it
    before the seed is known, and everybody can draw it again.
    """
    count = min(len(evaluations), max(rules.at_least, -(-len(evaluations) * rules.sample_bp // _WHOLE)))
    ranked = sorted(evaluations, key=lambda one: (sha256(f"{seed}\n{one}".encode()).digest(), one.bytes))
    return sorted(ranked[:count])


def digest_of(evaluations: Collection[UUID]) -> str:
    """By which a sample says of whom it was drawn."""
    return sha256("\n".join(map(str, sorted(evaluations))).encode()).hexdigest()


def find_errors(
    team: Sequence[str],
    visited_on: date,
    rules: OnSiteRules,
    *,
    actor: str,
    interested: Collection[str],
    self_assessed: Collection[str | None],
    opened_on: date,
    today: date,
) -> list[FieldError]:
    """What no team, and no day of a visit, can be."""
    errors = []
    for place, member in enumerate(team):
        where = f"/team/{place}"
        if any(same_person(member, earlier) for earlier in team[:place]):
            errors.append(FieldError(where, e.TWICE))
        if any(same_person(member, one) for one in interested):
            errors.append(FieldError(where, e.INTERESTED))
        if any(same_person(member, one) for one in self_assessed):
            errors.append(FieldError(where, e.SELF_ASSESSED))
    if len(team) < rules.team_min:
        errors.append(FieldError("/team", e.TOO_SMALL, (("least", rules.team_min),)))
    if not any(same_person(member, actor) for member in team):
        errors.append(FieldError("/team", e.NOT_OF_THE_TEAM))
    if visited_on > today:
        errors.append(FieldError("/visited_on", e.TO_COME))
    if visited_on < opened_on:
        errors.append(FieldError("/visited_on", e.BEFORE_OPENING, (("opened_on", opened_on),)))
    return errors


def find_silence(system: ScoringSystem, note: str | None) -> list[FieldError]:
    """What a check without findings lacks: one at least, or a note where the version has no methods for facts."""
    if any(one.method is not None for one in system.indicators()):
        return [FieldError("/findings", e.NO_FINDINGS)]
    return [FieldError("/note", e.NO_NOTE)] if note is None else []


@dataclass(frozen=True, slots=True)
class Difference:
    """A leaf that the team found otherwise than the sheet has it; None: it is left out, or was not scored."""

    code: str
    given: Decimal | None
    found: Decimal | None


def compare(sheet: Sheet, findings: Mapping[str, Fact]) -> list[Difference]:
    """Where findings earn other points than the sheet gives."""
    return [
        Difference(code, sheet.scores.get(code), fact.points)
        for code, fact in sorted(findings.items())
        if sheet.scores.get(code) != fact.points
    ]


def apply(
    sheet: Sheet, findings: Mapping[str, Fact], rules: OnSiteRules, as_of: datetime
) -> tuple[Sheet, list[Reason]]:
    """The sheet that the rating counts, with a reason for each difference: by the policy it is replaced, or flagged."""
    differences = compare(sheet, findings)
    replaces = rules.findings == "replaces"
    reasons = [
        Reason(
            rule="R-on-site",
            outcome="replaced" if replaces else "flagged",
            facts={
                "code": one.code,
                "given": None if one.given is None else f"{one.given:.2f}",
                "found": None if one.found is None else f"{one.found:.2f}",
            },
            as_of=as_of,
        )
        for one in differences
    ]
    if not replaces or not differences:
        return sheet, reasons
    scores, facts = dict(sheet.scores), dict(sheet.facts)
    for one in differences:
        scores.pop(one.code, None)
        facts[one.code] = findings[one.code]
        if one.found is not None:
            scores[one.code] = one.found
    return replace(sheet, scores=scores, facts=facts), reasons
