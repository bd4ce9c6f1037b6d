"""Which documents there are (D18): what each is about, which facts its template may name, what its drafter gives."""

from collections.abc import Mapping
from typing import Literal

from shared.documents.kinds.incubation import INCUBATION_KINDS, MARKS, IncubationDocument
from shared.documents.kinds.kind import DocumentKind, SubjectType
from shared.documents.kinds.registry import REGISTRY_KINDS, RegistryDocument

__all__ = [
    "KINDS",
    "MARKS",
    "DocumentKind",
    "DocumentName",
    "IncubationDocument",
    "RegistryDocument",
    "SubjectType",
]

DocumentName = Literal[RegistryDocument, IncubationDocument]
KINDS: Mapping[DocumentName, DocumentKind] = dict((*REGISTRY_KINDS.items(), *INCUBATION_KINDS.items()))
