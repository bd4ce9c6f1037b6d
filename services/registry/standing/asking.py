"""Gathers the standing of one organization or of thousands, each kind of fact in one statement."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import orjson

from services.registry.assessment_grades.facts import gather
from services.registry.civil_years.policies import AssessmentPolicy, StandingPolicies, StandingPolicy
from services.registry.code_exceptions import queries as code_exceptions
from services.registry.organizations.organization import Organization
from services.registry.organizations.queries import list_by_uscc
from services.registry.standing.answers import Document, Shown, standing_document
from services.registry.standing.rules import standing_of
from shared.db.session import Transaction
from shared.field import uscc
from shared.field.calendar import china_day
from shared.field.errors import FieldError as BrokenValue
from shared.field.policies import Policy
from shared.problems.field_sentences import field_error
from shared.problems.language import Language
from shared.problems.problems import InvalidInput, NotFound

_AT_A_TIME = 250
_MOST_SHOWN = 64


class Terms:
    """The policies by division on a day, asked for once."""

    def __init__(self, policies: StandingPolicies, day: date) -> None:
        self._policies = policies
        self._day = day
        self._found: dict[str, tuple[Policy[AssessmentPolicy] | None, Policy[StandingPolicy] | None]] = {}

    def of(self, division: str) -> tuple[Policy[AssessmentPolicy] | None, Policy[StandingPolicy] | None]:
        """Those of assessment and of standing."""
        found = self._found.get(division)
        if found is None:
            assessments, standings = self._policies.assessments, self._policies.standings
            found = assessments.in_force(division, self._day), standings.in_force(division, self._day)
            self._found[division] = found
        return found


async def standings_of(
    tx: Transaction,
    organizations: Sequence[Organization],
    policies: StandingPolicies,
    now: datetime,
    language: Language,
) -> dict[UUID, bytes]:
    """The standing of each as JSON, by id: as values, ten thousand of them would be a million objects to collect."""
    today = china_day(now)
    facts = await gather(tx, organizations, today, policies)
    terms = Terms(policies, today)
    shown = Shown(language, now)
    found = {}
    for place, one in enumerate(organizations):
        standing = standing_of(facts[one.id], *terms.of(one.content.division), now)
        found[one.id] = orjson.dumps(standing_document(one, standing, shown), option=orjson.OPT_UTC_Z)
        if place % _AT_A_TIME == 0:
            await asyncio.sleep(0)  # other requests come in between
    return found


async def answer_codes(
    tx: Transaction,
    codes: Sequence[str],
    policies: StandingPolicies,
    now: datetime,
    language: Language,
    *,
    allow_sample_codes: bool,
) -> Document:
    """An answer for each code, in the order in which they were asked for."""
    # Half a character is none that an answer could repeat.
    codes = [code.encode(errors="replace").decode() for code in codes]
    written = [uscc.normalize(code) for code in codes]
    # What is no code is nobody's: PostgreSQL refuses the whole list for a NUL in one of them.
    asked = sorted({code for code in written if code.isalnum()})
    organizations = {one.uscc: one for one in await list_by_uscc(tx, asked)}
    standings = await standings_of(tx, list(organizations.values()), policies, now, language)
    unknown = sorted({code for code in written if code not in organizations})
    doubtful = [code for code in unknown if code.isalnum() and uscc.breaks_check_digits(code)]
    excepted = await code_exceptions.excepted(tx, doubtful) if doubtful else frozenset()
    refusals = {
        code: _refusal(code, language, excepted=excepted, allow_sample_codes=allow_sample_codes) for code in unknown
    }
    items = []
    for line, (given, code) in enumerate(zip(codes, written, strict=True), start=1):
        one = organizations.get(code)
        status, problem = (200, None) if one is not None else refusals[code]
        items.append(
            {
                "line": line,
                "code": given if len(given) <= _MOST_SHOWN else given[:_MOST_SHOWN] + "…",
                "uscc": None if status == InvalidInput.status else code,
                "status": status,
                "standing": None if one is None else orjson.Fragment(standings[one.id]),
                "problem": problem,
            }
        )
    found = sum(1 for code in written if code in organizations)
    return {"on": china_day(now), "as_of": now, "found": found, "items": items}


def _refusal(
    code: str, language: Language, *, excepted: frozenset[str], allow_sample_codes: bool
) -> tuple[int, Document]:
    """Whether it is no code, or nobody's that the caller sees."""
    try:
        uscc.check(code, allow_sample_codes=allow_sample_codes, excepted=excepted)
    except BrokenValue as broken:
        invalid = InvalidInput([field_error("", broken)])
        return invalid.status, invalid.document(language)
    missing = NotFound(what="organization")
    return missing.status, missing.document(language)
