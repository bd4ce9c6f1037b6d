"""What a run of Shanghai's job brings back."""

from dataclasses import dataclass, field

from shuangfu.demonstration.findings import Founded, Json


@dataclass(slots=True)
class ShanghaiFindings(Founded):
    """What the services answered in the end."""

    dues: list[Json] = field(default_factory=list)
    """Years of dues, certified."""
    refunds: dict[str, Json] = field(default_factory=dict)
    """The claim of each year of dues, by its id; of one that was refused, the problem."""
    runs: list[Json] = field(default_factory=list)
    """What a run of each scheme answered: `rule`, `scheme`, its lines, or the problem of one that is not active."""
