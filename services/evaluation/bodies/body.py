"""A superior body as rules read it: what the registry states."""

from collections.abc import Mapping

from shared.superiors.stated import StatedBody

Body = StatedBody
Bodies = Mapping[str, Body]
"""By code."""
