"""Decision 48: bodies and units of a token, where they are found, and what refuses it."""

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from prometheus_client import REGISTRY
from pydantic import ValidationError
from sqlalchemy import text
from starlette.requests import Request
from structlog.testing import capture_logs

from shared.db.access import Access
from shared.db.session import Transaction
from shared.web.identity.granted import authority_of
from shared.web.identity.permissions import Role
from shared.web.identity.seats import MAX_BODIES, MAX_UNITS, SeatRefused
from shared.web.once import Once
from shuangfu.embedded.issuer import EmbeddedIssuer
from tests.conftest import SYSTEM, TokenFor
from tests.registry.conftest import registration
from tests.registry.helpers import code
from tests.running import commands
from tests.security.test_claims import settings, verifier
from tests.security.test_matrix import in_module, problem
from tests.security.test_tokens import Key
from tests.security.worlds import World

ONE, OTHER = "0199a1b2-0000-7000-8000-000000000001", "0199a1b2-0000-7000-8000-000000000002"


@pytest.mark.parametrize(
    ("given", "bodies", "units"),
    [
        ({}, (), None),
        ({"units": []}, (), None),
        ({"units": OTHER + " " + ONE}, (), (ONE, OTHER)),
        ({"units": [ONE.upper(), ONE]}, (), (ONE,)),
        ({"bodies": ["XIHU", "HZ-SW.1"], "units": [ONE]}, ("HZ-SW.1", "XIHU"), (ONE,)),
        ({"roles": ["secretary"]}, (), ()),
        ({"roles": ["instructor", "street_officer"], "units": []}, (), ()),
        ({"roles": ["secretary"], "units": [ONE]}, (), (ONE,)),
        ({"roles": ["leader", "assessor", "incubator_worker"]}, (), None),
    ],
    ids=str,
)
async def test_decision_48_claims__bodies_and_units_are_carried(
    tmp_path: Path, given: dict[str, Any], bodies: tuple[str, ...], units: tuple[str, ...] | None
) -> None:
    key = Key("k")
    actor = await verifier(tmp_path, key).verify(key.token(**{"roles": ["rater"], **given}))
    assert (actor.bodies, actor.units) == (bodies, units)


async def test_decision_48_claims__have_the_names_that_the_provider_gives_them(tmp_path: Path) -> None:
    key = Key("k")
    names = {"auth_units_claim": "seat.units", "auth_bodies_claim": "https://id.example.gov.cn/bodies"}
    given = {"seat": {"units": [ONE]}, "https://id.example.gov.cn/bodies": ["XIHU"], "units": [OTHER]}
    actor = await verifier(tmp_path, key, **names).verify(key.token(roles=["rater"], **given))
    assert (actor.bodies, actor.units) == (("XIHU",), (ONE,))
    for name in names:
        with pytest.raises(ValidationError, match="names no claim"):
            settings(tmp_path, key, **{name: "a..b"})


WRONG = {
    "no id": ({"units": [ONE, "PDY"]}, "/units/1"),
    "a code of an organization": ({"units": [code(1)]}, "/units/0"),
    "an id in braces": ({"units": ["{" + ONE[:-2] + "}"]}, "/units/0"),
    "an injection": ({"units": ["}'; SELECT pg_sleep(9) --012345678901"]}, "/units/0"),
    "too many units": ({"units": [str(uuid4()) for _ in range(MAX_UNITS + 1)]}, "/units"),
    "no code": ({"bodies": ["西湖"]}, "/bodies/0"),
    "a long code": ({"bodies": ["A", "B" * 41]}, "/bodies/1"),
    "too many bodies": ({"bodies": [f"B{n}" for n in range(MAX_BODIES + 1)]}, "/bodies"),
}


@pytest.mark.parametrize("case", WRONG)
async def test_decision_48_claims__malformed_ones_refuse_the_token(tmp_path: Path, case: str) -> None:
    given, pointer = WRONG[case]
    key = Key("k")
    with pytest.raises(SeatRefused) as refused:
        await verifier(tmp_path, key).verify(key.token(**given))
    assert [error.pointer for error in refused.value.errors] == [pointer]


async def test_decision_48_claims__as_many_as_may_be_are_taken(tmp_path: Path) -> None:
    key = Key("k")
    given = {"units": [str(uuid4()) for _ in range(MAX_UNITS)], "bodies": [f"B{n}" for n in range(MAX_BODIES)]}
    token = key.token(**given)
    actor = await verifier(tmp_path, key).verify(token)
    assert (len(actor.units or ()), len(actor.bodies), len(token) < 16_000) == (MAX_UNITS, MAX_BODIES, True)


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "A unit is the id (a UUID) of"), ("zh", "单位须为社会组织或党组织的编号")]
)
@in_module
async def test_decision_48_refusal__names_the_field(
    worlds: dict[str, World], issuer: EmbeddedIssuer, language: str, sentence: str
) -> None:
    token = issuer.issue("支部书记", ["secretary"], ["330106"], 60, units=["PDY"])
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": language}
    response = await worlds["registry"].http.get("/v1/organizations", headers=headers)
    assert (response.status_code, problem(response)) == (401, "unauthenticated")
    [error] = response.json()["errors"]
    assert error["pointer"] == "/units/0"
    assert error["detail"].startswith(sentence)


@in_module
async def test_decision_48_me__shows_bodies_and_units(worlds: dict[str, World], token_for: TokenFor) -> None:
    for world in worlds.values():
        token = token_for("secretary", ["330106"], "支部书记", bodies=["XIHU", "UNHEARD-OF"], units=[OTHER, ONE])
        me = (await world.http.get("/v1/me", headers={"Authorization": f"Bearer {token}"})).json()
        assert (me["bodies"], me["units"]) == (["UNHEARD-OF", "XIHU"], [ONE, OTHER])
        knows = world.service == "registry"
        assert (me["unknown_bodies"], me["unknown_units"]) == (
            (["UNHEARD-OF"], [ONE, OTHER]) if knows else (None, None)
        )
        assert "scores.write" in me["permissions"]


@in_module
async def test_decision_48_bodies__do_not_narrow_and_are_in_the_audit(
    worlds: dict[str, World], token_for: TokenFor
) -> None:
    """Who acts for a body sees its divisions as before; the trail says for whom. An unknown body gives nothing."""
    world = worlds["registry"]
    token = token_for("registrar", ["330106"], "登记岗", bodies=["XIHU", "UNHEARD-OF"])
    headers = {"Authorization": f"Bearer {token}"}
    put = await world.http.put(f"/v1/civil-affairs/registrations/{code(41)}", json=registration(), headers=headers)
    assert put.status_code == 201, put.text
    async with world.database.transaction(SYSTEM) as tx:
        row = await tx.row(
            text("SELECT actor, authority FROM audit_log WHERE object_type = 'organizations' AND object_id = :id"),
            {"id": put.json()["id"]},
        )
    assert (row.actor, row.authority) == ("登记岗", "registrar for UNHEARD-OF,XIHU")
    assert authority_of(frozenset({Role.RATER, Role.PAYER})) == "payer,rater"
    other = await world.http.put(
        f"/v1/civil-affairs/registrations/{code(42)}", json=registration(division="330105"), headers=headers
    )
    assert (other.status_code, problem(other)) == (403, "outside-scope"), "a body widens nothing"


def counted(claim: str) -> float:
    return REGISTRY.get_sample_value("shuangfu_unknown_seats_total", {"service": "registry", "claim": claim}) or 0


@pytest.mark.parametrize(("language", "sentence"), [("en", "There is no unit '{}'."), ("zh", "没有单位“{}”。")])
@in_module
async def test_decision_48_unknown_units__are_named_where_there_is_no_other(
    worlds: dict[str, World], token_for: TokenFor, language: str, sentence: str
) -> None:
    world = worlds["registry"]
    token = token_for("secretary", ["330106"], units=[OTHER, ONE])
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": language}
    before = counted("units")
    with capture_logs() as logged:
        for path in ("/organizations", "/party-organizations", "/organizations?format=csv", "/bodies"):
            refused = await world.http.get(f"/v1{path}", headers=headers)
            assert (refused.status_code, problem(refused)) == (403, "unknown-units"), path
    assert [(one["pointer"], one["detail"]) for one in refused.json()["errors"]] == [
        ("/units/0", sentence.format(ONE)),
        ("/units/1", sentence.format(OTHER)),
    ]
    found = [one for one in logged if one["event"] == "seats_unknown"]
    assert [(one["claim"], one["codes"]) for one in found] == [("units", [ONE, OTHER])] * 4
    assert counted("units") - before == 8
    for path in ("/me", "/rules"):
        assert (await world.http.get(f"/v1{path}", headers=headers)).status_code == 200, "what needs no unit"


@in_module
async def test_decision_48_unknown_units__beside_a_known_one_are_shown_and_counted(
    worlds: dict[str, World], token_for: TokenFor
) -> None:
    world = worlds["registry"]
    party = world.ids["party"]
    headers = {"Authorization": f"Bearer {token_for('secretary', ['330106'], units=[party, ONE], bodies=['XIHU'])}"}
    before = counted("units"), counted("bodies")
    for _ in range(2):
        listed = await world.http.get("/v1/party-organizations", headers=headers)
        assert [one["id"] for one in listed.json()["items"]] == [party]
    assert (counted("units"), counted("bodies")) == (before[0] + 1, before[1]), "once, not with every request"
    me = (await world.http.get("/v1/me", headers=headers)).json()
    assert (me["unknown_units"], me["unknown_bodies"]) == ([ONE], [])
    # What lies outside the token's divisions is as unknown: other districts stay hidden.
    elsewhere = {"Authorization": f"Bearer {token_for('secretary', ['330105'], units=[party])}"}
    refused = await world.http.get("/v1/party-organizations", headers=elsewhere)
    assert (refused.status_code, problem(refused)) == (403, "unknown-units")


@in_module
async def test_decision_48_unknown_bodies__refuse_nothing_and_are_counted(
    worlds: dict[str, World], token_for: TokenFor
) -> None:
    world = worlds["registry"]
    headers = {"Authorization": f"Bearer {token_for('rater', ['330106'], bodies=['NEVER-1', 'NEVER-2'])}"}
    before = counted("bodies")
    assert (await world.http.get("/v1/organizations", headers=headers)).status_code == 200
    assert counted("bodies") - before == 2
    me = (await world.http.get("/v1/me", headers=headers)).json()
    assert (me["unknown_bodies"], me["unknown_units"]) == (["NEVER-1", "NEVER-2"], [])


@in_module
async def test_decision_48_unknown_units__give_empty_lists_where_not_all_are_known(
    worlds: dict[str, World], token_for: TokenFor
) -> None:
    """The other services keep a part of the registry's records: they do not judge."""
    headers = {"Authorization": f"Bearer {token_for('secretary', ['330106'], units=[ONE])}"}
    for service, path in (("incubation", "formation-cases"), ("evaluation", "evaluations"), ("funding", "grants")):
        listed = await worlds[service].http.get(f"/v1/{path}", headers=headers)
        assert (listed.status_code, listed.json()["items"]) == (200, []), service


def test_decision_48_idempotency__other_units_ask_for_something_else() -> None:
    """A stored answer shows what its caller could see then."""

    def asked(units: tuple[str, ...] | None) -> str:
        access = Access("支部书记", ("330106",), units=units)
        request = Request({"type": "http", "method": "POST", "path": "/v1/x", "headers": [], "query_string": b""})
        return Once(Transaction(None, access), request, "key", b"{}")._hash  # type: ignore[arg-type]

    assert len({asked(None), asked(()), asked((ONE,)), asked((OTHER,))}) == 4
    assert asked((ONE,)) == asked((ONE,))


TOKEN = ("token", "--division", "330106")
TOO_MANY = [part for n in range(MAX_UNITS + 1) for part in ("--unit", str(UUID(int=n)))]
OPTIONS = [
    (["--role", "rater", "--unit", "PDY"], "'PDY': A unit is the id"),
    (["--role", "rater", "--body", "西湖"], "'西湖': The code of a body"),
    (["--role", "rater", *TOO_MANY], "at most 200"),
    (["--role", "secretary"], "name them by --unit"),
]


@pytest.mark.parametrize(("options", "said"), OPTIONS, ids=[said for _, said in OPTIONS])
def test_decision_48_token_command__refuses_what_would_not_be_taken(
    tmp_path: Path, options: list[str], said: str
) -> None:
    done = commands.run(*TOKEN, *options, HOME=str(tmp_path))
    assert (done.returncode, said in done.stderr, len(done.stderr.strip().splitlines())) == (2, True, 1), done.stderr


def test_decision_48_token_command__gives_bodies_and_units(tmp_path: Path) -> None:
    EmbeddedIssuer(tmp_path)
    given = ["--role", "secretary", "--unit", OTHER, "--unit", ONE, "--body", "XIHU", "--data", str(tmp_path)]
    done = commands.run(*TOKEN, *given, HOME=str(tmp_path))
    assert done.returncode == 0, done.stderr
    claims = jwt.decode(done.stdout.strip(), options={"verify_signature": False})
    assert (claims["units"], claims["bodies"]) == ([ONE, OTHER], ["XIHU"])
    plain = commands.run(*TOKEN, "--role", "rater", "--data", str(tmp_path), HOME=str(tmp_path))
    assert {"units", "bodies"} & jwt.decode(plain.stdout.strip(), options={"verify_signature": False}).keys() == set()
