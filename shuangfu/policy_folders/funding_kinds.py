"""Kinds of policies that funding reads."""

from collections.abc import Mapping

from pydantic import BaseModel

from services.funding.appropriations.policies import BUDGETS_KIND, BudgetParameters
from services.funding.documents.policies import PERFORMANCE_KIND, PerformanceParameters
from services.funding.dues.policies import DUES_KIND, DuesParameters
from services.funding.ledger.charts import CHART_KIND, ChartParameters
from services.funding.payment_orders.policies import PAYMENTS_KIND, PaymentParameters
from services.funding.policies import POLICY_KIND, SchemeParameters
from services.funding.pools.policies import POOLS_KIND, PoolParameters

FUNDING_KINDS: Mapping[str, type[BaseModel]] = {
    POLICY_KIND: SchemeParameters,
    CHART_KIND: ChartParameters,
    DUES_KIND: DuesParameters,
    POOLS_KIND: PoolParameters,
    PAYMENTS_KIND: PaymentParameters,
    BUDGETS_KIND: BudgetParameters,
    PERFORMANCE_KIND: PerformanceParameters,
}
