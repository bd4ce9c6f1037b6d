"""Shares of counts, in hundredths of a percent."""

from shared.field.money import BP_PER_WHOLE


def share_bp(part: int, whole: int) -> int | None:
    """A share, rounded half up; None of nothing."""
    return (part * BP_PER_WHOLE * 2 + whole) // (whole * 2) if whole else None
