"""An invented cycle that is closed: every evaluation scored by facts, and rated by the rule itself."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg

from services.evaluation.cycles.frozen_rules import FrozenPolicy, to_snapshot
from services.evaluation.evaluations.rules import frozen_basis
from services.evaluation.indicator_systems.reading import read_indicator_systems
from services.evaluation.indicator_systems.rules import IndicatorSystem
from services.evaluation.indicator_systems.scoring import ScoringSystem
from services.evaluation.policies import EvaluationParameters
from services.evaluation.ratings.rules import Rating, rate
from services.evaluation.sheets.rules import Fact, Sheet
from shared.db.base import to_json
from shared.field.policies import read_policies
from shared.settings import REPOSITORY_POLICIES

YEAR = 2025
CYCLE = UUID(int=1)
NOW = datetime(2026, 5, 1, tzinfo=UTC)
DIVISIONS = ("330102", "330105", "330106", "330108", "330109", "330110", "330111", "330112", "330113", "330114")
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Invented:
    """One evaluation, and what it was rated by."""

    id: UUID
    party: UUID
    division: str
    type: str
    basis: dict[str, Any]
    rating: Rating


def systems() -> list[IndicatorSystem]:
    """All types of the year."""
    return list(read_indicator_systems(REPOSITORY_POLICIES).of_year(YEAR, DIVISIONS[0]))


def snapshot() -> dict[str, Any]:
    """The default policy, as a cycle freezes it."""
    book = read_policies(REPOSITORY_POLICIES, "evaluation", EvaluationParameters)
    return to_snapshot(book.get(DIVISIONS[0], date(YEAR, 12, 31)))


def evaluations(count: int) -> Iterator[Invented]:
    """As many, the same in each run: totals all over the scale."""
    chance = random.Random(1)
    policy = FrozenPolicy.model_validate(snapshot())
    scoring = [ScoringSystem.model_validate(one.model_dump(mode="json")) for one in systems()]
    for number in range(1, count + 1):
        system = chance.choice(scoring)
        sheet = _sheet(system, chance, min(1.0, chance.gauss(0.8, 0.12)))
        rating = rate(sheet, policy.parameters, NOW, system=system)
        basis = frozen_basis(sheet, system, policy, ())
        yield Invented(
            UUID(int=number << 32), UUID(int=(number << 32) + 1), chance.choice(DIVISIONS), system.type, basis, rating
        )


def _sheet(system: ScoringSystem, chance: random.Random, share: float) -> Sheet:
    scores = {
        code: (most * Decimal(min(1.0, max(0.0, chance.gauss(share, 0.1))))).quantize(_CENT)
        for code, most in system.points().items()
    }
    because = {"method": "counted", "figure": "示例"}
    facts = {code: Fact("12", "查阅示例台账与会议记录", points, because) for code, points in scores.items()}
    return Sheet(scores, (), (), facts)


async def fill(admin: asyncpg.Connection, found: list[Invented]) -> None:
    """Write them as a closed cycle of Hangzhou, by the owner and past the audit."""
    await admin.execute("SELECT set_config('shuangfu.scope', '%', false)")
    tables = ("cycles", "cycle_indicator_systems", "evaluations")
    for table in tables:
        await admin.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    await admin.execute(
        "INSERT INTO cycles (id, year, division, state, policy, version, created_at, opened_at, closed_at) "
        "VALUES ($1, $2, '3301', 'closed', $3, 3, $4, $4, $4)",
        CYCLE,
        YEAR,
        to_json(snapshot()),
        NOW,
    )
    await admin.copy_records_to_table(
        "cycle_indicator_systems",
        columns=["cycle_id", "type", "version", "division", "content"],
        records=[(CYCLE, one.type, one.version, "3301", one.model_dump_json()) for one in systems()],
    )
    await admin.copy_records_to_table(
        "party_organizations",
        columns=["id", "name", "kind", "form", "division", "established_on", "covers", "sequence", "past_states"],
        records=[
            (one.party, "示例党支部", "BRANCH", "standalone", one.division, date(2020, 1, 1), "[]", 1, "[]")
            for one in found
        ],
    )
    columns = "id cycle_id year party_organization_id division type state total star reasons basis sequence version"
    await admin.copy_records_to_table(
        "evaluations",
        columns=[*columns.split(), "enrolled_at", "completed_at", "steps", "earlier"],
        records=[
            (
                *(one.id, CYCLE, YEAR, one.party, one.division, one.type, "completed"),
                *(
                    one.rating.total,
                    one.rating.star,
                    to_json([why.model_dump(mode="json") for why in one.rating.reasons]),
                ),
                *(to_json(one.basis), 1, 5, NOW, NOW, "[]", "[]"),
            )
            for one in found
        ],
    )
    for table in tables:
        await admin.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    await admin.execute("ANALYZE")
