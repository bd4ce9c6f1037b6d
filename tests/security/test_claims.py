"""Claims of roles and divisions: where they are found, and what refuses a token."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from shared.settings import ServiceSettings
from shared.web.identity.claims import TokenRefused
from shared.web.identity.permissions import Role
from shared.web.identity.tokens import TokenVerifier
from tests.security.test_tokens import Key

URL = "https://id.example.gov.cn/claims/roles"
DOTTED = "resource_access.sf.gov.cn.roles"


def settings(folder: Path, key: Key, **changes: Any) -> ServiceSettings:
    file = folder / "jwks.json"
    file.write_text(json.dumps({"keys": [key.public]}))
    return ServiceSettings(
        service="registry",
        database_url="postgresql+asyncpg://u@h/d",
        bus="kafka",
        kafka_bootstrap="h:1",
        auth_jwks_file=file,
        **{"auth_issuer": "urn:test", **changes},
    )


def verifier(folder: Path, key: Key, **changes: Any) -> TokenVerifier:
    from tests.security.forging import claims

    issuer = claims()["iss"]
    audience = claims()["aud"]
    return TokenVerifier(settings(folder, key, auth_issuer=issuer, auth_audience=audience, **changes))


FOUND: dict[str, tuple[str, dict[str, Any]]] = {
    "a URL": (URL, {URL: ["rater"]}),
    "a name with dots": ("sf.roles", {"sf.roles": ["rater"]}),
    "a path": ("realm_access.roles", {"realm_access": {"roles": ["rater"]}}),
    "a client with dots": (DOTTED, {"resource_access": {"sf.gov.cn": {"roles": ["rater"]}}}),
    "the exact name first": ("a.roles", {"a.roles": ["rater"], "a": {"roles": ["payer"]}}),
    "a text": ("roles", {"roles": "rater offline_access"}),
}


@pytest.mark.parametrize("case", FOUND)
async def test_t64_claims__are_found(tmp_path: Path, case: str) -> None:
    key, (name, given) = Key("k"), FOUND[case]
    actor = await verifier(tmp_path, key, auth_roles_claim=name).verify(key.token(**{"roles": None, **given}))
    assert actor.roles == {Role.RATER}


@pytest.mark.parametrize("claim", ["roles", "divisions"])
@pytest.mark.parametrize("value", [7, True, {"rater": True}, ["rater", 7], [["rater"]], [None]])
async def test_t64_claims__of_a_type_that_is_not_understood_refuse_the_token(
    tmp_path: Path, claim: str, value: Any
) -> None:
    key = Key("k")
    with pytest.raises(TokenRefused, match="neither a text nor a list"):
        await verifier(tmp_path, key).verify(key.token(**{claim: value}))


@pytest.mark.parametrize("name", ["", " ", "roles.", ".roles", "a..roles", " roles"])
def test_t64_settings__a_name_that_leads_nowhere_refuses_the_start(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValidationError, match="names no claim"):
        settings(tmp_path, Key("k"), auth_roles_claim=name)


@pytest.mark.parametrize("claim", ["exp", "nbf", "iat"])
async def test_t47_times__beyond_all_time_refuse_the_token(tmp_path: Path, claim: str) -> None:
    key = Key("k")
    with pytest.raises(TokenRefused):
        await verifier(tmp_path, key).verify(key.token(**{claim: 10**400}))
