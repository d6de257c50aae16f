"""The enums: every spelling that is accepted, and those that are not."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from msgkit import ActionType, BlockType, ButtonLayout, ImageStyle, SenderIdentity, TextColor
from msgkit.enums import WireEnum

from .helpers import PROTOCOLS, pickled

ENUMS: dict[type[WireEnum], dict[str, str]] = {
    BlockType: {each: each for each in ("TEXT", "IMAGE", "LINK", "FAQ_LIST", "BUTTON", "BUTTON_GROUP")},
    ActionType: {each: f"ACTION_TYPE_{each}" for each in ("SEND_MESSAGE", "JUMP_URL", "JUMP_MINI_PROGRAM")},
    TextColor: {"DEFAULT": "DEFAULT", "SECONDARY": "SECONDARY"},
    ImageStyle: {each: f"IMAGE_STYLE_TYPE_{each}" for each in ("NARROW", "WIDE")},
    ButtonLayout: {each: f"LAYOUT_{each}" for each in ("UNKNOWN", "HORIZONTAL", "VERTICAL")},
    SenderIdentity: {each: each for each in ("UNKNOWN", "MANUAL", "MACHINE")},
}
MEMBERS = [member for enum in ENUMS for member in enum]


class TestWireEnum:
    """Lookup by what people and the platform write."""

    @pytest.mark.parametrize("enum", ENUMS)
    def test_values(self, enum: type[WireEnum]) -> None:
        """Each enum has exactly the documented values, in the documented order."""
        assert {member.name: member.value for member in enum} == ENUMS[enum]
        assert list(enum) == list(ENUMS[enum].values())

    @pytest.mark.parametrize("member", MEMBERS, ids=repr)
    def test_spellings(self, member: WireEnum) -> None:
        """Member, wire value and short name all find the member, in any case."""
        enum = type(member)
        changes: list[Callable[[str], str]] = [str, str.upper, str.lower, str.title, str.swapcase]
        for form, change in itertools.product((member.value, member.name), changes):
            assert enum(change(form)) is member
        assert enum(member) is member

    @pytest.mark.parametrize(
        "spelling",
        [
            "",
            " ",
            "ſecondary",
            "ſECONDARY",
            "un\u212anown",
            "UN\u212aNOWN",
            "MANUAL ",
            "\nWIDE",
            "WİDE",
            "wıde",
            "ＷＩＤＥ",
            "TEXT\x00",
            "IMAGE_STYLE_TYPE",
            "LAYOUT_",
            "LAYOUT_LAYOUT_VERTICAL",
            "张三",
            None,
            0,
            True,
            b"WIDE",
            ["WIDE"],
            ("WIDE",),
        ],
        ids=repr,
    )
    def test_refused(self, spelling: Any) -> None:
        """What merely looks like a member is none: no Unicode look-alikes, no blanks, no other types."""
        for enum in ENUMS:
            with pytest.raises(ValueError, match="is not a valid"):
                enum(spelling)

    @pytest.mark.parametrize("member", MEMBERS, ids=repr)
    def test_is_a_string(self, member: WireEnum) -> None:
        """A member is its wire value: as text, when compared, and as a key."""
        assert str(member) == f"{member}" == member.value
        assert {member.value: 1}[member] == 1

    @pytest.mark.parametrize("member", MEMBERS, ids=repr)
    def test_pickle(self, member: WireEnum) -> None:
        """A member comes back from a pickle of every protocol as itself."""
        assert all(pickled(member, protocol) is member for protocol in PROTOCOLS)
