"""`ActionData`: what a class may be, what its ids look like, and that nothing else is read as one."""

from __future__ import annotations

import copy
import gc
import weakref
from collections.abc import Callable
from datetime import date, datetime
from enum import Enum, IntEnum, IntFlag, StrEnum
from typing import Annotated, Any, ClassVar, Literal, assert_type

import attrs
import pytest
from hypothesis import example, given, strategies as st

from msgkit import ActionData, JumpMiniProgram, JumpUrl, Message, SendMessage, Template, ValidationError
from msgkit._action_data import LONGEST

from .helpers import EMOJI, PROTOCOLS, SECRET, pickled, problem, shown

KEY = b"the merchant's own key"
SIGNATURE = 43
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_:%~. "


class Speed(StrEnum):
    """An Enum of texts, one with the marks that are escaped."""

    SLOW = "slow: 1%"
    FAST = "fast"


class Level(IntEnum):
    """An Enum of numbers."""

    LOW = -1
    HIGH = 2


class Mixed(Enum):
    """An Enum of both."""

    WORD = "加急"
    NUMBER = 7


class Refund(ActionData, prefix="refund"):
    """The example of the docs."""

    order_no: str
    kind: Literal["full", "part"] = "full"


class Everything(ActionData, prefix="every.thing_~-1"):
    """A field of each type."""

    text: str
    number: int
    flag: bool
    day: date
    speed: Speed
    level: Level
    mixed: Mixed = Mixed.WORD
    choice: Literal["a:b", 2, True] = 2
    note: Annotated[str, "resolved as str"] = ""


class Signed(ActionData, prefix="signed", key=KEY):
    """A class whose ids are signed."""

    order_no: str
    amount: int = 0


class Empty(ActionData, prefix="agent"):
    """A class without fields."""


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": st.text(st.characters(exclude_categories=["Cs"]), max_size=30).filter(lambda text: "${" not in text),
    "number": st.integers() | st.sampled_from([10**639, -(10**639)]),
    "flag": st.booleans(),
    "day": st.dates(),
    "speed": st.sampled_from(Speed),
    "level": st.sampled_from(Level),
    "mixed": st.sampled_from(Mixed),
    "choice": st.sampled_from(["a:b", 2, True]),
    "note": st.text(st.characters(codec="utf-8"), max_size=30).filter(lambda text: "${" not in text),
}
EVERYTHING = st.builds(Everything, **VALUES)
FULL = Everything("订单", 42, True, date(2026, 1, 2), Speed.SLOW, Level.HIGH)  # noqa: FBT003 - as it is called


def changed(**values: Any) -> Everything:
    """Return an instance with a field of each type, some of which are given."""
    return Everything(**(attrs.asdict(FULL) | values))


def defined(annotation: Any, **arguments: Any) -> type[ActionData]:
    """Define a class with one field of a type."""
    body: dict[str, Any] = {"__annotations__": {"order": annotation}}
    made: type[ActionData] = type("Broken", (ActionData,), body, **({"prefix": "broken"} | arguments))
    return made


class TestPacking:
    """The text of an id."""

    def test_example(self) -> None:
        """The prefix and all values, defaults too, stand with colons between them; ``str`` gives the same."""
        assert Refund("42").pack() == str(Refund("42")) == f"{Refund('42')}" == "refund:42:full"
        assert Refund("4:2", "part").pack() == "refund:4%3A2:part"
        assert Refund("").pack() == "refund::full"
        assert Empty().pack() == "agent"

    def test_every_type(self) -> None:
        """Each type is written as the docs say, and what is written is plain ASCII."""
        escaped = "%E8%AE%A2%E5%8D%95:42:1:2026-01-02:slow%3A%201%25:2:%E5%8A%A0%E6%80%A5:2:"
        assert FULL.pack() == f"every.thing_~-1:{escaped}"

    @given(EVERYTHING)
    @example(changed(text=f"a%3A:{EMOJI}\x00 /?+"))
    def test_round_trip(self, data: Everything) -> None:
        """What was packed is read as what it was, with values of the same types."""
        found = Everything.unpack(data.pack())
        assert found == data
        assert found is not None
        assert [*map(type, attrs.astuple(found))] == [*map(type, attrs.astuple(data))]
        assert data.pack().isascii()

    @given(st.text(st.characters(codec="utf-8"), max_size=20).filter(lambda text: "${" not in text), st.integers())
    def test_signed_round_trip(self, order_no: str, amount: int) -> None:
        """A signed id is that of an unsigned class with a signature behind it, and is read likewise."""
        data = Signed(order_no, amount)
        assert Signed.unpack(data.pack()) == data
        text, _, signature = data.pack().rpartition(":")
        assert len(signature) == SIGNATURE
        assert text == f"signed:{Refund(order_no).pack().split(':')[1]}:{amount}"

    def test_signature(self) -> None:
        """The signature is HMAC-SHA256 of all that stands before it, in base64url without padding."""
        # printf signed:42:0 | openssl dgst -sha256 -hmac "the merchant's own key" -binary | basenc --base64url
        assert Signed("42").pack() == "signed:42:0:Vjnr5EmCB9dGMaN-PzE-oPI5U-Zfp8TSt69-dKn2b-Q"

    def test_longest(self) -> None:
        """An id has at most 4,096 characters as it is packed; the error names the class, the length and the limit."""
        fits = Refund("a" * (LONGEST - len("refund::full")))
        assert len(fits.pack()) == LONGEST
        assert Refund.unpack(fits.pack()) == fits
        long = Refund(fits.order_no + "a")
        found = problem(long.pack)
        assert (found.pointer, found.rule) == ("", "action-data-too-long")
        assert found.message == "this Refund packs into 4097 characters; an action_id has at most 4096"
        assert found.text("zh") == "这个 Refund 打包后有 4097 个字符，action_id 最多 4096 个"
        assert Refund.unpack(f"refund:{long.order_no}:full") is None

    def test_escapes_count(self) -> None:
        """What is counted is what is sent: nine characters for a Chinese one, and the signature."""
        assert "packs into 4512 characters" in problem(Refund("订" * 500).pack).message
        assert problem(Signed("a" * (LONGEST - 20)).pack).rule == "action-data-too-long"

    @pytest.mark.parametrize("order_no", ["${order_no}", "a${订单号}", "$$${x}"])
    def test_placeholder(self, order_no: str) -> None:
        """A template's placeholder is refused, since it would be escaped and never filled."""
        found = problem(Refund(order_no).pack)
        assert (found.pointer, found.rule) == ("/order_no", "placeholder-in-action-data")
        assert "refund:${order_no}" in found.message
        assert "refund:${order_no}" in found.text("zh")

    @pytest.mark.parametrize("order_no", ["$", "$$", "$5", "US$price", "$${order_no}", "${", "${1}", "{a}"])
    def test_dollar(self, order_no: str) -> None:
        """A dollar that means itself is packed."""
        assert Refund.unpack(Refund(order_no).pack()) == Refund(order_no)

    def test_cure_of_placeholder(self) -> None:
        """The cure is true: a template fills an id that is written as a text, and the class reads it."""
        message = Message().button("退款", SendMessage("退款", action_id="refund:${order_no}"))
        filled = Template(message).render(order_no="A-4_2.~").to_dict()
        action_id = filled["blocks"][0]["button"]["action"]["action_id"]
        assert Refund.unpack(action_id) == Refund("A-4_2.~")


class TestUnpacking:
    """Nothing but what was packed is read."""

    def test_missing(self) -> None:
        """Missing last fields have their defaults, one that has none cannot be missing."""
        assert Refund.unpack("refund:42") == Refund("42", "full")
        assert Refund.unpack("refund:") == Refund("")
        assert Refund.unpack("refund") is None
        assert Empty.unpack("agent") == Empty()

    @pytest.mark.parametrize(
        "text",
        [
            *(
                "",
                "refund",
                ":42",
                "Refund:42",
                "refunds:42",
                "refund :42",
                " refund:42",
                "refund:42:full:",
                "x:42:full",
            ),
            *("refund:42:none", "refund:42:", "refund:42:Full", "refund:42:full:x", "refund:42:full\n", "refund:42 "),
            *("refund:4%3a2", "refund:%34%32", "refund:%", "refund:%4", "refund:%zz", "refund:%FF", "refund:%ED%A0%80"),
            *("refund:订单", "refund:\ud800", f"refund:{EMOJI}", "refund:4+2/", "refund:\x00", "refund:%F0%9F%98"),
        ],
    )
    def test_nothing_else(self, text: str) -> None:
        """Another prefix, too many parts, values that do not fit, bad escapes and needless ones: none is read."""
        assert Refund.unpack(text) is None

    @pytest.mark.parametrize(
        ("field", "written"),
        [
            *(("number", each) for each in ("", "+1", "01", "-0", "1_0", " 1", "1.0", "0x1", "9" * 641, "9" * 4000)),
            *(("flag", each) for each in ("", "2", "true", "True", "01")),
            *(("day", each) for each in ("", "20260102", "2026-W01-1", "2026-1-2", "2026-02-30", "2026-01-02T00")),
            *(("speed", each) for each in ("", "SLOW", "slow", "slow: 1%", "fast%20")),
            *(("level", each) for each in ("", "0", "02", "LOW", "1")),
            *(("choice", each) for each in ("", "3", "a", "True")),
        ],
    )
    def test_one_way_to_write(self, field: str, written: str) -> None:
        """A value that packing would write otherwise, or not at all, is not read."""
        parts = FULL.pack().split(":")
        parts[1 + [each.name for each in attrs.fields(Everything)].index(field)] = written
        assert Everything.unpack(":".join(parts)) is None

    @given(st.text() | st.text(ALPHABET).map("refund:".__add__) | st.text(ALPHABET).map("signed:".__add__))
    def test_never_raises(self, text: str) -> None:
        """Whatever comes back is read as what packs into it, up to its defaults, or as nothing."""
        for cls in (Refund, Everything, Signed, Empty):
            found = cls.unpack(text)
            assert found is None or f"{found}:".startswith(f"{text}:")

    @given(st.lists(st.sampled_from([*FULL.pack().split(":"), "0", "1", "-1", "fast", "a%3Ab", "7", "x"]), max_size=10))
    def test_canonical(self, parts: list[str]) -> None:
        """Any text that is read packs into itself, or into itself with defaults behind it."""
        text = ":".join(["every.thing_~-1", *parts])
        found = Everything.unpack(text)
        assert found is None or f"{found}:".startswith(f"{text}:")

    @given(st.data())
    def test_tampered(self, data: st.DataObject) -> None:
        """A signed id of which any character is another, is gone or came anew is not read."""
        text = Signed("42", 7).pack()
        place = data.draw(st.integers(0, len(text) - 1))
        put = data.draw(st.sampled_from(ALPHABET) | st.sampled_from(["", "é", "\ud800"]))
        for tampered in (text[:place] + put + text[place + 1 :], text[:place] + put + text[place:]):
            assert tampered == text or Signed.unpack(tampered) is None

    def test_signed_otherwise(self) -> None:
        """Not read: no signature, that of another key, one of another class, and parts without theirs."""

        class Other(ActionData, prefix="signed", key=b"another key of it"):
            order_no: str
            amount: int = 0

        class Also(ActionData, prefix="also", key=KEY):
            order_no: str
            amount: int = 0

        text, _, signature = Signed("42").pack().rpartition(":")
        assert Signed.unpack(Other("42").pack()) is None
        assert Signed.unpack(Also("42").pack().replace("also", "signed")) is None
        for wrong in (
            text,
            f"{text}:",
            f"signed:42:{signature}",
            f"signed:{signature}",
            "signed",
            f"{text}:{signature}=",
        ):
            assert Signed.unpack(wrong) is None

    def test_signed_and_missing(self) -> None:
        """Ids that were signed before a class got its last field are still read."""

        class Earlier(ActionData, prefix="signed", key=KEY):
            order_no: str

        assert Signed.unpack(Earlier("42").pack()) == Signed("42", 0)
        assert Earlier.unpack(Signed("42").pack()) is None

    def test_own_rules(self) -> None:
        """What the class's own rules refuse, with whatever error, is not read."""

        class Few(ActionData, prefix="few"):
            number: int = attrs.field(validator=attrs.validators.lt(5))

            def __attrs_post_init__(self) -> None:
                assert 1 // self.number

        assert Few.unpack("few:1") == Few(1)
        assert [Few.unpack(f"few:{number}") for number in (-1, 0, 2, 5)] == [Few(-1), None, None, None]
        assert problem(Few, "1").pointer == "/number"  # the type comes first


class TestConstruction:
    """What an instance may hold."""

    @pytest.mark.parametrize(
        ("field", "value", "said"),
        [
            ("text", 42, "must be a string, not a number"),
            ("text", None, "must be a string, not null"),
            ("text", "a\ud83d", "has U+D83D at position 1 (counted from 0), which is half of a character"),
            ("number", True, "must be a whole number, not a boolean"),
            ("number", "42", "must be a whole number, not a string"),
            ("number", 1.0, "must be a whole number, not a number"),
            ("number", 10**640, "is 641 characters long; at most 640 are allowed"),
            ("flag", 1, "must be true or false, not a number"),
            ("day", datetime(2026, 1, 2), "must be date, not datetime"),  # noqa: DTZ001 - no moment is meant
            ("day", "2026-01-02", "must be date, not a string"),
            ("speed", "fast", "must be Speed, not a string"),
            ("speed", [], "must be Speed, not an array"),
            ("level", 2, "must be Level, not a number"),
            ("mixed", Level.HIGH, "must be Mixed, not a number"),
            ("choice", "a-b", "'a-b' is not one of a:b, 2, True; did you mean a:b?"),
            ("choice", SECRET, "a text of 5 characters is not one of a:b, 2, True"),
            ("choice", 1, "must be a:b, 2 or True, not a number"),
            ("choice", 2.0, "must be a:b, 2 or True, not a number"),
            ("choice", [], "must be a:b, 2 or True, not an array"),
        ],
    )
    def test_wrong(self, field: str, value: Any, said: str) -> None:
        """What does not fit the type of its field is refused under the field's name, and never converted."""
        with pytest.raises(ValidationError) as caught:
            changed(**{field: value})
        (found,) = caught.value.problems
        assert caught.value.subject == "Everything"
        assert (found.pointer, found.message) == (f"/{field}", said)
        assert found.text("zh")
        assert SECRET not in shown(caught.value)

    def test_literal_without_texts(self) -> None:
        """Where no text can be meant, a text is of the wrong type."""
        assert problem(defined(Literal[1, 2]), "1").message == "must be 1 or 2, not a string"

    def test_type_checkers(self) -> None:
        """Type checkers know the arguments and what comes of them: they see each of these mistakes."""
        assert_type(Refund("42").kind, Literal["full", "part"])
        assert_type(Refund.unpack("a"), Refund | None)
        assert_type(SendMessage("a", action_id=Refund("42")).action_id, str | None)
        assert problem(lambda: Refund(42)).pointer == "/order_no"  # type: ignore[arg-type]
        assert problem(lambda: Refund("42", "none")).pointer == "/kind"  # type: ignore[arg-type]
        assert problem(lambda: SendMessage("a", action_id=42)).pointer == "/action_id"  # type: ignore[arg-type]
        assert problem(lambda: SendMessage("a", action_id=Refund)).pointer == "/action_id"  # type: ignore[arg-type]
        with pytest.raises(TypeError):
            Refund()  # type: ignore[call-arg]
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            Refund("42").order_no = "43"  # type: ignore[misc]
        with pytest.raises(TypeError, match="prefix"):

            class Nameless(ActionData):  # type: ignore[call-arg]
                order_no: str

        with pytest.raises(TypeError, match="key must be at least 16 bytes"):

            class Text(ActionData, prefix="text", key="a text of the merchant"):  # type: ignore[arg-type]
                order_no: str


class TestValue:
    """An instance is a value, as any frozen attrs class's is."""

    def test_value(self) -> None:
        """It equals and hashes like its copies and what comes back from a pickle; order it has none."""
        for same in (copy.copy(FULL), copy.deepcopy(FULL), *(pickled(FULL, protocol) for protocol in PROTOCOLS)):
            assert same == FULL
            assert hash(same) == hash(FULL)
            assert same.pack() == FULL.pack()
        assert Refund("42") != Refund("43")
        assert Refund("42") != defined(str)("42")  # type: ignore[call-arg]
        with pytest.raises(TypeError):
            sorted([Refund("42"), Refund("43")])  # type: ignore[type-var]

    def test_repr(self) -> None:
        """The representation shows the values, as an action shows its id; a key is shown nowhere."""
        assert repr(Refund("42")) == "Refund(order_no='42', kind='full')"
        assert KEY.decode() not in f"{Signed('42')!r} {vars(Signed)} {attrs.fields(Signed)}"

    def test_match(self) -> None:
        """A match statement takes it apart."""
        match Refund.unpack("refund:42:part"):
            case Refund(order_no, kind="part"):
                assert_type(order_no, str)
                assert order_no == "42"
            case _:
                pytest.fail("no match")

    def test_as_action_id(self) -> None:
        """Every action takes one as its id, which becomes the text; so does the builder."""
        assert SendMessage("a", action_id=Refund("42")) == SendMessage("a", action_id="refund:42:full")
        assert JumpUrl("https://a", action_id=Refund("42")).action_id == "refund:42:full"
        assert JumpMiniProgram("wx1", action_id=Refund("42")).action_id == "refund:42:full"
        built = Message().button("退款", SendMessage("我要退款", action_id=Refund("42"))).to_dict()
        assert built["blocks"][0]["button"]["action"]["action_id"] == "refund:42:full"

    @pytest.mark.parametrize(
        "make",
        [
            lambda data: SendMessage("a", action_id=data),
            lambda data: JumpUrl("https://a", action_id=data),
            lambda data: JumpMiniProgram("wx1", action_id=data),
        ],
    )
    def test_refused_as_action_id(self, make: Callable[[ActionData], object]) -> None:
        """What cannot be packed is refused where it was to be the id, and the error does not show it."""
        found = problem(make, Refund("a" * LONGEST))
        assert (found.pointer, found.rule) == ("/action_id", "action-data-too-long")
        with pytest.raises(ValidationError) as caught:
            make(Refund(f"{SECRET}${{order_no}}"))
        (found,) = caught.value.problems
        assert (found.pointer, found.rule) == ("/action_id/order_no", "placeholder-in-action-data")
        assert SECRET not in shown(caught.value)


class TestDefinition:
    """What a class may be."""

    @pytest.mark.parametrize("prefix", ["a", "a" * 64, "A-Z.a_z~0-9"])
    def test_prefix(self, prefix: str) -> None:
        """A prefix is what no escape and no colon is needed for."""
        made = defined(str, prefix=prefix)
        assert made.unpack(f"{prefix}:42") is not None

    @pytest.mark.parametrize("prefix", ["", "a" * 65, "a:b", "a b", "a%3A", "a\n", "退款", "a/b", None, 5, b"a"])
    def test_no_prefix(self, prefix: Any) -> None:
        """Any other is refused, and the class named."""
        with pytest.raises(TypeError, match=r"^Broken: the prefix must be 1 to 64 of A-Z a-z 0-9"):
            defined(str, prefix=prefix)

    def test_prefix_twice(self) -> None:
        """Two classes may have the same prefix, as tests define them."""
        assert str(defined(str, prefix="refund").unpack("refund:42")) == "refund:42"

    @pytest.mark.parametrize(
        "annotation",
        [
            *(float, bytes, datetime, list, list[str], dict[str, str], object, Any, Enum, Refund),
            *(str | None, str | int, Literal[b"a"], Literal[Speed.FAST], type[str]),
            *("float", "str | None", "datetime", "Literal[None]", "Literal['a', None]", "list['str']", "None"),
        ],
        ids=str,
    )
    def test_no_type(self, annotation: Any) -> None:
        """Any other type is refused where the class is defined; the error names the field and what is allowed."""
        with pytest.raises(
            TypeError, match=r"^Broken\.order: .* str, int, bool, date, an Enum whose values are str or"
        ):
            defined(annotation)

    @pytest.mark.parametrize("value", [1.5, None, True, "\ud800", 10**640])
    def test_no_member(self, value: Any) -> None:
        """Nor may an Enum have a member that cannot be written; an Enum of other types, and flags, may not."""
        with pytest.raises(TypeError, match=r"^Broken\.order: <Odd\.ONE: .* cannot be written"):
            defined(Enum("Odd", {"ONE": value}))

    @pytest.mark.parametrize("annotation", [Literal[1, "1"], Literal[True, 1], Enum("Odd", {"ONE": 1, "TWO": "1"})])
    def test_written_alike(self, annotation: Any) -> None:
        """Nor two values that would be written alike."""
        with pytest.raises(TypeError, match=r"^Broken\.order: .* would be written as .* is"):
            defined(annotation)

    def test_flags(self) -> None:
        """Flags add up to values that have no name, so they are refused."""
        with pytest.raises(TypeError, match="Both cannot be written"):
            defined(IntFlag("Both", {"ONE": 1, "TWO": 2}))

    @pytest.mark.parametrize("name", ["pack", "unpack", "__str__"])
    def test_hidden(self, name: str) -> None:
        """No field hides a method."""
        with pytest.raises(TypeError, match=rf"^Broken\.{name} would hide"):
            type("Broken", (ActionData,), {"__annotations__": {name: str}}, prefix="broken")

    @pytest.mark.parametrize(
        "body", [{"order": attrs.field()}, {"a": attrs.field()}, {"order": attrs.field(init=False)}]
    )
    def test_no_argument(self, body: dict[str, Any]) -> None:
        """A field has an annotation and is an argument."""
        annotations = {} if "a" in body or body["order"].init else {"order": str}  # one that is nowhere declared
        with pytest.raises(TypeError, match=r"^Broken\.\w+ must have an annotation, and be an argument"):
            type("Broken", (ActionData,), {"__annotations__": annotations, **body}, prefix="broken")

    def test_more_than_fields(self) -> None:
        """A class may have methods, properties and class variables, which are not packed, and arguments by name."""

        class Rich(ActionData, prefix="rich"):
            rate: ClassVar[float] = 0.5
            _order: str
            amount: int = attrs.field(default=0, kw_only=True)
            notes: str = attrs.field(factory=str)

            @property
            def half(self) -> float:
                return self.amount * self.rate

        assert Rich("42", amount=4).pack() == "rich:42:4:"
        assert Rich("42", amount=4).half == 2
        assert Rich.unpack("rich:42:4") == Rich("42", amount=4)

    def test_subclass(self) -> None:
        """A class of a class has its fields before its own, a prefix of its own, and its key unless it has another."""

        class More(Signed, prefix="more"):
            flag: bool = False

        class Other(Signed, prefix="more", key=bytes(16)):
            flag: bool = False

        class Open(Refund, prefix="open"):
            kind: Literal["full", "part"] = "part"

        assert More("42", flag=True).pack().startswith("more:42:0:1:")
        assert More.unpack(More("42").pack()) == More("42")
        assert Other("42").pack() != More("42").pack()
        assert Other.unpack(More("42").pack()) is None
        assert Signed.unpack(More("42").pack()) is None
        assert Open("42").pack() == "open:42:part"
        assert problem(More, 42).pointer == "/order_no"

    def test_initialised_between(self) -> None:
        """A class between may say more of how its own are defined."""

        class Local(Enum):
            ONE = 1

        class Counted(ActionData, prefix="counted"):
            count: ClassVar[int] = 0

            def __init_subclass__(cls, *, prefix: str) -> None:
                super().__init_subclass__(prefix=prefix)
                Counted.count += 1

        class Mine(Counted, prefix="mine"):
            local: Local

        assert Counted.count == 1
        assert Mine.unpack("mine:1") == Mine(Local.ONE)


class TestNames:
    """Annotations are texts here, and mean what they say where they stand."""

    def test_local(self) -> None:
        """Names of the function are known where the class is defined, and nothing of the function is kept."""

        class Local(Enum):
            ONE = 1

        class Witness:
            pass

        def define() -> tuple[type[ActionData], weakref.ref[Witness]]:
            witness = Witness()

            class Mine(ActionData, prefix="mine"):
                local: Local
                number: int = 0

            assert Mine.unpack("mine:1") == Mine(Local.ONE)
            return Mine, weakref.ref(witness)

        made, witness = define()
        gc.collect()
        assert witness() is None
        assert made.unpack("mine:1:2") is not None

    def test_forward(self) -> None:
        """A name that the module gets later is known when it is needed."""
        made = defined("Later")
        made_wrong = defined("Wrong")
        with pytest.raises(TypeError, match=r"^Broken\.order: name 'Later' is not defined"):
            made.unpack("broken:1")
        globals().update(Later=Literal[1], Wrong=float)
        try:
            found = made.unpack("broken:1")
            assert str(found) == "broken:1"
            with pytest.raises(TypeError, match=r"^Broken\.order: float cannot be written"):
                made_wrong.unpack("broken:1")
        finally:
            del globals()["Later"], globals()["Wrong"]
        assert made.unpack("broken:1") == found


class TestKey:
    """What ids are signed with."""

    @pytest.mark.parametrize("key", [b"", bytes(15), "a text of the merchant", bytearray(32), 5, True, ""])
    def test_no_key(self, key: Any) -> None:
        """A key is bytes, 16 of them at least; the error names the class and not the key."""
        with pytest.raises(TypeError) as caught:
            defined(str, key=key)
        assert str(caught.value) == "Broken: the key must be at least 16 bytes, or a function that gives them"

    def test_function(self) -> None:
        """A function is asked when a key is needed, and not for what is none of its class's ids."""
        asked: list[int] = []

        def key() -> bytes:
            asked.append(1)
            return KEY

        class Asking(ActionData, prefix="signed", key=key):
            order_no: str
            amount: int = 0

        assert asked == []
        assert [Asking.unpack(text) for text in ("", "refund:42", "signed", "signed" * 1000)] == [None] * 4
        assert asked == []
        assert Asking("42").pack() == Signed("42").pack()
        assert Asking.unpack(Signed("42").pack()) == Asking("42")
        assert len(asked) == 2

    @pytest.mark.parametrize("given_key", [b"short", "a text of the merchant", None])
    def test_function_gives_none(self, given_key: Any) -> None:
        """What a function gives is held against the same rule, and not shown."""
        made = defined(str, key=lambda: given_key)
        for use in (made("42").pack, lambda: made.unpack("broken:42:x")):  # type: ignore[call-arg]
            with pytest.raises(TypeError) as caught:
                use()
            assert str(caught.value) == "Broken: the key must be at least 16 bytes, or a function that gives them"

    def test_function_raises(self) -> None:
        """What a function raises is the merchant's own, and passes."""

        def key() -> bytes:
            raise LookupError("the vault is closed")

        made = defined(str, key=key)
        for use in (made("42").pack, lambda: made.unpack("broken:42:x")):  # type: ignore[call-arg]
            with pytest.raises(LookupError, match="the vault is closed"):
                use()
