"""What is read of an incubatee's organization, however many others there are."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy.dialects import postgresql

from services.incubation.incubatees.knowing import _KNOWN
from tests.incubation.conftest import Incubation, Organization


def scans(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from scans(inner)


async def test_known__reads_the_checks_of_its_own_organization_and_no_others(incubation: Incubation) -> None:
    organizations = [Organization(number) for number in range(1, 31)]
    await incubation.deliver(*(one.state(0) for one in organizations))
    await incubation.deliver(*(one.state(3) for one in organizations))
    compiled = _KNOWN.params(ids=[organizations[0].id]).compile(
        dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}
    )
    named = f"ARRAY['{organizations[0].id}']"
    sql = str(compiled).replace(named, f"CAST({named} AS uuid[])")
    [row] = await incubation.rows(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
    [found] = row["QUERY PLAN"]
    read = [one for one in scans(found["Plan"]) if one.get("Relation Name") == "formation_checks"]
    assert sum(one["Actual Rows"] * one["Actual Loops"] for one in read) == 2
