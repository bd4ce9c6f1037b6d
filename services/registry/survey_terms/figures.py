"""What a survey round counts."""

FIGURES = (
    "full_time_staff",
    "full_members_full_time",
    "full_members_part_time",
    "full_members",
    "probationary_members",
    "applicants",
)
"""What is counted of an organization, in the order of the form."""
