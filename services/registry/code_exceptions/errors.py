"""What can be wrong with an entry in the register of exceptions."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class AlreadyExcepted(Problem):
    """The code stands in the register already, with another authority or reason."""

    slug, status = "already-excepted", 409
    title = Text(zh="代码已在例外登记中", en="Already excepted")
    detail = Text(
        zh="代码“{uscc}”已由“{authority}”列入例外登记；如需更改，请先撤销。",
        en="Code '{uscc}' is in the register of exceptions, by '{authority}'; to change that, take it back first.",
    )
