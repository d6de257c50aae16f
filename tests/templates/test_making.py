"""Tests of how templates are filled: as composing would, whatever the values are."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from msgkit import Button, Faq, JumpUrl, Message, SendMessage, Template, ValidationError
from msgkit.templates import _making

TEMPLATE = Template.from_dict(
    {
        "variables": {
            "list": {"type": "list", "default": []},
            "more": {"required": False},
            "amount": {"type": "money"},
        },
        "blocks": [
            {"text": "${a}: ${amount}"},
            {"text": "${more}", "when": "more"},
            {"text": "${item} of ${a}", "for": "item in list"},
            {"faq": ["first ${a}", "${list}", {"text": "last", "send": "${b}", "faq_id": "${a}"}]},
            {"link": "${b}", "url": "https://shop.example/${a}", "action_id": "${b}"},
            {"buttons": ["${a}", {"text": "${b}", "send": "${a}", "custom_data": "${b}"}], "multi_clickable": False},
        ],
        "custom_data": "${a}",
    }
)


def composed(a: str, b: str, amount: int, more: str | None, texts: list[str] | None) -> Message:
    """Compose what the template says."""
    message = Message().text(f"{a}: {amount // 100}.{amount % 100:02d}")
    if more:
        message = message.text(more)
    for text in texts or ():
        message = message.text(f"{text} of {a}")
    return (
        message.faq(Faq(f"first {a}"), *(texts or ()), Faq("last", SendMessage(b), faq_id=a))
        .link(b, JumpUrl(f"https://shop.example/{a}", action_id=b))
        .button_group(a, Button(b, SendMessage(a, custom_data=b)), multi_clickable=False)
        .with_custom_data(a)
    )


TEXTS = st.text(st.sampled_from("ab 好 \n\U0001f600$%{}/#\ud800"), max_size=4) | st.sampled_from(
    ["x" * 600, "好" * 5000]
)


class TestAsComposed:
    """A rendered message is the composed one, or is refused as that is."""

    @given(TEXTS, TEXTS, st.integers(0, 10**9), st.none() | TEXTS, st.none() | st.lists(TEXTS, max_size=3))
    def test_any_values(self, a: str, b: str, amount: int, more: str | None, texts: list[str] | None) -> None:
        """Whatever the values are, rendering gives what composing gives, and refuses what that refuses."""
        values: dict[str, Any] = {"a": a, "b": b, "amount": amount, "more": more, "list": texts}
        try:
            message: Message | None = composed(a, b, amount, more, texts)
        except ValidationError:
            message = None
        if message is None:
            with pytest.raises(ValidationError):
                TEMPLATE.render(**values)
        else:
            assert TEMPLATE.render(**values) == message

    @pytest.mark.parametrize("number", [1, _making.MOST_NAMES, _making.MOST_NAMES + 1, 100])
    def test_placeholders(self, number: int) -> None:
        """A text may have any number of placeholders."""
        text = "%s{" + ", ".join(f"${{v{index}}}" for index in range(number)) + "}%%"
        message = Template(Message().text(text)).render(**{f"v{index}": str(index) for index in range(number)})
        assert message == Message().text("%s{" + ", ".join(map(str, range(number))) + "}%%")

    @pytest.mark.parametrize("number", [1, _making.MOST_ITEMS, _making.MOST_ITEMS + 1, 100])
    def test_items(self, number: int) -> None:
        """A list may have any number of entries, of which some change."""
        items = [f"{index} ${{x}}" if index % 2 == 0 else "same" for index in range(number)]
        rendered = Template(Message().button_group(*items)).render(x="y")
        assert rendered == Message().button_group(*(item.replace("${x}", "y") for item in items))


class TestPlaces:
    """Where the problems of a rendered message stand in it."""

    def test_in_lists(self) -> None:
        """They are counted in the rendered message, not in the template, and name whose value it was."""
        values = {"a": "x", "b": "y", "amount": 1, "list": ["1", " ", "3", "\U0001f600"], "more": "more"}
        with pytest.raises(ValidationError) as caught:
            TEMPLATE.render(**values)
        assert [(problem.pointer, problem.params.get("variable")) for problem in caught.value.problems] == [
            ("/blocks/5/text/text", ("list",)),
            ("/blocks/6/faq_list/faqs/2/action/message_info/content", ("list",)),
            ("/blocks/6/faq_list/faqs/2/faq_title", ("list",)),
            ("/blocks/6/faq_list/faqs/4/action/message_info/content", ("list",)),
            ("/blocks/6/faq_list/faqs/4/faq_title", ("list",)),
        ]

    def test_url(self) -> None:
        """A URL that is none any more is told once it is filled, also where all values are fine texts."""
        template = Template(Message().link("x", JumpUrl("${base}/orders/1")))
        assert template.render(base="https://shop.example")
        with pytest.raises(ValidationError, match="/blocks/0/link/action/jump_url"):
            template.render(base="http://shop.example")


class TestRounds:
    """What is made once for each text of a list."""

    def test_expiry_is_counted_once(self) -> None:
        """All expiries of a message count from one moment, those in lists too."""
        button = {"button": "${x}", "for": "x in list", "expires": "1h"}
        template = Template.from_dict({"variables": {"list": {"type": "list"}}, "blocks": [button]})
        data = template.render(list=["1", "2", "3"]).to_dict()
        assert len({json.dumps(block["button"]["invalid_info"]) for block in data["blocks"]}) == 1


class TestShapes:
    """Functions are made by shape, and not for each template."""

    def test_shared(self) -> None:
        """Templates of the same shape share what is generated."""
        Template(Message().text("${a}")).render(a="1")
        made = _making.maker.cache_info().misses
        assert Template(Message().text("您好 ${name}", bold=True)).render(name="x") == Message().text(
            "您好 x", bold=True
        )
        assert _making.maker.cache_info().misses == made
