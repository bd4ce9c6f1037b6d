"""Pieces of the web conventions without a server: languages, problem documents, cursors, versions."""

import pytest

from shared.field.errors import FieldError as BrokenValue
from shared.problems import problems
from shared.problems.field_sentences import field_error
from shared.problems.language import Text, negotiate
from shared.problems.validation import field_errors, pointer
from shared.problems.versions import Preconditions, check_version
from shared.web.routes import decode_cursor, decode_id_cursor, encode_cursor, etag
from shared.web.routes import problems as responses_of


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "zh"),
        ("", "zh"),
        ("zh", "zh"),
        ("zh-CN", "zh"),
        ("zh-Hant-TW", "zh"),
        ("en", "en"),
        ("EN-us", "en"),
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("zh;q=0.8, en;q=0.9", "en"),
        ("zh, en", "zh"),
        ("en, zh", "en"),
        ("en;q=0.5, zh;q=0.5", "en"),
        ("fr", "zh"),
        ("fr, en;q=0.1", "en"),
        ("*", "zh"),
        ("en;q=0.5, *", "zh"),
        ("en;q=0", "zh"),
        ("zh;q=0, en;q=0.1", "en"),
        ("english", "zh"),
        ("en;q=high", "zh"),
        ("en; q=0.7", "en"),
        (";;;,,,q=", "zh"),
    ],
)
def test_language__the_better_of_the_two(header: str | None, language: str) -> None:
    assert negotiate(header) == language


def _all_problems() -> list[type[problems.Problem]]:
    found = [problems.Problem]
    for kind in found:  # grows while it is read
        found += kind.__subclasses__()
    return [kind for kind in found if not kind.__name__.startswith("_")]


def test_problem__every_kind_is_told_in_both_languages() -> None:
    import services.incubation.formation.errors
    import services.incubation.joint_plans.errors
    import services.registry.imports.errors
    import services.registry.organizations.errors  # noqa: F401 - for their subclasses

    slugs = {}
    for kind in _all_problems():
        assert kind.title.zh != kind.title.en, kind
        assert 400 <= kind.status < 600, kind
        assert slugs.setdefault(kind.slug, kind) is kind, f"{kind.slug} is given twice"
        assert kind.slug == kind.slug.lower().replace("_", "-")
    assert len(slugs) > 12


def test_problem__the_document_has_the_shape_of_rfc_9457() -> None:
    one = problems.FieldError("/a/0", Text(zh="应为{n}", en="must be {n}"), (("n", "{x}"),))
    found = problems.InvalidInput([one])
    assert found.document("en") == {
        "type": "urn:shuangfu:problem:invalid-input",
        "title": "Invalid input",
        "status": 422,
        "detail": "The request has 1 error(s).",
        "errors": [{"pointer": "/a/0", "detail": "must be {x}"}],
        "count": 1,
    }
    assert found.document("zh")["errors"] == [{"pointer": "/a/0", "detail": "应为{x}"}]
    assert set(problems.Problem().document("zh")) == {"type", "title", "status", "detail", "errors"}


def test_problem__facts_that_are_none_are_left_out() -> None:
    assert "note" not in problems.NotFound(what="grant", note=None).document("en")


def test_pointer__escapes_as_rfc_6901_says() -> None:
    assert pointer(("a/b", 0, "m~n")) == "/a~1b/0/m~0n"
    assert pointer(()) == ""


def test_validation__sentences_with_braces_and_unknown_kinds() -> None:
    found = [
        {"type": "literal_error", "loc": ("kind",), "msg": "Input should be {a}", "ctx": {"expected": "'{a}'"}},
        {"type": "brand_new_error", "loc": ("x",), "msg": "New", "ctx": None},
        {"type": "custom", "loc": ("body", "x"), "msg": "-", "ctx": {"zh": "坏{", "en": "bad {", "pointer": "/y"}},
    ]
    errors = [(e.pointer, e.detail.render("zh"), e.detail.render("en")) for e in field_errors(found)]
    assert errors == [
        ("/kind", "请填写：{a}。", "Input should be {a}"),
        ("/x", "值无效。", "New"),
        ("/y", "坏{", "bad {"),
    ]


def test_field_sentences__a_reason_without_a_sentence_is_named() -> None:
    known = field_error("/uscc", BrokenValue("uscc_length", {"expected": 18, "length": 3}))
    assert known.detail.render("zh", **dict(known.facts)) == "统一社会信用代码应为 18 位，实为 3 位。"
    unknown = field_error("/x", BrokenValue("never_heard_of"))
    assert unknown.detail.render("en", **dict(unknown.facts)) == "Invalid value (never_heard_of)."


def test_cursor__goes_round_and_refuses_others() -> None:
    assert decode_cursor(encode_cursor("a", "二"), 2) == ["a", "二"]
    assert decode_cursor(None, 2) is None
    identity = "01900000-0000-7000-8000-000000000000"
    assert decode_id_cursor(encode_cursor(identity)) == identity
    for wrong in (encode_cursor("a"), encode_cursor(1, 2), encode_cursor("a", "b", "c"), "a", "é", "e30"):
        with pytest.raises(problems.BadCursor):
            decode_cursor(wrong, 2)
    with pytest.raises(problems.BadCursor):
        decode_id_cursor(encode_cursor("x"))


def test_version__if_match() -> None:
    for tags in ('"3"', '"1", "3"', "*"):
        check_version(Preconditions(tags), 3)
    check_version(None, 3)
    for tags in ('"4"', "", '"33"', "x", "3", 'W/"3"', '"3'):
        with pytest.raises(problems.PreconditionFailed) as refused:
            check_version(Preconditions(tags), 3)
        assert refused.value.facts == {"current": 3}
    with pytest.raises(problems.PreconditionRequired):
        check_version(None, 3, required=True)
    assert etag(3) == {"ETag": '"3"'}


def test_responses__problems_of_one_status_share_an_entry() -> None:
    found = responses_of(problems.InvalidInput, problems.BadCursor, problems.NotFound)
    assert set(found) == {422, 404}
    assert found[422]["description"] == "invalid-input, bad-cursor"
    assert "application/problem+json" in found[404]["content"]
