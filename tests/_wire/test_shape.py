"""Going through a message, part by part."""

from typing import Any

import pytest
from hypothesis import given, strategies as st

from msgkit import Block, InvalidInfo, Message, UnknownAction, UnknownBlock, ValidationError, wire
from msgkit.testing.strategies import blocks, messages
from tests.helpers import EMOJI, FULL, changed, places, resolve
from tests.strategies import mutated

TEXTS = [p for p in places(FULL) if isinstance(resolve(FULL, p), str) and not p.endswith("/expired_time")]


class TestWalk:
    """Every part with its pointer, in document order."""

    def test_full(self) -> None:
        """The parts of a document that has everything are met in the order in which a reader meets them."""
        found = [(pointer, type(part).__name__) for pointer, part in wire.walk(Message.from_dict(FULL))]
        assert found == [
            ("/blocks/0/text", "Text"),
            ("/blocks/1/image", "Image"),
            ("/blocks/2/link", "Link"),
            ("/blocks/2/link/action", "JumpUrl"),
            ("/blocks/2/link/invalid_info", "InvalidInfo"),
            ("/blocks/3/faq_list", "FaqList"),
            ("/blocks/3/faq_list/faqs/0", "Faq"),
            ("/blocks/3/faq_list/faqs/0/action", "SendMessage"),
            ("/blocks/4/button", "Button"),
            ("/blocks/4/button/action", "JumpMiniProgram"),
            ("/blocks/4/button/invalid_info", "InvalidInfo"),
            ("/blocks/5/button_group", "ButtonGroup"),
            ("/blocks/5/button_group/buttons/0", "Button"),
            ("/blocks/5/button_group/buttons/0/action", "SendMessage"),
            ("/blocks/5/button_group/buttons/0/invalid_info", "InvalidInfo"),
            ("/blocks/5/button_group/buttons/1", "Button"),
            ("/blocks/5/button_group/buttons/1/action", "JumpUrl"),
            ("/blocks/5/button_group/invalid_info", "InvalidInfo"),
        ]

    def test_unknown(self) -> None:
        """What only the platform knows is met as a whole."""
        data: Any = {
            "blocks": [
                {"type": "VIDEO", "video": {}},
                {"type": "BUTTON", "button": {"text": "a", "action": {"action_type": "ACTION_TYPE_CALL"}}},
            ]
        }
        message = Message.from_dict(data, strict=False)
        found = {pointer: type(part) for pointer, part in wire.walk(message.blocks)}
        assert found["/blocks/0"] is UnknownBlock
        assert found["/blocks/1/button/action"] is UnknownAction

    @pytest.mark.parametrize("nothing", [(), []])
    def test_nothing(self, nothing: Any) -> None:
        """Where there are no blocks, there is nothing to be met."""
        assert list(wire.walk(nothing)) == []

    @given(messages())
    def test_pointers(self, message: Message) -> None:
        """Every pointer is met once and leads, in the message's own JSON, to an object."""
        written = message.to_dict()
        found = [pointer for pointer, _ in wire.walk(message.blocks)]
        assert len(set(found)) == len(found)
        for pointer in found:
            assert isinstance(resolve(written, pointer), dict)

    @given(messages())
    def test_order(self, message: Message) -> None:
        """Parts are met in the order in which they stand in the JSON."""
        every = list(places(message.to_dict()))
        found = [every.index(pointer) for pointer, _ in wire.walk(message.blocks)]
        assert found == sorted(found)

    @given(blocks())
    def test_no_problems(self, block: Block) -> None:
        """No part of what was composed in code has a problem."""
        parts = [part for _, part in wire.walk([block])]
        assert parts[0] is block
        assert [found for part in parts for found in wire.problems(part)] == []

    def test_of_read(self) -> None:
        """An `InvalidInfo` is met wherever it may stand."""
        assert len(Message.from_dict(FULL).find(InvalidInfo)) == 4


class TestSound:
    """The quick look at a part and all in it."""

    @pytest.mark.parametrize("pointer", TEXTS)
    def test_one_flaw(self, pointer: str) -> None:
        """One character that cannot be sent, wherever it stands, is noticed by the quick look and by `check`."""
        message = Message.from_dict(changed(FULL, pointer, EMOJI), strict=False)
        unsound = [index for index, block in enumerate(message) if not wire.is_sound(block)]
        assert unsound == ([int(pointer.split("/")[2])] if pointer.startswith("/blocks/") else [])
        with pytest.raises(ValidationError) as caught:
            message.check()
        (problem,) = caught.value.problems
        assert problem.pointer in {pointer, pointer.rpartition("/")[0]}  # a type that is unknown is the whole part's

    @given(blocks())
    def test_composed(self, block: Block) -> None:
        """What was composed in code is sound."""
        assert wire.is_sound(block)

    @given(mutated(st.just(FULL)))
    def test_same_as_careful(self, document: Any) -> None:
        """A block is sound if and only if no part of it has a problem."""
        try:
            message = Message.from_dict(document, strict=False)
        except ValidationError:
            return
        for block in message:
            assert wire.is_sound(block) == (not any(wire.problems(part) for _, part in wire.walk([block])))
