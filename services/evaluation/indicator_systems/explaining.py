"""A method in one sentence that an official reads: what earns all points, and what less costs. Pure."""

from decimal import Decimal

from services.evaluation.indicator_systems.methods import Counted, Deduction, Graded, Method, Ratio, YesNo
from shared.problems.language import Language


def explain(method: Method, points: Decimal, language: Language) -> str:
    """The sentence of an indicator's method."""
    return _in_chinese(method, points) if language == "zh" else _in_english(method, points)


def show(figure: Decimal) -> str:
    """A figure without needless zeros: 6, 0.5."""
    return format(figure.normalize(), "f")


def _in_chinese(method: Method, points: Decimal) -> str:
    full = show(points)
    match method:
        case Graded(grades=grades):
            return "分档计分：" + "；".join(f"{one.means.zh}，得{show(one.points)}分" for one in grades) + "。"
        case Counted(unit=unit, each=each):
            return f"每{unit.zh}得{show(each)}分，数量达到{method.full_at(points)}的得满分{full}分。"
        case Deduction(case=case, each=each):
            return f"满分{full}分，每发现{case.zh}扣{show(each)}分，扣完为止。"
        case Ratio(of=of, brackets=brackets):
            steps = "；".join(f"达到{show(one.at_least)}%得{show(one.points)}分" for one in brackets)
            return f"按{of.zh}计分：{steps}；低于{show(brackets[-1].at_least)}%不得分。"
        case YesNo(question=question):
            return f"{question.zh}：是，得{full}分；否，不得分。"


def _in_english(method: Method, points: Decimal) -> str:
    full = show(points)
    match method:
        case Graded(grades=grades):
            return "By grade: " + "; ".join(f"{one.means.en}: {show(one.points)}" for one in grades) + "."
        case Counted(unit=unit, each=each):
            enough = method.full_at(points)
            return f"{show(each)} for each {unit.en}; the full {full} from {enough} on."
        case Deduction(case=case, each=each):
            return f"{full}, less {show(each)} for each {case.en}, not below 0."
        case Ratio(of=of, brackets=brackets):
            steps = "; ".join(f"from {show(one.at_least)}%: {show(one.points)}" for one in brackets)
            return f"By {of.en}: {steps}; below {show(brackets[-1].at_least)}%: 0."
        case YesNo(question=question):
            return f"{question.en}: yes earns {full}, no earns 0."
