"""What is sent of a mass satisfaction test: counts, no ballots."""

from typing import Annotated

from pydantic import Field

from shared.problems.inputs import Body

Count = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]


class SatisfactionBody(Body):
    """How many sheets were sent out, returned and valid, and how many of these say good, fair, poor."""

    sent: Annotated[int, Field(ge=1, le=1_000_000, strict=True)]
    returned: Count
    valid: Count
    good: Count
    fair: Count
    poor: Count
