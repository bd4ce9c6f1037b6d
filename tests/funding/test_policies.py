"""Schemes as data: what a file must say."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from services.funding.policies import SchemeParameters

ACCOUNTS = {"expense": "5001", "payable": "2307", "appropriation": "4001"}


def parameters(**changes: Any) -> SchemeParameters:
    return SchemeParameters.model_validate(
        {
            "scheme": "test",
            "amounts_fen": {"COMMITTEE": 3, "GENERAL": 2, "BRANCH": 1},
            "hold_below_stars": 2,
            "accounts": ACCOUNTS,
            **changes,
        }
    )


def committees(count: int, **changes: Any) -> list[dict[str, Any]]:
    return [
        {
            "party_organization_id": uuid4(),
            "amount_fen": 5_000_000,
            "effective_from": date(2020, 1, 1),
            **changes,
        }
        for _ in range(count)
    ]


@pytest.mark.parametrize(
    "broken",
    [
        {"amounts_fen": {"COMMITTEE": 3, "GENERAL": 2}},
        {"amounts_fen": {"COMMITTEE": 3, "GENERAL": 2, "BRANCH": 0}},
        {"amounts_fen": {"COMMITTEE": 3, "GENERAL": 2, "BRANCH": 1.5}},
        {"hold_below_stars": 6},
        {"hold_below_stars": -1},
        {"scheme": ""},
        {"accounts": {"expense": "5001"}},
        {"startup_fen": 1},
    ],
)
def test_a_scheme_that_is_not_in_order_is_refused(broken: dict[str, Any]) -> None:
    parameters()
    with pytest.raises(ValidationError):
        parameters(**broken)


@pytest.mark.parametrize("fen", [4_999_999, 10_000_001])
def test_h31_amount_is_50000_to_100000_yuan(fen: int) -> None:
    parameters(key_industry_committees=committees(1, amount_fen=5_000_000))
    parameters(key_industry_committees=committees(1, amount_fen=10_000_000))
    with pytest.raises(ValidationError):
        parameters(key_industry_committees=committees(1, amount_fen=fen))


def test_h31_at_most_ten_at_a_time() -> None:
    ended = committees(5, effective_to=date(2021, 12, 31))
    later = committees(5, effective_from=date(2022, 1, 1))
    parameters(key_industry_committees=[*ended, *later, *committees(5)])
    with pytest.raises(ValidationError, match="H31"):
        parameters(key_industry_committees=committees(11))
