"""Keeps what was found, so that whoever has no command line can see it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from shared.audit.operations import operator_access, record_action
from shared.db.session import Database
from shared.settings import ServiceSettings
from shuangfu.reconciliation.found import Finding


async def record_findings(
    settings: Mapping[str, ServiceSettings], findings: Sequence[Finding], arguments: Mapping[str, Any]
) -> None:
    """Each service's findings as an action of the operator in its own database. Raises what the driver raises."""
    by_service: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in findings:
        by_service[one.service].append(
            {
                "check": one.check,
                "compared": one.compared,
                "differ": one.differ,
                "examples": one.examples,
                "advice": one.advice if one.differ else "",
            }
        )
    for name, checks in by_service.items():
        database = Database(settings[name].database_url, pool_size=1, access=operator_access(name))
        try:
            async with database.transaction() as tx:
                await record_action(tx, "reconcile", arguments=arguments, figures={"checks": checks})
        finally:
            await database.close()
