"""What a service declares about its data, beside its handlers, so that `shuangfu reconcile` can check it.

Each service has a `reconciliation.py` with one `Reconciliation`. Its SQL reads the service's own tables only: a
comparison names the other service's rows by their name in `published`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Comparison:
    """Rows that a service keeps because of another's events, against the rows that the events were about.

    Both sides are SELECTs with the columns `id`, `subjects` (uuid[]: the aggregates whose events may have changed the
    row, nulls allowed) and whatever `content` reads. `content` is an SQL expression; where nothing is wrong, each id is
    on both sides and its content, as text, is the same.
    """

    name: str
    """What the check is called: `<name> as in <source>`."""
    tables: tuple[str, ...]
    """Our tables that are compared here. Each table of a projection is in one comparison at least (a test)."""
    source: str
    """The service that owns the data."""
    published: str
    """The source's SELECT, by its name in the source's `Reconciliation.published`."""
    content: str
    rows: str
    """Our SELECT."""


@dataclass(frozen=True, slots=True)
class Invariant:
    """Something that holds of each row of one of the service's own tables."""

    name: str
    table: str
    """Whose rows are counted as compared."""
    violations: str
    """A SELECT of one text column, `example`: a row for each violation. `$1`, where it stands there, is the grace
    period in seconds: what is younger may be on its way."""
    advice: str


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Everything that is checked of one service besides what follows from its handlers and its tables."""

    published: Mapping[str, str] = field(default_factory=dict)
    """What the service's events have published, as its tables have it now: SELECTs for other services' comparisons."""
    comparisons: tuple[Comparison, ...] = ()
    invariants: tuple[Invariant, ...] = ()
    sequences: Mapping[str, str] = field(default_factory=dict)
    """Table → column with the sequence of the last event whose subject is the row's key. Needed only where that is not
    the `sequence` (else `version`) of a table that is no projection."""
    unannounced: str = ""
    """A SELECT of versions that publish no event, where there are any: `subject` (text) and `sequence`, its version."""
