"""Sentences are whole: the field's words, full-width punctuation, days as an office writes them."""

import re
import string
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any, get_args

import pytest

from services.incubation.incubating.incubatee_policies import Moment, Service, Track
from services.incubation.routine.policies import Topic
from shared.contracts.base import FoundingForm
from shared.contracts.incubation import ExitCause
from shared.problems import duties, validation
from shared.problems.access import Forbidden
from shared.problems.language import Text
from shared.problems.problems import IllegalTransition, InvalidInput, NotFound, Problem
from shared.problems.transitions import Transitions
from shared.problems.validation import field_errors
from shared.problems.words import PERMISSIONS, STATES, STEPS, THINGS, Word, say, word_for
from shared.web.identity.permissions import Permission
from tests.conftest import REPOSITORY
from tests.security.walk import APPS

HAN = "\u4e00-\u9fff“”（）"
HALF_WIDTH = re.compile(rf"[{HAN}}}]\s?[,;:!?()]|[,;:!?(]\s?[{HAN}{{]")
CODES = frozenset(
    "If-Match Idempotency-Key ETag UUID JSON HTTP NUL GET Excel xlsx csv ndjson UTF-8 GB18030 Content-Length".split()  # noqa: SIM905
)
"""What stands in a Chinese sentence as its own code: names of headers and formats."""
MODULES = [
    ".".join(path.relative_to(REPOSITORY).with_suffix("").parts)
    for folder in ("shared", "services")
    for path in sorted((REPOSITORY / folder).rglob("*.py"))
    if "migrations" not in path.parts and "Text(" in path.read_text(encoding="utf-8")
]
assert APPS  # all routes are imported: so is every problem


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("cause", get_args(ExitCause)),
        ("track", get_args(Track)),
        ("moment", get_args(Moment)),
        ("service", get_args(Service)),
        ("topic", get_args(Topic)),
        ("founding_form", get_args(FoundingForm)),
    ],
)
def test_t48_choice__of_incubation_has_a_word_for_each_value(field: str, values: tuple[str, ...]) -> None:
    """What may be sent instead is named with its word: withdrew（自行退出）."""
    assert values
    assert [value for value in values if word_for(field, value) is None] == []


@pytest.mark.parametrize(
    ("what", "state", "action", "sentences"),
    [
        (
            "meeting",
            "held",
            "minutes",
            ("该会议已召开，不能登记纪要。", "This meeting is held: recording the minutes is not possible."),
        ),
        (
            "grant",
            "held",
            "payment",
            ("该补助处于暂缓状态，不能拨付。", "This grant is held: payment is not possible."),
        ),
        ("resolution", "withdrawn", "completion", ("该议定事项已撤回，不能办结。", None)),
        ("incubator", "closed", "closing", ("该孵化器已关闭，不能关闭。", None)),
        ("formation case", "closed", "closing", ("该组建事项已结束，不能结束。", None)),
        ("incubatee", "refused", "extension", ("该在孵组织评审未通过，不能延长协议。", None)),
    ],
)
def test_illegal_transition__is_said_in_the_words_of_its_thing(
    what: str, state: str, action: str, sentences: tuple[str, str | None]
) -> None:
    """One word is another thing's in another place: a meeting that is held is not a grant that is."""
    problem = IllegalTransition(what=what, state=state, action=action)
    assert problem.document("zh")["detail"] == sentences[0]
    assert sentences[1] in (None, problem.document("en")["detail"])
    assert (problem.document("zh")["state"], problem.document("zh")["action"]) == (state, action)


def texts(value: object) -> Iterator[Text]:
    """The sentences that a module or a class holds, also in its tables."""
    if isinstance(value, Text):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from texts(one)


def every_text() -> Iterator[tuple[str, Text]]:
    for name in MODULES:
        module = import_module(name)
        for attribute, value in vars(module).items():
            yield from ((f"{name}.{attribute}", one) for one in texts(value))
            if isinstance(value, type) and issubclass(value, Problem):
                for inner, held in vars(value).items():
                    yield from ((f"{name}.{attribute}.{inner}", one) for one in texts(held))


SENTENCES = dict(every_text())


def faults_of(sentence: str) -> list[str]:
    """Half-width punctuation among Chinese, and Latin words that are no code and not quoted."""
    bare = re.sub(r"\{[^{}]*\}|“[^”]*”|[0-9][0-9T:+-]*", "", sentence)
    latin = [word for word in re.findall(r"[A-Za-z][A-Za-z0-9-]+", bare) if word not in CODES]
    return HALF_WIDTH.findall(sentence) + latin


def test_t48_there_are_sentences() -> None:
    assert len(SENTENCES) > 60
    assert {name.rpartition(".")[2] for name in SENTENCES} > {"title", "detail"}


def test_t48_chinese_sentences_are_whole() -> None:
    faults = {name: faults_of(sentence.zh) for name, sentence in SENTENCES.items()}
    assert {name: found for name, found in faults.items() if found} == {}


def test_t48_a_fault_is_found() -> None:
    assert faults_of("没有找到organization。") == ["organization"]
    assert faults_of("当前状态为 {state},不能执行。")
    assert faults_of("数据无效(未知)。")
    assert faults_of("请以 If-Match 给出其版本（ETag），“grants.pay”除外。") == []


def test_t48_what_pydantic_refuses_is_said_in_chinese() -> None:
    assert validation.CHINESE
    faults = {sentence: faults_of(sentence) for sentence in validation.CHINESE.values()}
    assert {sentence: found for sentence, found in faults.items() if found} == {}


def test_t48_a_permission_has_its_word(subtests: pytest.Subtests) -> None:
    for permission in Permission:
        with subtests.test(permission.value):
            document = Forbidden(permission=permission).document("zh")
            assert document["detail"] == f"您没有“{PERMISSIONS[permission].zh}”权限。"
            assert document["permission"] == permission


def test_t48_the_sentences_that_use_by_others_asked_for() -> None:
    assert NotFound(what="organization").document("zh")["detail"] == "未找到该社会组织，或其不在您的管辖范围内。"
    hands = duties.SameHand(what="grant", earlier="release", step="review")
    assert hands.document("zh")["detail"] == "该补助由您解除暂缓，须由他人复核。"
    assert "what" not in hands.document("zh"), "facts are as they were"


def tables() -> dict[str, Transitions[Any, Any]]:
    found = {}
    for path in sorted((REPOSITORY / "services").glob("*/*/rules.py")):
        module = import_module(".".join(path.relative_to(REPOSITORY).with_suffix("").parts))
        table = getattr(module, "TRANSITIONS", None)
        if table is not None:
            found[module.__name__] = table
    return found


@pytest.mark.parametrize("module", tables())
def test_t48_every_state_and_step_has_its_word(module: str) -> None:
    table = tables()[module]
    assert table.what in THINGS
    assert {state for state, _ in table} | set(table.values()) <= STATES.keys()
    assert {step for _, step in table} <= STEPS.keys()


def test_t48_what_is_not_found_has_its_word() -> None:
    named: set[str] = set()
    for folder in ("services", "shared"):
        for path in (REPOSITORY / folder).rglob("*.py"):
            named |= set(re.findall(r'NotFound\(what="([^"]+)"\)', path.read_text(encoding="utf-8")))
    assert len(named) > 5
    assert named <= THINGS.keys()


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (date(2026, 3, 2), "2026年3月2日", "2 March 2026"),
        (datetime(2026, 3, 2, 1, 0, tzinfo=UTC), "2026年3月2日 9:00", "2 March 2026 9:00"),
        (datetime(2026, 3, 2, 17, 5, 9, tzinfo=UTC), "2026年3月3日 1:05:09", "3 March 2026 1:05:09"),
        (["330106", "330105"], "330106、330105", "330106, 330105"),
        (7, 7, 7),
        ("paid", "paid", "paid"),
    ],
)
def test_t48_values_as_an_office_writes_them(value: object, zh: object, en: object) -> None:
    assert (say("as_of", value, "zh"), say("as_of", value, "en")) == (zh, en)


def test_t48_a_word_that_is_not_understood_is_repeated_with_what_may_stand() -> None:
    expected = "'social_group', 'foundation' or 'social_service_institution'"
    found = [
        {"type": "literal_error", "loc": ("body", "kind"), "msg": "-", "input": "民非", "ctx": {"expected": expected}}
    ]
    [error] = field_errors(found, drop=1)
    assert InvalidInput([error]).document("zh")["errors"] == [
        {
            "pointer": "/kind",
            "detail": "“民非”无法识别，请填写：social_group（社会团体）、foundation（基金会）、"
            "social_service_institution（社会服务机构（民办非企业单位））。",
        }
    ]


def test_t48_placeholders_are_the_same_in_both_languages() -> None:
    def names(sentence: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}

    unlike = [name for name, one in SENTENCES.items() if names(one.zh) != names(one.en)]
    assert unlike == []


def test_t48_words_are_of_one_kind() -> None:
    assert word_for("state", "paid") == Word("已拨付", "paid")
    assert word_for("amount", "paid") is None
    assert all(faults_of(word.zh) == [] for table in (THINGS, STATES, STEPS, PERMISSIONS) for word in table.values())
