"""What may be given for a variable of each type, and what a customer reads of it."""

import decimal
import enum
import pickle
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any
from unittest.mock import Mock

import pytest
from hypothesis import given, settings, strategies as st

from msgkit import Message, TemplateError, ValidationError
from msgkit.templates import Template, Variable
from msgkit.templates._variables import VariableType
from tests.helpers import EMOJI, SECRET

BEIJING = timezone(timedelta(hours=8))
NAIVE = datetime(2026, 1, 1)  # noqa: DTZ001 - what is refused


class Text(str):
    """A text that says something else of itself."""

    __slots__ = ()

    def __str__(self) -> str:
        return "另一个"

    def strip(self, _chars: str | None = None) -> str:
        """Return another text than it is."""
        return "另一个"


class Size(enum.IntEnum):
    """Whole numbers with names."""

    LARGE = 3


class Kind(enum.StrEnum):
    """Texts with names."""

    FULL = "full"


class Broken(tzinfo):
    """A zone of which nothing can be known."""

    def utcoffset(self, _moment: datetime | None) -> timedelta:
        """Fail with what nobody may see."""
        raise LookupError(SECRET)

    dst = tzname = utcoffset  # type: ignore[assignment]


def word(value: Any) -> str:
    """Name a value in a test's id, whatever it says of itself."""
    return type(value).__name__


def template(type_: str = "text", **said: Any) -> Template:
    """Return a template in which one variable stands, of this type."""
    if type_ == "list":
        block: dict[str, Any] = {"faq": "${x}"}
    elif type_ == "bool":
        block = {"text": "是", "when": "x"}
    else:
        block = {"text": "${x}"}
    return Template.from_dict({"variables": {"x": {"type": type_, **said}}, "blocks": [block, {"text": "。"}]})


def text(value: Any, type_: str = "text", **said: Any) -> str:
    """Return what a customer reads of a value."""
    first = template(type_, **said).render(x=value).blocks[0]
    return first.text  # type: ignore[union-attr]


def refused(value: Any, type_: str = "text", **said: Any) -> str:
    """Return the rule that a value breaks, whose error shows nothing of it."""
    with pytest.raises((TemplateError, ValidationError)) as error:
        template(type_, **said).render(x=value)
    assert isinstance(error.value, (TemplateError, ValidationError))
    shown = f"{error.value} {error.value!r} {error.value.problems!r}"
    assert SECRET not in shown
    assert "x" in str(error.value)
    (problem,) = error.value.problems
    assert pickle.loads(pickle.dumps(problem)).rule == problem.rule  # noqa: S301 - our own pickle
    return problem.rule or ""


class TestText:
    """A text stands as it is."""

    @pytest.mark.parametrize(
        ("value", "said"), [("a", "a"), (Text("a"), "a"), (Kind.FULL, "full"), ("１２", "１２")], ids=word
    )
    def test_right(self, value: str, said: str) -> None:
        """Its characters, whatever its class says of itself."""
        assert text(value) == said

    @pytest.mark.parametrize("value", [5, 1.5, True, b"a", ["a"], date(2026, 1, 1), Mock(spec=str), object()], ids=word)
    def test_wrong(self, value: Any) -> None:
        """All else is no text."""
        assert refused(value) == "no-text-for-variable"

    def test_at_most(self) -> None:
        """So many characters, and not one more."""
        assert text("数" * 5, at_most=5) == "数" * 5
        assert refused(SECRET + "数", at_most=5) == "most-length"

    def test_emoji(self) -> None:
        """What APIv3 does not take is refused, or left out, before it is counted."""
        assert refused(SECRET + EMOJI) == "four-byte-character"
        assert text("好" + EMOJI, emoji="drop", at_most=1) == "好"
        assert refused(EMOJI, emoji="drop") == "empty"
        assert refused(SECRET + "\ud800", emoji="refuse") == "four-byte-character"


class TestInt:
    """A whole number."""

    @pytest.mark.parametrize(
        ("value", "said"),
        [(0, "0"), (-5, "-5"), (Size.LARGE, "3"), ("5", "5"), (" 5 ", "5"), ("-0", "0"), (Text("5"), "5")],
        ids=word,
    )
    def test_right(self, value: Any, said: str) -> None:
        """As code has it, an enum's member too, or as text."""
        assert text(value, "int") == said

    @pytest.mark.parametrize(
        "value", ["+5", "05", "5.0", "５", "", "1e3", "1,280", "5" * 19, SECRET, "0x5", "1_0"], ids=word
    )
    def test_wrong_text(self, value: str) -> None:
        """A text that could mean something else is refused."""
        assert refused(value, "int") == "unfit-text"

    @pytest.mark.parametrize(
        "value", [True, False, 5.0, Decimal(5), 1j, [5], Mock(spec=int), Mock(spec=str), -(10**18)], ids=word
    )
    def test_wrong(self, value: Any) -> None:
        """A truth is no number; one without end is none either."""
        assert refused(value, "int") == "unfit-value"

    def test_at_most(self) -> None:
        """Not more than it says, and never one that Python cannot write."""
        assert text(5, "int", at_most=5) == "5"
        assert refused(6, "int", at_most=5) == "most-value"
        assert text(10**18 - 1, "int") == "9" * 18
        assert refused(10**18, "int") == "most-value"
        assert refused(10**5000, "int", at_most=10**4000) == "most-value"


class TestMoney:
    """An amount: fen as int, yuan as Decimal, and text where it says which."""

    @pytest.mark.parametrize(
        ("value", "said"),
        [
            *((0, "0.00"), (1, "0.01"), (12800, "128.00"), (Size.LARGE, "0.03")),
            *(
                (Decimal(128), "128.00"),
                (Decimal("0.1"), "0.10"),
                (Decimal("1E+5"), "100000.00"),
                (Decimal("-0"), "0.00"),
            ),
            *((Decimal("1.000"), "1.00"), (Decimal("999999999999999.99"), "999999999999999.99")),
        ],
        ids=word,
    )
    def test_right(self, value: Any, said: str) -> None:
        """Written with two decimals and no separator."""
        assert text(value, "money") == said

    @pytest.mark.parametrize(
        "value",
        [
            *map(Decimal, ["NaN", "sNaN", "Infinity", "-Infinity", "0.001", "-1", "1E+26", "1E-999999", "1E+999999"]),
            *(Decimal("1." + "0" * 40 + "1"), Decimal(10**15), -1, 10**18, 10**5000),
        ],
        ids=word,
    )
    def test_wrong_amount(self, value: Any) -> None:
        """Part of a fen, less than nothing and more than there is are refused."""
        assert refused(value, "money") == "money-text"

    @pytest.mark.parametrize("precision", [1, 3, 28])
    def test_any_context(self, precision: int) -> None:
        """The program's own decimal context changes no amount."""
        with decimal.localcontext() as context:
            context.prec = precision
            context.traps[decimal.Inexact] = True
            assert text(Decimal("12345.67"), "money") == "12345.67"
            assert text("12345.67", "money", unit="yuan") == "12345.67"

    @pytest.mark.parametrize(
        ("value", "rule"), [(1.5, "money-float"), (128.0, "money-float"), (True, "unfit-value")], ids=word
    )
    def test_wrong(self, value: Any, rule: str) -> None:
        """A float is refused, and a truth."""
        assert refused(value, "money") == rule

    @pytest.mark.parametrize(
        "value", [Mock(spec=str), Mock(spec=Decimal), Mock(spec=float), None.__class__, b"1"], ids=word
    )
    def test_disguised(self, value: Any) -> None:
        """What only says that it is an amount is none."""
        assert refused(value, "money") == "unfit-value"

    def test_text(self) -> None:
        """A text is refused where nothing says what it counts, and read where something does."""
        assert refused("12800", "money") == "money-unit"
        assert text(" 12800 ", "money", unit="fen") == "128.00"
        assert text("128", "money", unit="yuan") == "128.00"
        assert text("128.5", "money", unit="yuan") == "128.50"
        assert text(12800, "money", unit="yuan") == "128.00"

    @pytest.mark.parametrize(
        "value", ["128.", ".5", "1,280.00", "+5", "-5", "2.002E+26", "１２８", "", "¥5", "1.234", SECRET], ids=word
    )
    @pytest.mark.parametrize("unit", ["fen", "yuan"])
    def test_wrong_text(self, value: str, unit: str) -> None:
        """Nothing is guessed."""
        assert refused(value, "money", unit=unit) == "money-text"

    def test_at_most(self) -> None:
        """The limit is in fen, whatever it is given in."""
        assert text(100, "money", at_most=100) == "1.00"
        assert refused(101, "money", at_most=100) == "most-value"
        assert refused(Decimal("1.01"), "money", at_most=100) == "most-value"


class TestDate:
    """A day, and a moment."""

    @pytest.mark.parametrize("value", [date(2026, 11, 28), "2026-11-28", " 2026-11-28 ", Text("2026-11-28")], ids=word)
    def test_date(self, value: Any) -> None:
        """A day is written without its year, or with it."""
        assert text(value, "date") == "11月28日"
        assert text(value, "date", format="long") == "2026年11月28日"
        assert text(date.min, "date", format="long") == "1年1月1日"

    @pytest.mark.parametrize(
        "value", ["2026-02-30", "2026/11/28", "20261128", "２０２６-11-28", "0000-01-01", "", SECRET], ids=word
    )
    def test_no_date(self, value: str) -> None:
        """What is no day is none."""
        assert refused(value, "date") == "unfit-text"

    @pytest.mark.parametrize(
        "value",
        [NAIVE, datetime(2026, 1, 1, tzinfo=UTC), 20261128, True, Mock(spec=date), Mock(spec=str)],
        ids=word,
    )
    def test_datetime_is_no_date(self, value: Any) -> None:
        """A moment is no day: which one depends on the zone."""
        assert refused(value, "date") == "unfit-value"

    @pytest.mark.parametrize(
        "value",
        [
            *(datetime(2026, 11, 28, 10, 5, 59, 999, UTC), "2026-11-28T10:05:00Z", "2026-11-28 18:05+08:00"),
            *("2026-11-28t10:05:00z", " 2026-11-28T18:05:07+08:00 "),
        ],
        ids=word,
    )
    def test_moment(self, value: Any) -> None:
        """A moment is written in Beijing's time."""
        assert text(value, "datetime") == "11月28日 18:05"
        assert text(value, "datetime", format="long") == "2026年11月28日 18:05"

    @pytest.mark.parametrize(
        "value",
        [
            *(NAIVE, datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))),
            *(datetime.max.replace(tzinfo=timezone(timedelta(hours=-8))), datetime(2026, 1, 1, tzinfo=Broken())),
            *(date(2026, 1, 1), 0, Mock(spec=datetime), Mock(spec=str)),
        ],
        ids=word,
    )
    def test_no_moment(self, value: Any) -> None:
        """Without a zone, beyond the years there are, or of another type: none."""
        assert refused(value, "datetime") == "unfit-value"

    @pytest.mark.parametrize(
        "value", ["2026-11-28T18:05", "2026-11-28", "2026-11-28T25:00Z", "2026-11-28T18:05+24:00"], ids=word
    )
    def test_no_moment_in_a_text(self, value: str) -> None:
        """A text needs its zone too."""
        assert refused(value, "datetime") == "unfit-text"

    def test_edges(self) -> None:
        """The first and the last moment are written."""
        assert text(datetime(1, 1, 1, 8, tzinfo=BEIJING), "datetime", format="long") == "1年1月1日 08:00"
        assert text(datetime.max.replace(tzinfo=BEIJING), "datetime", format="long") == "9999年12月31日 23:59"


class TestUrl:
    """A URL and a picture's id are texts with a rule."""

    @pytest.mark.parametrize(
        ("value", "rule"),
        [("http://a", "not-https"), ("https://a b", "blank-in-url"), ("", "not-https"), (5, "no-text-for-variable")],
        ids=word,
    )
    def test_url(self, value: Any, rule: str) -> None:
        """A URL is https and has no blank."""
        assert text("https://shop.example/", "url") == "https://shop.example/"
        assert refused(value, "url") == rule

    @pytest.mark.parametrize(("value", "rule"), [("", "empty"), (" ", "empty"), (5, "no-text-for-variable")], ids=word)
    def test_media(self, value: Any, rule: str) -> None:
        """A picture's id is not empty."""
        made = Template.from_dict({"variables": {"x": {"type": "media"}}, "blocks": [{"image": "${x}"}]})
        assert made.render(x="m1") == Message().image("m1")
        assert refused(value, "media") == rule


class TestList:
    """A list of texts."""

    @pytest.mark.parametrize("value", [["a", Text("b")], ("a", "b")], ids=word)
    def test_right(self, value: Any) -> None:
        """As list or tuple."""
        assert template("list").render(x=value) == Message().faq("a", "b").text("。")

    @pytest.mark.parametrize("value", ["ab", SECRET], ids=word)
    def test_a_text(self, value: str) -> None:
        """A text is no list of its characters."""
        assert refused(value, "list") == "unfit-text"

    @pytest.mark.parametrize(
        "value", [["a", 5], ["a", None], [["a"]], {"a"}, {"a": 1}, iter("a"), Mock(spec=list), 5], ids=word
    )
    def test_wrong(self, value: Any) -> None:
        """Of texts only, and no generator, which could be read once."""
        assert refused(value, "list") == "unfit-value"

    def test_at_most(self) -> None:
        """So many entries."""
        template("list", at_most=2).render(x=["a", "b"])
        assert refused([SECRET] * 3, "list", at_most=2) == "most-length"

    def test_emoji(self) -> None:
        """What is left out in texts is left out in each."""
        assert template("list", emoji="drop").render(x=["a" + EMOJI]) == Message().faq("a").text("。")
        with pytest.raises(ValidationError) as error:
            template("list").render(x=["a", SECRET + EMOJI])
        assert {problem.pointer.rpartition("/faqs/")[2][0] for problem in error.value.problems} == {"1"}
        assert SECRET not in str(error.value)


class TestBool:
    """A truth."""

    @pytest.mark.parametrize(
        ("value", "is_true"), [(True, True), ("TRUE ", True), ("是", True), ("false", False), ("否", False)], ids=word
    )
    def test_right(self, value: Any, is_true: bool) -> None:
        """As code has it, or in words."""
        assert len(template("bool").render(x=value)) == 1 + is_true

    @pytest.mark.parametrize("value", [0, 1, 1.0, [], object(), Mock(spec=str)], ids=word)
    def test_wrong(self, value: Any) -> None:
        """A number is no truth."""
        assert refused(value, "bool") == "unfit-value"

    @pytest.mark.parametrize("value", ["", "yes", "1", SECRET], ids=word)
    def test_wrong_text(self, value: str) -> None:
        """Nor is any other text."""
        assert refused(value, "bool") == "unfit-text"


def endless() -> Iterator[str]:
    """Yield texts for ever."""
    yield from iter(str, None)


ANYTHING = st.one_of(
    *(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.complex_numbers(),
        st.text(),
        st.binary(),
        st.decimals(),
    ),
    *(st.dates(), st.datetimes(), st.datetimes(timezones=st.timezones()), st.timedeltas(), st.fractions(), st.uuids()),
    st.sampled_from([object, object(), endless(), Mock(), *(Mock(spec=each) for each in (str, int, list, datetime))]),
    st.recursive(st.text(), lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)), max_leaves=4),
)


@pytest.mark.parametrize("type_", list(VariableType))
@given(value=ANYTHING)
@settings(max_examples=200)
def test_any_object(type_: str, value: Any) -> None:
    """Whatever is given renders, or is refused as what it is."""
    for said in ({}, {"unit": "yuan"} if type_ == "money" else {}):
        try:
            message = template(type_, required=True, **said).render(x=value)
        except (TemplateError, ValidationError) as error:
            assert str(error)  # noqa: PT017 - it may be refused or not
        else:
            assert Message.from_dict(message.to_dict()) == message


@pytest.mark.parametrize("type_", list(VariableType))
@given(value=ANYTHING)
@settings(max_examples=100)
def test_any_default(type_: str, value: Any) -> None:
    """What may be a default or an example in code comes back from the short form the same."""
    block = Message().text("a") if type_ in {"list", "bool"} else Message().text("a${x}")
    try:
        made = Template(block, declared={"x": Variable(type=type_, default=value, example=value)})
    except ValidationError as error:
        assert str(error)  # noqa: PT017 - it may be refused or not
        return
    again = Template.from_dict(made.to_short())
    assert again == made
    assert again.fingerprint == made.fingerprint
    assert again.examples == made.examples
