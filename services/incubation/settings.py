"""Settings of incubation, besides those of every service."""

from pydantic import Field

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """Variables are `SHUANGFU_<NAME>` or `SHUANGFU_INCUBATION_<NAME>`."""

    joint_plan_seconds: float = Field(default=600.0, gt=0)
    """How long the computing of a joint plan may take; then it is the best that was found, with its bounds."""
