"""The page "who are you today", and the one that says why somebody was refused. Plain HTML, nothing loaded."""

import html
from collections.abc import Iterable, Mapping

from shared.field import divisions
from shared.problems.language import Language, Text
from shuangfu.identity.seats import Seat

_FRAME = "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
POLICY = f"default-src 'none'; style-src 'unsafe-inline'; {_FRAME}"
_STYLE = """
:root { color-scheme: light; font: 17px/1.6 system-ui, "Noto Sans CJK SC", "PingFang SC", sans-serif; }
body { margin: 0; background: #f5f5f5; color: #1f1f1f; }
main { max-width: 64rem; margin: 0 auto; padding: 2rem 1rem 3rem; }
h1 { font-size: 1.6rem; margin: 0; color: #8f000c; }
p { margin: .4rem 0 1.2rem; max-width: 46rem; }
ul { list-style: none; margin: 0; padding: 0; display: grid; gap: .75rem;
     grid-template-columns: repeat(auto-fill, minmax(min(19rem, 100%), 1fr)); }
button { width: 100%; height: 100%; text-align: left; font: inherit; color: inherit; background: #fff; cursor: pointer;
         border: 1px solid #8c8c8c; border-radius: .5rem; padding: .75rem 1rem; }
button:hover { border-color: #b8000f; box-shadow: 0 0 0 1px #b8000f; }
button:focus-visible { outline: 3px solid #b8000f; outline-offset: 2px; }
strong, span { display: block; }
span { font-size: .85rem; color: #454545; }
"""
_PAGE = """<!doctype html>
<html lang="{language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>{style}</style></head>
<body><main>
<h1>{title}</h1>
{body}
</main></body>
</html>
"""
_TITLE = Text(zh="今天您是谁？", en="Who are you today?")
_LEAD = Text(
    zh="这里是演示：每个岗位都可以试用，没有密码，也没有真人。选一个岗位登录；换人办下一步时，退出后再选另一个。",
    en="This is a demonstration: every seat is open, without a password, and nobody is a real person. Take a seat to "
    "sign in; for a step that another one takes, sign out and take that one.",
)
_PARTS = {
    "roles": Text(zh="角色", en="Role"),
    "divisions": Text(zh="区划", en="Division"),
    "body": Text(zh="代表机构", en="Body"),
    "units": Text(zh="所在单位", en="Unit"),
}
_EMPTY_SEAT = Text(
    zh="“{seat}”所在的单位还没有登记：请先导入示例，或运行 make demo ARGS=--stay。",
    en="The unit of '{seat}' is not registered yet: import the example first, or run `make demo ARGS=--stay`.",
)
_REFUSED = Text(zh="无法登录", en="Sign-in refused")
_WHY = {
    "client_id": Text(zh="发起登录的程序不是本系统的操作台。", en="The program that asked is not this console."),
    "redirect_uri": Text(
        zh="登录后要返回的地址不是本系统的操作台。", en="The address to return to is not this console's."
    ),
    "form": Text(
        zh="此页已过期，请回到操作台重新登录。", en="This page is out of date: sign in from the console again."
    ),
    "host": Text(
        zh="演示用的登录只在本机使用：请用 http://127.0.0.1 或 http://localhost 打开。",
        en="Sign-in for demonstrations works on this machine only: open it at http://127.0.0.1 or http://localhost.",
    ),
}
ROLES = {
    "registrar": Text(zh="登记", en="registrar"),
    "street_officer": Text(zh="街道", en="street officer"),
    "district_officer": Text(zh="区（市）党建", en="district officer"),
    "rater": Text(zh="评定", en="rater"),
    "reviewer": Text(zh="复核", en="reviewer"),
    "approver": Text(zh="批准", en="approver"),
    "payer": Text(zh="拨付", en="payer"),
    "auditor": Text(zh="监督审计", en="auditor"),
    "operator": Text(zh="运行维护", en="operator"),
    "integration_client": Text(zh="对接程序", en="integration client"),
    "secretary": Text(zh="党组织书记", en="secretary"),
    "assessor": Text(zh="年检与等级评估", en="assessor"),
    "incubator_worker": Text(zh="孵化工作", en="incubator worker"),
    "instructor": Text(zh="党建指导员", en="instructor"),
    "leader": Text(zh="领导", en="leader"),
}


def seats_page(
    seats: Iterable[Seat], hidden: Mapping[str, str], language: Language, *, empty: Seat | None = None
) -> str:
    """One button for each seat; `hidden` goes back with the choice. `empty` is a seat that has no unit yet."""
    fields = "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
        for name, value in hidden.items()
    )
    items = "\n".join(f"<li>{_button(seat, language)}</li>" for seat in seats)
    warning = f'<p role="alert">{_say(_EMPTY_SEAT, language, seat=empty.name.render(language))}</p>' if empty else ""
    body = f'<p>{_say(_LEAD, language)}</p>{warning}\n<form method="post">{fields}\n<ul>\n{items}\n</ul></form>'
    return _page(_TITLE, body, language)


def refusal_page(why: str, language: Language) -> str:
    """Why nothing is done."""
    return _page(_REFUSED, f"<p>{_say(_WHY[why], language)}</p>", language)


def _button(seat: Seat, language: Language) -> str:
    told = {
        "roles": "、".join(ROLES[role].render(language) for role in seat.roles),
        "divisions": "、".join(_division(code, language) for code in seat.divisions),
        "body": seat.body,
        "units": "、".join(seat.units_of),
    }
    lines = "".join(
        f"<span>{_say(_PARTS[name], language)}: {html.escape(value)}</span>" for name, value in told.items() if value
    )
    name = html.escape(seat.name.render(language))
    return f'<button name="seat" value="{html.escape(seat.key)}"><strong>{name}</strong>{lines}</button>'


def _division(code: str, language: Language) -> str:
    found = divisions.get(code.ljust(6, "0"))
    return f"{found.name_zh if language == 'zh' else found.name_en} {code}" if found else code


def _page(title: Text, body: str, language: Language) -> str:
    tag = "zh-CN" if language == "zh" else "en"
    return _PAGE.format(language=tag, title=_say(title, language), style=_STYLE, body=body)


def _say(text: Text, language: Language, **facts: object) -> str:
    return html.escape(text.render(language, **facts))
