"""What is refused of saved views."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class TooManyViews(Problem):
    """The subject has as many as are kept."""

    slug, status = "too-many-views", 409
    title = Text(zh="保存的视图过多", en="Too many saved views")
    detail = Text(
        zh="每个用户最多保存 {most} 个视图，请先删除不再使用的。",
        en="At most {most} views are kept for each user: delete one that is not used any more first.",
    )
