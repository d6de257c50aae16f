"""The words of the short form: what an entry is called, and which keys stand beside its main one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

from msgkit._wire.shape import Field, Leaf, Member, shape_of
from msgkit.actions import JumpMiniProgram, JumpUrl, SendMessage
from msgkit.blocks import Button, ButtonGroup, Faq, FaqList, Image, Link, Text

RENAMED: Final = {
    "is_bold": "bold",
    "image_style_type": "style",
    "button_layout": "layout",
    "expired_time": "expires",
    "sender_identity": "sent_by",
}
"""What a field of the wire is called here; one that is not in it keeps its name."""

SENDER: Final = RENAMED["sender_identity"]

ACTION: Final = "action"
INVALID_INFO: Final = "invalid_info"

EXPIRES: Final = RENAMED["expired_time"]
ONCE: Final = "multi_clickable"
TAPS: Final = (EXPIRES, ONCE)
"""The keys of what can be tapped."""

TARGETS: Final[Mapping[str, tuple[type, str]]] = {
    "send": (SendMessage, "content"),
    "url": (JumpUrl, "jump_url"),
    "mini_program": (JumpMiniProgram, "appid"),
}
"""Where a tap leads, each with its class and the field that the key's value fills; a tap has at most one."""

ACTION_ID: Final = "action_id"
CUSTOM_DATA: Final = "custom_data"
ACTS: Final = (*TARGETS, ACTION_ID, CUSTOM_DATA)
"""The keys of what a tap does."""


_PROGRAM = "mini_program: {appid: wx…, path: …}"
OTHERWISE: Final[Mapping[str, str]] = {
    "path": _PROGRAM,
    "appid": _PROGRAM,
    ACTION: "send: …",
    "action_type": "send: …",
    INVALID_INFO: f"{EXPIRES}: 24h",
    "media_id": "image: …",
}
"""Keys of the wire, and of what stands in other keys, each with how it is written in an entry."""


@attrs.frozen(eq=False)
class Word:
    """What an entry is called, or an item of one.

    Attributes:
        main: Its main key.
        cls: The class that is made of it.
        field: The field that the main key's value fills.
        keys: The fields that other keys fill, by these keys.
        acts: Whether a tap does something.
        must_act: Whether it must be said what; otherwise the text is sent.
        taps: Whether it may expire.
        item: What stands in its list, where its main key has one.
    """

    main: str
    cls: type
    field: str
    keys: Mapping[str, Field]
    acts: bool
    must_act: bool
    taps: bool
    item: Word | None = None

    @property
    def allowed(self) -> tuple[str, ...]:
        """The keys that it has, in the order in which a person writes them."""
        return (self.main, *self.keys, *(ACTS if self.acts else ()), *(TAPS if self.taps else ()))

    @property
    def spellings(self) -> Mapping[str, str]:
        """The wire's names of its keys, which are taken too, each with the key that it stands for."""
        found = {field.name: key for key, field in self.keys.items() if field.name != key}
        found |= {"expired_time": EXPIRES} if self.taps else {}
        return found | ({self.field: self.main} if self.main == "text" and self.field != self.main else {})


def _word(main: str, cls: type, field: str, item: Word | None = None) -> Word:
    fields = {each.name: each for each in shape_of(cls).fields}
    plain = {
        RENAMED.get(name, name): each
        for name, each in fields.items()
        if name != field and isinstance(each.kind, (Leaf, Member))
    }
    acts = ACTION in fields
    must_act = acts and fields[ACTION].attribute.metadata.get("always_sent") is None
    return Word(main, cls, field, plain, acts, must_act, INVALID_INFO in fields, item)


ENTRIES: Final[Mapping[str, Word]] = {
    word.main: word
    for word in (
        _word("text", Text, "text"),
        _word("image", Image, "media_id"),
        _word("link", Link, "text"),
        _word("faq", FaqList, "faqs", _word("text", Faq, "faq_title")),
        _word("button", Button, "text"),
        _word("buttons", ButtonGroup, "buttons", _word("text", Button, "text")),
    )
}
"""The entries that have a word, by it. A block that has none is written in the wire's form."""

BY_CLASS: Final = {word.cls: word for word in ENTRIES.values()}
