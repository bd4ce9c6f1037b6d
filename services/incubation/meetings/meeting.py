"""A regular meeting and a resolution of it, as rules read them."""

from typing import Literal

MeetingState = Literal["planned", "held", "cancelled"]
MeetingStep = Literal["planning", "change", "minutes", "correction", "cancellation"]
ResolutionState = Literal["open", "completed", "withdrawn"]
ResolutionStep = Literal["recording", "change", "completion", "withdrawal", "reopening"]
