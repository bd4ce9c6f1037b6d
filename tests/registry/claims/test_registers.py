"""Decision 8: the department that keeps a kind's register, where nobody names one."""

import httpx
import pytest

from tests.registry.helpers import code, put

FIRST = "2026-04-01T09:00:00+08:00"


@pytest.mark.parametrize("told", [{}, {"data_source": "district_system"}], ids=["plain", "weighed"])
async def test_decision_8_source__that_nobody_named_contradicts_nothing(
    client: httpx.AsyncClient, told: dict[str, str]
) -> None:
    """Stored by the code before its kind had a register: the same list sent again says the department once."""
    firm = {"kind": "accounting_firm", "as_of": FIRST, **told}
    number = code(1, "91")
    assert (await put(client, number, **firm, source="market_regulation")).status_code == 201
    for _ in range(2):
        again = await put(client, number, **firm)
        assert again.status_code == 200, again.text
        assert (again.json()["source"], again.json()["version"]) == ("finance", 2)
    other = await put(client, number, **firm, source="market_regulation")
    assert (other.status_code, other.json()["type"].split(":")[-1]) == (409, "contradicting-registration")
    assert (await put(client, number, **firm, name="另一名称")).status_code == 409
