"""The register of dues, per region and day: `policies/<region>/dues*.yaml`."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from shared.field.policies import PolicyBook, read_or_shipped

DUES_KIND = "dues"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DuesParameters(_Strict):
    """What a certified year needs, and what its base is."""

    quarters_needed: Annotated[int, Field(ge=1, le=4, strict=True)]
    interest_in_base: StrictBool


DuesPolicies = PolicyBook[DuesParameters]


def read_dues_policies(folder: Path, shipped: Path) -> DuesPolicies:
    """Every policy on dues of the active folder; of an older folder, the shipped ones."""
    return read_or_shipped(folder, shipped, DUES_KIND, DuesParameters)
