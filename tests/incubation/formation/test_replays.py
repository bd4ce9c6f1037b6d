"""Replays never flip a decision: whatever order events arrive in and how often, what was decided stays decided."""

from itertools import count, pairwise
from typing import Any
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.incubation.conftest import PLANNED, Incubation, Organization, dissolved, established

_NUMBERS = count(1, 5)
"""Each example has organizations of its own: what was decided before stays as well."""
_DECIDED = """
SELECT c.id, c.organization_id, c.outcome, c.state, c.check_id, c.deferred_until, c.party_organization_id, c.decided_at,
    (SELECT jsonb_agg(to_jsonb(s) ORDER BY s.version) FROM formation_case_steps s WHERE s.case_id = c.id) AS steps
FROM formation_cases c ORDER BY c.id
"""
_CHECKS = "SELECT id, outcome, counted_full_members, policy, reasons, checked_at FROM formation_checks ORDER BY id"


async def decided(incubation: Incubation) -> tuple[list[Any], list[Any], int]:
    """Every decision, every check, and how many events there are."""
    [events] = await incubation.rows("SELECT count(*) AS n FROM outbox")
    return await incubation.rows(_DECIDED), await incubation.rows(_CHECKS), events["n"]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
async def test_t31_replay__in_any_order_and_number_flips_no_decision(
    incubation: Incubation, data: st.DataObject
) -> None:
    """Approved, put off, area, covered and ended organizations; then all that was heard, shuffled and repeated."""
    first = next(_NUMBERS)
    alone, later, none, joined, ended = (Organization(number) for number in range(first, first + 5))
    heard = [one.state(members) for one, members in ((alone, 3), (later, 4), (none, 0), (joined, 2), (ended, 5))]
    await incubation.deliver(*heard)
    party = UUID((await incubation.approve(alone))["party_organization_id"])
    area = UUID((await incubation.approve(none))["party_organization_id"])
    case = await incubation.pending(later)
    assert (await incubation.post(f"/formation-cases/{case['id']}/deferral", PLANNED)).status_code == 200
    branch = uuid4()
    news = [
        established("standalone", alone, party=party),
        established("area", none, party=area),
        established("joint", joined, party=branch),
        dissolved(branch, sequence=2),
        alone.state(4),
        ended.ended(),
    ]
    heard += news
    await incubation.deliver(*news)
    before = await decided(incubation)
    again = data.draw(st.lists(st.sampled_from(range(len(heard))), max_size=2 * len(heard)), label="again")
    cuts = data.draw(st.sets(st.integers(0, len(again)), max_size=3), label="cuts")
    edges = sorted({0, *cuts, len(again)})
    for start, end in pairwise(edges):
        await incubation.deliver(*(heard[place] for place in again[start:end]))
    assert await decided(incubation) == before
