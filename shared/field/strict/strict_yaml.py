"""YAML that is read in one way only: the core schema of YAML 1.2, and nothing that YAML 1.1 reads otherwise.

Decision 41 says why this and not another library.
"""

import re
from collections.abc import Hashable
from typing import Any

import yaml

_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's where PyYAML was built with it: the indicator systems take 20 ms by it, and 200 without."""
_TAG = "tag:yaml.org,2002:"
_OURS = {
    "null": re.compile(r"(?:null|~|)"),
    "bool": re.compile(r"(?:true|false)"),
    "int": re.compile(r"(?:0|-?[1-9][0-9]*)"),
    "float": re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+"),
}
"""What a plain scalar is, by its whole text; anything else is a text."""
_CORE = re.compile(
    r"Null|NULL|True|TRUE|False|FALSE|[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"
    r"|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
"""What else the core schema of 1.2 takes for no text."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
"""A date of 1.1, and a text of 1.2: its reader expects a date, so both mean the same."""


def is_ambiguous(value: str) -> bool:
    """Whether a plain text means something else to a reader of YAML 1.1 or of the core schema: `no`, `0123`, `1_000`.

    Numbers are written in decimal digits without leading zeros, `true` and `false` in small letters.
    """
    if _DAY.fullmatch(value):
        return False
    resolvers = yaml.SafeLoader.yaml_implicit_resolvers
    candidates = resolvers.get(value[:1], []) + resolvers.get(None, [])
    return bool(_CORE.fullmatch(value)) or any(pattern.match(value) for _, pattern in candidates)


class _Loader(_BASE):  # type: ignore[misc]
    """Reads one document; raises yaml.MarkedYAMLError with the line of what it refuses."""

    yaml_implicit_resolvers: dict[str | None, list[tuple[str, re.Pattern[str]]]] = {  # noqa: RUF012 - as in the base
        None: [(_TAG + name, re.compile(f"(?:{pattern.pattern})$")) for name, pattern in _OURS.items()]
    }
    yaml_constructors: dict[str | None, Any] = {}  # noqa: RUF012


def _refuse(node: yaml.Node, problem: str) -> yaml.MarkedYAMLError:
    return yaml.constructor.ConstructorError(None, None, problem, node.start_mark)


def _text(_: _Loader, node: yaml.ScalarNode) -> str:
    if not node.style and is_ambiguous(node.value):
        raise _refuse(node, f"{node.value} can be read in more than one way: put a text in quotes, write plain digits")
    return str(node.value)


def _number(_: _Loader, node: yaml.ScalarNode) -> int | float:
    kind = node.tag.removeprefix(_TAG)
    if not _OURS[kind].fullmatch(node.value):
        raise _refuse(node, f"{node.value} is not written in plain digits")
    return int(node.value) if kind == "int" else float(node.value)


def _bool(_: _Loader, node: yaml.ScalarNode) -> bool:
    if not _OURS["bool"].fullmatch(node.value):
        raise _refuse(node, f"{node.value} is neither true nor false")
    return bool(node.value == "true")


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Hashable, Any]:
    found: dict[Hashable, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            raise _refuse(key_node, f"the key {key_node.value} is no text: put it in quotes")
        if key in found:
            raise _refuse(key_node, f"the key {key} is there twice")
        found[key] = loader.construct_object(value_node, deep=True)
    return found


def _sequence(loader: _Loader, node: yaml.SequenceNode) -> list[Any]:
    return [loader.construct_object(one, deep=True) for one in node.value]


def _unknown(_: _Loader, node: yaml.Node) -> None:
    raise _refuse(node, f"the tag {node.tag} is not understood")


_Loader.yaml_constructors = {
    f"{_TAG}null": lambda _loader, _node: None,
    f"{_TAG}bool": _bool,
    f"{_TAG}int": _number,
    f"{_TAG}float": _number,
    f"{_TAG}str": _text,
    f"{_TAG}map": _mapping,
    f"{_TAG}seq": _sequence,
    None: _unknown,
}


def load_strict(text: str) -> Any:
    """The content of one document: texts, whole numbers, decimals, true and false, null, lists, mappings.

    Raises yaml.YAMLError, with `problem` and `problem_mark` (its line), for anything that could be read otherwise: a
    key twice, a number in another notation, `yes`, a time, a merge, a tag.
    """
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader
