"""A template filled to be looked at: where in its file each part of the message comes from."""

from __future__ import annotations

from msgkit import Message
from msgkit.templates import Template
from msgkit.templates._filled import fill, show
from msgkit.templates._values import Taken

DATA = {
    "variables": {"vip": {"type": "bool"}, "each": {"type": "list"}, "note": {"required": False}},
    "variants": [
        {"when": "vip", "blocks": [{"text": "贵宾 ${name}"}, {"text": "${it}", "for": "it in each"}]},
        {"blocks": [{"text": "${note}", "when": "note"}, {"faq": ["甲", "乙"]}], "sent_by": "machine"},
    ],
}


class TestFill:
    """`fill`."""

    def test_variant(self) -> None:
        """It tells which variant the conditions chose."""
        template = Template.from_dict(DATA)
        values = {"name": "张三", "each": ["一"], "vip": False}
        assert fill(template, values).variant == 1
        assert fill(template, {**values, "vip": True}).variant == 0

    def test_places(self) -> None:
        """What a list repeats, what a condition leaves out and what stands in a block are found in the file."""
        template = Template.from_dict(DATA)
        filled = fill(template, {"name": "张三", "each": ["一", "二"], "vip": True})
        places = [filled.place(f"/blocks/{index}") for index in range(3)]
        assert places == ["/variants/0/blocks/0", "/variants/0/blocks/1", "/variants/0/blocks/1"]
        filled = fill(template, {"name": "张三", "each": [], "vip": False})
        assert filled.place("/blocks/0/faq_list/faqs/1") == "/variants/1/blocks/1/faq/1"
        assert filled.place("/sender_identity") == "/variants/1/sent_by"


class TestShow:
    """`show`."""

    def test_placeholders(self) -> None:
        """What must be given and is not stays a placeholder; what need not be is left out."""
        filled = show(Template.from_dict(DATA), {"vip": Taken(False, None), "each": Taken((), None)})  # noqa: FBT003
        assert filled.message == Message().faq("甲", "乙").sent_by("MACHINE")
        filled = show(Template.from_dict(DATA), {"vip": Taken(True, None)})  # noqa: FBT003
        assert filled.message == Message().text("贵宾 ${name}").text("${each}")

    def test_variant(self) -> None:
        """Another variant is filled than the conditions choose, with placeholders where they would have left it out."""
        filled = show(Template.from_dict(DATA), {"vip": Taken(True, None)}, 1)  # noqa: FBT003
        assert filled.variant == 1
        assert filled.place("/blocks/0") == "/variants/1/blocks/0"
