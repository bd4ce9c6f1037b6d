"""An amended grant stays within the range or the cap of the scheme that raised it."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import TypeAdapter

from services.funding.amount_rules import AmountRule
from services.funding.grants.settling.bounds import bounds_of
from services.funding.policies import Schemes, read_schemes
from shared.field.policies import PolicyBook
from shared.problems.problems import InvalidInput
from shared.settings import REPOSITORY_POLICIES
from tests.funding.conftest import Funding
from tests.funding.grants.settling.helpers import ANNUAL, done, paid, send, slug
from tests.funding.grants.settling.test_amending import APPROVED, PAID, WHY, amended


def bounded(schemes: Schemes, **amount: Any) -> Schemes:
    """The schemes, with another amount rule of the annual one."""
    scheme = next(one for one in schemes.policies if one.id == ANNUAL)
    rule: Any = TypeAdapter(AmountRule).validate_python(amount)
    changed = replace(scheme, parameters=scheme.parameters.model_copy(update={"amount": rule}))
    return PolicyBook([*(one for one in schemes.policies if one.id != ANNUAL), changed])


@pytest.mark.parametrize(
    ("rule", "amount_fen", "beside_fen", "refused"),
    [
        ({"rule": "project", "cap_fen": 320_000}, 320_000, 0, False),
        ({"rule": "project", "cap_fen": 320_000}, 320_001, 0, True),
        ({"rule": "project", "cap_fen": 320_000}, 310_000, 10_000, False),
        ({"rule": "project", "cap_fen": 320_000}, 310_000, 10_001, True),
        ({"rule": "listed", "from_fen": 250_000, "to_fen": 400_000, "at_most": 10}, 250_000, 0, False),
        ({"rule": "listed", "from_fen": 250_000, "to_fen": 400_000, "at_most": 10}, 249_999, 0, True),
        ({"rule": "listed", "from_fen": 250_000, "to_fen": 400_000, "at_most": 10}, 400_001, 0, True),
        ({"rule": "by_kind"}, 9_000_000, 0, False),
    ],
)
@pytest.mark.parametrize("grant", [APPROVED, PAID])
def test_d11_an_amendment_keeps_within_the_bounds_of_the_scheme(
    grant: Any, rule: dict[str, Any], amount_fen: int, beside_fen: int, refused: bool
) -> None:
    bounds = bounds_of(bounded(read_schemes(REPOSITORY_POLICIES), **rule), grant)
    if not refused:
        assert amended(grant, amount_fen, bounds=bounds, beside_fen=beside_fen).grant.amendments == 1
        return
    with pytest.raises(InvalidInput) as found:
        amended(grant, amount_fen, bounds=bounds, beside_fen=beside_fen)
    assert [one.pointer for one in found.value.errors] == ["/amount_fen"]


async def test_d11_what_is_granted_beside_a_grant_counts_within_the_bounds(funding: Funding) -> None:
    grant = await paid(funding)
    funding.app.state.schemes = bounded(funding.app.state.schemes, rule="project", cap_fen=320_000)
    await done(funding, grant, "amendment", amount_fen=315_000, **WHY)
    [beside] = [one for one in await funding.grants() if one["amends"] == grant]
    for amount_fen, status in ((20_001, 422), (20_000, 200)):
        answered = await send(funding, beside["id"], "amendment", amount_fen=amount_fen, **WHY)
        assert answered.status_code == status, answered.text
        assert status == 200 or answered.json()["errors"][0]["pointer"] == "/amount_fen"
    # The first one is refused while the second stands; alone it has the whole cap again.
    assert slug(await send(funding, grant, "amendment", amount_fen=310_000, **WHY)) == (409, "amended-beside")
    await done(funding, beside["id"], "reversal", **WHY)
    assert (await send(funding, grant, "amendment", amount_fen=320_001, **WHY)).status_code == 422
    await done(funding, grant, "amendment", amount_fen=320_000, **WHY)
