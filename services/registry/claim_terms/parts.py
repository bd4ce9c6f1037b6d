"""Data sources, and the parts of an organization's content for which each is weighed by itself."""

from collections.abc import Mapping
from typing import Literal, get_args

DataSource = Literal["registering_authority", "district_system", "survey", "hand_entry"]
"""Where a registration comes from: the registering authority's own data, a system of the district, a survey in the
field, or a form filled in by hand."""
Sayer = Literal["registering_authority", "district_system", "survey", "hand_entry", "correction"]
"""The same, or a person who corrected it or decided between two of them."""
SAYERS: tuple[Sayer, ...] = get_args(Sayer)
REGISTERING: DataSource = "registering_authority"
"""Who speaks where a registration does not name its source."""

Part = Literal[
    "name", "kind", "place", "carrier", "position", "registered_on", "counts", "evaluation_type", "source", "status"
]
PARTS: Mapping[Part, tuple[str, ...]] = {
    "name": ("name",),
    "kind": ("kind",),
    "place": ("division", "street", "address"),
    "carrier": ("carrier",),
    "position": ("lon", "lat", "datum"),
    "registered_on": ("registered_on",),
    "counts": (
        "full_time_staff",
        "full_members_full_time",
        "full_members",
        "probationary_members",
        "full_members_full_or_part_time",
    ),
    "evaluation_type": ("evaluation_type",),
    "source": ("source",),
    "status": ("status",),
}
"""The fields of each part. What must agree is one part: figures of two sources do not mix, nor do a street and
another source's district."""
OPTIONAL: frozenset[Part] = frozenset({"carrier", "position", "evaluation_type"})
"""Parts of which a registration may say nothing."""
