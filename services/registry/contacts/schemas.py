"""A contact by role, and how it is shown: with the personal fields, or without."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from services.registry.contacts.phones import normalize_phone
from shared.field.errors import FieldError
from shared.field.names import normalize_line
from shared.problems.inputs import Body


class ContactRole(StrEnum):
    """What an organization is reached for."""

    SECRETARY = "secretary"
    """党组织书记"""
    LIAISON = "liaison"
    """联络员"""
    INSTRUCTOR = "instructor"
    """党建指导员"""


def _without_digits(name: str) -> str:
    if any(character.isdecimal() for character in name):
        raise FieldError("name_digits")
    return name


Name = Annotated[
    str,
    Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f0-9]+$", repr=False),
    AfterValidator(normalize_line),
    AfterValidator(_without_digits),
]
"""No digits, of any script: numbers of identity cards have no place here."""
Phone = Annotated[str, Field(max_length=64, repr=False), AfterValidator(normalize_phone)]
"""In the one form that is stored; an identity card's 18 digits do not pass for one."""


class ContactBody(Body):
    """Who is reached in a role. Encrypted at rest; neither errors nor `repr` show the values."""

    model_config = ConfigDict(hide_input_in_errors=True)

    name: Name
    phone: Phone


class ContactEntry(BaseModel):
    """That there is a contact in this role, without the person."""

    organization_id: UUID
    role: ContactRole
    updated_at: AwareDatetime
    version: int


class ContactOut(ContactEntry):
    """A contact with the person. Each reading of one is audited."""

    model_config = ConfigDict(hide_input_in_errors=True)

    name: Annotated[str, Field(repr=False)]
    phone: Annotated[str, Field(repr=False)]
