"""Replies that are taken and thought odd: placeholders that nobody filled."""

from typing import Any

import pytest

from msgkit.sandbox import Oddity, Sandbox

from .merchant import COMPLAINTS, IMMEDIATE, ORDINARY, Merchant

RICH = f"POST {COMPLAINTS}/{IMMEDIATE}/response-immediate-service"


def text(content: str) -> dict[str, Any]:
    """A message of one text."""
    return {"blocks": [{"type": "TEXT", "text": {"text": content}}]}


class TestPlaceholders:
    """Strings that still hold ``${…}``."""

    def test_every_place(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Each string that holds one is named by its pointer: texts, buttons, addresses, data and ids."""
        jump = {"action_type": "ACTION_TYPE_JUMP_URL", "jump_url": "https://h/${order}", "action_id": "${id}"}
        message: dict[str, Any] = text("您好 ${name}，订单 ${order_no}") | {"custom_data": "ticket=${ticket}"}
        message["blocks"] += [
            {"type": "BUTTON_GROUP", "button_group": {"buttons": [{"text": "${看}", "action": jump}]}},
            {"type": "TEXT", "text": {"text": "请付 $USD，$name"}},
        ]
        body = merchant.rich(message=message, idempotent_id="reply/${order_no}")
        assert merchant.reply_richly(body).status == 200
        assert {(warning.pointer, warning.text.split()[4].rstrip(",")) for warning in sandbox.warnings} == {
            ("/message/blocks/0/text/text", "${name}"),
            ("/message/blocks/1/button_group/buttons/0/text", "${看}"),
            ("/message/blocks/1/button_group/buttons/0/action/jump_url", "${order}"),
            ("/message/blocks/1/button_group/buttons/0/action/action_id", "${id}"),
            ("/message/custom_data", "${ticket}"),
            ("/idempotent_id", "${order_no}"),
        }
        assert {warning.call for warning in sandbox.warnings} == {RICH}

    def test_plain_reply(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """The same goes for plain replies."""
        merchant.reply(merchant.plain(response_content="尊敬的${姓 名}：您好"), ORDINARY)
        assert sandbox.warnings == (
            Oddity(
                f"POST {COMPLAINTS}/{ORDINARY}/response",
                "/response_content",
                "still holds the placeholder ${姓 名}, which the customer would see: fill the template first.",
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

    def test_address_that_begins_with_one(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """An address that begins with one leads nowhere: it is refused and not noted."""
        jump = {"action_type": "ACTION_TYPE_JUMP_URL", "jump_url": "${base}/orders"}
        message = {"blocks": [{"type": "BUTTON", "button": {"text": "看", "action": jump}}]}
        assert merchant.reply_richly(merchant.rich(message=message)).status == 400
        assert sandbox.warnings == ()
