"""How routes name an incubator."""

from typing import Annotated

from fastapi import Path

Code = Annotated[str, Path(description="the incubator's code or id", pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
