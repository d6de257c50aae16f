"""The blocks: what they hold, their defaults, and that they are values."""

import copy
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest
from hypothesis import given

from msgkit import (
    Block,
    BlockType,
    Button,
    ButtonGroup,
    ButtonLayout,
    Faq,
    FaqList,
    Image,
    ImageStyle,
    InvalidInfo,
    JumpUrl,
    Link,
    SendMessage,
    Text,
    TextColor,
    UnknownBlock,
)
from msgkit.testing.strategies import blocks

from .helpers import EMOJI, PROTOCOLS, SECRET, pickled, pointers, problem

NO_OBJECTS = ["nope", "", 5, None, "{", "NaN", '{"a":NaN}', "[]", '"a"', "5", "null", b"{}", "[" * 100_000]
JUMP = JumpUrl("https://shop.example/42")
INFO = InvalidInfo(datetime(2030, 1, 1, tzinfo=UTC), multi_clickable=False)
BLOCKS: list[Any] = [
    Text("您好", TextColor.SECONDARY, is_bold=True),
    Image("m1", ImageStyle.WIDE),
    Link("查看订单", JUMP, INFO),
    FaqList((Faq("退款多久到账？", JUMP, "eta"),)),
    Button("转人工", JUMP, INFO),
    ButtonGroup((Button("满意"), Button("不满意", JUMP)), ButtonLayout.VERTICAL, INFO),
    UnknownBlock("VIDEO", '{"type":"VIDEO"}'),
]
PARTS = [*BLOCKS, INFO, Faq("退款多久到账？", JUMP, "eta")]


def name_of(part: object) -> str:
    """Name a case after its class."""
    return type(part).__name__


class TestBlocks:
    """What all blocks and their parts have in common."""

    @pytest.mark.parametrize(("block", "kind"), list(zip(BLOCKS[:-1], BlockType, strict=True)), ids=name_of)
    def test_types(self, block: Block, kind: BlockType) -> None:
        """Each class says which block type it is."""
        assert block.type is kind

    @pytest.mark.parametrize("part", PARTS, ids=name_of)
    def test_frozen(self, part: Any) -> None:
        """No field can be changed and none added."""
        for name in (*(field.name for field in attrs.fields(type(part))), "another"):
            with pytest.raises((attrs.exceptions.FrozenInstanceError, AttributeError)):
                setattr(part, name, "x")

    @given(blocks())
    def test_value(self, block: Block) -> None:
        """Copies equal the original and hash like it, and so does what comes back from a pickle."""
        for same in (attrs.evolve(block), copy.copy(block), copy.deepcopy(block), pickled(block, PROTOCOLS[-1])):
            assert same == block
            assert hash(same) == hash(block)

    @pytest.mark.parametrize("part", PARTS, ids=name_of)
    def test_pickle(self, part: Any) -> None:
        """A part comes back from a pickle of every protocol, equal and with an equal hash."""
        for protocol in PROTOCOLS:
            assert pickled(part, protocol) == part
            assert hash(pickled(part, protocol)) == hash(part)

    @pytest.mark.parametrize("part", PARTS, ids=name_of)
    def test_all_differ(self, part: Any) -> None:
        """No two parts of different classes are equal, whatever they hold."""
        assert [other for other in PARTS if other == part] == [part]

    @pytest.mark.parametrize(
        "part",
        [
            Text(SECRET),
            Link(SECRET, JUMP),
            FaqList((SECRET,)),
            Faq(SECRET),
            Button(SECRET),
            ButtonGroup((SECRET,)),
            UnknownBlock("VIDEO", f'{{"type":"VIDEO","x":"{SECRET}"}}'),
            Link("a", JumpUrl(f"https://a/{SECRET}")),
        ],
        ids=name_of,
    )
    def test_repr_is_silent(self, part: object) -> None:
        """The representation shows lengths, never texts, however deep they lie."""
        assert SECRET not in repr(part) + str(part)
        assert "characters>" in repr(part)


class TestText:
    """A paragraph."""

    def test_defaults(self) -> None:
        """Nothing is set but the text."""
        text = Text("您好")
        assert (text.text, text.color, text.is_bold) == ("您好", None, None)

    def test_false_is_not_unset(self) -> None:
        """False says something else than nothing."""
        assert Text("a", is_bold=False) != Text("a")


class TestInvalidInfo:
    """When something stops working."""

    def test_nothing_set(self) -> None:
        """It may be empty, which is not the same as there being none."""
        assert InvalidInfo() == InvalidInfo(None, None)
        assert Button("a", invalid_info=InvalidInfo()) != Button("a")


class TestFaq:
    """A suggested question."""

    def test_sends_itself(self) -> None:
        """Without an action, a tap sends the question."""
        assert Faq("退款多久到账？").action == SendMessage("退款多久到账？")
        assert Faq("a", faq_id="1").action == SendMessage("a")

    @pytest.mark.parametrize("title", [EMOJI, 5, None, ["a"]], ids=repr)
    def test_blames_the_title(self, title: Any) -> None:
        """A wrong title is reported once and as the title, not as the message that would send it."""
        assert problem(Faq, title).pointer == "/faq_title"


class TestFaqList:
    """A list of suggested questions."""

    def test_texts(self) -> None:
        """A text is a question that sends itself, beside questions that were made."""
        assert FaqList(["a", Faq("b", JUMP)]).faqs == (Faq("a"), Faq("b", JUMP))

    def test_subclass_of_str(self) -> None:
        """A text may be of a subclass of str, as a text from a template engine or a StrEnum is."""

        class Markup(str):
            __slots__ = ()

        assert FaqList([Markup("a")]).faqs == (Faq("a"),)
        assert ButtonGroup([Markup("a")]).buttons == (Button("a"),)

    def test_wrong_text(self) -> None:
        """A text that cannot be sent is refused at once."""
        assert pointers(FaqList, [EMOJI]) == ["/faq_title"]


class TestButton:
    """A button."""

    def test_sends_itself(self) -> None:
        """Without an action, a tap sends the button's own text."""
        assert Button("转人工").action == SendMessage("转人工")
        assert Button("转人工", invalid_info=INFO).action == SendMessage("转人工")

    @pytest.mark.parametrize("text", [EMOJI, 5, None, ["a"]], ids=repr)
    def test_blames_the_text(self, text: Any) -> None:
        """A wrong text is reported once and as the text, not as the message that would send it."""
        assert problem(Button, text).pointer == "/text"


class TestButtonGroup:
    """Buttons that belong together."""

    def test_texts(self) -> None:
        """A text is a button that sends itself, beside buttons that were made."""
        assert ButtonGroup(["a", Button("b", JUMP)]).buttons == (Button("a"), Button("b", JUMP))

    def test_own_invalid_info(self) -> None:
        """A button may bring its own `invalid_info`, which is kept apart from the group's."""
        group = ButtonGroup([Button("a", invalid_info=INFO)], invalid_info=InvalidInfo(multi_clickable=True))
        assert group.buttons[0].invalid_info == INFO
        assert group.invalid_info == InvalidInfo(multi_clickable=True)


class TestUnknownBlock:
    """A block that only the platform knows."""

    @pytest.mark.parametrize("json", NO_OBJECTS, ids=repr)
    def test_holds_json(self, json: Any) -> None:
        """It is built from the JSON text of an object only, so that a message which holds one can be written."""
        found = problem(UnknownBlock, "", json)
        assert (found.pointer, found.rule) == ("/json", "not-what-came")

    @pytest.mark.parametrize("json", ['{"type":"AUDIO"}', '{"type":5}', '{"type":null}', '{"Type":"VIDEO"}', "{}"])
    def test_another_type(self, json: str) -> None:
        """The object is of the type that the block says it is of."""
        found = problem(UnknownBlock, "VIDEO", json)
        assert (found.pointer, found.rule, found.params) == (
            "/json",
            "not-what-came",
            {"what": "block", "name": "type"},
        )

    @pytest.mark.parametrize("json", ["{}", '{"type":5}', '{"type":null}', '{"type":""}'])
    def test_no_type(self, json: str) -> None:
        """Of what names no type, the type is the empty string."""
        assert UnknownBlock("", json).json == json

    def test_own_words(self) -> None:
        """It may be of a type that this version knows, as a block is that lacks something; its text stays as it is."""
        json = '{ "type" : "TEXT",\n"text" : {} }'
        assert UnknownBlock("TEXT", json).json == json
