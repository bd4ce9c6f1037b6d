"""Which query parameters and form fields a route takes; any other is refused: a misspelt filter never widens."""

from collections import Counter
from collections.abc import Iterable, Mapping
from types import UnionType
from typing import Any, Union, get_args, get_origin

from fastapi import Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Form, Query
from fastapi.routing import APIRoute

from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput

MAX_ERRORS = 20
UNKNOWN = Text(
    zh="没有名为“{name}”的查询参数，可用：{known}。", en="There is no query parameter '{name}'; known: {known}."
)
UNKNOWN_ALONE = Text(zh="此接口没有查询参数“{name}”。", en="This route takes no query parameter '{name}'.")
TWICE = Text(zh="查询参数“{name}”只能给出一次。", en="The query parameter '{name}' may be given once only.")
UNKNOWN_FIELD = Text(
    zh="没有名为“{name}”的表单字段，可用：{known}。", en="There is no form field '{name}'; known: {known}."
)
TWICE_FIELD = Text(zh="表单字段“{name}”只能给出一次。", en="The form field '{name}' may be given once only.")

Names = Mapping[str, bool]
"""Parameters by name, and whether one may be given several times."""


def parameters_of(route: APIRoute) -> tuple[Names, Names]:
    """A route's query parameters, and its form fields."""
    dependant = route.dependant
    query = {one.alias: one.field_info for one in get_flat_params(dependant) if isinstance(one.field_info, Query)}
    form = {one.alias: one.field_info for one in dependant.body_params if isinstance(one.field_info, Form)}
    return _repeatable(query), _repeatable(form)


def _repeatable(found: Mapping[str, Any]) -> Names:
    return {name: _is_list(field.annotation) for name, field in found.items()}


def _is_list(annotation: Any) -> bool:
    if get_origin(annotation) in (Union, UnionType):
        return any(_is_list(one) for one in get_args(annotation))
    return get_origin(annotation) is list


def check_query(request: Request, known: Names) -> None:
    """Raises InvalidInput (422) naming each query parameter that is unknown or comes twice."""
    if request.scope["query_string"]:
        names = (name for name, _ in request.query_params.multi_items())
        _check(names, known, "query", UNKNOWN if known else UNKNOWN_ALONE, TWICE)


async def check_form(request: Request, known: Names) -> None:
    """The same for the fields of a form. The parsed form stays with the request."""
    form = await request.form()
    try:
        _check((name for name, _ in form.multi_items()), known, "form", UNKNOWN_FIELD, TWICE_FIELD)
    except InvalidInput:
        await form.close()
        raise


def _check(given: Iterable[str], known: Names, part: str, unknown: Text, twice: Text) -> None:
    counts = Counter(given)
    facts = ("known", ", ".join(sorted(known)))
    errors = [
        FieldError(f"/{part}/{name}", twice if name in known else unknown, (("name", name), facts))
        for name, n in counts.items()
        if name not in known or (n > 1 and not known[name])
    ]
    if errors:
        problem = InvalidInput(errors)
        problem.errors = problem.errors[:MAX_ERRORS]
        raise problem
