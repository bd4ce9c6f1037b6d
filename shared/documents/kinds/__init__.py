"""Which documents there are (D18): what each is about, which facts its template may name, what its drafter gives."""

from collections.abc import Mapping
from typing import Literal

from shared.documents.kinds.evaluation import EVALUATION_KINDS, EVALUATION_MARKS, EvaluationDocument
from shared.documents.kinds.funding import FUNDING_KINDS, FUNDING_MARKS, FundingDocument
from shared.documents.kinds.incubation import INCUBATION_KINDS, INCUBATION_MARKS, IncubationDocument
from shared.documents.kinds.kind import DocumentKind, SubjectType
from shared.documents.kinds.registry import REGISTRY_KINDS, RegistryDocument

__all__ = [
    "KINDS",
    "MARKS",
    "DocumentKind",
    "DocumentName",
    "EvaluationDocument",
    "FundingDocument",
    "IncubationDocument",
    "RegistryDocument",
    "SubjectType",
]

DocumentName = Literal[RegistryDocument, IncubationDocument, EvaluationDocument, FundingDocument]
KINDS: Mapping[DocumentName, DocumentKind] = dict(
    (*REGISTRY_KINDS.items(), *INCUBATION_KINDS.items(), *EVALUATION_KINDS.items(), *FUNDING_KINDS.items())
)
MARKS = (*INCUBATION_MARKS, *EVALUATION_MARKS, *FUNDING_MARKS)
"""What the suffixes of other services' series begin with: the registry counts the series without them."""
