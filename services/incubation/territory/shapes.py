"""Shapes of divisions for maps (`policies/<region>/division_shapes.yaml`): nothing is decided by them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator

from shared.field import divisions
from shared.field.policies import Policy, PolicyBook, read_or_shipped

SHAPES_KIND = "division_shapes"
Longitude = Annotated[float, Field(ge=73, le=136)]
Latitude = Annotated[float, Field(ge=3, le=54)]
Ring = Annotated[list[tuple[Longitude, Latitude]], Field(min_length=3, max_length=2_000)]
"""An outline in WGS 84; its last position is joined to the first."""
Code = Annotated[str, Field(pattern=r"^[0-9]{6}$")]


class ShapesPolicy(BaseModel):
    """Simplified shapes by division, each of one outline or several; `invented` where no free source exists.

    Read from authors' files only: no row keeps a copy of it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    invented: StrictBool
    shapes: Annotated[dict[Code, Annotated[list[Ring], Field(min_length=1, max_length=50)]], Field(min_length=1)]

    @model_validator(mode="after")
    def _known(self) -> Self:
        unknown = [code for code in self.shapes if not divisions.known_at_any_date(code)]
        if unknown:
            raise ValueError(f"no divisions: {', '.join(unknown)}")
        return self


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of a division: its name on the day, its outlines (closed), and the policy that has it."""

    division: str
    name_zh: str
    name_en: str
    outlines: list[list[tuple[float, float]]]
    policy: str
    source: str
    invented: bool


def read_shapes(folder: Path, shipped: Path) -> PolicyBook[ShapesPolicy]:
    """The shapes of a folder; of one from before shapes were policies, the shipped ones. Raises as `read_policies`."""
    return read_or_shipped(folder, shipped, SHAPES_KIND, ShapesPolicy)


def shapes_on(book: PolicyBook[ShapesPolicy], prefix: str | None, on: date) -> list[Shape]:
    """The shapes inside a division (None: everywhere) that are in force on a day, by code.

    A division in two policies has the shape of the more particular region, and of those of the latest.
    """
    found: dict[str, Shape] = {}
    for policy in sorted(_in_force(book, on), key=lambda one: (len(one.region), one.effective_from)):
        for code, outlines in policy.parameters.shapes.items():
            division = divisions.get_on(code, on)
            if division is not None and (prefix is None or code.startswith(prefix)):
                closed = [[*ring, ring[0]] if ring[0] != ring[-1] else list(ring) for ring in outlines]
                found[code] = Shape(
                    division=code,
                    name_zh=division.name_zh,
                    name_en=division.name_en,
                    outlines=closed,
                    policy=policy.id,
                    source=policy.source,
                    invented=policy.parameters.invented,
                )
    return [found[code] for code in sorted(found)]


def tag_of(shapes: list[Shape]) -> str:
    """What changes when any of the shapes does."""
    return sha256(repr(shapes).encode()).hexdigest()[:32]


def _in_force(book: PolicyBook[ShapesPolicy], on: date) -> Iterator[Policy[ShapesPolicy]]:
    return (one for one in book.policies if one.applies(one.region, on))
