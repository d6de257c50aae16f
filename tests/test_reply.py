"""`Reply`: what it holds, what it refuses, and that it is a value."""

import copy
from typing import Any

import attrs
import pytest
from hypothesis import given

from msgkit import JumpMiniProgram, MiniProgramJumpInfo, Reply
from msgkit.testing.strategies import replies

from .helpers import EMOJI, FULL_REPLY, PROTOCOLS, SECRET, pickled, pointers, problem, refused, shown

PROGRAM = JumpMiniProgram("wx1", "pages/o", "我的订单")


def full() -> Reply:
    """A reply that uses every field."""
    return (
        Reply("已与用户沟通解决")
        .image("m1")
        .image("m2")
        .link("查看订单详情", "https://shop.example/o/42")
        .mini_program("wx1", "pages/o", "我的订单")
    )


class TestReply:
    """The plain reply."""

    def test_json(self) -> None:
        """It comes out as exactly the documented JSON and comes back equal."""
        assert full().to_dict() == FULL_REPLY
        assert Reply.from_json(full().to_json()) == full()
        assert Reply.from_dict(FULL_REPLY) == full()

    def test_only_text(self) -> None:
        """What was not set is left out, an empty list of images too."""
        assert Reply("a").to_dict() == {"response_content": "a"}
        assert Reply.from_dict({"response_content": "a", "response_images": []}) == Reply("a")

    @pytest.mark.parametrize(
        "change",
        [
            lambda r: r.image("m"),
            lambda r: r.link("b", "https://b"),
            lambda r: r.mini_program("wx2", "b", "b"),
        ],
    )
    def test_leaves_the_old_one(self, change: Any) -> None:
        """A method returns a new reply, and the old one is what it was."""
        old = full()
        assert change(old) != old
        assert old == full()

    def test_last_word(self) -> None:
        """There is one link and one mini program; the last one counts."""
        reply = full().link("b", "https://b").mini_program("wx2", "b", "c")
        assert (reply.jump_url_text, reply.jump_url) == ("b", "https://b")
        assert reply.mini_program_jump_info == MiniProgramJumpInfo("wx2", "b", "c")

    @given(replies())
    def test_value(self, reply: Reply) -> None:
        """Copies and what comes back from a pickle equal the original and hash like it."""
        for same in (copy.copy(reply), copy.deepcopy(reply), pickled(reply, PROTOCOLS[-1])):
            assert same == reply
            assert hash(same) == hash(reply)

    @pytest.mark.parametrize("protocol", PROTOCOLS)
    def test_pickle(self, protocol: int) -> None:
        """A reply comes back from a pickle of every protocol."""
        assert pickled(full(), protocol) == full()

    @pytest.mark.parametrize("name", [*FULL_REPLY, "another"])
    def test_frozen(self, name: str) -> None:
        """No field can be changed and none added."""
        with pytest.raises((attrs.exceptions.FrozenInstanceError, AttributeError)):
            setattr(full(), name, None)

    def test_repr_is_silent(self) -> None:
        """The representation shows lengths, never texts."""
        reply = Reply(SECRET).link(SECRET, f"https://a/{SECRET}").mini_program("wx1", SECRET, SECRET)
        assert SECRET not in repr(reply) + str(reply)
        assert "response_content=<5 characters>" in repr(reply)

    @pytest.mark.parametrize(
        "make",
        [
            lambda: Reply(SECRET + EMOJI),
            lambda: Reply(SECRET * 101),
            lambda: Reply("a").image(SECRET + EMOJI),
            lambda: Reply("a").link(SECRET * 3, "https://a"),
            lambda: Reply("a").link("a", f"http://{SECRET}"),
            lambda: Reply("a").mini_program("a", "b", SECRET + EMOJI),
        ],
    )
    def test_errors_are_silent(self, make: Any) -> None:
        """No error shows the text that it complains about."""
        assert SECRET not in shown(refused(make))

    @pytest.mark.parametrize("wrong", [5, "wx1", {"appid": "a"}, PROGRAM], ids=repr)
    def test_mini_program(self, wrong: Any) -> None:
        """A mini program is given as its own class."""
        make: Any = Reply
        assert problem(make, "a", mini_program_jump_info=wrong).pointer == "/mini_program_jump_info"

    @given(replies())
    def test_composed(self, reply: Reply) -> None:
        """Whatever was composed in code can be sent."""
        assert reply.response_content
        reply.check()

    def test_everything_at_once(self) -> None:
        """What was read leniently is told all that keeps it from being sent, by pointer."""
        data = {
            "response_content": "",
            "response_images": ["m", EMOJI, "m", "m", "m"],
            "jump_url": "http://a",
            "mini_program_jump_info": {"appid": EMOJI, "path": "a", "text": EMOJI},
        }
        reply = Reply.from_dict(data, strict=False)
        assert pointers(reply.check) == [
            "/jump_url",
            "/jump_url_text",
            "/mini_program_jump_info/appid",
            "/mini_program_jump_info/text",
            "/response_content",
            "/response_images",
            "/response_images/1",
        ]
