"""The exceptions: one family, readable, picklable, and silent about what customers wrote."""

import copy
import inspect
import json
import pickle
import threading
from typing import Any, get_args

import attrs
import pytest

import msgkit
from msgkit import (
    ApiError,
    ConfigurationError,
    InvalidRequestError,
    Message,
    MsgkitError,
    NoAuthError,
    NotFoundError,
    NotificationVerificationError,
    ParamError,
    PlatformError,
    Problem,
    RateLimitError,
    ResponseVerificationError,
    SendError,
    ServiceUnavailableError,
    SignError,
    TemplateError,
    TransportError,
    ValidationError,
    VerificationError,
    errors,
    rules,
)
from msgkit.errors import NotificationCheck
from msgkit.rules import RULES

from .helpers import PROTOCOLS, SECRET, pickled, refused, shown

API_ERRORS = [
    ApiError,
    InvalidRequestError,
    NoAuthError,
    NotFoundError,
    ParamError,
    PlatformError,
    RateLimitError,
    ServiceUnavailableError,
    SignError,
]
CHECKS: tuple[NotificationCheck, ...] = get_args(NotificationCheck)
FIELD = Problem("/message/blocks/0/text/text", "must not hold emoji", SECRET)


class Unreadable:
    """Can be written to a pickle, and not be read from it."""

    def __reduce__(self) -> tuple[type[int], tuple[str]]:
        return int, ("no number",)


HOSTILE = [threading.Lock(), lambda: None, [threading.Lock()], (each for each in "a"), Unreadable()]
"""Values that cannot be pickled, some of which cannot be hashed or copied either."""


def api_error(cls: type[ApiError]) -> ApiError:
    """An answer in which the platform said everything it can say."""
    return cls(
        "参数错误",
        status=400,
        code="PARAM_ERROR",
        problem=FIELD,
        idempotent_id="order-42",
        request_id="08F78BB8",
        hint="look at line 2",
    )


ONE_OF_EACH = [
    ValidationError([FIELD, Problem("", "must be a JSON object, not null")], "Message"),
    ValidationError([FIELD]),
    ConfigurationError("private_key is no PEM key"),
    TemplateError("name: is missing"),
    TransportError("no answer", idempotent_id="order-42"),
    ResponseVerificationError("not signed", idempotent_id="order-42", request_id="08F78BB8"),
    NotificationVerificationError("not signed", "headers"),
    NotificationVerificationError("signed with another key", "serial", "5157F09E"),
    *map(api_error, API_ERRORS),
    ApiError("oops"),
]


def state(error: MsgkitError) -> dict[str, Any]:
    """Return what a handler can read from an exception."""
    names = (
        *("problems", "subject", "status", "code", "message", "problem", "idempotent_id", "request_id", "retryable"),
        *("check", "unknown_serial", "answer"),
    )
    return {"str": str(error), "args": error.args} | {
        name: getattr(error, name) for name in names if hasattr(error, name)
    }


class TestProblem:
    """One finding."""

    def test_str(self) -> None:
        """A problem reads as place and finding; one of the whole as the finding alone."""
        assert str(FIELD) == "/message/blocks/0/text/text: must not hold emoji"
        assert str(Problem("", "is not JSON")) == "is not JSON"

    def test_value_is_kept_and_not_shown(self) -> None:
        """The offending value is there for a program and hidden from a log."""
        assert FIELD.value == SECRET
        assert SECRET not in str(FIELD) + repr(FIELD)

    def test_under(self) -> None:
        """Seen from further up, only the pointer differs."""
        assert Problem("/text", "x", 1).under("/blocks/0") == Problem("/blocks/0/text", "x", 1)
        assert Problem("", "x").under("/a") == Problem("/a", "x")

    def test_rule(self) -> None:
        """A problem that breaks a rule names it, with what fills its text; nobody can change that."""
        found = Problem("/blocks/1/text/text", rules.TOO_LONG, SECRET, length=501, most=500)
        assert (found.pointer, found.rule, found.value) == ("/blocks/1/text/text", "too-long", SECRET)
        assert found.params == {"length": 501, "most": 500}
        changing: Any = found.params
        with pytest.raises(TypeError):
            changing["most"] = 5
        assert str(found) == "/blocks/1/text/text: is 501 characters long; at most 500 are allowed"
        assert repr(found) == (
            "Problem(pointer='/blocks/1/text/text', rule='too-long', "
            "message='is 501 characters long; at most 500 are allowed')"
        )

    @pytest.mark.parametrize("name", ["pointer", "value", "rule", "params", "message", "another"])
    def test_frozen(self, name: str) -> None:
        """Nothing of it can be changed, and nothing added."""
        with pytest.raises((attrs.exceptions.FrozenInstanceError, AttributeError)):
            setattr(Problem("/a", rules.EMPTY), name, "x")

    def test_equality(self) -> None:
        """Two problems are equal where place, rule, value and what fills the text are."""
        found = Problem("/a", rules.TOO_LONG, "b", length=2, most=1)
        assert found == Problem("/a", rules.TOO_LONG, "b", length=2, most=1)
        for other in (
            Problem("/b", rules.TOO_LONG, "b", length=2, most=1),
            Problem("/a", rules.TOO_MANY, "b", length=2, most=1),
            Problem("/a", rules.TOO_LONG, "c", length=2, most=1),
            Problem("/a", rules.TOO_LONG, "b", length=3, most=1),
            Problem("/a", found.message, "b"),
        ):
            assert found != other

    def test_platform_words(self) -> None:
        """What the platform said is said as it was, in every language, and breaks no rule of the catalogue."""
        found = Problem("/message/blocks/0", "参数错误 {x} [y]", 5)
        assert (found.rule, found.params) == (None, {})
        assert found.message == found.text("en") == found.text("zh") == "参数错误 {x} [y]"
        assert repr(found) == "Problem(pointer='/message/blocks/0', message='参数错误 {x} [y]')"

    def test_below(self) -> None:
        """Seen further down, only the pointer differs."""
        found = Problem("/response_images", rules.EMPTY, 1)
        assert found.below("/2") == Problem("/response_images/2", rules.EMPTY, 1)
        assert Problem("", "x").below("/a") == Problem("/a", "x")

    def test_under_keeps_the_rule(self) -> None:
        """Wherever it is seen from, it breaks the same rule with the same parameters."""
        found = Problem("/text", rules.TOO_LONG, "b", length=2, most=1).under("/blocks/0").below("/x")
        assert (found.pointer, found.rule, found.params) == ("/blocks/0/text/x", "too-long", {"length": 2, "most": 1})

    def test_pickle_of_a_rule(self) -> None:
        """A pickle has the code of the rule; the rule that comes back is the catalogue's own."""
        found = Problem("/a", rules.UNFIT, "b", field="text", why=Problem("/text", rules.TOO_LONG, length=2, most=1))
        for protocol in PROTOCOLS:
            back = pickled(found, protocol)
            assert back == found
            assert back._said is RULES["unfit"]
            assert back.params["why"]._said is RULES["too-long"]
            assert rules.UNFIT.zh.encode() not in pickle.dumps(found, protocol)

    @pytest.mark.parametrize("value", [SECRET, ["a", {"b": 1}], {"a": {1}}, None])
    def test_pickle(self, value: object) -> None:
        """A problem comes back from a pickle with its value."""
        found = Problem("/a", "x", value)
        assert all(pickled(found, protocol) == found for protocol in PROTOCOLS)

    @pytest.mark.parametrize("value", HOSTILE, ids=lambda value: type(value).__name__)
    def test_pickle_without_its_value(self, value: object) -> None:
        """A value that no pickle takes, or that none gives back, is left behind; the problem comes through."""
        assert all(pickled(Problem("/a", "x", value), protocol) == Problem("/a", "x") for protocol in PROTOCOLS)

    @pytest.mark.parametrize("value", [["a"], {"a": [1]}, *HOSTILE], ids=lambda value: type(value).__name__)
    def test_hash(self, value: object) -> None:
        """Problems stand in a set, whatever their value is: once where they are equal, twice where they are not."""
        first, second, other = Problem("/a", "x", value), Problem("/a", "x", value), Problem("/a", "x", "another")
        assert first == second != other
        assert len({first, second}) == 1
        assert len({first, other}) == 2

    @pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
    @pytest.mark.parametrize("value", [["a"], {"a": [1]}, *HOSTILE], ids=lambda value: type(value).__name__)
    def test_copy(self, value: object, duplicate: Any) -> None:
        """A copy equals what it was made of, whatever the value is."""
        assert duplicate(Problem("/a", "x", value)) == Problem("/a", "x", value)

    def test_a_deep_copy_is_deep(self) -> None:
        """What is done to a copy's value is not done to the original's."""
        found = Problem("/a", "x", ["b"])
        copy.deepcopy(found).value.append("c")
        assert found.value == ["b"]


class TestLanguages:
    """Findings in English and in Chinese."""

    FOUND = Problem("/blocks/1/button_group/buttons/0/text", rules.TOO_LONG, length=501, most=500)

    def test_english(self) -> None:
        """In English, what is wrong stands by itself; the place is the pointer."""
        assert self.FOUND.text("en") == self.FOUND.message == "is 501 characters long; at most 500 are allowed"

    def test_chinese(self) -> None:
        """In Chinese, the place comes first, as a person would name it."""
        assert self.FOUND.text("zh") == "第 2 块 · 第 1 个按钮 · 文字：有 501 个字，最多 500 个"
        assert Problem("", rules.TOO_DEEP).text("zh") == "嵌套太深"

    @pytest.mark.parametrize("lang", ["zh", "zh-CN", "zh_CN", "ZH-hans"])
    def test_kinds_of_chinese(self, lang: str) -> None:
        """Chinese is asked for in the ways in which systems call it."""
        assert self.FOUND.text(lang) == self.FOUND.text("zh")

    @pytest.mark.parametrize("lang", ["", "fr", "english", "z"])
    def test_another_language(self, lang: str) -> None:
        """There are two languages."""
        for found in (self.FOUND, FIELD):
            with pytest.raises(ValueError, match=r"is not one of en, zh"):
                found.text(lang)

    @pytest.mark.parametrize(
        ("pointer", "place"),
        [
            ("/custom_data", "自定义数据 custom_data"),
            ("/blocks", "消息块"),
            ("/blocks/0", "第 1 块"),
            ("/blocks/0/type", "第 1 块 · 类型 type"),
            ("/blocks/0/text/text", "第 1 块 · 文字"),
            ("/blocks/9/image/media_id", "第 10 块 · 图片 media_id"),
            ("/blocks/2/link/action/jump_url", "第 3 块 · 点击动作 · 网址"),
            ("/blocks/2/link/invalid_info/expired_time", "第 3 块 · 失效设置 · 失效时间"),
            ("/blocks/3/faq_list/faqs/0/faq_title", "第 4 块 · 第 1 个问题 · 问题"),
            ("/blocks/3/faq_list/faqs/1/action/message_info/content", "第 4 块 · 第 2 个问题 · 点击动作 · 发送内容"),
            ("/blocks/4/button/action/mini_program_jump_info/appid", "第 5 块 · 点击动作 · 小程序 appid"),
            ("/blocks/5/button_group", "第 6 块 · 按钮组"),
            ("/blocks/5/button_group/buttons/1/text", "第 6 块 · 第 2 个按钮 · 文字"),
            ("/message/blocks/0/text/text", "第 1 块 · 文字"),
            ("/response_images/3", "第 4 张图片"),
            ("/mini_program_jump_info/text", "文字"),
            ("/blocks/0/text/a~1b~0c", "第 1 块 · a/b~c"),
            ("/x/5/y", "x · 5 · y"),
            ("/blocks/第", "消息块 · 第"),
        ],
    )
    def test_places(self, pointer: str, place: str) -> None:
        """Blocks, buttons, questions and pictures are counted from 1; payloads, which say nothing, are passed over."""
        assert Problem(pointer, rules.EMPTY).text("zh") == f"{place}：不能是空的，也不能只有空格"

    @pytest.mark.parametrize(
        ("value", "lang"), [("zh", "zh"), ("zh_CN.UTF-8", "zh"), ("ZH", "zh"), ("en", "en"), ("", "en"), ("fr", "en")]
    )
    def test_environment(self, monkeypatch: pytest.MonkeyPatch, value: str, lang: str) -> None:
        """What errors are said in is what the environment asks for; `message` is English as ever."""
        monkeypatch.setenv("MSGKIT_LANG", value)
        english = "/blocks/1/button_group/buttons/0/text: is 501 characters long; at most 500 are allowed"
        assert str(self.FOUND) == (self.FOUND.text("zh") if lang == "zh" else english)
        assert self.FOUND.message == "is 501 characters long; at most 500 are allowed"
        assert str(FIELD) == "/message/blocks/0/text/text: must not hold emoji"

    def test_not_set(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without a word from the environment, it is English."""
        monkeypatch.delenv("MSGKIT_LANG", raising=False)
        assert str(Problem("", rules.EMPTY)) == "must not be empty"

    def test_an_error_in_chinese(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A whole error is said in one language."""
        monkeypatch.setenv("MSGKIT_LANG", "zh")
        document = {"blocks": [{"type": "TEXT", "text": {"text": "a"}}, {"type": "TEXT", "text": {"colour": 1}}]}
        assert str(refused(Message.from_dict, document)) == (
            "Message：2 处要改\n"
            "  第 2 块 · colour：不能写在 TEXT 里，是不是想写 color？\n"
            "  第 2 块 · 文字：没有写，这里必须有"
        )
        assert str(refused(Message().text, "")) == "Text · 文字：不能是空的，也不能只有空格"
        many = ValidationError([Problem(f"/blocks/{index}", rules.EMPTY) for index in range(21)])
        assert str(many).splitlines()[0] == "21 处要改"
        assert str(many).splitlines()[-1] == "  另有 1 处"

    def test_a_problem_in_a_problem(self) -> None:
        """What one problem says of another is said in its language, without its place."""
        found = Problem(
            "/blocks/1/link", rules.UNFIT, field="text", why=Problem("/text", rules.TOO_LONG, length=11, most=10)
        )
        assert found.text("en") == "does not fit into a plain reply: text is 11 characters long; at most 10 are allowed"
        assert found.text("zh") == "第 2 块 · 链接：放不进普通回复：文字有 11 个字，最多 10 个"
        assert len({found, Problem("/blocks/1/link", rules.UNFIT, field="text", why=FIELD)}) == 2

    def test_values_steer_nothing(self) -> None:
        """What fills a text is said as it is: no braces and no brackets of its own do anything."""
        found = Problem("/a", rules.UNKNOWN_KEY, owner="{0} [x] {near}", near="")
        assert found.message == "does not belong to {0} [x] {near}"
        assert Problem("/a", rules.UNKNOWN_KEY, owner="A", near="b\n\x1b").message.isprintable()


class TestFamily:
    """How the exceptions hang together."""

    def test_all_are_of_one_family(self) -> None:
        """Every exception of the module is a MsgkitError and is handed on by the package."""
        classes = [cls for _, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, Exception)]
        assert len(classes) == 18
        for cls in classes:
            assert issubclass(cls, MsgkitError)
            assert getattr(msgkit, cls.__name__) is cls
            assert cls.__doc__

    @pytest.mark.parametrize("cls", API_ERRORS)
    def test_api_errors(self, cls: type[ApiError]) -> None:
        """Whatever the platform answers is an ApiError and a SendError."""
        assert issubclass(cls, ApiError)
        assert issubclass(cls, SendError)

    def test_retryable(self) -> None:
        """Each class says whether the same call may succeed later, but for the one that its status speaks for."""
        classes = [TransportError, ResponseVerificationError, *API_ERRORS]
        assert {cls for cls in classes if cls("m").retryable} == {
            TransportError, ResponseVerificationError, RateLimitError, PlatformError, ServiceUnavailableError
        }  # fmt: skip
        assert {status for status in range(100, 600) if ApiError("m", status=status).retryable} == {
            429, *range(500, 600)
        }  # fmt: skip

    @pytest.mark.parametrize("status", [0, 400, 429, 503])
    @pytest.mark.parametrize("declared", [True, False])
    def test_retryable_is_declared(self, status: int, *, declared: bool) -> None:
        """What a class declares counts, whatever its status and whether or not it stands for any code or status."""

        class _MineError(ApiError):
            retryable = declared

        class _InheritingError(_MineError):
            pass

        class _ConflictError(_MineError):
            codes = ("STATE_CONFLICT",)
            statuses = (409,)

        for cls in (_MineError, _InheritingError, _ConflictError):
            assert cls("m", status=status).retryable is declared

    @pytest.mark.parametrize("cls", [ValidationError, ConfigurationError, TemplateError])
    def test_value_errors(self, cls: type[MsgkitError]) -> None:
        """What the caller gave wrongly is a ValueError, as Python has it."""
        assert issubclass(cls, ValueError)

    @pytest.mark.parametrize("cls", [TransportError, ResponseVerificationError])
    def test_no_api_errors(self, cls: type[MsgkitError]) -> None:
        """Where the platform did not answer, nothing claims that it did."""
        assert issubclass(cls, SendError)
        assert not issubclass(cls, ApiError)

    def test_not_verified(self) -> None:
        """What cannot be trusted is of one kind, be it an answer or a notification; only an answer was asked for."""
        for cls in (ResponseVerificationError, NotificationVerificationError):
            assert issubclass(cls, VerificationError)
        assert not issubclass(NotificationVerificationError, SendError)
        assert [base.__name__ for base in ResponseVerificationError.__mro__[1:4]] == [
            "SendError",
            "VerificationError",
            "MsgkitError",
        ]


class TestNotificationAnswer:
    """What a notification that is refused is answered with."""

    def test_statuses(self) -> None:
        """Every check has its answer: too large, not proven, or not readable."""
        statuses = {check: NotificationVerificationError("m", check).answer[0] for check in CHECKS}
        proven = dict.fromkeys(("headers", "timestamp", "serial", "probe", "signature"), 401)
        read = dict.fromkeys(("json", "shape", "decryption", "content"), 400)
        assert statuses == {"size": 413, **proven, **read}
        assert list(statuses) == list(CHECKS)

    @pytest.mark.parametrize("check", CHECKS)
    def test_body(self, check: NotificationCheck) -> None:
        """The body is JSON in ASCII that names the check, and nothing of what the error says."""
        error = NotificationVerificationError(SECRET, check, "5157F09E")
        body = json.loads(error.answer[1].decode("ascii"))
        assert set(body) == {"code", "message"}
        assert body["code"] == "FAIL"
        assert body["message"].startswith(f"{check}: ")
        assert body["message"].isprintable()
        assert len(body["message"]) <= 256
        assert "5157F09E" not in body["message"]


class TestCopies:
    """Exceptions cross processes, as they do in pytest-xdist, Celery and concurrent.futures."""

    @pytest.mark.parametrize("error", ONE_OF_EACH, ids=lambda error: type(error).__name__)
    def test_pickle(self, error: MsgkitError) -> None:
        """An exception comes back from a pickle with all its fields and the same text."""
        for protocol in PROTOCOLS:
            back = pickled(error, protocol)
            assert type(back) is type(error)
            assert state(back) == state(error)

    @pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
    @pytest.mark.parametrize("error", ONE_OF_EACH, ids=lambda error: type(error).__name__)
    def test_copy(self, error: MsgkitError, duplicate: Any) -> None:
        """A copy says what the original says."""
        assert state(duplicate(error)) == state(error)


class TestHostileValues:
    """An error whose value is a caller's own object serves as well as any other."""

    @pytest.mark.parametrize("value", [["a"], *HOSTILE], ids=lambda value: type(value).__name__)
    def test_made_by_a_rule(self, value: Any) -> None:
        """An error for a value of a wrong type is counted, copied and pickled."""
        error = refused(Message().text, value)
        assert error.problems[0].value is value
        assert len({error, error}) == len(set(error.problems)) == 1
        for same in (pickled(error, protocol) for protocol in PROTOCOLS):
            assert (type(same), str(same)) == (ValidationError, str(error))
        assert str(copy.deepcopy(error)) == str(copy.copy(error)) == str(error)

    def test_of_an_answer(self) -> None:
        """So is the platform's, whose field may hold any JSON."""
        error = ApiError("x", status=400, problem=Problem("/a", "x", [{}]), idempotent_id="i")
        assert hash(error.problem) == hash(Problem("/a", "x", [{}]))
        assert state(pickled(error, 2)) == state(error)


class TestStr:
    """What a reader sees."""

    @pytest.mark.parametrize("key", ["a\nFAKE", "a\x00", "a\x1b[2J", "a\u2028", "a\ud800"])
    def test_keys_from_elsewhere(self, key: str) -> None:
        """A key of hostile JSON forges no line, steers no terminal, and can be written to any file in UTF-8."""
        error = refused(Message.from_dict, {"blocks": [{"type": "TEXT", "text": {"text": "a"}, key: 1}]})
        assert str(error).startswith("Message: /blocks/0/a")
        assert str(error).endswith(": does not belong to TEXT")
        assert str(error).isprintable()
        assert error.problems[0].pointer == f"/blocks/0/{key}"
        assert str(error).encode()

    def test_a_subject_from_elsewhere(self) -> None:
        """Nor does the name of what was read."""
        assert str(ValidationError([Problem("", "x")], "a\nb\ud800")).isprintable()

    def test_long_keys(self) -> None:
        """A key of a megabyte does not make an error of a megabyte; both its ends are told."""
        error = refused(
            Message.from_dict, {"blocks": [{"type": "TEXT", "text": {"text": "a"}, "k" * 10**6 + "end": 1}]}
        )
        assert len(str(error)) < 500
        assert str(error).startswith("Message: /blocks/0/kkk")
        assert "kkend: does not belong to TEXT" in str(error)

    @pytest.mark.parametrize(("number", "lines", "last"), [(20, 21, "/19: x"), (21, 22, "and 1 more")])
    def test_how_many_are_shown(self, number: int, lines: int, last: str) -> None:
        """Up to twenty problems are all told; of more, the first twenty and the number of the others."""
        text = str(ValidationError([Problem(f"/{index}", "x") for index in range(number)], "Message"))
        assert text.startswith(f"Message: {number} problems\n  /0: x\n")
        assert len(text.splitlines()) == lines
        assert text.splitlines()[-1] == f"  {last}"

    @pytest.mark.slow
    def test_a_hundred_thousand_problems(self) -> None:
        """Neither the text nor the repr grows with what was sent; the problems are all there."""
        error = refused(Message.from_dict, {"blocks": [{"type": "X"}] * 100_000})
        assert len(error.problems) == 100_000
        assert max(len(str(error)), len(repr(error))) < 5_000
        assert "and 99980 more" in str(error)

    def test_one_problem(self) -> None:
        """One problem stands on one line, after what was being made."""
        error = ValidationError([Problem("/text", "must be a string, not a number", 5)], "Text")
        assert str(error) == "Text: /text: must be a string, not a number"

    def test_many_problems(self) -> None:
        """Several problems stand below each other."""
        error = ValidationError([Problem("/a", "x"), Problem("/b", "y")], "Message")
        assert str(error) == "Message: 2 problems\n  /a: x\n  /b: y"

    def test_without_subject(self) -> None:
        """Nothing stands before a problem where nobody said what was being made."""
        assert str(ValidationError([Problem("/a", "x")])) == "/a: x"

    def test_problems_are_a_tuple(self) -> None:
        """Problems may come from any iterable and are kept as a tuple."""
        assert ValidationError(iter([FIELD])).problems == (FIELD,)

    def test_api_error(self) -> None:
        """An answer reads as status, code, explanation, field, hint, and the ids that support asks for."""
        assert str(api_error(ParamError)) == (
            "400 PARAM_ERROR 参数错误; /message/blocks/0/text/text: must not hold emoji; look at line 2"
            " (Request-ID 08F78BB8, idempotent_id order-42)"
        )

    def test_api_error_fields(self) -> None:
        """Each part of an answer can be read by itself."""
        error = api_error(ParamError)
        assert (error.status, error.code, error.message, error.problem) == (400, "PARAM_ERROR", "参数错误", FIELD)
        assert (error.idempotent_id, error.request_id) == ("order-42", "08F78BB8")

    def test_send_error(self) -> None:
        """Ids that are not known are not mentioned."""
        assert str(TransportError("no answer")) == "no answer"
        assert str(TransportError("no answer", idempotent_id="i")) == "no answer (idempotent_id i)"

    @pytest.mark.parametrize("error", ONE_OF_EACH, ids=lambda error: type(error).__name__)
    def test_silent(self, error: MsgkitError) -> None:
        """No exception shows the value of a problem."""
        assert SECRET not in shown(error)
