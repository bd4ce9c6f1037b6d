"""Whose dues Shanghai's demonstration records, and what it makes of a claim's answer."""

from datetime import date
from typing import Any

import httpx
import pytest

from services.funding.amount_rules import Refund
from services.funding.policies import find_scheme, in_force, read_schemes
from shared.settings import REPOSITORY_POLICIES
from shuangfu.commands.demo import POLICIES, Region
from shuangfu.demonstration.actors import ACTORS, Actors
from shuangfu.demonstration.findings import DemoFailed
from shuangfu.demonstration.shanghai.dues import Holder, claim, find_holders

HOLDER = Holder("1", "organization", "示例组织", "310101", 2, host="9")
CERTIFIED = {"id": "year", "quarters": [{"remitted_fen": 80}, {"remitted_fen": 3}]}


def test_d12_holders__are_party_organizations_and_who_is_hosted() -> None:
    organizations = [
        {"id": str(n), "name": f"示例组织{n}", "division": "310101", "full_members": full, "probationary_members": 1}
        for n, full in enumerate((5, 2, 0))
    ]
    branch = {"id": "b", "name": "示例支部", "division": "310101", "form": "standalone"}
    branch["covers"] = [{"organization_id": "0"}]  # type: ignore[assignment]
    found = find_holders([branch], organizations)
    assert [(one.id, one.kind, one.members, one.host) for one in found] == [
        ("b", "party_organization", 6, None),
        ("1", "organization", 3, "b"),
    ]


def problem(slug: str) -> dict[str, Any]:
    return {"type": f"urn:shuangfu:problem:{slug}"}


def ask(status: int, body: Any) -> Any:
    transport = httpx.MockTransport(lambda _: httpx.Response(status, json=body))
    client = httpx.Client(transport=transport, base_url="http://demonstration")
    return claim(Actors(client, dict.fromkeys(ACTORS, "token")), HOLDER, CERTIFIED, 1, {})


def test_s25_claim__that_is_late_is_shown_and_anything_else_ends_the_demonstration() -> None:
    assert ask(201, {"grant_id": "g"}) == {"grant_id": "g"}
    for slug in ("claim-late", "no-refund"):
        assert ask(409, problem(slug)) == problem(slug)
    for status, slug in ((409, "no-receiver"), (409, "idempotency-key-in-flight"), (422, "claim-late")):
        with pytest.raises(DemoFailed, match="dues-refunds"):
            ask(status, problem(slug))


def test_s25_s29_example__adds_what_no_source_states_and_nothing_else() -> None:
    shanghai = {one.parameters.scheme: one.parameters for one in read_schemes(REPOSITORY_POLICIES).policies}
    added = read_schemes(POLICIES[Region.SHANGHAI].parent)
    assert sorted(one.parameters.scheme for one in added.policies) == ["sh-2015-dues-refund", "sh-2015-larger"]
    refund = find_scheme(added, "sh-2015-dues-refund", "310101", date(2026, 12, 31))
    assert refund is not None
    assert isinstance(refund.parameters.amount, Refund)
    assert refund.parameters.amount.claim_until == "12-31"
    shipped = shanghai["sh-2015-dues-refund"]
    assert refund.parameters.model_copy(update={"amount": shipped.amount}) == shipped
    [larger] = in_force(added, "310101", date(2026, 12, 31), "run")
    shipped = shanghai["sh-2015-larger"]
    assert larger.parameters.model_copy(update={"basis": shipped.basis, "active": False}) == shipped
