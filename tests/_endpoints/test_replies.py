"""Replies: what the two endpoints are asked, what their answers become, and what is refused before it is sent."""

import json
import uuid
from typing import Any
from urllib.parse import unquote

import pytest

from msgkit import Faq, JumpMiniProgram, JumpUrl, Message, Receipt, Reply, SendMessage, ValidationError
from msgkit._apiv3.calls import FlawError, Operation
from msgkit._endpoints import reply_plainly, reply_richly, send
from tests._endpoints.given import ODD_IDS, WRONG_IDS, answered, refused
from tests.network import COMPLAINTS, IMMEDIATE, MCHID, MESSAGE, ORDINARY


class TestReplyRichly:
    """The call of a rich reply."""

    def test_call(self) -> None:
        """The body is the message as it is written, beside whom and under which id."""
        call = reply_richly(IMMEDIATE, MESSAGE, complainted_mchid=MCHID, idempotent_id="order-42").call
        assert (call.method, call.path) == ("POST", f"{COMPLAINTS}/{IMMEDIATE}/response-immediate-service")
        assert json.loads(call.body) == {
            "complainted_mchid": MCHID,
            "message": MESSAGE.to_dict(),
            "idempotent_id": "order-42",
        }
        assert "您好".encode() in call.body
        assert (call.idempotent_id, call.upload) == ("order-42", None)

    def test_new_id(self) -> None:
        """Each call without an idempotent_id gets a UUID of its own, which stands in the body."""
        calls = [reply_richly("1", MESSAGE, complainted_mchid=MCHID).call for _ in range(2)]
        assert calls[0].idempotent_id != calls[1].idempotent_id
        for call in calls:
            assert call.idempotent_id == json.loads(call.body)["idempotent_id"]
            assert str(uuid.UUID(call.idempotent_id)) == call.idempotent_id

    @pytest.mark.parametrize("complaint_id", ODD_IDS)
    def test_odd_id(self, complaint_id: str) -> None:
        """A complaint id is one step of the path, whatever is in it."""
        path = reply_richly(complaint_id, MESSAGE, complainted_mchid=MCHID).call.path
        start, step, end = path.rpartition("/")[0].rpartition("/")[0], path.split("/")[-2], path.rpartition("/")[2]
        assert (start, unquote(step), end) == (COMPLAINTS, complaint_id, "response-immediate-service")
        assert path.isascii()
        assert not set(path) & set(" ?#\n")

    @pytest.mark.parametrize(("complaint_id", "reason"), WRONG_IDS)
    def test_wrong_id(self, complaint_id: Any, reason: str) -> None:
        """A complaint id that cannot be one is refused, of either kind of reply."""
        with pytest.raises(ValidationError, match=reason):
            reply_richly(complaint_id, MESSAGE, complainted_mchid=MCHID)
        assert list(refused(reply_plainly, complaint_id, Reply("好"), complainted_mchid=MCHID)) == ["/complaint_id"]

    def test_lengths(self) -> None:
        """Ids of the greatest length pass, longer and empty ones do not."""
        longest = "1" * 64
        assert reply_richly(longest, MESSAGE, complainted_mchid=longest, idempotent_id="i" * 128)
        assert "/complainted_mchid" in refused(reply_richly, "1", MESSAGE, complainted_mchid="1" * 65)
        assert "/complainted_mchid" in refused(reply_richly, "1", MESSAGE, complainted_mchid="")
        for wrong in ("i" * 129, "", "\U0001f600", 5):
            found = refused(reply_richly, "1", MESSAGE, complainted_mchid=MCHID, idempotent_id=wrong)
            assert list(found) == ["/idempotent_id"]

    def test_wrong_message(self) -> None:
        """The message's problems have the pointers of the whole body."""
        assert list(refused(reply_richly, "1", Message(), complainted_mchid=MCHID)) == ["/message/blocks"]
        lenient = {"blocks": [{"type": "TEXT", "text": {"text": "\U0001f600"}}], "custom_data": "x" * 5000}
        message = Message.from_dict(lenient, strict=False)
        found = refused(reply_richly, "1", message, complainted_mchid=MCHID)
        assert set(found) == {"/message/blocks/0/text/text", "/message/custom_data"}


class TestReplyPlainly:
    """The call of a plain reply."""

    def test_call(self) -> None:
        """The body is the reply as it is written, beside whom; there is no idempotent_id."""
        reply = (
            Reply("已处理").image("m1").link("查看", "https://shop.example/o/42").mini_program("wx1", "pages/o", "看")
        )
        call = reply_plainly(IMMEDIATE, reply, complainted_mchid=MCHID).call
        assert (call.method, call.path) == ("POST", f"{COMPLAINTS}/{IMMEDIATE}/response")
        assert json.loads(call.body) == {"complainted_mchid": MCHID, **reply.to_dict()}
        assert call.idempotent_id is None

    def test_wrong_reply(self) -> None:
        """A reply that was read leniently and breaks a rule is refused."""
        reply = Reply.from_dict({"response_content": "长" * 501}, strict=False)
        assert list(refused(reply_plainly, "1", reply, complainted_mchid=MCHID)) == ["/response_content"]


def unfilled(call: Any, *args: Any, **kwargs: Any) -> list[str]:
    """The places where a call that is refused holds placeholders; those who may send them can."""
    found = refused(call, *args, **kwargs)
    assert all("allow_placeholders=True" in message and "position" in message for message in found.values())
    assert isinstance(call(*args, **kwargs, allow_placeholders=True), Operation)
    return list(found)


class TestSend:
    """Which of the two replies it is."""

    def test_which(self) -> None:
        """A message is a rich reply, a reply a plain one, with what was said of it."""
        rich = send("1", MESSAGE, complainted_mchid=MCHID, idempotent_id="a").call
        assert rich == reply_richly("1", MESSAGE, complainted_mchid=MCHID, idempotent_id="a").call
        assert send("1", Reply("好"), complainted_mchid=MCHID).call == (
            reply_plainly("1", Reply("好"), complainted_mchid=MCHID).call
        )
        for open_one in (Message().text("${a}"), Reply("${a}")):
            assert send("1", open_one, complainted_mchid=MCHID, allow_placeholders=True)
            assert unfilled(send, "1", open_one, complainted_mchid=MCHID)

    def test_neither(self) -> None:
        """What is neither is refused by the place; so is an id on a reply that has none."""
        wrong: Any = "您好"
        assert list(refused(send, "1", wrong, complainted_mchid=MCHID)) == ["/message"]
        found = refused(send, "1", Reply("好"), complainted_mchid=MCHID, idempotent_id="a")
        assert list(found) == ["/idempotent_id"]


class TestResults:
    """What an answer becomes."""

    def test_rich(self) -> None:
        """A rich reply's receipt has the id of the log, that of the call, and that of the request."""
        operation = reply_richly("1", MESSAGE, complainted_mchid=MCHID, idempotent_id="a")
        assert operation.result({"log_id": "3", "new": 1}, answered(**{"request-id": "r"})) == Receipt(
            "3", "a", "r", "response-immediate-service"
        )

    def test_plain(self) -> None:
        """A plain reply's has the last alone."""
        operation = reply_plainly("1", Reply("好"), complainted_mchid=MCHID)
        assert operation.result({}, answered(**{"Request-ID": "r"})) == Receipt(None, None, "r", "response")

    @pytest.mark.parametrize("wrong", [None, 5, "", ["3"], "3" * 65, "3\n4", "3\x1b[31m", "3\u2028"])
    def test_no_id(self, wrong: object) -> None:
        """An answer without the id, or with one that no platform would give, is one that has a flaw."""
        rich = reply_richly("1", MESSAGE, complainted_mchid=MCHID)
        for data in ({"log_id": wrong}, {}):
            with pytest.raises(FlawError, match="log_id") as caught:
                rich.result(data, answered())
            assert str(caught.value).isprintable()


class TestPlaceholders:
    """What a template left open is not sent."""

    def test_message(self) -> None:
        """Each string of a message that holds a placeholder is named, and the custom data too."""
        message = (
            Message()
            .text("您好 ${name}")
            .image("${picture}")
            .link("查看 ${order}", JumpUrl("https://shop.example/${order}", action_id="${a}"))
            .faq(Faq("${q}？", SendMessage("好", custom_data="${c}"), faq_id="${f}"), "好")
            .button("打开", JumpMiniProgram("wx${id}", "p?${q}", "${t}"))
            .button_group("好", "${b}")
            .with_custom_data("ticket=${ticket}")
        )
        blocks = "/message/blocks"
        assert unfilled(reply_richly, IMMEDIATE, message, complainted_mchid=MCHID) == [
            f"{blocks}/0/text/text",
            f"{blocks}/1/image/media_id",
            f"{blocks}/2/link/text",
            f"{blocks}/2/link/action/jump_url",
            f"{blocks}/2/link/action/action_id",
            f"{blocks}/3/faq_list/faqs/0/faq_title",
            f"{blocks}/3/faq_list/faqs/0/action/message_info/custom_data",
            f"{blocks}/3/faq_list/faqs/0/faq_id",
            f"{blocks}/4/button/action/mini_program_jump_info/appid",
            f"{blocks}/4/button/action/mini_program_jump_info/path",
            f"{blocks}/4/button/action/mini_program_jump_info/text",
            f"{blocks}/5/button_group/buttons/1/text",
            f"{blocks}/5/button_group/buttons/1/action/message_info/content",
            "/message/custom_data",
        ]

    def test_ids(self) -> None:
        """So are the ids beside the message: one that was not filled would be that of every reply."""
        found = unfilled(
            reply_richly, "${complaint}", MESSAGE, complainted_mchid="${mchid}", idempotent_id="refund/${complaint}"
        )
        assert sorted(found) == ["/complaint_id", "/complainted_mchid", "/idempotent_id"]

    def test_reply(self) -> None:
        """So is each string of a plain reply."""
        reply = Reply("您好 ${name}", ("${m}",)).link("${t}", "https://h/${o}").mini_program("wx", "${p}", "好")
        assert unfilled(reply_plainly, ORDINARY, reply, complainted_mchid=MCHID) == [
            "/response_content",
            "/response_images/0",
            "/jump_url",
            "/jump_url_text",
            "/mini_program_jump_info/path",
        ]

    @pytest.mark.parametrize("text", ["请付 $USD", "$name", "$$", "$ {a}", "{a}", "a}", "${", "${a", "$"])
    def test_meant(self, text: str) -> None:
        """Only a dollar with braces is one: the rest may be meant."""
        assert reply_richly(IMMEDIATE, Message().text(text), complainted_mchid=MCHID).call.body

    @pytest.mark.parametrize("text", ["${}", "${订单号}", "${a b}", "a$${b}"])
    def test_odd(self, text: str) -> None:
        """A dollar with braces is one whatever stands in them."""
        assert unfilled(reply_richly, IMMEDIATE, Message().text(text), complainted_mchid=MCHID)

    def test_url(self) -> None:
        """A URL that begins with a placeholder is no URL, and cannot be sent at all."""
        message = Message().link("查看", JumpUrl("${shop}/orders"))
        found = refused(reply_richly, IMMEDIATE, message, complainted_mchid=MCHID, allow_placeholders=True)
        assert list(found) == ["/message/blocks/0/link/action/jump_url"]
