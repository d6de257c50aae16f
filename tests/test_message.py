"""`Message`: composing, looking, leaving, and that it is a value."""

import copy
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, assert_type

import attrs
import pytest
from hypothesis import given

from msgkit import (
    Button,
    ButtonGroup,
    ButtonLayout,
    Faq,
    FaqList,
    Image,
    ImageStyle,
    InvalidInfo,
    JumpMiniProgram,
    JumpUrl,
    Link,
    Message,
    SenderIdentity,
    SendMessage,
    Text,
    TextColor,
    UnknownAction,
    UnknownBlock,
)
from msgkit._extras import MissingExtraError
from msgkit.preview import Look, as_code, as_fragment, as_page, as_text, style
from msgkit.testing.strategies import messages

from .helpers import EMOJI, PROTOCOLS, SECRET, pickled, pointers, problem, refused, resolve, shown

ORDER = JumpUrl("https://shop.example/orders/42", action_id="order")
MOMENT = datetime(2030, 1, 1, 8, tzinfo=timezone(timedelta(hours=8)))


def example() -> Message:
    """The message that the documentation shows."""
    return (
        Message()
        .text("您的退款申请已受理", bold=True)
        .text("预计 1-3 个工作日到账", color="SECONDARY")
        .image("media-id-from-upload", style="WIDE")
        .link("查看订单", JumpUrl("https://shop.example/orders/42", action_id="order"))
        .faq(
            Faq("退款多久到账？", SendMessage("退款多久到账"), faq_id="refund-eta"),
            "怎么修改收货地址？",
        )
        .button(
            "转人工客服",
            SendMessage("转人工", custom_data="queue=vip", action_id="agent"),
            expires=timedelta(hours=24),
        )
        .button_group(
            "满意",
            Button("不满意", SendMessage("不满意", action_id="unhappy")),
            layout="HORIZONTAL",
            multi_clickable=False,
        )
        .sent_by("MACHINE")
        .with_custom_data("ticket=8812")
    )


EXAMPLE: dict[str, Any] = {
    "blocks": [
        {"type": "TEXT", "text": {"text": "您的退款申请已受理", "is_bold": True}},
        {"type": "TEXT", "text": {"text": "预计 1-3 个工作日到账", "color": "SECONDARY"}},
        {
            "type": "IMAGE",
            "image": {"media_id": "media-id-from-upload", "image_style_type": "IMAGE_STYLE_TYPE_WIDE"},
        },
        {
            "type": "LINK",
            "link": {
                "text": "查看订单",
                "action": {
                    "action_type": "ACTION_TYPE_JUMP_URL",
                    "jump_url": "https://shop.example/orders/42",
                    "action_id": "order",
                },
            },
        },
        {
            "type": "FAQ_LIST",
            "faq_list": {
                "faqs": [
                    {
                        "faq_title": "退款多久到账？",
                        "action": {
                            "action_type": "ACTION_TYPE_SEND_MESSAGE",
                            "message_info": {"content": "退款多久到账"},
                        },
                        "faq_id": "refund-eta",
                    },
                    {
                        "faq_title": "怎么修改收货地址？",
                        "action": {
                            "action_type": "ACTION_TYPE_SEND_MESSAGE",
                            "message_info": {"content": "怎么修改收货地址？"},
                        },
                    },
                ]
            },
        },
        {
            "type": "BUTTON",
            "button": {
                "text": "转人工客服",
                "action": {
                    "action_type": "ACTION_TYPE_SEND_MESSAGE",
                    "message_info": {"content": "转人工", "custom_data": "queue=vip"},
                    "action_id": "agent",
                },
                "invalid_info": {},
            },
        },
        {
            "type": "BUTTON_GROUP",
            "button_group": {
                "buttons": [
                    {
                        "text": "满意",
                        "action": {"action_type": "ACTION_TYPE_SEND_MESSAGE", "message_info": {"content": "满意"}},
                    },
                    {
                        "text": "不满意",
                        "action": {
                            "action_type": "ACTION_TYPE_SEND_MESSAGE",
                            "message_info": {"content": "不满意"},
                            "action_id": "unhappy",
                        },
                    },
                ],
                "button_layout": "LAYOUT_HORIZONTAL",
                "invalid_info": {"multi_clickable": False},
            },
        },
    ],
    "sender_identity": "MACHINE",
    "custom_data": "ticket=8812",
}
"""What `example` is on the wire, but for the moment at which its button expires."""


class TestExample:
    """The message that the documentation shows."""

    def test_json(self) -> None:
        """It comes out as exactly the JSON of WeChat Pay's documentation, and expires in 24 hours from now."""
        before = datetime.now(UTC)
        written = example().to_dict()
        expired_time = datetime.fromisoformat(written["blocks"][5]["button"]["invalid_info"].pop("expired_time"))
        assert written == EXAMPLE
        assert abs(expired_time - before - timedelta(hours=24)) < timedelta(seconds=10)
        assert expired_time.utcoffset() is not None

    def test_comes_back_equal(self) -> None:
        """What was written is read as an equal message with an equal hash, from text, bytes and dicts."""
        message = example()
        for back in (
            Message.from_json(message.to_json()),
            Message.from_json(message.to_json(indent=2)),
            Message.from_json(message.to_json().encode()),
            Message.from_dict(message.to_dict()),
            Message.from_dict(message.to_dict(), strict=False),
        ):
            assert back == message
            assert hash(back) == hash(message)

    def test_built_by_classes(self) -> None:
        """The classes behind the methods give the same message as the methods."""
        direct = Message(
            (
                Text("您的退款申请已受理", is_bold=True),
                Text("预计 1-3 个工作日到账", TextColor.SECONDARY),
                Image("media-id-from-upload", ImageStyle.WIDE),
                Link("查看订单", ORDER),
                FaqList(
                    (
                        Faq("退款多久到账？", SendMessage("退款多久到账"), "refund-eta"),
                        Faq("怎么修改收货地址？", SendMessage("怎么修改收货地址？")),
                    )
                ),
                Button(
                    "转人工客服",
                    SendMessage("转人工", "queue=vip", action_id="agent"),
                    InvalidInfo(MOMENT),
                ),
                ButtonGroup(
                    (
                        Button("满意", SendMessage("满意")),
                        Button("不满意", SendMessage("不满意", action_id="unhappy")),
                    ),
                    ButtonLayout.HORIZONTAL,
                    InvalidInfo(multi_clickable=False),
                ),
            ),
            SenderIdentity.MACHINE,
            "ticket=8812",
        )
        blocks = list(example())
        blocks[5] = attrs.evolve(example().find(Button)[0], invalid_info=InvalidInfo(MOMENT))
        assert attrs.evolve(example(), blocks=blocks) == direct


class TestFluent:
    """The methods that compose."""

    @pytest.mark.parametrize(
        ("composed", "block"),
        [
            (Message().text("a"), Text("a")),
            (Message().text("a", color="default", bold=False), Text("a", TextColor.DEFAULT, is_bold=False)),
            (Message().image("m"), Image("m")),
            (Message().image("m", style="narrow"), Image("m", ImageStyle.NARROW)),
            (Message().link("a", ORDER), Link("a", ORDER)),
            (Message().link("a", ORDER, expires=MOMENT), Link("a", ORDER, InvalidInfo(MOMENT))),
            (
                Message().link("a", ORDER, multi_clickable=True),
                Link("a", ORDER, InvalidInfo(multi_clickable=True)),
            ),
            (Message().faq("a", Faq("b", ORDER)), FaqList((Faq("a", SendMessage("a")), Faq("b", ORDER)))),
            (Message().link("a", "https://a/b?c"), Link("a", JumpUrl("https://a/b?c"))),
            (Message().link("查看", "${shop}/o"), Link("查看", JumpUrl("${shop}/o"))),
            (Message().link("a", JumpMiniProgram("wx1")), Link("a", JumpMiniProgram("wx1"))),
            (Message().button("a"), Button("a", SendMessage("a"))),
            (Message().button("a", ORDER), Button("a", ORDER)),
            (Message().button("a", expires=MOMENT), Button("a", SendMessage("a"), InvalidInfo(MOMENT))),
            (
                Message().button("a", ORDER, expires=MOMENT, multi_clickable=False),
                Button("a", ORDER, InvalidInfo(MOMENT, multi_clickable=False)),
            ),
            (
                Message().button_group("a", Button("b", ORDER)),
                ButtonGroup((Button("a", SendMessage("a")), Button("b", ORDER))),
            ),
            (
                Message().button_group("a", layout="vertical", expires=MOMENT, multi_clickable=True),
                ButtonGroup((Button("a"),), ButtonLayout.VERTICAL, InvalidInfo(MOMENT, multi_clickable=True)),
            ),
        ],
    )
    def test_blocks(self, composed: Message, block: Any) -> None:
        """Each method adds the block that its class would make of the same arguments."""
        assert composed == Message((block,))

    @pytest.mark.parametrize(
        "change",
        [
            lambda m: m.text("a"),
            lambda m: m.image("a"),
            lambda m: m.link("a", ORDER),
            lambda m: m.faq("a"),
            lambda m: m.button("a"),
            lambda m: m.button_group("a"),
            lambda m: m.add(Text("a")),
            lambda m: m.sent_by("MANUAL"),
            lambda m: m.with_custom_data("a"),
            lambda m: m + Message().text("a"),
            lambda m: m.when(condition=True, change=lambda n: n.text("a")),
        ],
    )
    def test_leaves_the_old_one(self, change: Any) -> None:
        """A method returns a new message, and the old one is what it was."""
        old = Message((Text("您好"),))
        before = (old.to_json(), hash(old))
        new = change(old)
        assert new != old
        assert type(new) is Message
        assert (old.to_json(), hash(old)) == before

    def test_order(self) -> None:
        """Blocks stand in the order in which they were added."""
        assert [type(block) for block in example()] == [Text, Text, Image, Link, FaqList, Button, ButtonGroup]

    def test_add(self) -> None:
        """Blocks that were made by their classes are added in order; adding none changes nothing."""
        message = Message().add(Text("a"), Image("m")).add()
        assert message == Message((Text("a"), Image("m")))
        wrong: Any = Faq("a")
        assert pointers(message.add, wrong, wrong) == ["/blocks/2", "/blocks/3"]

    @pytest.mark.parametrize("expires", [timedelta(hours=24), timedelta(0), timedelta(days=-1), timedelta(days=900)])
    def test_expires_from_now(self, expires: timedelta) -> None:
        """A timedelta counts from now, in whole seconds and with a zone."""
        composed = Message().link("a", ORDER, expires=expires).button("b", expires=expires)
        for info in composed.button_group("c", expires=expires).find(InvalidInfo):
            assert info.expired_time is not None
            assert abs(info.expired_time - datetime.now(UTC) - expires) < timedelta(seconds=10)
            assert info.expired_time.microsecond == 0
        assert len(composed.find(InvalidInfo)) == 2

    @pytest.mark.parametrize(
        "expires",
        ["tomorrow", 24, True, datetime(2030, 1, 1), timedelta.max, timedelta.min],  # noqa: DTZ001 - naive on purpose
        ids=repr,
    )
    def test_expires_wrongly(self, expires: Any) -> None:
        """What is no moment that the wire can say is refused under the wire's name."""
        assert problem(Message().button, "a", expires=expires).pointer == "/expired_time"
        assert problem(Message().link, "a", ORDER, expires=expires).pointer == "/expired_time"
        assert problem(Message().button_group, "a", expires=expires).pointer == "/expired_time"

    def test_sent_by(self) -> None:
        """The last word on the sender counts."""
        message = Message().sent_by("MACHINE").sent_by(SenderIdentity.MANUAL)
        assert message.sender_identity is SenderIdentity.MANUAL

    def test_with_custom_data(self) -> None:
        """The last word on the data counts; its limit is the documentation's."""
        assert Message().with_custom_data("a").with_custom_data("b").custom_data == "b"
        assert problem(Message().with_custom_data, "数" * 4097).pointer == "/custom_data"

    @pytest.mark.parametrize("condition", [True, 1, "x", [0], False, 0, "", [], None])
    def test_when(self, condition: object) -> None:
        """The change happens where the condition is true in Python's eyes, and only there."""
        old = Message().text("a")
        new = old.when(condition, lambda m: m.text("b"))
        assert new == (old.text("b") if condition else old)

    def test_when_does_not_call(self) -> None:
        """Where the condition is not true, the change is not even tried."""
        old = Message().text("a")
        assert old.when(condition=False, change=lambda m: m.text(EMOJI)) is old


class TestNewcomers:
    """What is written wrongly at first says how it is written rightly."""

    def test_when_returns_nothing(self) -> None:
        """A change that returns no message is told to return one."""
        wrong: Any = lambda m: None  # noqa: ARG005, E731 - as people write it
        found = problem(Message().when, True, wrong)  # noqa: FBT003 - as people write it
        assert (found.pointer, found.rule) == ("", "nothing-changed")
        assert found.message == (
            "must be a Message, not null; the function given to when() returns the message that it makes: "
            "lambda m: m.text(…)"
        )
        assert Message().when(condition=False, change=wrong) == Message()

    @pytest.mark.parametrize("wrong", ["好", 5, Text("a"), (Text("a"),)], ids=repr)
    def test_when_returns_another_thing(self, wrong: Any) -> None:
        """So is one that returns anything else."""
        assert problem(Message().when, 1, lambda _: wrong).value is wrong

    @pytest.mark.parametrize("questions", [["多久？", "多少？"], ("多久？",), [Faq("多久？")], []], ids=repr)
    def test_a_list_of_questions(self, questions: Any) -> None:
        """A list given as if it were a question is to be unpacked."""
        found = problem(Message().faq, questions)
        assert (found.pointer, found.rule) == ("/faqs/0", "list-in-list")
        assert found.message == "must be Faq or str, not an array; give each one by itself, or unpack the list with *"

    @pytest.mark.parametrize("buttons", [["满意", "不满意"], [Button("满意")]], ids=repr)
    def test_a_list_of_buttons(self, buttons: Any) -> None:
        """So is one given as if it were a button."""
        found = problem(Message().button_group, buttons)
        assert (found.pointer, found.rule) == ("/buttons/0", "list-in-list")
        assert "Button or str" in found.message
        assert "unpack the list with *" in found.message

    def test_a_list_of_blocks(self) -> None:
        """So is one given as if it were a block."""
        wrong: Any = [Text("a")]
        assert problem(Message().text("a").add, wrong).pointer == "/blocks/1"
        assert problem(Message().add, wrong).rule == "list-in-list"

    def test_text_as_action(self) -> None:
        """A text given as an action may be meant in two ways, and both are named."""
        wrong: Any = "满意"
        found = problem(Message().button, "满意", wrong)
        assert (found.pointer, found.rule) == ("/action", "not-an-action")
        assert found.message == (
            "must be SendMessage, JumpUrl or JumpMiniProgram, not a string; a text to send goes into "
            'SendMessage("…"), a URL into JumpUrl("https://…")'
        )

    @pytest.mark.parametrize("wrong", ["查看", "http://a", "", "https://"])
    def test_no_address(self, wrong: str) -> None:
        """A text given to a link is taken for the address that it opens."""
        assert problem(Message().link, "查看", wrong).pointer == "/jump_url"

    @pytest.mark.parametrize(
        ("method", "name", "cure"),
        [
            ("text", "is_bold", "bold="),
            ("image", "image_style_type", "style="),
            ("link", "expired_time", "expires="),
            ("link", "invalid_info", "expires= and multi_clickable="),
            ("button", "expired_time", "expires="),
            ("button_group", "button_layout", "layout="),
            ("button_group", "invalid_info", "expires= and multi_clickable="),
        ],
    )
    def test_name_of_the_wire(self, method: str, name: str, cure: str) -> None:
        """Who gives an argument by the wire's name is told what it is called here."""
        given_: Any = {"link": ("a", ORDER)}.get(method, ("a",))
        with pytest.raises(TypeError) as caught:
            getattr(Message(), method)(*given_, **{name: None})
        said = f"Message.{method}() got an unexpected keyword argument '{name}'; here it is called {cure}"
        assert str(caught.value) == said

    @pytest.mark.parametrize("method", ["text", "image", "link", "button", "button_group"])
    def test_no_such_argument(self, method: str) -> None:
        """An argument that there is not at all is refused as Python does."""
        with pytest.raises(TypeError) as caught:
            getattr(Message(), method)("a", *[ORDER] * (method == "link"), colour="RED")
        assert str(caught.value) == f"Message.{method}() got an unexpected keyword argument 'colour'"

    def test_a_set_of_buttons(self) -> None:
        """A set has no order in which it could be shown."""
        wrong: Any = {"满意", "不满意"}
        found = problem(ButtonGroup, wrong)
        assert (found.pointer, found.rule) == ("/buttons", "not-a-list")
        assert "in the order in which the customer sees them, not set" in found.message


class TestJoining:
    """`first + second`."""

    def test_blocks(self) -> None:
        """The blocks of both stand one after the other."""
        assert Message().text("a") + Message().image("m").text("b") == Message().text("a").image("m").text("b")

    @pytest.mark.parametrize("name", ["sender_identity", "custom_data"])
    def test_what_either_says(self, name: str) -> None:
        """What one of the two says, or both alike, the sum says too."""
        said: Any = {name: "MACHINE"}
        silent, speaking = Message().text("a"), Message((Text("b"),), **said)
        for joined in (silent + speaking, speaking + silent, speaking + speaking):
            assert getattr(joined, name) == "MACHINE"
        assert getattr(silent + silent, name) is None

    @pytest.mark.parametrize("name", ["sender_identity", "custom_data"])
    def test_conflict(self, name: str) -> None:
        """Where the two say different things, nothing is lost silently."""
        first: Any = {name: "MACHINE"}
        second: Any = {name: "MANUAL"}
        found = problem(lambda: Message(**first) + Message(**second))
        assert found.pointer == f"/{name}"
        assert "one of them must leave it out" in found.message

    def test_conflict_is_silent(self) -> None:
        """A conflict does not show the data."""
        error = refused(lambda: Message().with_custom_data(SECRET) + Message().with_custom_data(SECRET * 2))
        assert SECRET not in shown(error)

    @pytest.mark.parametrize("other", [None, "a", 1, Text("a"), (Text("a"),)])
    def test_others(self, other: Any) -> None:
        """A message is joined with a message only."""
        with pytest.raises(TypeError, match="unsupported operand"):
            _ = Message() + other
        with pytest.raises(TypeError):
            _ = other + Message()

    def test_sum(self) -> None:
        """Many are joined with Python's `sum`, from an empty message on."""
        assert sum([Message().text("a"), Message().text("b")], Message()) == Message().text("a").text("b")


class TestLooking:
    """Iterating, counting, finding."""

    def test_iteration(self) -> None:
        """A message is iterated by its blocks, and is as long as they are many."""
        message = example()
        assert tuple(message) == message.blocks
        assert len(message) == 7
        assert len(Message()) == 0
        assert Text("您的退款申请已受理", is_bold=True) in message

    @pytest.mark.parametrize(
        ("kind", "texts"),
        [
            (Text, ["您的退款申请已受理", "预计 1-3 个工作日到账"]),
            (Link, ["查看订单"]),
            (Button, ["转人工客服", "满意", "不满意"]),
            (Faq, ["退款多久到账？", "怎么修改收货地址？"]),
            (SendMessage, ["退款多久到账", "怎么修改收货地址？", "转人工", "满意", "不满意"]),
            (JumpUrl, ["https://shop.example/orders/42"]),
            (Image, ["media-id-from-upload"]),
            (JumpMiniProgram, []),
            (UnknownBlock, []),
        ],
    )
    def test_find(self, kind: type[Any], texts: list[str]) -> None:
        """All parts of a class are found in document order, those inside groups and lists too."""
        found = example().find(kind)
        assert isinstance(found, tuple)
        assert all(type(part) is kind for part in found)
        names = ("text", "faq_title", "content", "jump_url", "media_id")
        assert [next(getattr(part, n) for n in names if hasattr(part, n)) for part in found] == texts

    def test_find_groups(self) -> None:
        """Groups, lists and the infos within them are found as well."""
        assert len(example().find(ButtonGroup)) == 1
        assert len(example().find(FaqList)) == 1
        assert [info.multi_clickable for info in example().find(InvalidInfo)] == [None, False]

    def test_find_is_typed(self) -> None:
        """A type checker knows what is found by what is looked for."""
        assert_type(example().find(Button), tuple[Button, ...])
        assert_type(example().find(SendMessage), tuple[SendMessage, ...])
        assert example().find(Button)[0].text == "转人工客服"

    def test_find_everything(self) -> None:
        """Of a common superclass, everything is found in the order in which it is read."""
        found = [type(part).__name__ for part in example().find(object)[4:12]]
        assert found == ["JumpUrl", "FaqList", "Faq", "SendMessage", "Faq", "SendMessage", "Button", "SendMessage"]

    def test_actions(self) -> None:
        """Actions come with the pointers under which they stand in the JSON, in document order."""
        assert [pointer for pointer, _ in example().actions()] == [
            "/blocks/3/link/action",
            "/blocks/4/faq_list/faqs/0/action",
            "/blocks/4/faq_list/faqs/1/action",
            "/blocks/5/button/action",
            "/blocks/6/button_group/buttons/0/action",
            "/blocks/6/button_group/buttons/1/action",
        ]
        assert example().actions()[0][1] == ORDER

    @given(messages())
    def test_pointers(self, message: Message) -> None:
        """Every pointer leads, in the message's own JSON, to the action that it is given with."""
        written = message.to_dict()
        found = message.actions()
        assert len(found) == json.dumps(written).count('"action_type"')
        for pointer, action in found:
            assert not isinstance(action, UnknownAction)
            assert resolve(written, pointer)["action_type"] == action.action_type


class TestValue:
    """Messages are values."""

    def test_equality(self) -> None:
        """Two messages with the same content are equal, hash alike and are one key."""
        first, second = Message().text("a").sent_by("machine"), Message((Text("a"),), SenderIdentity.MACHINE)
        assert first == second
        assert hash(first) == hash(second)
        assert {first: 1}[second] == 1

    @pytest.mark.parametrize(
        "other",
        [
            Message().text("a").text("a"),
            Message().text("b"),
            Message().text("a", bold=False),
            Message().text("a").sent_by("UNKNOWN"),
            Message().text("a").with_custom_data(""),
            Message(),
            (Text("a"),),
            None,
        ],
    )
    def test_inequality(self, other: object) -> None:
        """Two messages that differ anywhere are not equal, nor is a message equal to what is none."""
        assert Message().text("a") != other

    def test_order_of_blocks_counts(self) -> None:
        """The same blocks in another order are another message."""
        assert Message().text("a").text("b") != Message().text("b").text("a")

    @given(messages())
    def test_copies(self, message: Message) -> None:
        """Copies and what comes back from a pickle equal the original and hash like it."""
        for same in (copy.copy(message), copy.deepcopy(message), pickled(message, PROTOCOLS[-1])):
            assert same == message
            assert hash(same) == hash(message)
            assert same.to_json() == message.to_json()

    @pytest.mark.parametrize("protocol", PROTOCOLS)
    def test_pickle(self, protocol: int) -> None:
        """A message comes back from a pickle of every protocol."""
        message = example()
        assert pickled(message, protocol) == message

    @pytest.mark.parametrize("protocol", PROTOCOLS)
    def test_pickle_of_what_the_platform_sent(self, protocol: int) -> None:
        """What could not be composed comes back from a pickle all the same."""
        data = {"blocks": [{"type": "VIDEO"}, {"type": "TEXT", "text": {"text": EMOJI, "color": "RED"}}]}
        message = Message.from_dict(data, strict=False)
        assert pickled(message, protocol) == message

    @pytest.mark.parametrize("name", ["blocks", "sender_identity", "custom_data", "another"])
    def test_frozen(self, name: str) -> None:
        """No field can be changed and none added."""
        message = example()
        with pytest.raises((attrs.exceptions.FrozenInstanceError, AttributeError)):
            setattr(message, name, None)
        with pytest.raises((attrs.exceptions.FrozenInstanceError, AttributeError)):
            delattr(message, name)

    def test_repr_is_silent(self) -> None:
        """The representation shows the shape and no customer's word."""
        message = (
            Message()
            .text(SECRET)
            .link(SECRET, JumpUrl(f"https://a/{SECRET}"))
            .link(SECRET, JumpMiniProgram("wx1", SECRET, SECRET))
            .faq(SECRET)
            .button(SECRET, SendMessage(SECRET, SECRET))
            .button_group(SECRET)
            .with_custom_data(SECRET)
            .add(UnknownBlock("VIDEO", f'{{"type":"VIDEO","a":"{SECRET}"}}'))
        )
        assert SECRET not in repr(message) + str(message)
        assert "Text(text=<5 characters>" in repr(message)


class TestLeaving:
    """What can be sent, and what cannot."""

    def test_no_blocks(self) -> None:
        """A message without blocks is where composing starts; it is written as it is, and cannot be sent."""
        assert Message().to_dict() == {}
        assert Message().sent_by("MANUAL").to_json() == '{"sender_identity":"MANUAL"}'
        for filled in (True, False):
            found = problem(Message().check, filled=filled)
            assert (found.pointer, found.rule, found.message) == (
                "/blocks",
                "empty-list",
                "must hold at least one block",
            )

    @given(messages())
    def test_composed(self, message: Message) -> None:
        """Whatever was composed in code can be sent."""
        assert len(message) > 0
        message.check()

    def test_everything_at_once(self) -> None:
        """What was read leniently is told all that keeps it from being sent, by pointer."""
        data: dict[str, Any] = {
            "blocks": [
                {"type": "TEXT", "text": {"text": EMOJI, "color": "RED"}},
                {"type": "IMAGE", "image": {"media_id": EMOJI, "image_style_type": "ROUND"}},
                {"type": "VIDEO", "video": {}},
                {
                    "type": "LINK",
                    "link": {
                        "text": "a",
                        "action": {
                            "action_type": "ACTION_TYPE_JUMP_URL",
                            "jump_url": "weixin://a",
                            "action_id": EMOJI,
                        },
                    },
                },
                {
                    "type": "FAQ_LIST",
                    "faq_list": {
                        "faqs": [
                            {
                                "faq_title": EMOJI,
                                "faq_id": EMOJI,
                                "action": {
                                    "action_type": "ACTION_TYPE_SEND_MESSAGE",
                                    "message_info": {"content": EMOJI, "custom_data": EMOJI},
                                    "action_id": EMOJI,
                                },
                            }
                        ]
                    },
                },
                {"type": "BUTTON", "button": {"text": EMOJI, "action": {"action_type": "ACTION_TYPE_CALL"}}},
                {
                    "type": "BUTTON_GROUP",
                    "button_group": {
                        "button_layout": "GRID",
                        "buttons": [
                            {
                                "text": EMOJI,
                                "action": {
                                    "action_type": "ACTION_TYPE_JUMP_MINI_PROGRAM",
                                    "mini_program_jump_info": {"appid": EMOJI, "path": EMOJI, "text": EMOJI},
                                },
                            }
                        ],
                    },
                },
            ],
            "sender_identity": "ROBOT",
            "custom_data": "数" * 4097,
        }
        message = Message.from_dict(data, strict=False)
        assert pointers(message.check) == sorted(
            [
                "/blocks/0/text/text",
                "/blocks/0/text/color",
                "/blocks/1/image/media_id",
                "/blocks/1/image/image_style_type",
                "/blocks/2",
                "/blocks/3/link/action/jump_url",
                "/blocks/3/link/action/action_id",
                "/blocks/4/faq_list/faqs/0/faq_title",
                "/blocks/4/faq_list/faqs/0/faq_id",
                "/blocks/4/faq_list/faqs/0/action/message_info/content",
                "/blocks/4/faq_list/faqs/0/action/message_info/custom_data",
                "/blocks/4/faq_list/faqs/0/action/action_id",
                "/blocks/5/button/text",
                "/blocks/5/button/action",
                "/blocks/6/button_group/button_layout",
                "/blocks/6/button_group/buttons/0/text",
                "/blocks/6/button_group/buttons/0/action/mini_program_jump_info/appid",
                "/blocks/6/button_group/buttons/0/action/mini_program_jump_info/path",
                "/blocks/6/button_group/buttons/0/action/mini_program_jump_info/text",
                "/sender_identity",
                "/custom_data",
            ]
        )
        for found in refused(message.check).problems:
            assert resolve(data, found.pointer) is not None

    def test_check_without_blocks(self) -> None:
        """That there are no blocks is told together with everything else."""
        message = Message.from_dict({"blocks": [], "sender_identity": "ROBOT"}, strict=False)
        assert pointers(message.check) == ["/blocks", "/sender_identity"]


class TestMoreNewcomers:
    """Slips that are told with their cure."""

    @pytest.mark.parametrize(
        ("slip", "pointer", "rule"),
        [
            (lambda: Message().faq({"a", "b"}), "/faqs/0", "unordered"),  # type: ignore[arg-type]
            (lambda: Message().faq({"q": "a"}), "/faqs/0", "unordered"),  # type: ignore[arg-type]
            (lambda: Message().button_group({"a"}), "/buttons/0", "unordered"),  # type: ignore[arg-type]
            (lambda: Message().button_group(x for x in "ab"), "/buttons/0", "list-in-list"),  # type: ignore[arg-type]
            (lambda: Message().button("a", SendMessage), "/action", "not-an-action"),  # type: ignore[arg-type]
            (lambda: Message("您好"), "/blocks", "text-as-message"),  # type: ignore[arg-type]
            (lambda: Message().when(1, Message().text("a")), "", "not-a-function"),  # type: ignore[arg-type]
        ],
    )
    def test_slip(self, slip: Callable[[], Message], pointer: str, rule: str) -> None:
        """Each says where, what was given, and how it is written."""
        found = problem(slip)
        assert (found.pointer, found.rule) == (pointer, rule)


class TestShowing:
    """A message as people see it."""

    MESSAGE = Message().text("您好").image("m").button("好").sent_by("MACHINE")

    def test_forms(self) -> None:
        """It is shown as text, as a page and as code, as `preview` shows it."""
        assert self.MESSAGE.to_text() == as_text(self.MESSAGE)
        assert self.MESSAGE.to_html() == as_page(self.MESSAGE)
        assert self.MESSAGE.to_code() == as_code(self.MESSAGE)

    def test_page(self) -> None:
        """The page may be dark, and has the pictures that it is given."""
        page = self.MESSAGE.to_html(dark=True, images=lambda media_id: f"/{media_id}.png")
        assert page == as_page(self.MESSAGE, Look(images=lambda media_id: f"/{media_id}.png"), dark=True)

    def test_notebook(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A notebook shows it styled; without the extra, it is left to show the repr."""
        shown = self.MESSAGE._repr_html_()
        assert shown == f"<style>{style()}</style>{as_fragment(self.MESSAGE)}"
        monkeypatch.setitem(sys.modules, "markupsafe", None)
        assert self.MESSAGE._repr_html_() is None
        with pytest.raises(MissingExtraError, match=r"HTML needs an extra: install msgkit-wechatpay\[preview\]"):
            self.MESSAGE.to_html()
