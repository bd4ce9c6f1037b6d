"""Which consequences fit which document. Pure."""

from collections.abc import Mapping
from typing import Any

from services.evaluation.consequences.lives import Kind
from services.evaluation.documents.wording import STATES
from shared.documents.errors import SubjectUnfit
from shared.documents.kinds import EvaluationDocument
from shared.problems.language import Text

_OTHER_KIND = Text(
    zh="“{name}”的这一评定结果运用事项不属于此文书所涉种类。",
    en="This consequence of '{name}' is of another kind ({found}) than the document is about.",
)
_OTHER_STATE = Text(
    zh="“{name}”的这一事项{said}，不再制发此文书。",
    en="This consequence of '{name}' is {state}: the document is not made any more.",
)
CONSEQUENCE_OF: Mapping[EvaluationDocument, Kind] = {
    "improvement_opinion": "improvement",
    "rectification_opinion": "rectification",
}
"""The kind of consequence that each document is about."""
_OVER = ("closed", "superseded", "lapsed")


def check_consequence(kind: EvaluationDocument, row: Mapping[str, Any]) -> None:
    """Raises SubjectUnfit for a consequence of another kind, or one that is over."""
    name = row["party_organization_name"]
    if row["kind"] != CONSEQUENCE_OF[kind]:
        raise SubjectUnfit(_OTHER_KIND, name=name, found=row["kind"])
    if row["state"] in _OVER:
        raise SubjectUnfit(_OTHER_STATE, name=name, state=row["state"], said=STATES[row["state"]])
