"""A corrected rating changes no grant: until it is paid, people hear that something else is due (decision 70)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.funding.conftest import COMPLETED_AT, Evaluation, Funding, completed
from tests.funding.grants.settling.helpers import done
from tests.funding.helpers import load
from tests.funding.rectifications.test_releasing import closed
from tests.funding.runs.test_other_schemes import example

STARS = "star-award"


def corrected(first: Evaluation, star: int, days: int = 1) -> Evaluation:
    """The same evaluation, completed again `days` later."""
    data = first.data.model_copy(
        update={"star": star, "corrects": 1, "completed_at": COMPLETED_AT + timedelta(days=days)}
    )
    return replace(first, envelope=replace(first.envelope, id=uuid4(), sequence=2), data=data)


async def told(funding: Funding) -> set[str]:
    """The schemes of the grants that wait for somebody to look at what was corrected."""
    tasks = (await funding.get("/v1/tasks", kind="grant.correction"))["items"]
    assert {one["waits_for"] for one in tasks} <= {"district_officer"}
    ids = {one["link"].rpartition("/")[2] for one in tasks}
    return {one["scheme"] for one in await funding.grants() if one["id"] in ids}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [(5, 4, {STARS}), (5, 2, {STARS}), (4, 1, {STARS, "hz-2013-annual"}), (4, 4, set()), (2, 3, set())],
)
async def test_d11_what_is_due_otherwise_now_is_among_the_tasks(
    funding: Funding, before: int, after: int, expected: set[str]
) -> None:
    load(funding, example(STARS, "3301"))
    first = completed(star=before)
    await funding.deliver(first)
    amounts = {one["id"]: (one["state"], one["amount_fen"]) for one in await funding.grants()}
    assert await told(funding) == set()
    for _ in range(3):  # however often it comes
        await funding.deliver(corrected(first, after))
    assert await told(funding) == expected
    assert amounts.items() <= {one["id"]: (one["state"], one["amount_fen"]) for one in await funding.grants()}.items()


async def test_d11_a_correction_that_arrives_first_is_the_last_word(funding: Funding) -> None:
    load(funding, example(STARS, "3301"))
    first = completed(star=5)
    await funding.deliver(corrected(first, 4))
    await funding.deliver(first)
    assert await told(funding) == set()
    assert {one["scheme"]: one["amount_fen"] for one in await funding.grants()}[STARS] == 300_000


@pytest.mark.parametrize("steps", ["amendment", "reversal", "payment"])
async def test_d11_until_somebody_decided_or_it_is_paid(funding: Funding, steps: str) -> None:
    load(funding, replace(found := example(STARS, "3301"), parameters=_unpublished(found.parameters)))
    first = completed(star=5)
    await funding.deliver(first, corrected(first, 4))
    assert await told(funding) == {STARS}
    [grant] = [one["id"] for one in await funding.grants() if one["scheme"] == STARS]
    paper = {"reason": "评定更正", "reference": "TZ-1"}
    if steps == "payment":
        await funding.take(grant, "review", "approval")
        assert await told(funding) == {STARS}, "what is approved is not paid yet"
        await funding.take(grant, "payment")
    else:
        await done(funding, grant, steps, **paper, **({"amount_fen": 300_000} if steps == "amendment" else {}))
    assert await told(funding) == set()


def _unpublished(parameters: Any) -> Any:
    return parameters.model_copy(update={"public_notice": None})


async def test_decision_5_what_the_star_holds_now_until_the_rectification_is_closed(funding: Funding) -> None:
    first = completed(star=4)
    await funding.deliver(first)
    await funding.deliver(later := corrected(first, 1))
    assert await told(funding) == {"hz-2013-annual"}
    await funding.deliver(closed(later))
    assert await told(funding) == set()
