"""Registrations that people have to decide on: each stands in the conflict queue."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class ContradictingRegistration(Problem):
    """Another content as of the very instant that is stored: neither is newer."""

    slug, status = "contradicting-registration", 409
    title = Text(zh="登记信息相互矛盾", en="Contradicting registration")
    detail = Text(
        zh="已存有截至同一时刻（{as_of}）而内容不同的登记信息；所报信息已列入冲突清单，待人工处理。",
        en="What is stored is as of the same instant ({as_of}) and differs; "
        "what was sent waits in the list of conflicts.",
    )


class RegisteredElsewhere(Problem):
    """The code is registered in a division outside the caller's scope."""

    slug, status = "registered-elsewhere", 409
    title = Text(zh="代码已由其他区划登记", en="Registered by another division")
    detail = Text(
        zh="代码“{uscc}”已登记在行政区划“{stored_division}”；"
        "所报登记已列入冲突清单，由管辖“{stored_division}”和“{division}”的单位处理。",
        en="Code '{uscc}' is registered in division '{stored_division}'. What was sent waits in the list of conflicts "
        "for somebody whose divisions hold '{stored_division}' and '{division}'.",
    )
