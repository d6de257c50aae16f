"""The rules: what passes, what does not, and that each says where, what would be right, and no customer's word."""

from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import example, given, strategies as st

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
    MiniProgramJumpInfo,
    Reply,
    SenderIdentity,
    SendMessage,
    Text,
    TextColor,
)
from msgkit._fields import Limits, limits, unchecked
from msgkit._wire import shape_of
from msgkit.testing.strategies import moments, offsets, texts, urls

from .helpers import EMOJI, SECRET, problem, refused, shown

SEND = SendMessage("a")
# Every field that takes one-to-three-byte characters: a class, what else it needs, and the field.
STRINGS: list[tuple[type, dict[str, Any], str]] = [
    (Text, {}, "text"),
    (Image, {}, "media_id"),
    (Link, {"action": SEND}, "text"),
    (Faq, {}, "faq_title"),
    (Faq, {"faq_title": "a"}, "faq_id"),
    (Button, {}, "text"),
    (Message, {}, "custom_data"),
    (Reply, {}, "response_content"),
    (Reply, {"response_content": "a", "jump_url": "https://a"}, "jump_url_text"),
    (Reply, {"response_content": "a", "jump_url_text": "a"}, "jump_url"),
    (MiniProgramJumpInfo, {"path": "a", "text": "a"}, "appid"),
    (MiniProgramJumpInfo, {"appid": "a", "text": "a"}, "path"),
    (MiniProgramJumpInfo, {"appid": "a", "path": "a"}, "text"),
]
ENUM_FIELDS: list[tuple[type, dict[str, Any], str, type]] = [
    (Text, {"text": "a"}, "color", TextColor),
    (Image, {"media_id": "a"}, "image_style_type", ImageStyle),
    (ButtonGroup, {"buttons": ("a",)}, "button_layout", ButtonLayout),
    (Message, {}, "sender_identity", SenderIdentity),
]
# Every text that a person reads or that leads somewhere: blank, it would be of no use.
NOT_BLANK: list[tuple[type, dict[str, Any], str]] = [
    (Text, {}, "text"),
    (Image, {}, "media_id"),
    (Link, {"action": SEND}, "text"),
    (Faq, {}, "faq_title"),
    (Button, {}, "text"),
    (SendMessage, {}, "content"),
    (JumpMiniProgram, {}, "appid"),
    (Reply, {}, "response_content"),
    (Reply, {"response_content": "a", "jump_url": "https://a"}, "jump_url_text"),
    (MiniProgramJumpInfo, {"path": "a", "text": "a"}, "appid"),
    (MiniProgramJumpInfo, {"appid": "a", "path": "a"}, "text"),
]
FLAGS: list[tuple[type, dict[str, Any], str]] = [
    (Text, {"text": "a"}, "is_bold"),
    (InvalidInfo, {}, "multi_clickable"),
]
# What a value is called, in JSON's words where JSON has one, and otherwise by its class.
CALLED: list[tuple[object, str]] = [
    (None, "null"),
    (True, "a boolean"),
    ("a", "a string"),
    (5, "a number"),
    (1.5, "a number"),
    (["a"], "an array"),
    (("a",), "an array"),
    ({"a": 1}, "an object"),
    (MappingProxyType({"a": 1}), "an object"),
    (b"a", "bytes"),
    ({"a"}, "set"),
    (Text("a"), "Text"),
    (Text, "type"),
    (object(), "builtins.object"),
    (time(12), "datetime.time"),
    (date(2030, 1, 1), "date"),
]


def called(*but: str) -> list[tuple[object, str]]:
    """Return the values of `CALLED`, but for those of some kinds."""
    return [(value, word) for value, word in CALLED if word not in but]


class Naive(tzinfo):
    """A zone that does not know its offset."""

    def utcoffset(self, _moment: datetime | None) -> None:
        """Return nothing, as the protocol allows."""

    dst = utcoffset

    def tzname(self, _moment: datetime | None) -> str:
        """Return a name."""
        return "nowhere"


class TestCharacters:
    """Characters that UTF-8 encodes in one to three bytes."""

    @pytest.mark.parametrize(("cls", "others", "name"), STRINGS)
    def test_all_but_four_bytes(self, cls: type, others: dict[str, Any], name: str) -> None:
        """U+0000 to U+FFFF pass, surrogates apart, in every field and unchanged."""
        allowed = "\x00\x7f\x80\u07ff\ud7ff\ue000\uffff"
        if name == "jump_url":
            allowed = "https://\u00a1\u07ff\ud7ff\ue000\uffff"
        assert getattr(cls(**others, **{name: allowed}), name) == allowed

    @pytest.mark.parametrize(("cls", "others", "name"), STRINGS)
    @pytest.mark.parametrize(
        ("text", "finding"),
        [
            (EMOJI, "has U+1F600 at position 0 (counted from 0); "),
            (f"{SECRET}{EMOJI}", "has U+1F600 at position 5 (counted from 0); "),
            ("好\U00010000好", "has U+10000 at position 1 (counted from 0); "),
            ("\U0010ffff", "has U+10FFFF at position 0 (counted from 0); "),
            ("a\ud800", "has U+D800 at position 1 (counted from 0); "),
            ("\udfff", "has U+DFFF at position 0 (counted from 0); "),
            ("\ude00\ud83d", "has U+DE00 at position 0 (counted from 0) and 1 more like it; "),
            (f"a{EMOJI * 3}", "has U+1F600 at position 1 (counted from 0) and 2 more like it; "),
        ],
        ids=ascii,
    )
    def test_four_bytes(self, cls: type, others: dict[str, Any], name: str, text: str, finding: str) -> None:
        """An emoji or a lone surrogate is named with its position, and the error says what APIv3 takes."""
        error = refused(cls, **others, **{name: text})
        (found,) = error.problems
        assert found.pointer == f"/{name}"
        assert found.message == finding + "APIv3 takes only characters that UTF-8 encodes in one to three bytes"
        assert found.value == text
        assert SECRET not in shown(error)

    @given(texts(blank=False))
    def test_any(self, text: str) -> None:
        """Whatever text is allowed comes through unchanged."""
        assert Text(text).text == text

    @given(st.text(st.characters(exclude_categories=[])))
    @example("\ud83d\ude00")
    def test_exactly(self, text: str) -> None:
        """A text passes if and only if each of its characters has a form of one to three bytes."""
        sendable = all(ord(c) <= 0xFFFF and not 0xD800 <= ord(c) <= 0xDFFF for c in text)
        if sendable:
            assert SendMessage("a", text).custom_data == text
        else:
            assert problem(SendMessage, "a", text).pointer == "/custom_data"

    @pytest.mark.parametrize(("cls", "others", "name"), STRINGS)
    def test_other_types(self, cls: type, others: dict[str, Any], name: str) -> None:
        """Nothing is turned into a string; the error says in JSON's words what it was instead."""
        for wrong, word in called("a string", "null"):
            found = problem(cls, **others, **{name: wrong})
            assert (found.pointer, found.rule) == (f"/{name}", "wrong-type")
            assert found.message == f"must be a string, not {word}"


class TestLengths:
    """Limits are those of the documentation, counted in characters."""

    @pytest.mark.parametrize(
        ("cls", "others", "name", "most"),
        [
            (Message, {}, "custom_data", 4096),
            (Reply, {}, "response_content", 500),
            (Reply, {"response_content": "a", "jump_url": "https://a"}, "jump_url_text", 10),
        ],
    )
    def test_at_most(self, cls: type, others: dict[str, Any], name: str, most: int) -> None:
        """As many characters as the documentation says pass, and one more does not."""
        assert getattr(cls(**others, **{name: "数" * most}), name) == "数" * most
        error = refused(cls, **others, **{name: "数" * (most + 1)})
        (found,) = error.problems
        assert found.pointer == f"/{name}"
        assert found.message == f"is {most + 1} characters long; at most {most} are allowed"
        assert "数数" not in shown(error)

    def test_url(self) -> None:
        """The URL of a plain reply has at most 512 characters."""
        url = "https://h/".ljust(512, "a")
        assert Reply("a").link("b", url).jump_url == url
        found = problem(Reply("a").link, "b", url + "a")
        assert found.pointer == "/jump_url"
        assert "513" in found.message
        assert "512" in found.message

    @pytest.mark.parametrize("blank", ["", " ", "\n", "\t \r\n", "\u3000", "\xa0\u2028", "\x1c\x85"], ids=ascii)
    @pytest.mark.parametrize(("cls", "others", "name"), NOT_BLANK)
    def test_blank(self, cls: type, others: dict[str, Any], name: str, blank: str) -> None:
        """What a person reads, or what leads somewhere, is neither empty nor white space alone."""
        found = problem(cls, **others, **{name: blank})
        assert (found.pointer, found.rule, found.message) == (f"/{name}", "empty", "must not be empty")
        assert getattr(cls(**others, **{name: blank + "a"}), name) == blank + "a"

    @pytest.mark.parametrize("make", [lambda: Reply("a", ("m", " ")), lambda: Reply("a").image("m").image("")])
    def test_blank_image(self, make: Any) -> None:
        """Nor is the id of a picture."""
        found = problem(make)
        assert (found.pointer, found.rule) == ("/response_images/1", "empty")

    @pytest.mark.parametrize("blank", ["", " \n"])
    def test_blank_data(self, blank: str) -> None:
        """What is the merchant's own may be empty, and a rich message's page of a mini program too."""
        action = SendMessage("a", blank, action_id=blank)
        assert (action.custom_data, action.action_id) == (blank, blank)
        assert Faq("a", faq_id=blank).faq_id == Message().with_custom_data(blank).custom_data == blank
        assert JumpMiniProgram("wx1", blank).path == blank
        assert problem(MiniProgramJumpInfo, "wx1", blank, "a").rule == "empty"

    def test_images(self) -> None:
        """A plain reply takes four images, and not five."""
        four = Reply("a", ("m",) * 4)
        assert len(four.response_images) == 4
        found = problem(four.image, "m5")
        assert found.pointer == "/response_images"
        assert found.message == "has 5 entries; at most 4 are allowed"

    @pytest.mark.parametrize(
        "make",
        [
            Text,
            Image,
            Faq,
            Button,
            SendMessage,
            lambda text: Link(text, SEND),
            lambda text: Faq("a", faq_id=text),
            lambda text: SendMessage("a", text, action_id=text),
        ],
    )
    def test_no_limit(self, make: Any) -> None:
        """Where the documentation gives no limit, there is none."""
        assert make("数" * 100_000) != make("数")


class TestHttps:
    """Addresses: https only, with a host, without blanks."""

    @pytest.mark.parametrize(
        "url",
        [
            "https://h",
            "https://h/",
            "HTTPS://H",
            "hTTpS://shop.example/orders/42?x=1&y=https://other#frag",
            "https://h:8443",
            "https://u:p@h/",
            "https://u@h?q",
            "https://@h",
            "https://h?@",
            "https://h#",
            "https://[::1]/",
            "https://例子.cn/路径",
            "https://h/'\"<>\\{}|^`",
            "https://h/\uffff",
            "https://h/".ljust(9000, "a"),
        ],
    )
    def test_accepted(self, url: str) -> None:
        """Addresses that a browser would open pass, unchanged."""
        assert JumpUrl(url).jump_url == url

    @pytest.mark.parametrize(
        ("url", "finding"),
        [
            ("", "must be a URL that starts with https://"),
            ("h", "must be a URL that starts with https://"),
            ("http://h", "must be a URL that starts with https://"),
            ("https:/h", "must be a URL that starts with https://"),
            ("https//h", "must be a URL that starts with https://"),
            ("//h", "must be a URL that starts with https://"),
            ("ftp://h", "must be a URL that starts with https://"),
            ("xhttps://h", "must be a URL that starts with https://"),
            ("javascript:https://h", "must be a URL that starts with https://"),
            ("http\u017f://h", "must be a URL that starts with https://"),
            ("ｈｔｔｐｓ://h", "must be a URL that starts with https://"),
            ("https://", "has no host"),
            ("https:///path", "has no host"),
            ("https://?q", "has no host"),
            ("https://#f", "has no host"),
            ("https://:443/", "has no host"),
            ("https://u@", "has no host"),
            ("https://u@/", "has no host"),
            ("https://u:p@:443/", "has no host"),
            ("https://a@b@c/", "has no host"),
            (" https://h", "has U+0020 at position 0"),
            ("https://h ", "has U+0020 at position 9"),
            ("https://h\n", "has U+000A at position 9"),
            ("https://h\r\nX: y", "has U+000D at position 9"),
            ("https://h/\x00", "has U+0000 at position 10"),
            ("https://h/\x7f", "has U+007F at position 10"),
            ("https://h/\x85", "has U+0085 at position 10"),
            ("https://h/\xa0", "has U+00A0 at position 10"),
            ("https://h/\u2028", "has U+2028 at position 10"),
            ("https://h/\u3000x", "has U+3000 at position 10"),
            (f"https://h/{EMOJI}", "has U+1F600 at position 10"),
        ],
    )
    def test_refused(self, url: str, finding: str) -> None:
        """Everything else is refused under the field's name, with the flaw, by both kinds of reply."""
        for make in (JumpUrl, lambda url: Reply("a").link("b", url)):
            found = problem(make, url)
            assert found.pointer == "/jump_url"
            assert found.message.startswith(finding)

    def test_silent(self) -> None:
        """An address is not shown: its query may name a customer."""
        for url in (f"http://h/{SECRET}", f"https://h/{SECRET} ", f"https:///{SECRET}"):
            assert SECRET not in shown(refused(JumpUrl, url))

    @given(urls())
    def test_any(self, url: str) -> None:
        """Whatever is an https URL passes."""
        assert JumpUrl(url).jump_url == url


class TestPlaceholders:
    """Addresses in messages that become templates."""

    @pytest.mark.parametrize(
        "url", ["$base", "${base}", "${base}/orders/42", "$base?q=${q}", "$_", "${A_1}x", "${网址}/a"]
    )
    def test_composing(self, url: str) -> None:
        """While a message is composed, its addresses may begin with a placeholder; such a message is not sent."""
        message = Message().link("a", JumpUrl(url))
        assert Message.from_dict(message.to_dict()) == message
        message.check(filled=False)
        assert [p.pointer for p in refused(message.check).problems] == ["/blocks/0/link/action/jump_url"]

    @pytest.mark.parametrize(
        "url", ["$", "$1", "${}", "${1}", "${a-b}", "${a", "$$base", "x$base", "${not}", "$基", "$ſ", "$a b"]
    )
    def test_no_placeholder(self, url: str) -> None:
        """What merely looks like a placeholder is no address."""
        assert problem(JumpUrl, url).pointer == "/jump_url"

    def test_filled(self) -> None:
        """Where everything must be filled in, a placeholder is refused like any other text."""
        message = Message().link("a", "${base}/x")
        assert problem(message.check).message == "must be a URL that starts with https://"
        assert JumpUrl("${base}/x").jump_url == "${base}/x"

    @pytest.mark.parametrize("url", ["$base", "${base}/orders/42"])
    def test_reply(self, url: str) -> None:
        """A plain reply is no template: nothing would fill a placeholder in before it is sent."""
        assert problem(Reply("a").link, "b", url).pointer == "/jump_url"


class TestFlag:
    """True, false, or not set."""

    @pytest.mark.parametrize("value", [None, True, False])
    @pytest.mark.parametrize(("cls", "others", "name"), FLAGS)
    def test_accepted(self, cls: type, others: dict[str, Any], name: str, value: bool | None) -> None:
        """Each of the three is kept apart from the others."""
        assert getattr(cls(**others, **{name: value}), name) is value

    @pytest.mark.parametrize(
        ("value", "word"), [*called("null", "a boolean"), (0, "a number"), (1, "a number"), ("", "a string")]
    )
    @pytest.mark.parametrize(("cls", "others", "name"), FLAGS)
    def test_refused(self, cls: type, others: dict[str, Any], name: str, value: object, word: str) -> None:
        """What is merely true or false in Python's eyes is refused."""
        found = problem(cls, **others, **{name: value})
        assert (found.pointer, found.rule) == (f"/{name}", "wrong-type")
        assert found.message == f"must be true or false, not {word}"


class TestMoment:
    """Datetimes that RFC 3339 can say."""

    @given(moments())
    def test_kept(self, moment: datetime) -> None:
        """A moment stays the same moment, in whole seconds and with its offset fixed."""
        kept = InvalidInfo(moment).expired_time
        assert kept is not None
        assert kept.utcoffset() == moment.utcoffset()
        assert kept.replace(tzinfo=None) == moment.replace(tzinfo=None, microsecond=0, fold=0)
        assert type(kept.tzinfo) is timezone
        assert kept.fold == 0
        assert datetime.fromisoformat(kept.isoformat()) == kept

    @given(st.datetimes(), offsets)
    def test_equal(self, moment: datetime, zone: tzinfo) -> None:
        """Two infos with the same moment are equal and hash alike, whatever class their zones are of."""
        one = InvalidInfo(moment.replace(tzinfo=zone, fold=1))
        fixed = timezone(zone.utcoffset(moment.replace(fold=1)) or timedelta())
        other = InvalidInfo(moment.replace(tzinfo=fixed))
        assert one == other
        assert hash(one) == hash(other)

    @given(st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1)), offsets, offsets)  # noqa: DTZ001 - zones come below
    def test_equal_means_written_alike(self, moment: datetime, one: tzinfo, other: tzinfo) -> None:
        """Two messages are equal if and only if their JSON is; the same instant in two zones is written in two ways."""
        instant = moment.replace(tzinfo=UTC)
        first, second = (Message().button("a", expires=instant.astimezone(zone)) for zone in (one, other))
        assert (first == second) == (first.to_json() == second.to_json())
        if first == second:
            assert hash(first) == hash(second)

    def test_same_instant(self) -> None:
        """An hour in Beijing and the same hour in London are two infos."""
        beijing = datetime(2030, 1, 1, 8, tzinfo=timezone(timedelta(hours=8)))
        assert beijing == beijing.astimezone(UTC)
        assert InvalidInfo(beijing) != InvalidInfo(beijing.astimezone(UTC))

    @pytest.mark.parametrize("zone", [None, Naive()])
    def test_naive(self, zone: tzinfo | None) -> None:
        """A datetime without a zone is refused, and the error says how to give it one."""
        found = problem(InvalidInfo, datetime(2030, 1, 1, tzinfo=zone))
        assert found.pointer == "/expired_time"
        assert found.message == "has no time zone; use datetime.now(timezone.utc) or give tzinfo="

    @pytest.mark.parametrize(
        "offset", [timedelta(seconds=1), timedelta(hours=8, seconds=343), timedelta(microseconds=-1)]
    )
    def test_odd_offset(self, offset: timedelta) -> None:
        """An offset that is not in whole minutes has no form in RFC 3339."""
        found = problem(InvalidInfo, datetime(1890, 1, 1, tzinfo=timezone(offset)))
        assert found.pointer == "/expired_time"
        assert "whole minutes" in found.message

    def test_offset_of_days(self) -> None:
        """A zone that is more than a day off is refused like any other wrong value."""

        class Far(Naive):
            def utcoffset(self, _moment: datetime | None) -> timedelta:  # type: ignore[override]
                return timedelta(days=2)

        assert problem(InvalidInfo, datetime(2030, 1, 1, tzinfo=Far())).pointer == "/expired_time"

    @pytest.mark.parametrize("trouble", [ValueError, OverflowError, ZeroDivisionError, NotImplementedError])
    def test_broken_zone(self, trouble: type[Exception]) -> None:
        """A zone that raises, whatever it raises, is told from none at all."""

        class Broken(Naive):
            def utcoffset(self, _moment: datetime | None) -> None:
                raise trouble(SECRET)

        error = refused(InvalidInfo, datetime(2030, 1, 1, tzinfo=Broken()))
        (found,) = error.problems
        assert (found.pointer, found.rule) == ("/expired_time", "broken-zone")
        assert "timezone(timedelta(hours=8))" in found.message
        assert SECRET not in shown(error)

    @pytest.mark.parametrize(("value", "word"), [*called("null"), ("2030-01-01T00:00:00Z", "a string")])
    def test_other_types(self, value: object, word: str) -> None:
        """A text, a number, a time of day or a date is no datetime."""
        found = problem(InvalidInfo, value)
        assert (found.pointer, found.rule) == ("/expired_time", "wrong-type")
        assert found.message == f"must be a datetime with a time zone, not {word}"


class TestMember:
    """The fields that hold an enum's member."""

    @pytest.mark.parametrize(("cls", "others", "name", "enum"), ENUM_FIELDS)
    def test_spellings(self, cls: type, others: dict[str, Any], name: str, enum: Any) -> None:
        """Member, wire value and short name are accepted in any case, and the member is what is kept."""
        for member in enum:
            for form in (member, member.value, member.name, member.value.lower(), member.name.title()):
                assert getattr(cls(**others, **{name: form}), name) is member
        assert getattr(cls(**others, **{name: None}), name) is None

    @pytest.mark.parametrize(("cls", "others", "name", "enum"), ENUM_FIELDS)
    @pytest.mark.parametrize(
        "wrong", ["", " ", "RED", "ſecondary", "un\u212anown", "wıde", "MANUAL\n", "ＷＩＤＥ", "x" * 99]
    )
    def test_refused(self, cls: type, others: dict[str, Any], name: str, enum: Any, wrong: str) -> None:
        """Anything else is refused, and the error lists the allowed ones by wire value."""
        found = problem(cls, **others, **{name: wrong})
        assert found.pointer == f"/{name}"
        assert " is not one of " + ", ".join(member.value for member in enum) in found.message
        assert found.value == wrong

    @pytest.mark.parametrize(("cls", "others", "name", "enum"), ENUM_FIELDS)
    def test_other_types(self, cls: type, others: dict[str, Any], name: str, enum: Any) -> None:
        """What is no text is refused, hashable or not, and the error lists what is allowed."""
        *others_, last = enum
        for wrong, word in called("null", "a string"):
            found = problem(cls, **others, **{name: wrong})
            assert (found.pointer, found.rule) == (f"/{name}", "wrong-part")
            assert found.message == f"must be {', '.join(others_)} or {last}, not {word}"

    def test_silent(self) -> None:
        """A word that could be a misspelt member is shown; what may be a customer's text is not."""
        assert "'RED' is not one of" in problem(Text, "a", "RED").message
        assert SECRET not in shown(refused(Text, "a", SECRET))
        assert "a text of 5 characters is not one of" in problem(Text, "a", SECRET).message


class TestParts:
    """Fields that hold our own classes."""

    @pytest.mark.parametrize(("wrong", "word"), [*CALLED, ("https://a", "a string"), (SendMessage, "type")])
    @pytest.mark.parametrize("cls", [Link, Faq, Button])
    def test_action(self, cls: Any, wrong: object, word: str) -> None:
        """What is no action is refused, with a hint for those who gave a text or a URL."""
        found = problem(cls, "a", wrong)
        assert (found.pointer, found.rule) == ("/action", "not-an-action")
        assert found.message.startswith(f"must be SendMessage, JumpUrl or JumpMiniProgram, not {word}; ")
        assert 'JumpUrl("https://…")' in found.message
        assert 'SendMessage("…")' in found.message

    @pytest.mark.parametrize(("wrong", "word"), [*called("null"), (datetime(2030, 1, 1, tzinfo=UTC), "datetime")])
    @pytest.mark.parametrize(
        "make",
        [
            lambda info: Link("a", SEND, info),
            lambda info: Button("a", SEND, info),
            lambda info: ButtonGroup(("a",), None, info),
        ],
    )
    def test_invalid_info(self, make: Any, wrong: object, word: str) -> None:
        """What is no InvalidInfo is refused."""
        found = problem(make, wrong)
        assert (found.pointer, found.rule) == ("/invalid_info", "wrong-part")
        assert found.message == f"must be InvalidInfo, not {word}"

    @pytest.mark.parametrize(
        ("make", "name", "kind"),
        [
            (FaqList, "faqs", "Faq or str"),
            (ButtonGroup, "buttons", "Button or str"),
            (Message, "blocks", "Text, Image, Link, FaqList, Button or ButtonGroup"),
        ],
    )
    def test_lists(self, make: Any, name: str, kind: str) -> None:
        """Each wrong entry of a list is reported with its place; what is no list at all is refused as a whole."""
        error = refused(make, [5, None, SEND, ["a"]])
        assert [(p.pointer, p.rule, p.message) for p in error.problems] == [
            (f"/{name}/0", "wrong-part", f"must be {kind}, not a number"),
            (f"/{name}/1", "wrong-part", f"must be {kind}, not null"),
            (f"/{name}/2", "wrong-part", f"must be {kind}, not SendMessage"),
            (
                f"/{name}/3",
                "list-in-list",
                f"must be {kind}, not an array; give each one by itself, or unpack the list with *",
            ),
        ]

    @pytest.mark.parametrize(
        ("make", "name", "kind"),
        [
            (FaqList, "faqs", "Faq or str"),
            (ButtonGroup, "buttons", "Button or str"),
            (Message, "blocks", "Text, Image, Link, FaqList, Button or ButtonGroup"),
            (lambda wrong: Reply("a", wrong), "response_images", "str"),
        ],
    )
    @pytest.mark.parametrize(("wrong", "word"), [*called("an array"), ({"a": 1}.keys(), "dict_keys")])
    def test_no_list(self, make: Any, name: str, kind: str, wrong: object, word: str) -> None:
        """A text is not a list of its letters, a mapping is none, and a set has no order to show anything in."""
        found = problem(make, wrong)
        if make is Message and isinstance(wrong, str):
            assert (found.pointer, found.rule) == ("/blocks", "text-as-message")
            return
        assert (found.pointer, found.rule) == (f"/{name}", "not-a-list")
        assert found.message == (f"must be a list of {kind}, in the order in which the customer sees them, not {word}")

    @pytest.mark.parametrize(
        ("make", "name", "one"), [(FaqList, "faqs", "question"), (ButtonGroup, "buttons", "button")]
    )
    @pytest.mark.parametrize("empty", [(), [], iter(())], ids=["tuple", "list", "iterator"])
    def test_empty(self, make: Any, name: str, one: str, empty: Any) -> None:
        """A list of questions and a group of buttons hold at least one."""
        found = problem(make, empty)
        assert (found.pointer, found.rule) == (f"/{name}", "empty-list")
        assert found.message == f"must hold at least one {one}"

    def test_images(self) -> None:
        """Each wrong media id is reported with its place, together with there being too many."""
        wrong: Any = ["m", EMOJI, 5, None, "m"]
        assert [p.pointer for p in refused(Reply, "a", wrong).problems] == [
            "/response_images/1",
            "/response_images/2",
            "/response_images/3",
            "/response_images",
        ]

    @pytest.mark.parametrize("kind", [list, tuple, iter, lambda items: dict(enumerate(items)).values()])
    def test_iterables(self, kind: Any) -> None:
        """Any iterable of parts is taken, and kept as a tuple."""
        assert Message(kind([Text("a")])).blocks == (Text("a"),)
        assert Reply("a", kind(["m"])).response_images == ("m",)
        assert FaqList(kind(["a"])).faqs == (Faq("a"),)
        assert ButtonGroup(kind(["a"])).buttons == (Button("a"),)


class TestPairs:
    """Fields that go together."""

    @pytest.mark.parametrize(
        ("given_one", "missing"),
        [({"jump_url": "https://a"}, "jump_url_text"), ({"jump_url_text": "a"}, "jump_url")],
    )
    def test_one_alone(self, given_one: dict[str, str], missing: str) -> None:
        """A link without its text, or a text without its link, is refused under the missing field's name."""
        make: Any = Reply
        found = problem(make, "a", **given_one)
        assert found.pointer == f"/{missing}"
        assert "go together or not at all" in found.message

    def test_both_or_none(self) -> None:
        """Both together pass, and so does neither."""
        assert Reply("a", jump_url="https://a", jump_url_text="b").jump_url_text == "b"
        assert Reply("a").jump_url is None


class TestUnchecked:
    """Building what was checked before, or need not keep the rules."""

    def test_nothing_is_checked(self) -> None:
        """Neither rules nor converters run; what is built is as frozen, and as equal, as any other."""
        wrong: Any = unchecked(Text)(EMOJI, "RED", 5)
        assert (wrong.text, wrong.color, wrong.is_bold) == (EMOJI, "RED", 5)
        assert unchecked(Text)("a", None, None) == Text("a")
        assert hash(unchecked(Text)("a", None, None)) == hash(Text("a"))
        with pytest.raises(AttributeError):
            wrong.text = "a"

    def test_every_field(self) -> None:
        """It takes a value for each field, and none less."""
        with pytest.raises(TypeError):
            unchecked(Text)("a")


class TestLimits:
    """What rules say of themselves, to those who describe values or make some."""

    @pytest.mark.parametrize(
        ("cls", "name", "expected"),
        [
            (Text, "text", {"blank": False}),
            (Text, "is_bold", {}),
            (SendMessage, "custom_data", {}),
            (JumpUrl, "jump_url", {"blank": False, "https": True, "template": True}),
            (Message, "custom_data", {"at_most": 4096}),
            (Message, "blocks", {"at_least_one": True}),
            (FaqList, "faqs", {"at_least_one": True, "from_text": True}),
            (Reply, "response_content", {"blank": False, "at_most": 500}),
            (Reply, "response_images", {"blank": False, "at_most": 4}),
            (Reply, "jump_url", {"blank": False, "at_most": 512, "https": True, "together": "jump_url_text"}),
            (Reply, "jump_url_text", {"blank": False, "at_most": 10, "together": "jump_url"}),
        ],
    )
    def test_said(self, cls: type, name: str, expected: dict[str, Any]) -> None:
        """Each rule says all that it holds a value of the right type to."""
        (field,) = [field for field in shape_of(cls).fields if field.name == name]
        assert limits(field.checked) == Limits(**expected)

    def test_filled(self) -> None:
        """A message that is about to be sent has no address that begins with a placeholder."""
        (field,) = [field for field in shape_of(JumpUrl).fields if field.name == "jump_url"]
        assert limits(field.filled) == Limits(blank=False, https=True)

    def test_no_rule(self) -> None:
        """Where there is no rule, everything goes."""
        assert limits(None) == Limits()
