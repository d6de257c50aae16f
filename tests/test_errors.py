"""The exceptions: one family, readable, picklable, and silent about what customers wrote."""

import copy
import inspect
from typing import Any

import pytest

import msgkit
from msgkit import (
    ApiError,
    ConfigurationError,
    InvalidRequestError,
    MsgkitError,
    NoAuthError,
    NotFoundError,
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
    errors,
)

from .helpers import PROTOCOLS, SECRET, pickled, shown

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
FIELD = Problem("/message/blocks/0/text/text", "must not hold emoji", SECRET)


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
    *map(api_error, API_ERRORS),
    ApiError("oops"),
]


def state(error: MsgkitError) -> dict[str, Any]:
    """Return what a handler can read from an exception."""
    names = ("problems", "subject", "status", "code", "message", "problem", "idempotent_id", "request_id")
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

    def test_pickle(self) -> None:
        """A problem comes back from a pickle with its value."""
        assert all(pickled(FIELD, protocol) == FIELD for protocol in PROTOCOLS)


class TestFamily:
    """How the exceptions hang together."""

    def test_all_are_of_one_family(self) -> None:
        """Every exception of the module is a MsgkitError and is handed on by the package."""
        classes = [cls for _, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, Exception)]
        assert len(classes) == 16
        for cls in classes:
            assert issubclass(cls, MsgkitError)
            assert getattr(msgkit, cls.__name__) is cls
            assert cls.__doc__

    @pytest.mark.parametrize("cls", API_ERRORS)
    def test_api_errors(self, cls: type[ApiError]) -> None:
        """Whatever the platform answers is an ApiError and a SendError."""
        assert issubclass(cls, ApiError)
        assert issubclass(cls, SendError)

    @pytest.mark.parametrize("cls", [ValidationError, ConfigurationError, TemplateError])
    def test_value_errors(self, cls: type[MsgkitError]) -> None:
        """What the caller gave wrongly is a ValueError, as Python has it."""
        assert issubclass(cls, ValueError)

    @pytest.mark.parametrize("cls", [TransportError, ResponseVerificationError])
    def test_no_api_errors(self, cls: type[MsgkitError]) -> None:
        """Where the platform did not answer, nothing claims that it did."""
        assert issubclass(cls, SendError)
        assert not issubclass(cls, ApiError)


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


class TestStr:
    """What a reader sees."""

    def test_one_problem(self) -> None:
        """One problem stands on one line, after what was being made."""
        error = ValidationError([Problem("/text", "must be a string, not int", 5)], "Text")
        assert str(error) == "Text: /text: must be a string, not int"

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
