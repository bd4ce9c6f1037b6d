"""The policy on areas (`policies/<region>/areas.yaml`, S15): their size, who works there, how they are drawn."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.field.policies import PolicyBook

AREAS_KIND = "areas"
Count = Annotated[int, Field(gt=0, strict=True)]
SquareMetres = Annotated[int, Field(ge=0, strict=True)]
Weight = Annotated[int, Field(ge=0, le=100_000, strict=True)]


class AreaPolicy(BaseModel):
    """Bounds of an area, and what is tolerated where two that were drawn apart meet.

    Read from authors' files only: no row keeps a copy of it, an outline keeps the policy's id.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    min_m2: SquareMetres
    max_m2: SquareMetres
    min_workers: Count
    max_workers: Count
    max_points: Annotated[int, Field(ge=4, le=10_000, strict=True)]
    """The most positions of an outline, the first and last counted twice."""
    overlap_tolerance_m2: SquareMetres
    """By how much two areas may overlap: borders that were drawn apart never agree to the metre."""
    outside_tolerance_m2: SquareMetres
    """By how much an area may lie outside the boundary of its division."""
    gap_min_m2: SquareMetres
    """The smallest gap that is listed."""
    near_border_m: Annotated[int, Field(ge=0, le=100, strict=True)]
    """A body between two borders that do not meet is in the area that is nearest, up to here."""
    cell_resolution: Annotated[int, Field(ge=5, le=11, strict=True)]
    """The resolution of the H3 cells that proposed areas are made of."""
    min_cells: Count
    max_cells: Count
    balance_weight: Weight
    """What the square of an area's distance from the mean of bodies counts in a proposal, as a share of the mean."""
    border_weight: Weight
    """What each side of a cell counts there that is an area's border: the more, the more compact areas are."""

    @model_validator(mode="after")
    def _bounds_agree(self) -> Self:
        for least, most in (
            (self.min_m2, self.max_m2),
            (self.min_workers, self.max_workers),
            (self.min_cells, self.max_cells),
        ):
            if least > most:
                raise ValueError("a lower bound is above its upper bound")
        return self


AreaPolicies = PolicyBook[AreaPolicy]
