"""The shape of the JSON, derived from the classes."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Optional

import attrs
import pytest

from msgkit import (
    Action,
    Block,
    Button,
    InvalidInfo,
    JumpUrl,
    Text,
    TextColor,
    UnknownAction,
    UnknownBlock,
    _fields,
    _wire,
)
from msgkit._wire.shape import TAGGED, Array, Leaf, Member, Part, Table, Tagged, kind_of
from msgkit.enums import BlockType
from tests.helpers import pointers, problem


class TestKind:
    """What fields hold."""

    @pytest.mark.parametrize(
        ("annotation", "kind"),
        [
            (str, Leaf(str)),
            (bool | None, Leaf(bool)),
            (int, Leaf(int)),
            (Optional[datetime], Leaf(datetime)),  # noqa: UP045 - as older code writes it
            (TextColor | str, Member(TextColor)),
            (TextColor | str | None, Member(TextColor)),
            (Text, Part(Text)),
            (InvalidInfo | None, Part(InvalidInfo)),
            (tuple[str, ...], Array(Leaf(str))),
            (Mapping[str, str], Table(Leaf(str))),
            (Mapping[str, Text] | None, Table(Part(Text))),
        ],
    )
    def test_said(self, annotation: Any, kind: Any) -> None:
        """Every type that a field has says what it holds, None apart."""
        assert kind_of(annotation) == kind

    def test_unions(self) -> None:
        """The unions of blocks and of actions say by which key each class is told, and what keeps the others."""
        block, action = kind_of(Block), kind_of(Action | None)
        assert (block, action) == TAGGED
        assert isinstance(block, Tagged)
        assert isinstance(action, Tagged)
        assert (block.tag, block.what, block.unknown) == ("type", "block", UnknownBlock)
        assert (action.tag, action.what, action.unknown) == ("action_type", "action", UnknownAction)
        assert list(block.words) == list(BlockType)
        assert {word: cls.__name__ for word, cls in action.words.items()} == {
            "ACTION_TYPE_SEND_MESSAGE": "SendMessage",
            "ACTION_TYPE_JUMP_URL": "JumpUrl",
            "ACTION_TYPE_JUMP_MINI_PROGRAM": "JumpMiniProgram",
        }

    @pytest.mark.parametrize(
        "annotation",
        [
            float,
            tuple[tuple[Text, ...], ...],
            tuple[str | None, ...],
            Mapping[str, tuple[str, ...]],
            bytes,
            Any,
            object,
            None,
            list[str],
            dict[str, str],
            Mapping[int, str],
            tuple[str, int],
            tuple[float, ...],
            Mapping[str, float],
            str | int,
            Text | Button,
            TextColor,
            float | None,
        ],
        ids=str,
    )
    def test_nobody_can_read(self, annotation: Any) -> None:
        """A type that nobody can read or write is refused."""
        with pytest.raises(TypeError, match="nobody can read or write"):
            kind_of(annotation)

    def test_two_of_one_type(self) -> None:
        """Two classes of a union cannot have one type."""

        @attrs.frozen
        class Another:
            type: ClassVar[BlockType] = BlockType.TEXT
            payload_key: ClassVar[str] = "another"

        with pytest.raises(TypeError, match="have one type"):
            kind_of(Text | Another | UnknownBlock)


class TestDerive:
    """Classes of one's own."""

    def test_names_class_and_field(self) -> None:
        """A field that nobody can read fails when its class is made, by class and field."""
        with pytest.raises(
            TypeError, match=r"^Amount\.value: nobody can read or write a field of type <class 'float'>"
        ):

            @_wire.derive
            @attrs.frozen
            class Amount:
                value: float

    def test_deep(self) -> None:
        """So does one that lies in another class."""

        @attrs.frozen
        class Amount:
            value: float | None = None

        @attrs.frozen
        class Order:
            amounts: tuple[Amount, ...] = attrs.field(validator=_fields.parts(Amount))

        for cls in (Order, Amount):
            with pytest.raises(TypeError, match=r"^Amount\.value: "):
                _wire.derive(cls)

    def test_no_rule(self) -> None:
        """So does a field that nothing would hold to its type when the class is made by hand."""

        @attrs.frozen
        class Amount:
            value: int

        with pytest.raises(TypeError, match=r"^Amount\.value has no rule"):
            _wire.derive(Amount)

    def test_default(self) -> None:
        """So does a default that writing would leave out, and reading then not give back."""

        @attrs.frozen
        class Amount:
            value: int = attrs.field(default=0, validator=_fields.integer())

        with pytest.raises(TypeError, match=r"^Amount\.value has a default"):
            _wire.derive(Amount)

    def test_order_of_a_union(self) -> None:
        """Which class of a union stands first does not matter."""
        union = UnknownBlock | Text | Button
        kind = kind_of(union)
        assert isinstance(kind, Tagged)
        assert (kind.enum, kind.unknown) == (BlockType, UnknownBlock)

    def test_all_kinds(self) -> None:
        """A class with fields of every kind is read and written."""

        class Colour(StrEnum):
            RED = "RED"

        @_wire.derive
        @attrs.frozen
        class Everything:
            number: int = attrs.field(validator=_fields.integer())
            text: str = attrs.field(validator=_fields.text())
            flag: bool | None = attrs.field(default=None, validator=_fields.flag)
            moment: datetime | None = attrs.field(default=None, validator=_fields.moment)
            colour: Colour | str | None = attrs.field(default=None, validator=_fields.member(Colour))
            table: Mapping[str, int] | None = None
            inner: tuple[InvalidInfo, ...] = attrs.field(default=(), validator=_fields.parts(InvalidInfo))
            action: Action | None = None

        data = {
            "number": 0,
            "text": "",
            "flag": False,
            "moment": "2015-05-20T13:29:35+08:00",
            "colour": "RED",
            "table": {"": 5, "a/b": -1},
            "inner": [{"multi_clickable": False}, {}],
            "action": {"action_type": "ACTION_TYPE_JUMP_URL", "jump_url": "https://a"},
        }
        for strict in (True, False):
            made = _wire.read(Everything, data, strict=strict)
            assert made.action == JumpUrl("https://a")
            assert made.colour is Colour.RED
            assert made.inner == (InvalidInfo(multi_clickable=False), InvalidInfo())
            assert _wire.dump(made) == data
        assert _wire.dump(_wire.read(Everything, {"number": 1, "text": "a"}, strict=True)) == {"number": 1, "text": "a"}
        wrong = {"number": 1, "text": "a", "table": {5: 1, "a": "b"}, "inner": [5]}
        found = pointers(_wire.read, Everything, wrong, strict=True)
        assert found == ["/inner/0", "/table/5", "/table/a"]

    @pytest.mark.parametrize(
        ("value", "word"),
        [("5", "a string"), (2.7, "a number"), (2.0, "a number"), (True, "a boolean"), (None, "null")],
    )
    @pytest.mark.parametrize("strict", [True, False])
    def test_whole_numbers(self, value: object, word: str, *, strict: bool) -> None:
        """A whole number is one in JSON: no text, no fraction, no truth."""

        @_wire.derive
        @attrs.frozen
        class Counter:
            number: int = attrs.field(validator=_fields.integer())

        found = problem(_wire.read, Counter, {"number": value}, strict=strict)
        assert (found.pointer, found.rule) == ("/number", "wrong-type")
        assert found.message == f"must be a whole number, not {word}"
        assert _wire.read(Counter, {"number": 10**30}, strict=strict) == Counter(10**30)
