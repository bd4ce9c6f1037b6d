"""Who asks about nobody asks the database nothing."""

from typing import Any

from services.registry.affiliations.queries import timelines
from services.registry.party_organizations import covering, queries


class NoDatabase:
    """A transaction in which nothing may be asked."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name}: a statement for no ids")


async def test_statements__there_is_none_for_no_ids() -> None:
    nothing: Any = NoDatabase()
    assert await covering.current_coverages(nothing, [], limit=1) == {}
    assert await covering.ever_covered(nothing, []) == {}
    assert await queries.lock_many(nothing, []) == []
    assert await timelines(nothing, []) == {}
