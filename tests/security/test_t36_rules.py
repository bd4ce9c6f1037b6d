"""Rules and policies over HTTP, and the text of each reason in every answer that has reasons."""

from typing import Any

import pytest

from shared.field.rules.book import all_rules, find_rule
from shuangfu.services import SERVICES
from tests.conftest import ALL_ROLES, PROVINCES, TokenFor
from tests.security.test_matrix import in_module
from tests.security.walk import APPS, GUARDED
from tests.security.worlds import World

ANSWERING = ["/v1/formation-checks", "/v1/joint-plans", "/v1/evaluations", "/v1/grants", "/v1/grants/decisions"]


def reasons_in(value: Any) -> list[dict[str, Any]]:
    """Every reason anywhere in an answer."""
    if isinstance(value, list):
        return [reason for one in value for reason in reasons_in(one)]
    if not isinstance(value, dict):
        return []
    if {"rule", "outcome", "as_of"} <= set(value):
        return [value]
    return [reason for one in value.values() for reason in reasons_in(one)]


@pytest.mark.parametrize("service", SERVICES)
@in_module
async def test_t36_rules__are_served_by_each_service(
    worlds: dict[str, World], token_for: TokenFor, service: str
) -> None:
    headers = {"Authorization": f"Bearer {token_for([])}", "Accept-Language": "zh-CN"}
    items = (await worlds[service].http.get("/v1/rules", headers=headers)).json()["items"]
    assert [(one["id"], one["zh"], one["en"], one["figure"]) for one in items] == [
        (rule.id, rule.zh, rule.en, rule.figure) for rule in all_rules()
    ]
    assert items[0]["source"] == "中国非公企业党建网，2013年6月4日"
    english = await worlds[service].http.get("/v1/rules", headers={**headers, "Accept-Language": "en"})
    assert english.json()["items"][-1]["source"].startswith("this system")


@pytest.mark.parametrize("path", ANSWERING)
@in_module
async def test_t36_text__stands_in_each_reason_in_the_callers_language(
    worlds: dict[str, World], token_for: TokenFor, path: str
) -> None:
    [door] = [door for door in GUARDED if (door.method, door.path) == ("GET", path)]
    headers = {"Authorization": f"Bearer {token_for(ALL_ROLES, PROVINCES)}"}
    for language in ("zh-CN", "en"):
        answer = await worlds[door.service].http.get(path, headers={**headers, "Accept-Language": language})
        found = reasons_in(answer.json())
        assert found, path
        for reason in found:
            rule = find_rule(reason["rule"])
            assert rule is not None, reason
            assert reason["text"] == (rule.en if language == "en" else rule.zh)


def test_t36_text__is_declared_wherever_reasons_are() -> None:
    for service, app in APPS.items():
        for name, schema in app.openapi()["components"]["schemas"].items():
            if {"rule", "outcome", "as_of"} <= set(schema.get("properties", ())):
                assert "text" in schema["properties"], f"{service}: {name}"


@pytest.mark.parametrize(
    ("service", "path", "inside"),
    [
        ("incubation", "/v1/formation-policies", "standalone_min_full_members"),
        ("incubation", "/v1/meeting-policies", "rounds"),
        ("incubation", "/v1/activity-policies", "kinds"),
        ("incubation", "/v1/incubatee-policies", "maturity"),
        ("incubation", "/v1/incubator-policies", "party_social_workers_min"),
        ("evaluation", "/v1/evaluation-policies", "cutoffs"),
        ("evaluation", "/v1/rating-catalogues", "bonuses"),
        ("evaluation", "/v1/consequence-policies", "rectification"),
        ("funding", "/v1/schemes", "accounts"),
        ("funding", "/v1/ledger-charts", "accounts"),
        ("funding", "/v1/dues-policies", "quarters_needed"),
        ("funding", "/v1/award-pool-policies", "share_max_bp"),
        ("funding", "/v1/payment-policies", "layouts"),
        ("funding", "/v1/budget-policies", "warn_from_bp"),
    ],
)
@in_module
async def test_t36_policies__are_read_over_http(
    worlds: dict[str, World], token_for: TokenFor, service: str, path: str, inside: str
) -> None:
    headers = {"Authorization": f"Bearer {token_for(ALL_ROLES, PROVINCES)}"}

    async def ask(**query: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await worlds[service].http.get(path, headers=headers, params=query)).json()[
            "items"
        ]
        return found

    everything = await ask()
    assert everything
    assert all(one["source"] and one["effective_from"] and one["parameters"][inside] for one in everything)
    hangzhou = await ask(division="330106", on="2026-12-31")
    assert hangzhou
    assert all("330106".startswith(one["region"]) for one in hangzhou)
    assert await ask(on="1950-01-01") == []
