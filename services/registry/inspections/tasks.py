"""What waits of annual inspections: who owes that of the last year, and has none recorded (S6)."""

from typing import Any

from sqlalchemy import SelectBase

from services.registry.civil_years.policies import StandingPolicies
from services.registry.inspections.queries import outstanding_tasks
from shared.db.base import utc_now
from shared.field.calendar import china_day
from shared.problems.language import Text
from shared.web.identity.permissions import Role
from shared.web.tasks import Waiting, columns


def _outstanding(state: Any) -> SelectBase:
    policies: StandingPolicies = state.standing_policies
    year = china_day(utc_now()).year - 1
    return columns(outstanding_tasks(policies.measures_by_region(year), year))


WAITING = (
    Waiting(
        kind="inspection.outstanding",
        of="organization",
        title=Text(zh="登记“{name}”上一年度的年检结论", en="Record last year's inspection of '{name}'"),
        waits_for=Role.ASSESSOR,
        link="/v1/organizations/{id}",
        select=_outstanding,
    ),
)
