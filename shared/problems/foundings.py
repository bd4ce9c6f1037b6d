"""What bars the day of a founding, wherever one is stated."""

from shared.problems.language import Text

BEFORE_REGISTRATION = Text(
    zh="成立日期不能早于社会组织的登记日期（{registered_on}）。",
    en="The day of the founding must not be before the organization's registration ({registered_on}).",
)
