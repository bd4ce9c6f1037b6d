"""How long what a stronger source said stands against a weaker one; what a policy must name."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from pydantic import ValidationError

from services.registry.claim_terms.parts import PARTS, SAYERS
from services.registry.claim_terms.policies import Order, PrecedencePolicy, read_precedence_policies
from services.registry.claims.rules import Claim, Said, Stored, claims_of, weigh
from services.registry.organizations.organization import CONTENT, Content, Organization
from services.registry.organizations.rules import Effect
from shared.settings import REPOSITORY_POLICIES

AT = datetime(2026, 1, 1, tzinfo=UTC)
CONTENT_OF = Content(
    name="西湖区蓝天社工服务中心",
    kind="social_service_institution",
    division="330106",
    street="翠苑街道",
    address="示例路 1 号",
    carrier=None,
    lon=None,
    lat=None,
    registered_on=date(2020, 1, 1),
    full_time_staff=5,
    full_members_full_time=2,
    full_members=3,
    probationary_members=0,
    evaluation_type=None,
    source="civil_affairs",
    status="registered",
)
STORED = Organization(UUID(int=1), "52330106PDY00001XM", CONTENT_OF, AT)


def shipped() -> PrecedencePolicy:
    return read_precedence_policies(REPOSITORY_POLICIES, REPOSITORY_POLICIES).get("330106", date(2026, 7, 1)).parameters


def test_r_precedence__every_field_belongs_to_one_part() -> None:
    assert sorted(field for fields in PARTS.values() for field in fields) == sorted(CONTENT)
    assert set(shipped().parts) == set(PARTS)


@pytest.mark.parametrize(("days", "effect"), [(366, Effect.SAME), (367, Effect.CHANGED)])
def test_r_precedence__a_survey_holds_for_a_year(days: int, effect: Effect) -> None:
    claims = {**claims_of(STORED, None), "counts": Claim("survey", AT)}
    claim = Claim("registering_authority", AT + timedelta(days=days))
    said = Said(replace(CONTENT_OF, full_members=4), claim, CONTENT_OF)
    weighed = weigh(STORED, claims, said, shipped())
    assert weighed.effect is effect
    assert [one.part for one in weighed.disputes] == (["counts"] if effect is Effect.SAME else [])


def test_r_precedence__claims_come_back_as_they_were_stored() -> None:
    claims = {**claims_of(STORED, None), "counts": Claim("survey", AT, AT, "registrar")}
    kept = Stored(claims).document()
    assert len(kept) == 2, "parts of one claim are written together"
    assert Stored.of(kept).claims == claims


def test_r_precedence__a_policy_names_every_source_once() -> None:
    whole = [list(SAYERS)]
    with pytest.raises(ValidationError, match="hand_entry"):
        Order.model_validate({"order": [[*SAYERS, "hand_entry"]], "holds_days": None})
    with pytest.raises(ValidationError, match="correction"):
        Order.model_validate({"order": [[one for one in SAYERS if one != "correction"]], "holds_days": None})
    parts = {part: {"order": whole, "holds_days": None} for part in PARTS if part != "status"}
    with pytest.raises(ValidationError, match="status"):
        PrecedencePolicy.model_validate({"parts": parts})
