"""What is measured of an import under kill -9, and its goals."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Imported:
    """A file of filed bodies whose worker was killed `kills` times: nothing is lost, and nothing is there twice.

    `stored` bodies of the `taken` rows, by number; as many inserts in the audit's trail and as many bodies in events;
    `reported` of the `refused` rows, each at its place.
    """

    rows: int
    refused: int
    kills: int
    stored: int
    audited: int
    stated: int
    reported: int
    seconds: float

    @property
    def taken(self) -> int:
        """The rows that are in order."""
        return self.rows - self.refused

    @property
    def reached(self) -> bool:
        """Whether every row is where it belongs, once."""
        return self.stored == self.audited == self.stated == self.taken and self.reported == self.refused
