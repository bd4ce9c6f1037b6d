"""The methods' arithmetic as formulas of a spreadsheet: for who fills it in; the service computes itself. Pure.

Figures go in as whole hundredths, so that no binary fraction decides at a bracket's edge.
"""

from decimal import Decimal

from services.evaluation.indicator_systems.explaining import show
from services.evaluation.indicator_systems.methods import Counted, Deduction, Graded, Method, Ratio, YesNo


def score(method: Method, points: Decimal, value: str, whole: str, yes: str, no: str) -> str:
    """The points of the fact in the cell `value` (of the whole in the cell `whole`); empty for what is no fact."""
    match method:
        case Graded(grades=grades):
            formula = '""'
            for grade in reversed(grades):
                formula = f'IF(LEFT({value}&" ",2)="{grade.code} ",{show(grade.points)},{formula})'
            return f"={formula}"
        case Counted(each=each):
            return f'=IF(ISNUMBER({value}),MIN({value}*{_whole(each)},{_whole(points)})/100,"")'
        case Deduction(each=each):
            return f'=IF(ISNUMBER({value}),MAX({_whole(points)}-{value}*{_whole(each)},0)/100,"")'
        case Ratio(brackets=brackets):
            part = f"IF(ISNUMBER({whole}),{value}*10000,ROUND({value}*100,0))"
            of = f"IF(ISNUMBER({whole}),{whole},1)"
            formula = "0"
            for bracket in reversed(brackets):
                formula = f"IF({part}>={_whole(bracket.at_least)}*{of},{show(bracket.points)},{formula})"
            return f'=IF(ISNUMBER({value}),IF({of}=0,"",{formula}),"")'
        case YesNo():
            return f'=IF({value}="{yes}",{show(points)},IF({value}="{no}",0,""))'


def total(scores: str, points: str, values: str, wholes: str, bonus: str, absent: str, cap: Decimal) -> str:
    """The total of ranges: what does not apply is taken out, the rest scaled to all points, bonus added, capped."""
    # Also a share of nothing: the whole is 0.
    applying = f'(SUM({points})-SUMIF({values},"{absent}",{points})-SUMIF({wholes},0,{points}))'
    base = f"IF({applying}=0,0,ROUND(SUM({scores})*SUM({points})/{applying},6))"
    return f"=ROUND(MIN({base}+{bonus},{show(cap)}),2)"


def _whole(figure: Decimal) -> str:
    return str(int(figure * 100))
