"""What a bid paper and a self-evaluation say: goals as they were entered, and scores by the policy. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from services.funding.documents.policies import PerformanceParameters
from services.funding.documents.rules import amount_facts
from services.funding.reports.rules import execution_bp
from services.funding.words import PURPOSES
from shared.documents.content import written_day, written_rows
from shared.field.money import yuan_text
from shared.problems.language import Text
from shared.problems.problems import FieldError

Category = Literal["quantity", "quality", "timeliness", "cost", "benefit", "satisfaction"]
CATEGORIES: Mapping[Category, str] = {
    "quantity": "数量指标",
    "quality": "质量指标",
    "timeliness": "时效指标",
    "cost": "成本指标",
    "benefit": "效益指标",
    "satisfaction": "满意度指标",
}
_EVALUATED = ("reached", "weight", "score")
_NEEDED = Text(zh="绩效自评表的每项指标须填写此项。", en="Each indicator of a self-evaluation needs this.")
_NOT_TAKEN = Text(zh="绩效目标申报表的指标不使用此项。", en="An indicator of a bid paper has no use for this.")
_ABOVE = Text(zh="得分不能超过分值（{weight} 分）。", en="A score cannot be above the indicator's weight ({weight}).")
_WEIGHTS = Text(
    zh="各项指标的分值合计 {sum} 分，应为 {indicator_points} 分（预算执行率另计 {execution_points} 分）。",
    en="The weights of the indicators add up to {sum}; they must add up to {indicator_points}, beside the "
    "{execution_points} of the budget's execution.",
)
_CENT = Decimal("0.01")
_TOTAL = "合计"
Indicators = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Scores:
    """What a year's execution and its indicators score."""

    execution: Decimal
    indicators: Decimal

    @property
    def total(self) -> Decimal:
        """All of it."""
        return self.execution + self.indicators


def bid_errors(indicators: Indicators) -> list[FieldError]:
    """What indicators have that belongs in a self-evaluation."""
    return [
        FieldError(f"/indicators/{number}/{name}", _NOT_TAKEN)
        for number, one in enumerate(indicators)
        for name in _EVALUATED
        if name in one
    ]


def evaluation_errors(indicators: Indicators, parameters: PerformanceParameters) -> list[FieldError]:
    """What indicators lack, scores above weights, and weights that do not add up to the policy's points."""
    errors = [
        FieldError(f"/indicators/{number}/{name}", _NEEDED)
        for number, one in enumerate(indicators)
        for name in _EVALUATED
        if name not in one
    ]
    if errors:
        return errors
    errors = [
        FieldError(f"/indicators/{number}/score", _ABOVE, (("weight", points_text(Decimal(one["weight"]))),))
        for number, one in enumerate(indicators)
        if Decimal(one["score"]) > Decimal(one["weight"])
    ]
    weights = sum((Decimal(one["weight"]) for one in indicators), Decimal(0))
    if weights != parameters.indicator_points:
        facts = (
            ("sum", points_text(weights)),
            ("indicator_points", points_text(parameters.indicator_points)),
            ("execution_points", points_text(parameters.execution_points)),
        )
        errors.append(FieldError("/indicators", _WEIGHTS, facts))
    return errors


def score(budget_fen: int, executed_fen: int, indicators: Indicators, parameters: PerformanceParameters) -> Scores:
    """The execution's points are proportional to what was paid of the budget, half up to a hundredth, never above all
    of them; the indicators have the scores that were given."""
    part = parameters.execution_points * min(executed_fen, budget_fen) / budget_fen
    given = sum((Decimal(one["score"]) for one in indicators), Decimal(0))
    return Scores(part.quantize(_CENT, ROUND_HALF_UP), given)


def bid_facts(row: Mapping[str, Any], indicators: Indicators, goal: str, sources: Mapping[str, str]) -> dict[str, str]:
    """What a bid paper says of a stored forecast; `sources` names those of the chart."""
    purposes = {one["parameters"]["scheme"]: one["parameters"]["purpose"] for one in row["policies"]}
    return {
        **amount_facts(row["need_fen"]),
        "year": str(row["year"]),
        "budget_year": str(row["budget_year"]),
        "counted_on": written_day(row["counted_on"]),
        "held": yuan_text(row["held_fen"]),
        "unfunded": yuan_text(row["unfunded_fen"]),
        "goal": goal,
        "schemes": written_rows(
            (
                one["scheme"],
                _purpose(purposes.get(one["scheme"], "")),
                str(one["count"]),
                yuan_text(one["need_fen"]),
                yuan_text(one["held_fen"]),
            )
            for one in row["totals"]["by_scheme"]
        ),
        "sources": written_rows(
            (sources.get(one["source"], one["source"]), yuan_text(one["need_fen"]), yuan_text(one["unfunded_fen"]))
            for one in row["totals"]["by_source"]
        ),
        "indicators": written_rows((CATEGORIES[one["category"]], one["name"], one["target"]) for one in indicators),
    }


def evaluation_facts(
    rows: Sequence[Mapping[str, Any]],
    indicators: Indicators,
    parameters: PerformanceParameters,
    sources: Mapping[str, str],
    purpose: str,
) -> dict[str, str]:
    """What a self-evaluation says of a year's budget by source; there is some."""
    initial, budget, executed = (
        sum(one[name] for one in rows) for name in ("initial_fen", "budget_fen", "executed_fen")
    )
    scores = score(budget, executed, indicators, parameters)
    lines = [(sources.get(one["source"], one["source"]), one) for one in rows]
    whole = {"initial_fen": initial, "budget_fen": budget, "executed_fen": executed}
    return {
        "purpose": _purpose(purpose),
        "initial": yuan_text(initial),
        "budget": yuan_text(budget),
        "executed": yuan_text(executed),
        "rate": _rate(budget, executed),
        "execution_score": points_text(scores.execution),
        "execution_points": points_text(parameters.execution_points),
        "indicator_score": points_text(scores.indicators),
        "indicator_points": points_text(parameters.indicator_points),
        "total": points_text(scores.total),
        "points": points_text(parameters.execution_points + parameters.indicator_points),
        "budgets": written_rows(
            (
                name,
                yuan_text(one["initial_fen"]),
                yuan_text(one["budget_fen"]),
                yuan_text(one["executed_fen"]),
                _rate(one["budget_fen"], one["executed_fen"]),
            )
            for name, one in (*lines, (_TOTAL, whole))
        ),
        "indicators": written_rows(
            (
                CATEGORIES[one["category"]],
                one["name"],
                one["target"],
                one["reached"],
                points_text(Decimal(one["weight"])),
                points_text(Decimal(one["score"])),
            )
            for one in indicators
        ),
    }


def points_text(points: Decimal) -> str:
    """Points without zeros at the end: 6.67, 7.5, 90."""
    return f"{points:.2f}".rstrip("0").rstrip(".")


def _rate(budget_fen: int, executed_fen: int) -> str:
    """In per cent; — where nothing was budgeted."""
    found = execution_bp(budget_fen, executed_fen)
    return "—" if found is None else f"{found // 100}.{found % 100:02d}%"


def _purpose(purpose: str) -> str:
    return PURPOSES.get(purpose, purpose)
