"""What waits of reviews at registration: supplements, decisions, certificates, and papers to be handed over (S5)."""

from sqlalchemy import SelectBase, text

from shared.problems.language import Text
from shared.web.identity.permissions import Role
from shared.web.tasks import Waiting, columns

_SINCE = "CAST(steps->-1->>'at' AS timestamptz)"


def _in_state(state: str, due_on: str = "CAST(NULL AS date)", barred: str = "CAST('{}' AS text[])") -> SelectBase:
    return columns(
        text(
            f"SELECT id, name, division, {_SINCE} AS since, {due_on} AS due_on, {barred} AS barred "  # noqa: S608 - fixed
            f"FROM registration_reviews WHERE state = '{state}'"
        )
    )


_DECISION = _in_state("submitted", barred="ARRAY(SELECT jsonb_array_elements_text(drafted_by))")
_SUPPLEMENT = _in_state("returned")
_CERTIFICATE = _in_state("approved")
_HAND_OVER = _in_state("certified", due_on="hand_over_due_on")
_LINK = "/v1/registration-reviews/{id}"
WAITING = (
    Waiting(
        kind="registration_review.decision",
        of="registration_review",
        title=Text(zh="审核“{name}”的注册登记申请", en="Decide the application for registration of '{name}'"),
        waits_for=Role.REGISTRAR,
        link=_LINK,
        select=lambda _: _DECISION,
    ),
    Waiting(
        kind="registration_review.supplement",
        of="registration_review",
        title=Text(zh="补正“{name}”的注册登记申请", en="Supplement the application for registration of '{name}'"),
        waits_for=Role.STREET_OFFICER,
        link=_LINK,
        select=lambda _: _SUPPLEMENT,
    ),
    Waiting(
        kind="registration_review.certificate",
        of="registration_review",
        title=Text(zh="登记“{name}”的证书代码", en="Record the code of the certificate of '{name}'"),
        waits_for=Role.REGISTRAR,
        link=_LINK,
        select=lambda _: _CERTIFICATE,
    ),
    Waiting(
        kind="registration_review.hand_over",
        of="registration_review",
        title=Text(zh="移交“{name}”的党建工作材料", en="Hand over the Party-building papers of '{name}'"),
        waits_for=Role.REGISTRAR,
        link=_LINK,
        select=lambda _: _HAND_OVER,
    ),
)
