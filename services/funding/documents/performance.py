"""What bid papers and self-evaluations are made from: a stored forecast; a year's budget and what was paid of it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from services.funding.documents import performance_rules as rules
from services.funding.documents.policies import PerformancePolicies
from services.funding.ledger.charts import Charts
from services.funding.policies import Scheme, Schemes, find_scheme
from services.funding.reports import execution
from shared.db.session import Record, Transaction
from shared.documents.actions import Request
from shared.documents.errors import SubjectUnfit
from shared.documents.issuing import place_of
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput

_FUTURE = Text(zh="年度不能晚于今年。", en="The year cannot be after this one.")
_SCHEME = Text(
    zh="“{division}”{year} 年没有方案“{scheme}”。", en="There is no scheme '{scheme}' for '{division}' in {year}."
)
_NO_BUDGET = Text(
    zh="“{name}”{year} 年没有已确认的预算指标，不能自评。",
    en="'{name}' has no confirmed appropriation of {year}: there is nothing to evaluate.",
)


@dataclass(frozen=True, slots=True)
class PerformanceBooks:
    """The policies that these documents read."""

    charts: Charts
    schemes: Schemes
    performance: PerformancePolicies

    def sources(self, division: str, on: date) -> dict[str, str]:
        """What the chart calls the sources of money."""
        chart = self.charts.in_force(division, on)
        return {} if chart is None else {code: one.zh for code, one in chart.parameters.sources.items()}


def bid(row: Record, asked: Request, books: PerformanceBooks, on: date) -> dict[str, str]:
    """What a bid paper says of a forecast. Raises InvalidInput."""
    indicators = asked.given["indicators"]
    if errors := rules.bid_errors(indicators):
        raise InvalidInput(errors)
    return rules.bid_facts(row, indicators, asked.given.get("goal", ""), books.sources(row["division"], on))


async def self_evaluation(
    tx: Transaction, division: str, asked: Request, books: PerformanceBooks, on: date
) -> dict[str, str]:
    """What a self-evaluation says of a division, given as a prefix. Raises InvalidInput, SubjectUnfit."""
    year, code, indicators = asked.given["year"], asked.given.get("scheme"), asked.given["indicators"]
    end = date(year, 12, 31)
    policy = books.performance.get(division, end)
    errors = rules.evaluation_errors(indicators, policy.parameters)
    if year > on.year:
        errors.append(FieldError("/year", _FUTURE))
    scheme = None if code is None else find_scheme(books.schemes, code, division, end)
    if code is not None and scheme is None:
        errors.append(FieldError("/scheme", _SCHEME, (("division", division), ("year", year), ("scheme", code))))
    if errors:
        raise InvalidInput(errors)
    rows = await execution.of_budgets(tx, division, year, **_only(scheme))
    if not sum(one["budget_fen"] for one in rows):
        raise SubjectUnfit(_NO_BUDGET, name=place_of(division, on), year=year)
    purpose = "" if scheme is None else scheme.parameters.purpose
    facts = rules.evaluation_facts(rows, indicators, policy.parameters, books.sources(division, on), purpose)
    return {**facts, "year": str(year), "scheme": code or "", "policy": policy.id}


def _only(scheme: Scheme | None) -> dict[str, Any]:
    if scheme is None:
        return {}
    one = scheme.parameters
    return {"scheme": one.scheme, "level": one.level, "purpose": one.purpose}
