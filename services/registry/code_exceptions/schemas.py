"""An entry in the register of exceptions."""

from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from shared.field.names import normalize_line
from shared.problems.inputs import Body, NoValueIsNone, Prose


class CodeExceptionBody(Body):
    """A code that its authority issued with wrong check digits: which authority, and how that is known."""

    uscc: Annotated[str, Field(max_length=64)]
    authority: Annotated[str, Field(max_length=200), AfterValidator(normalize_line)]
    reason: Prose
    division: Annotated[Annotated[str, Field(pattern=r"^[0-9]{6}$")] | None, NoValueIsNone] = None
    """Whose entry it is; default: the division in the code."""


class CodeExceptionOut(BaseModel):
    """An entry: the code is taken in every division, whoever entered it."""

    uscc: str
    division: str
    authority: str
    reason: str
    recorded_by: str
    recorded_at: AwareDatetime
