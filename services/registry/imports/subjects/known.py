"""The subjects that files may be of."""

from collections.abc import Mapping
from typing import Any

from services.registry.imports.subjects.filed_bodies import FiledBodyImports
from services.registry.imports.subjects.organizations import OrganizationImports
from services.registry.imports.subjects.party_organizations import PartyOrganizationImports
from services.registry.imports.subjects.subject import Subject

_ALL: tuple[Subject[Any], ...] = (OrganizationImports(), FiledBodyImports(), PartyOrganizationImports())
SUBJECTS: Mapping[str, Subject[Any]] = {one.form.subject: one for one in _ALL}
