"""A contact by role, and how it is shown: with the personal fields, or without."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.problems.inputs import Body


class ContactRole(StrEnum):
    """What an organization is reached for."""

    SECRETARY = "secretary"
    """党组织书记"""
    LIAISON = "liaison"
    """联络员"""
    INSTRUCTOR = "instructor"
    """党建指导员"""


Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f0-9]+$", repr=False)]
"""No digits: numbers of identity cards have no place here."""
Phone = Annotated[
    str,
    Field(min_length=5, max_length=32, pattern=r"^\+?[0-9]{2,15}([ -][0-9]{1,12}){0,4}$", repr=False),
]
"""Digits in groups of at most 15, so that an identity card's 18 do not pass for one."""


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
