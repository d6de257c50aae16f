"""Tests of messages as HTML: what a customer sees, what a tap does, and that no text is more than a text."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import attrs
import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given

from msgkit import (
    Button,
    InvalidInfo,
    JumpMiniProgram,
    JumpUrl,
    Message,
    Reply,
    Template,
    ValidationError,
    Variable,
)
from msgkit.preview import Look, as_fragment, as_page, style
from msgkit.testing.strategies import messages, replies
from tests.helpers import FULL
from tests.strategies import mutated

PNG = b"\x89PNG\r\n\x1a\nrest"
MOMENT = datetime(2026, 11, 25, 13, 2, tzinfo=UTC)
HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}</style>\u202e\x00"


def fragment(content: Message | Reply | Template, look: Look | None = None) -> Tag:
    """Return the element of a message, as a browser would read it."""
    found = BeautifulSoup(as_fragment(content, look or Look()), "html.parser").select_one(".msgkit-message")
    assert found
    return found


def said(element: Tag, selector: str) -> list[str]:
    """Return the texts of the elements that a selector finds."""
    return [found.get_text("", strip=True) for found in element.select(selector)]


def tap(element: Tag, pointer: str) -> Tag:
    """Return what can be tapped at a pointer."""
    (found,) = element.select(f'button[data-pointer="{pointer}"]')
    return found


@attrs.define
class _Names(HTMLParser):
    """Collects the elements and the attributes of a page."""

    tags: set[str] = attrs.field(factory=set)
    attributes: set[str] = attrs.field(factory=set)
    addresses: list[str | None] = attrs.field(factory=list)

    def __attrs_pre_init__(self) -> None:
        HTMLParser.__init__(self)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.addresses += [value for name, value in attrs if name in {"src", "href"}]


TAGS = {"div", "p", "ul", "li", "button", "bdi", "small", "span", "img", "svg", "rect", "circle", "path"}
ATTRIBUTES = {"class", "lang", "dir", "data-pointer", "title", "type", "disabled", "role", "src", "alt"}
DRAWING = {"viewbox", "width", "height", "fill", "stroke", "stroke-width", "x", "y", "rx", "cx", "cy", "r", "d"}


def check_harmless(html: str) -> None:
    """Make sure that HTML has our own elements and attributes and no others."""
    names = _Names()
    names.feed(html)
    assert names.tags <= TAGS
    assert {name for name in names.attributes if not name.startswith("aria-")} <= ATTRIBUTES | DRAWING
    assert names.addresses == []


class TestBlocks:
    """What each block is shown as."""

    def test_texts(self) -> None:
        """Texts keep their line breaks, and are bold and secondary where they say so."""
        element = fragment(Message().text("一\n二", bold=True).text("三", color="SECONDARY").text("四"))
        first, second, third = element.select(".msgkit-text")
        assert first.get_text() == "一\n二"
        assert ["msgkit-bold" in each["class"] for each in (first, second, third)] == [True, False, False]
        assert ["msgkit-secondary" in each["class"] for each in (first, second, third)] == [False, True, False]

    def test_placeholders(self) -> None:
        """A picture that is not at hand is drawn as a placeholder, which says its style and its media id."""
        element = fragment(Message().image("m1", style="WIDE").image("m2", style="NARROW").image("m3"))
        assert said(element, ".msgkit-placeholder") == ["宽图m1", "窄图m2", "图片m3"]
        assert [each["aria-label"] for each in element.select("[role=img]")] == ["宽图 m1", "窄图 m2", "图片 m3"]

    def test_pictures(self) -> None:
        """A picture that is at hand is shown, with what stands for it where it cannot be."""

        def images(media_id: str) -> bytes | str | None:
            found: dict[str, bytes | str] = {"m1": PNG, "m2": "https://cdn.example/2.png"}
            return found.get(media_id)

        element = fragment(
            Message().image("m1").image("m2", style="NARROW").image("m3"),
            Look(images=images),
        )
        sources = [str(each["src"]) for each in element.select("img")]
        assert sources == ["data:image/png;base64,iVBORw0KGgpyZXN0", "https://cdn.example/2.png"]
        assert [each["alt"] for each in element.select("img")] == ["图片", "窄图"]
        assert said(element, ".msgkit-placeholder") == ["图片m3"]

    def test_what_can_be_tapped(self) -> None:
        """Links, questions and buttons are buttons; each says what it does, and where in the message it stands."""
        message = (
            Message()
            .link("订单", JumpUrl("https://shop.example/o"))
            .faq("多久？")
            .button("服务", JumpMiniProgram("wx1", "pages/o"))
            .button_group("好", "不好", layout="HORIZONTAL")
        )
        element = fragment(message)
        taps = element.select("button")
        assert [str(each["data-pointer"]) + "/action" for each in taps] == [where for where, _ in message.actions()]
        assert [each["title"] for each in taps] == [
            "打开 https://shop.example/o",
            "发送“多久？”",
            "打开小程序 wx1 pages/o",
            "发送“好”",
            "发送“不好”",
        ]
        assert [each["type"] for each in taps] == ["button"] * 5
        assert said(element, "button") == ["订单", "多久？", "服务小程序", "好", "不好"]
        assert said(element, ".msgkit-asked") == ["猜你想问"]
        assert len(element.select(".msgkit-across button")) == 2
        blocks = [each["data-pointer"] for each in element.select(".msgkit-card > *")]
        assert blocks == [f"/blocks/{number}" for number in range(4)]

    def test_front_page(self) -> None:
        """A mini program without a path is named by its APPID."""
        element = fragment(Message().button("a", JumpMiniProgram("wx1")))
        assert tap(element, "/blocks/0/button")["title"] == "打开小程序 wx1"

    @pytest.mark.parametrize(
        ("identity", "sender"), [("MANUAL", "商家 · 人工"), ("MACHINE", "商家 · 自动回复"), ("UNKNOWN", "商家")]
    )
    def test_sender(self, identity: str, sender: str) -> None:
        """It says who wrote it."""
        assert said(fragment(Message().text("a").sent_by(identity)), ".msgkit-sender") == [sender]

    def test_what_the_platform_sent(self) -> None:
        """Blocks and actions that this version does not know are shown by their types, and with what they say."""
        blocks = [
            {"type": "VIDEO", "video": {"text": "看\n视频"}},
            {},
            {"type": "BUTTON", "button": {"text": "打电话", "action": {"action_type": "ACTION_TYPE_CALL"}}},
            {"type": "LINK", "link": {"text": "b", "action": {}}},
            {"type": "IMAGE", "image": {"media_id": "m", "image_style_type": "ROUND"}},
            {"type": "BUTTON_GROUP", "button_group": {"buttons": [], "button_layout": "GRID"}},
        ]
        element = fragment(Message.from_dict({"blocks": blocks, "sender_identity": "ROBOT"}, strict=False))
        assert said(element, ".msgkit-unknown") == ["VIDEO看 视频", "未知内容"]
        assert [each["title"] for each in element.select("button")] == ["ACTION_TYPE_CALL", "未知动作"]
        assert said(element, ".msgkit-mark") == ["ACTION_TYPE_CALL", "未知动作"]
        assert said(element, ".msgkit-placeholder") == ["图片m"]
        assert said(element, ".msgkit-sender") == ["商家"]

    def test_a_plain_reply(self) -> None:
        """A plain reply is shown too; its pointers lead into its own JSON."""
        reply = Reply("一\n二").image("m1").link("查看", "https://shop.example/").mini_program("wx1", "p", "订单")
        element = fragment(reply)
        assert said(element, ".msgkit-card > *") == ["一\n二", "图片m1", "查看", "订单小程序"]
        taps = {each["data-pointer"]: each["title"] for each in element.select("button")}
        assert taps == {"/jump_url": "打开 https://shop.example/", "/mini_program_jump_info": "打开小程序 wx1 p"}

    def test_a_reply_that_breaks_a_rule(self) -> None:
        """What could not be sent is shown as it is."""
        reply = Reply.from_dict({"response_content": "", "jump_url": "http://a", "jump_url_text": "b"}, strict=False)
        assert tap(fragment(reply), "/jump_url")["title"] == "打开 http://a"

    def test_a_template(self) -> None:
        """A template is filled with its examples."""
        template = Template(Message().text("订单 ${no}"), declared={"no": Variable(example="42")})
        assert said(fragment(template), ".msgkit-text") == ["订单 42"]


class TestStates:
    """What is expired, and what was used."""

    GROUP = Message().button_group("满意", "不满意", expires=MOMENT, multi_clickable=False)
    FIRST, SECOND = (f"/blocks/0/button_group/buttons/{number}" for number in range(2))

    def test_limits(self) -> None:
        """What has a limit says so, on the clock that customers read."""
        element = fragment(self.GROUP)
        assert said(element, ".msgkit-note") == ["2026-11-25 21:02 前有效 · 仅可点击一次"]
        assert element.select("button[disabled]") == []
        alone = fragment(Message().button("a", multi_clickable=True).link("b", "https://a", expires=MOMENT))
        assert said(alone, ".msgkit-note") == ["2026-11-25 21:02 前有效"]

    @pytest.mark.parametrize("look", [Look(now=MOMENT), Look(state="expired")], ids=["now", "state"])
    def test_expired(self, look: Look) -> None:
        """From its moment on it is off, with all that shares the limit; what has no time is not."""
        element = fragment(self.GROUP + Message().button("a").button("b", multi_clickable=False), look)
        assert said(element, "button[disabled]") == ["满意", "不满意"]
        assert said(element, ".msgkit-note") == ["已失效（2026-11-25 21:02）", "仅可点击一次"]

    def test_used(self) -> None:
        """What was tapped is ticked; where that could be done once, it is off, and so are its siblings."""
        element = fragment(self.GROUP + Message().button("a"), Look(used={self.SECOND, "/blocks/1/button"}))
        assert said(element, "button") == ["满意", "✓不满意", "✓a"]
        assert said(element, "button[disabled]") == ["满意", "✓不满意"]
        assert said(element, ".msgkit-note") == ["已点击“不满意”"]

    def test_all_used(self) -> None:
        """For a look at it, the first of what can be tapped once is tapped, unless another one was."""
        once = Message().link("b", "https://a", multi_clickable=False).button("c")
        element = fragment(self.GROUP + once, Look(state="used"))
        assert said(element, "button[disabled]") == ["✓满意", "不满意", "✓b"]
        assert said(fragment(self.GROUP, Look(state="used", used={self.SECOND})), ".msgkit-tapped") == ["✓不满意"]

    def test_used_and_expired(self) -> None:
        """What is both says both."""
        element = fragment(self.GROUP, Look(now=MOMENT, used={self.FIRST}))
        assert said(element, ".msgkit-note") == ["已点击“满意” · 已失效（2026-11-25 21:02）"]

    def test_a_limit_in_a_group(self) -> None:
        """A button's own limit is the button's alone, and stands below it."""
        own = Button("好", invalid_info=InvalidInfo(MOMENT, multi_clickable=False))
        element = fragment(Message().button_group(own, "不好"), Look(used={self.FIRST}))
        assert said(element, "button[disabled]") == ["✓好"]
        assert said(element, ".msgkit-note") == ["已点击“好”"]

    @pytest.mark.parametrize(
        ("moment", "clock"),
        [
            (datetime(9999, 12, 31, 23, tzinfo=UTC), "9999-12-31 23:00+00:00"),
            (datetime(7, 1, 2, tzinfo=UTC), "0007-01-02 08:00"),
        ],
    )
    def test_odd_times(self, moment: datetime, clock: str) -> None:
        """A time that no clock in Beijing can show is shown as it is written."""
        assert said(fragment(Message().button("a", expires=moment)), ".msgkit-note") == [f"{clock} 前有效"]


class TestHostile:
    """Whatever a message says, it is a text."""

    def test_texts(self) -> None:
        """Markup, templates' own signs, quotes and control characters change nothing, wherever they stand."""
        message = (
            Message()
            .text(HOSTILE)
            .image(HOSTILE)
            .link(HOSTILE, JumpUrl("https://a/" + HOSTILE[:-2].replace(" ", "")))
            .faq(HOSTILE)
            .button_group(Button(HOSTILE, JumpMiniProgram(HOSTILE, HOSTILE)), multi_clickable=False)
        )
        html = as_fragment(message, Look(state="used"))
        check_harmless(html)
        assert "7*7" in html
        assert not {"\u202e", "\x00"} & {*html}
        shown = BeautifulSoup(html, "html.parser").select_one(".msgkit-text")
        assert shown
        assert shown.get_text() == HOSTILE[:-2] + "□□"

    @given(messages())
    def test_any_message(self, message: Message) -> None:
        """Whatever a message says, there are our own elements alone, and each thing to tap once."""
        html = as_fragment(message)
        check_harmless(html)
        pointers = re.findall(r'<button [^>]*data-pointer="([^"]*)"', html)
        assert [f"{pointer}/action" for pointer in pointers] == [pointer for pointer, _ in message.actions()]

    @given(replies())
    def test_any_reply(self, reply: Reply) -> None:
        """So it is for a plain reply."""
        check_harmless(as_fragment(reply))

    @given(mutated(replies().map(Reply.to_dict)))
    def test_whatever_reply_came(self, document: Any) -> None:
        """So it is for a plain reply that is read leniently."""
        try:
            reply = Reply.from_dict(document, strict=False)
        except ValidationError:
            return
        check_harmless(as_fragment(reply))

    @given(mutated(messages().map(Message.to_dict)))
    def test_whatever_came(self, document: Any) -> None:
        """So it is for whatever is read leniently."""
        try:
            message = Message.from_dict(document, strict=False)
        except ValidationError:
            return
        for state in (None, "expired", "used"):
            check_harmless(as_fragment(message, Look(state=state, now=MOMENT)))


class TestPage:
    """A page of its own."""

    MESSAGE = Message.from_dict(FULL)

    @pytest.mark.parametrize("dark", [False, True])
    def test_stands_alone(self, dark: bool) -> None:
        """It needs nothing but itself, and forbids itself all else."""
        page = BeautifulSoup(as_page(self.MESSAGE, dark=dark), "html.parser")
        assert page.select("script, link, iframe, [style], [id], [href], [onclick]") == []
        (policy,) = page.select("meta[http-equiv]")
        assert str(policy["content"]).startswith("default-src 'none'; style-src 'sha256-")
        assert ("msgkit-dark" in str(page.select("html")[0])[:60]) is dark
        assert said(page, "h1, h2") == ["投诉详情", "点击后会怎样"]

    def test_what_taps_do(self) -> None:
        """Below the phone stands what each tap does, and until when."""
        message = Message().button("好", expires=MOMENT).button_group("a", multi_clickable=False)
        page = BeautifulSoup(as_page(message), "html.parser")
        assert said(page, "dt") == ["好", "a"]
        assert said(page, "dd") == ["发送“好”2026-11-25 21:02 前有效", "发送“a”仅可点击一次"]
        assert BeautifulSoup(as_page(Message().text("a")), "html.parser").select("aside") == []

    def test_pictures(self) -> None:
        """It takes what gives pictures beside its look, too."""
        assert 'src="data:image/png;base64,' in as_page(Message().image("m"), images=lambda _: PNG)
        look = Look(images=lambda _: PNG)
        assert 'src="data:image/png;base64,' in as_page(Message().image("m"), look)

    def test_hostile(self) -> None:
        """No text gets out of its place, in the list of taps either."""
        page = as_page(Message().button(HOSTILE))
        assert "<script" not in page
        assert page.count("</style>") == 1

    def test_empty(self) -> None:
        """A message without blocks, where composing starts, has a page too."""
        assert "msgkit-card" in as_page(Message())


def _luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


class TestStyle:
    """The style sheet."""

    def test_stays_within(self) -> None:
        """Each rule is about our own classes, each property of its own is ours, and nothing is loaded."""
        rules = re.sub(r"/\*.*?\*/", "", style(), flags=re.DOTALL)
        selectors = [each.strip() for rule in re.findall(r"([^{}]+)\{", rules) for each in rule.split(",")]
        assert [each for each in selectors if not each.startswith(".msgkit-")] == []
        assert [name for name in re.findall(r"(--[\w-]+)\s*:", rules) if not name.startswith("--msgkit-")] == []
        assert not re.search(r"url\(|@import|@font-face|expression", rules)

    @pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
    @pytest.mark.parametrize(
        ("front", "back"),
        [
            ("ink", "surface"),
            ("ink-2", "surface"),
            ("ink-2", "page"),
            ("ink-2", "raised"),
            ("link", "surface"),
            ("brand", "raised"),
            ("brand", "pressed"),
            ("brand", "surface"),
            ("on-brand", "brand"),
        ],
    )
    def test_contrast(self, theme: int, front: str, back: str) -> None:
        """Every text has a contrast of 4.5:1 at least, what is off too (WCAG 2.1, 1.4.3)."""
        colours = re.findall(r"--msgkit-([\w-]+): (#\w+);", style())
        both = [dict(colours[: len(colours) // 2]), dict(colours[len(colours) // 2 :])][theme]
        light, dark = sorted((_luminance(both[name]) for name in (front, back)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5
