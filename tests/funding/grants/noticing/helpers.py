"""A scheme whose grants are published before they are approved."""

from dataclasses import replace
from typing import Any

from services.funding.policies import Schemes
from services.funding.requirements import PublicNotice
from shared.db.base import utc_now
from shared.field.calendar import china_day
from shared.field.policies import PolicyBook
from tests.funding.grants.settling.helpers import ANNUAL

POLICY = "annual-with-notice"
"""In force nowhere: grants of the tests are of it."""


def with_notice(schemes: Schemes) -> Schemes:
    """The schemes, and one more that requires a notice of five working days."""
    scheme = next(one for one in schemes.policies if one.parameters.scheme == ANNUAL)
    changes = {"public_notice": PublicNotice(working_days=5)}
    changed = replace(scheme, id=POLICY, region="99", parameters=scheme.parameters.model_copy(update=changes))
    return PolicyBook([*schemes.policies, changed])


def notice(*grants: str) -> dict[str, Any]:
    """Grants of 3,000 yuan each, published today."""
    today = china_day(utc_now()).isoformat()
    summary = {"ids": [*grants], "count": len(grants), "total_fen": 300_000 * len(grants)}
    return {**summary, "started_on": today, "place": "区委网站"}


def objection() -> dict[str, Any]:
    """One that came today."""
    return {"received_on": china_day(utc_now()).isoformat(), "statement": "该组织全年未开展活动"}
