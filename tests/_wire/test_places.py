"""Where things stand in a message, and the way through its parts."""

from typing import Any

from hypothesis import given

from msgkit import (
    Button,
    ButtonGroup,
    InvalidInfo,
    Message,
    Reply,
    UnknownAction,
    UnknownBlock,
    _wire,
)
from msgkit._wire.places import Place
from msgkit._wire.shape import Leaf, shape_of
from msgkit.testing.strategies import messages
from tests.helpers import FULL, FULL_REPLY, places, resolve


class TestPaths:
    """Places, and how they are shown."""

    def test_pointer(self) -> None:
        """A path is shown as a JSON Pointer, ~ and / in its keys escaped."""
        assert _wire.pointer(None) == ""
        assert _wire.pointer(_wire.path_of("blocks", 0, "a/b~c", "")) == "/blocks/0/a~1b~0c/"
        assert _wire.path_of() is None
        assert _wire.path_of("a", 1) == ((None, "a"), 1)

    def test_of_fields(self) -> None:
        """A field stands in the payload of its part, or beside it."""
        (place,) = [
            each
            for each in _wire.walk(Message.from_dict(FULL))
            if _wire.pointer(each.path) == "/blocks/4/button/action"
        ]
        assert _wire.pointer(place.home) == "/blocks/4/button/action/mini_program_jump_info"
        assert _wire.pointer(place.field("appid")) == "/blocks/4/button/action/mini_program_jump_info/appid"
        assert _wire.pointer(place.field("action_id")) == "/blocks/4/button/action/action_id"

    def test_inner(self) -> None:
        """What a field holds directly is found by the field's name."""
        group = Place(Message.from_dict(FULL).find(ButtonGroup)[0], None, None)
        assert [_wire.pointer(each.path) for each in group.inner("buttons")] == ["/buttons/0", "/buttons/1"]
        assert [type(each.part) for each in group.inner("invalid_info")] == [InvalidInfo]
        assert group.inner("button_layout") == []


class TestWalk:
    """Every part with its place, in document order."""

    def test_full(self) -> None:
        """The parts of a document that has everything are met in the order in which a reader meets them."""
        found = [
            (_wire.pointer(path), _wire.pointer(home).removeprefix(_wire.pointer(path)), type(part).__name__)
            for part, path, home in _wire.walk(Message.from_dict(FULL))
        ]
        assert found == [
            ("", "", "Message"),
            ("/blocks/0", "/text", "Text"),
            ("/blocks/1", "/image", "Image"),
            ("/blocks/2", "/link", "Link"),
            ("/blocks/2/link/action", "", "JumpUrl"),
            ("/blocks/2/link/invalid_info", "", "InvalidInfo"),
            ("/blocks/3", "/faq_list", "FaqList"),
            ("/blocks/3/faq_list/faqs/0", "", "Faq"),
            ("/blocks/3/faq_list/faqs/0/action", "/message_info", "SendMessage"),
            ("/blocks/4", "/button", "Button"),
            ("/blocks/4/button/action", "/mini_program_jump_info", "JumpMiniProgram"),
            ("/blocks/4/button/invalid_info", "", "InvalidInfo"),
            ("/blocks/5", "/button_group", "ButtonGroup"),
            ("/blocks/5/button_group/buttons/0", "", "Button"),
            ("/blocks/5/button_group/buttons/0/action", "/message_info", "SendMessage"),
            ("/blocks/5/button_group/buttons/0/invalid_info", "", "InvalidInfo"),
            ("/blocks/5/button_group/buttons/1", "", "Button"),
            ("/blocks/5/button_group/buttons/1/action", "", "JumpUrl"),
            ("/blocks/5/button_group/invalid_info", "", "InvalidInfo"),
        ]

    def test_reply(self) -> None:
        """A plain reply has one part."""
        found = [
            (_wire.pointer(path), type(part).__name__) for part, path, _ in _wire.walk(Reply.from_dict(FULL_REPLY))
        ]
        assert found == [("", "Reply"), ("/mini_program_jump_info", "MiniProgramJumpInfo")]

    def test_unknown(self) -> None:
        """What stays as it came is met as a whole."""
        data: Any = {
            "blocks": [
                {"type": "VIDEO", "video": {}},
                {"type": "BUTTON", "button": {"text": "a", "action": {"action_type": "ACTION_TYPE_CALL"}}},
                {"type": "LINK", "link": {"action": {"action_type": "ACTION_TYPE_JUMP_URL", "jump_url": "https://a"}}},
            ]
        }
        message = Message.from_dict(data, strict=False)
        assert [(_wire.pointer(path), type(part)) for part, path, _ in _wire.walk(message)] == [
            ("", Message),
            ("/blocks/0", UnknownBlock),
            ("/blocks/1", Button),
            ("/blocks/1/button/action", UnknownAction),
            ("/blocks/2", UnknownBlock),
        ]

    def test_nothing(self) -> None:
        """Where there are no blocks, there is nothing but the message."""
        assert _wire.walk(Message()) == [Place(Message(), None, None)]

    @given(messages())
    def test_pointers(self, message: Message) -> None:
        """Every place is met once and leads, in the message's own JSON, to an object; its fields stand there too."""
        written = message.to_dict()
        found = _wire.walk(message)
        assert len({place.path for place in found}) == len(found)
        for place in found:
            assert isinstance(resolve(written, _wire.pointer(place.path)), dict)
            assert isinstance(resolve(written, _wire.pointer(place.home)), dict)
            for field in shape_of(place.part.__class__).fields:
                if field.get(place.part) is not None and field.kind in (Leaf(str), Leaf(bool)):
                    assert resolve(written, _wire.pointer(place.field(field.name))) == field.get(place.part)

    @given(messages())
    def test_order(self, message: Message) -> None:
        """Parts are met in the order in which they stand in the JSON."""
        every = list(places(message.to_dict()))
        found = [every.index(_wire.pointer(place.path)) for place in _wire.walk(message)]
        assert found == sorted(found)

    def test_of_read(self) -> None:
        """An `InvalidInfo` is met wherever it may stand."""
        assert len(Message.from_dict(FULL).find(InvalidInfo)) == 4
