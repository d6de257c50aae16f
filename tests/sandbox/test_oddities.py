"""Replies that are taken and thought odd: placeholders that nobody filled, and what is empty or missing."""

import json
import timeit
from typing import Any

import pytest

from msgkit.sandbox import Oddity, Sandbox
from msgkit.sandbox.oddities import oddities

from .merchant import COMPLAINTS, IMMEDIATE, ORDINARY, Merchant

RICH = f"POST {COMPLAINTS}/{IMMEDIATE}/response-immediate-service"


def text(content: str) -> dict[str, Any]:
    """A message of one text."""
    return {"blocks": [{"type": "TEXT", "text": {"text": content}}]}


class TestPlaceholders:
    """Strings that still hold ``${…}``."""

    def test_every_place(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Each string that holds one is named by its pointer, in order: texts, buttons, addresses, data and ids."""
        jump = {"action_type": "ACTION_TYPE_JUMP_URL", "jump_url": "https://h/${order}", "action_id": "${id}"}
        message: dict[str, Any] = text("您好 ${name}，订单 ${order_no}") | {"custom_data": "ticket=${ticket}"}
        message["blocks"] += [
            {"type": "BUTTON_GROUP", "button_group": {"buttons": [{"text": "${look}", "action": jump}]}},
            {"type": "TEXT", "text": {"text": "请付 $USD，$name"}},
        ]
        body = merchant.rich(message=message, idempotent_id="reply/${order_no}")
        assert merchant.reply_richly(body).status == 200
        assert [(warning.pointer, warning.text.split()[4].rstrip(",")) for warning in sandbox.warnings] == [
            ("/message/blocks/0/text/text", "${name}"),
            ("/message/blocks/1/button_group/buttons/0/text", "${look}"),
            ("/message/blocks/1/button_group/buttons/0/action/jump_url", "${order}"),
            ("/message/blocks/1/button_group/buttons/0/action/action_id", "${id}"),
            ("/message/custom_data", "${ticket}"),
            ("/idempotent_id", "${order_no}"),
        ]
        assert {warning.call for warning in sandbox.warnings} == {RICH}

    def test_plain_reply(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """The same goes for plain replies."""
        merchant.reply(merchant.plain(response_content="尊敬的${name}：您好"), ORDINARY)
        assert sandbox.warnings == (
            Oddity(
                f"POST {COMPLAINTS}/{ORDINARY}/response",
                "/response_content",
                "still holds the placeholder ${name}, which the customer would see: fill the template first.",
            ),
        )

    @pytest.mark.parametrize("content", ["$name", "$$", "${", "$ {a}", "{name}", "${a{b}}", "${a{}", "100$"])
    def test_none(self, sandbox: Sandbox, merchant: Merchant, content: str) -> None:
        """What only looks a little like one is a text as any other."""
        assert merchant.reply_richly(merchant.rich(message=text(content))).status == 200
        assert sandbox.warnings == ()

    @pytest.mark.parametrize("content", ["${}", "a${ }b", "$${a}", "{${a}}"])
    def test_some(self, sandbox: Sandbox, merchant: Merchant, content: str) -> None:
        """An empty one counts, and so does one beside other signs."""
        assert merchant.reply_richly(merchant.rich(message=text(content))).status == 200
        assert [warning.pointer for warning in sandbox.warnings] == ["/message/blocks/0/text/text"]

    def test_once_for_one_reply(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A repeated call is not carried out, nor is a refused one: neither is noted."""
        body = merchant.rich(message=text("${a}"))
        merchant.reply_richly(body)
        merchant.reply_richly(body)
        assert merchant.reply_richly(merchant.rich(message=text("${b}")), ORDINARY).status == 400
        assert len(sandbox.warnings) == 1

    def test_long(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Of a long one the beginning is shown."""
        merchant.reply_richly(merchant.rich(message=text("${" + "a" * 9000 + "}")))
        (warning,) = sandbox.warnings
        assert "${aaa" in warning.text
        assert len(warning.text) < 200

    @pytest.mark.parametrize("words", ["张三", "张 三", "13800138000", "a-b", "name ", "ſ", "名" * 9000, "1a", ""])
    def test_words_of_a_customer(self, sandbox: Sandbox, merchant: Merchant, words: str) -> None:
        """What cannot name a variable may be a customer's own words, and is not shown."""
        assert merchant.reply_richly(merchant.rich(message=text(f"${{{words}}}"))).status == 200
        (warning,) = sandbox.warnings
        assert warning.text.startswith("still holds the placeholder ${…}, which")
        assert not words or words not in warning.text

    def test_address_that_begins_with_one(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """An address that begins with one leads nowhere: it is refused and not noted."""
        jump = {"action_type": "ACTION_TYPE_JUMP_URL", "jump_url": "${base}/orders"}
        message = {"blocks": [{"type": "BUTTON", "button": {"text": "看", "action": jump}}]}
        assert merchant.reply_richly(merchant.rich(message=message)).status == 400
        assert sandbox.warnings == ()


SEND = {"action_type": "ACTION_TYPE_SEND_MESSAGE", "message_info": {"content": "转人工"}}
JUMP = {"action_type": "ACTION_TYPE_JUMP_URL", "jump_url": "https://shop.example/42"}


def program(**info: str) -> dict[str, Any]:
    """An action that opens a mini program."""
    return {"action_type": "ACTION_TYPE_JUMP_MINI_PROGRAM", "mini_program_jump_info": info}


def block(kind: str, **payload: Any) -> dict[str, Any]:
    """A block with its payload."""
    return {"type": kind, kind.lower(): payload}


READ = "a text that the customer can read."
HTTP = "is an http:// address; usual is https://, which the documentation demands for plain replies only."
TAP = "an action: without one a tap does nothing."

# Blocks that are of no use, and what is said of each: where below the block, and what.
USELESS: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "text, empty": (block("TEXT", text=""), [("/text/text", f"is empty; usual is {READ}")]),
    "text, blank": (block("TEXT", text=" \t\n\u3000"), [("/text/text", f"is white space alone; usual is {READ}")]),
    "text, missing": (block("TEXT", is_bold=True), [("/text/text", f"is missing; usual is {READ}")]),
    "text, nothing": (block("TEXT"), [("/text", "is empty; usual is an object with text.")]),
    "image, empty": (
        block("IMAGE", media_id=""),
        [("/image/media_id", "is empty; usual is the media_id that the upload of the picture answered.")],
    ),
    "image, missing": (
        block("IMAGE", image_style_type="IMAGE_STYLE_TYPE_WIDE"),
        [("/image/media_id", "is missing; usual is the media_id that the upload of the picture answered.")],
    ),
    "image, nothing": (block("IMAGE"), [("/image", "is empty; usual is an object with media_id.")]),
    "link, no action": (block("LINK", text="a"), [("/link/action", f"is missing; usual is {TAP}")]),
    "link, no text": (block("LINK", action=JUMP), [("/link/text", f"is missing; usual is {READ}")]),
    "link, nothing": (block("LINK"), [("/link", "is empty; usual is an object with text and action.")]),
    "link, validity": (
        block("LINK", text="a", action=JUMP, invalid_info={}),
        [("/link/invalid_info", "is empty; usual is to leave the key out.")],
    ),
    "link, no target": (
        block("LINK", text="a", action=JUMP | {"jump_url": ""}, invalid_info={"expired_time": " "}),
        [
            ("/link/action/jump_url", "is empty; usual is the address of the page to open."),
            (
                "/link/invalid_info/expired_time",
                "is white space alone; usual is a moment such as 2015-05-20T13:29:35+08:00, or to leave the key out.",
            ),
        ],
    ),
    "link, insecure": (
        block("LINK", text="a", action=JUMP | {"jump_url": "HTTP://h"}),
        [("/link/action/jump_url", HTTP)],
    ),
    "link, insecure template": (
        block("LINK", text="a", action=JUMP | {"jump_url": "http://h/${order}"}),
        [
            (
                "/link/action/jump_url",
                "still holds the placeholder ${order}, which the customer would see: fill the template first.",
            ),
            ("/link/action/jump_url", HTTP),
        ],
    ),
    "questions, none": (block("FAQ_LIST", faqs=[]), [("/faq_list/faqs", "is empty; usual is at least one question.")]),
    "questions, nothing": (block("FAQ_LIST"), [("/faq_list", "is empty; usual is an object with faqs.")]),
    "questions": (
        block("FAQ_LIST", faqs=[{"faq_title": "", "faq_id": "", "action": SEND}, {}, {"faq_id": "1"}]),
        [
            ("/faq_list/faqs/0/faq_title", "is empty; usual is a question that the customer can read."),
            ("/faq_list/faqs/0/faq_id", "is empty; usual is a value, or to leave the key out."),
            ("/faq_list/faqs/1", "is empty; usual is an object with faq_title and action."),
            ("/faq_list/faqs/2/faq_title", "is missing; usual is a question that the customer can read."),
            ("/faq_list/faqs/2/action", f"is missing; usual is {TAP}"),
        ],
    ),
    "button, no action": (block("BUTTON", text="a"), [("/button/action", f"is missing; usual is {TAP}")]),
    "button, nothing": (block("BUTTON"), [("/button", "is empty; usual is an object with text and action.")]),
    "button, sends nothing": (
        block("BUTTON", text="a", action=SEND | {"message_info": {"content": " ", "custom_data": ""}}),
        [
            (
                "/button/action/message_info/content",
                "is white space alone; usual is the message that the tap sends.",
            ),
            ("/button/action/message_info/custom_data", "is empty; usual is a value, or to leave the key out."),
        ],
    ),
    "button, no page": (
        block("BUTTON", text="a", action=program(appid="")),
        [
            (
                "/button/action/mini_program_jump_info/appid",
                "is empty; usual is the AppID of the mini program to open.",
            ),
            ("/button/action/mini_program_jump_info/path", "is missing; usual is the path of the page to open."),
        ],
    ),
    "buttons, none": (
        block("BUTTON_GROUP", buttons=[]),
        [("/button_group/buttons", "is empty; usual is at least one button.")],
    ),
    "buttons, no list": (
        block("BUTTON_GROUP", button_layout="LAYOUT_VERTICAL"),
        [("/button_group/buttons", "is missing; usual is at least one button.")],
    ),
    "buttons, nothing": (block("BUTTON_GROUP"), [("/button_group", "is empty; usual is an object with buttons.")]),
    "buttons": (
        block("BUTTON_GROUP", buttons=[{"action": JUMP}, {"text": "a", "action": program(appid="wx1", path="")}, {}]),
        [
            ("/button_group/buttons/0/text", f"is missing; usual is {READ}"),
            (
                "/button_group/buttons/1/action/mini_program_jump_info/path",
                "is empty; usual is the path of the page to open.",
            ),
            ("/button_group/buttons/2", "is empty; usual is an object with text and action."),
        ],
    ),
}

USEFUL = [
    block("TEXT", text=" 您好 "),
    block("IMAGE", media_id="m"),
    block("LINK", text="订单", action=JUMP, invalid_info={"multi_clickable": False}),
    block("FAQ_LIST", faqs=[{"faq_title": "多久？", "action": SEND}]),
    block("BUTTON", text="看", action=program(appid="wx1", path="pages/order")),
    block("BUTTON_GROUP", buttons=[{"text": "满意", "action": SEND}], button_layout="LAYOUT_UNKNOWN"),
]


class TestUseless:
    """What is empty, missing where the documentation does not require it, or not safe on its way."""

    @pytest.mark.parametrize("name", USELESS)
    def test_block(self, sandbox: Sandbox, merchant: Merchant, name: str) -> None:
        """It is taken, and each place is named with what is odd there and what is usual."""
        useless, said = USELESS[name]
        message = {"blocks": [USEFUL[0], useless]}
        assert merchant.reply_richly(merchant.rich(message=message)).status == 200
        assert sandbox.warnings == tuple(Oddity(RICH, f"/message/blocks/1{pointer}", text) for pointer, text in said)

    def test_useful(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Nothing is said of a message that has what makes it work, with what is optional or without."""
        assert merchant.reply_richly(merchant.rich(message={"blocks": USEFUL})).status == 200
        assert sandbox.warnings == ()

    @pytest.mark.parametrize(
        ("message", "pointer", "sentence"),
        [
            ({}, "", "is empty; usual is an object with blocks."),
            (
                {"blocks": []},
                "/blocks",
                "is empty; usual is at least one block: without any the customer sees nothing.",
            ),
            (
                {"sender_identity": "MANUAL"},
                "/blocks",
                "is missing; usual is at least one block: without any the customer sees nothing.",
            ),
            ({"blocks": [USEFUL[0]], "custom_data": ""}, "/custom_data", "is empty; usual is a value, or to leave"),
        ],
    )
    def test_message(
        self, sandbox: Sandbox, merchant: Merchant, message: dict[str, Any], pointer: str, sentence: str
    ) -> None:
        """The same goes for the message as a whole."""
        assert merchant.reply_richly(merchant.rich(message=message)).status == 200
        (warning,) = sandbox.warnings
        assert warning.pointer == f"/message{pointer}"
        assert warning.text.startswith(sentence)

    def test_plain_reply(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """And for what a plain reply may have empty."""
        info = {"appid": "wx1", "path": "", "text": " "}
        body = merchant.plain(response_content=" ", response_images=[""], mini_program_jump_info=info)
        assert merchant.reply(body).status == 204
        assert [(warning.pointer, warning.text) for warning in sandbox.warnings] == [
            ("/response_content", f"is white space alone; usual is {READ}"),
            ("/response_images/0", "is empty; usual is the media_id of a picture, or to leave the key out."),
            ("/mini_program_jump_info/path", "is empty; usual is the path of the page to open."),
            ("/mini_program_jump_info/text", f"is white space alone; usual is {READ}"),
        ]

    def test_order(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """All is told in the order of the document; what is missing is told where its object ends."""
        blocks = [
            block("BUTTON", action=program(appid="${appid}"), invalid_info={}),
            block("TEXT", text=""),
            block("TEXT", text="${name}"),
            block("LINK", text=" "),
        ]
        body = merchant.rich(message={"custom_data": "", "blocks": blocks}, idempotent_id=" ")
        assert merchant.reply_richly(body).status == 200
        assert [warning.pointer.removeprefix("/message") for warning in sandbox.warnings] == [
            "/custom_data",
            "/blocks/0/button/action/mini_program_jump_info/appid",
            "/blocks/0/button/action/mini_program_jump_info/path",
            "/blocks/0/button/invalid_info",
            "/blocks/0/button/text",
            "/blocks/1/text/text",
            "/blocks/2/text/text",
            "/blocks/3/link/text",
            "/blocks/3/link/action",
            "/idempotent_id",
        ]

    def test_refused(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Where something else is forbidden, nothing is taken and nothing noted."""
        message = {"blocks": [block("TEXT"), block("LINK", text="", action={"action_type": "ACTION_TYPE_JUMP_URL"})]}
        refused = merchant.reply_richly(merchant.rich(message=message))
        assert (refused.status, refused.code) == (400, "PARAM_ERROR")
        assert refused.detail["field"] == "/message/blocks/1/link/action/jump_url"
        assert (sandbox.replies, sandbox.warnings) == ((), ())


@pytest.mark.slow
class TestMuch:
    """As many oddities as a body can hold."""

    def test_largest(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A body of the largest size in which each block is odd is taken, and each is noted, in order."""
        body = merchant.rich(message={"blocks": [block("TEXT")] * 31_000})
        assert 900_000 < len(json.dumps(body)) < 1024 * 1024
        assert merchant.reply_richly(body).status == 200
        assert [warning.pointer for warning in sandbox.warnings] == [
            f"/message/blocks/{number}/text" for number in range(31_000)
        ]

    def test_linear(self) -> None:
        """Four times the body takes about four times as long, not sixteen times."""

        def seconds(count: int) -> float:
            blocks = [*USEFUL, block("LINK"), block("TEXT", text="${" * 40)] * count
            return min(timeit.repeat(lambda: list(oddities({"message": {"blocks": blocks}})), number=1, repeat=5))

        assert seconds(4000) < seconds(1000) * 10

    @pytest.mark.parametrize("content", ["${" * 500_000, "${" + "a" * 1_000_000, " " * 1_000_000, "$" * 1_000_000])
    def test_long_text(self, content: str) -> None:
        """No text of a body's size holds the search up."""
        once = timeit.timeit(lambda: list(oddities({"message": text(content)})), number=1)
        assert once < 1
