"""The seats that are offered: data of an example, `examples/<name>/seats.yaml`."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.field.strict.strict_yaml import load_strict
from shared.problems.language import Text
from shared.settings import TREE
from shared.web.identity.granted import NEEDS_UNITS
from shared.web.identity.permissions import Role

FILES = {"hangzhou": TREE / "examples/xihu/seats.yaml", "shanghai": TREE / "examples/huangpu/seats.yaml"}
"""By region."""


class Seat(BaseModel):
    """A seat, never a person. `units_of` are codes of organizations: the token gets ids, see `FindUnits`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: Annotated[str, Field(pattern=r"[a-z][a-z0-9-]{0,39}")]
    zh: str
    en: str
    roles: Annotated[tuple[Role, ...], Field(min_length=1)]
    divisions: Annotated[tuple[str, ...], Field(min_length=1)]
    body: str | None = None
    units_of: tuple[str, ...] = ()
    subject: str = ""

    @model_validator(mode="after")
    def _has_units_where_it_needs_some(self) -> "Seat":
        if set(self.roles) & NEEDS_UNITS and not self.units_of:
            raise ValueError(f"{self.key}: a secretary or an instructor is one of certain units")
        return self

    @property
    def name(self) -> Text:
        """What it is called."""
        return Text(zh=self.zh, en=self.en)

    @property
    def sub(self) -> str:
        """The subject of its tokens."""
        return self.subject or f"seat-{self.key}"


class Seats(BaseModel):
    """The seats of a region."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    region: Literal["hangzhou", "shanghai"]
    seats: tuple[Seat, ...]

    def find(self, key: str) -> Seat | None:
        """The seat of a key."""
        return next((seat for seat in self.seats if seat.key == key), None)


@dataclass(frozen=True, slots=True)
class Held:
    """A seat with the units that were found for it."""

    seat: Seat
    units: tuple[str, ...] = ()


FindUnits = Callable[[Sequence[str], Sequence[str]], Awaitable[tuple[str, ...]]]
"""The ids of the organizations with these codes, and of the Party organizations that cover them, within divisions."""


def read_seats(region: str) -> Seats:
    """The seats of a region. Raises KeyError for a region without any."""
    return read_file(FILES[region])


def read_file(path: Path) -> Seats:
    """The seats of a file. Raises ValidationError."""
    return Seats.model_validate(load_strict(path.read_text(encoding="utf-8")))
