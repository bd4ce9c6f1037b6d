"""What goes into a workbook: the cycle's indicators with their texts, and each evaluation's block."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.evaluation.catalogues.queries import entries_of
from services.evaluation.catalogues.rules import recorded_of
from services.evaluation.evaluations import queries as evaluations
from services.evaluation.indicator_systems.explaining import explain, show
from services.evaluation.indicator_systems.methods import Graded, YesNo
from services.evaluation.indicator_systems.scoring import Rated, ScoringSystem, rated_as
from services.evaluation.score_sheets import layout
from services.evaluation.score_sheets.layout import Block, Line
from services.evaluation.sheets.rules import current_facts
from shared.contracts.base import Reason
from shared.db.session import Record, Transaction
from shared.problems.language import Language


def lines_of(system: ScoringSystem, texts: Mapping[str, tuple[str, str]], language: Language) -> list[Line]:
    """The indicators in order; `texts` says what each is, and which evidence it asks for."""
    found = []
    for one in system.indicators():
        assert one.method is not None
        options: list[str] = []
        match one.method:
            case Graded(grades=grades):
                point = "分" if language == "zh" else " points"
                options = [f"{g.code} {g.means.say(language)} ({show(g.points)}{point})" for g in grades]
            case YesNo():
                options = [layout.YES.render(language), layout.NO.render(language)]
        how = explain(one.method, one.points, language)
        if one.absent_when is not None:
            when = layout.NOT_FOR_THEM.render(language)
            how += f"（{when}：{one.absent_when.zh}）" if language == "zh" else f" ({when}: {one.absent_when.en})"
        what, evidence = texts.get(one.code, (one.code, ""))
        found.append(Line(one, what, how, evidence, options, one.absent_when is not None))
    return found


def texts_of(content: Mapping[str, Any], language: Language) -> dict[str, tuple[str, str]]:
    """What each indicator of a frozen system is, and its evidence; what a later release froze is read leniently."""
    comma = "、" if language == "zh" else ", "
    found = {}
    for one in (one for level in content["levels"] for one in level["indicators"]):
        evidence = [str(text[language]) for text in one.get("evidence", ()) if isinstance(text, dict)]
        found[one["code"]] = str(one.get("what", {}).get(language, one["code"])), comma.join(evidence)
    return found


async def blocks_of(
    tx: Transaction, rows: Sequence[Record], stage: str, system: ScoringSystem, bonus_cap: Decimal
) -> list[Block]:
    """The block of each of these evaluations, with what the stage has already."""
    ids: list[UUID] = [row["id"] for row in rows]
    sheets, entries = await evaluations.sheets(tx, ids), await entries_of(tx, ids)
    blocks = []
    for row in rows:
        stored = next((one for one in sheets[row["id"]] if one["stage"] == stage), None)
        recorded = recorded_of(entries[row["id"]])
        claimed = [Decimal(one["points"]) for one in stored["bonus"]] if stored else []
        claimed += [one.points for one in recorded.bonuses]
        blocks.append(
            Block(
                row["id"],
                row["party_organization_name"],
                row["division"],
                system.not_for(_rated(row)),
                current_facts(stored) if stored else {},
                min(sum(claimed, Decimal(0)), bonus_cap),
            )
        )
    return blocks


def _rated(row: Record) -> Rated:
    reasons = map(Reason.model_validate, row["reasons"])
    return rated_as(row["form"], row["party_organization_kind"], reasons)
