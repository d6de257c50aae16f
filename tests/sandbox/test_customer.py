"""The customer, for tests: what is said and tapped, and what a person could not tap."""

import json
from datetime import timedelta
from typing import Any

import pytest

from msgkit.sandbox import Sandbox, SandboxError
from msgkit.sandbox.customer import Customer
from msgkit.sandbox.errors import CannotTapError

from .merchant import IMMEDIATE, ORDINARY, Merchant


def send(content: str, action_id: str | None = None) -> dict[str, Any]:
    """An action that sends a text."""
    action = {"action_type": "ACTION_TYPE_SEND_MESSAGE", "message_info": {"content": content}}
    return action if action_id is None else action | {"action_id": action_id}


def jump(url: str, action_id: str | None = None) -> dict[str, Any]:
    """An action that opens a page."""
    action = {"action_type": "ACTION_TYPE_JUMP_URL", "jump_url": url}
    return action if action_id is None else action | {"action_id": action_id}


def button(text: str, action: dict[str, Any] | None = None, **info: Any) -> dict[str, Any]:
    """A button, or a link under another key."""
    made: dict[str, Any] = {"text": text, "action": action or send(text)}
    return made | ({"invalid_info": info} if info else {})


def block(kind: str, payload: Any) -> dict[str, Any]:
    """A block."""
    return {"type": kind, kind.lower(): payload}


def group(*buttons: dict[str, Any], **info: Any) -> dict[str, Any]:
    """A group of buttons."""
    return block("BUTTON_GROUP", {"buttons": list(buttons)} | ({"invalid_info": info} if info else {}))


def replied(merchant: Merchant, *blocks: dict[str, Any]) -> str:
    """Send a rich reply, and return its ``log_id``."""
    answered = merchant.reply_richly(merchant.rich(message={"blocks": list(blocks)}))
    assert answered.status == 200
    log_id: str = answered.json["log_id"]
    return log_id


@pytest.fixture
def customer(sandbox: Sandbox) -> Customer:
    """The customer of the complaint that takes rich replies."""
    return sandbox.customer(IMMEDIATE)


def clicks(sandbox: Sandbox) -> list[Any]:
    """What was clicked, in order."""
    return [entry.click_message for entry in sandbox.history(IMMEDIATE) if entry.click_message]


class TestSays:
    """Words and pictures."""

    def test_says(self, sandbox: Sandbox, merchant: Merchant, customer: Customer) -> None:
        """What is said is an entry that waits for a reply."""
        entry = customer.says("还没到账😀")
        assert sandbox.complaints[IMMEDIATE].incoming_user_response
        newest = merchant.history().json["data"][0]
        assert (newest["log_id"], newest["operate_type"]) == (entry.log_id, "USER_RESPONSE")
        assert (newest["operate_details"], newest["operator"]) == ("还没到账😀", "投诉人")

    def test_continues(self, sandbox: Sandbox, customer: Customer) -> None:
        """Complaining once more counts."""
        assert customer.continues_complaint("还是没到").operate_type == "USER_CONTINUE_COMPLAINT"
        assert sandbox.complaints[IMMEDIATE].user_complaint_times == 2

    def test_images(self, sandbox: Sandbox, customer: Customer) -> None:
        """Pictures are shown: those given as bytes get an address, others have theirs."""
        address = sandbox.picture(b"one", presigned=True)
        entry = customer.says("看图", [address, b"two"])
        assert entry.image_list[0] == address
        assert entry.image_list[1].startswith("http://localhost:")

    @pytest.mark.parametrize(("text", "images"), [(1, ()), ("a" * 501, ()), ("a", "b"), ("a", b"b"), ("a", [1])])
    def test_wrong(self, customer: Customer, text: Any, images: Any) -> None:
        """A customer writes up to 500 characters, and pictures are pictures."""
        with pytest.raises(ValueError, match=r"text|images"):
            customer.says(text, images)

    def test_before_it_runs(self) -> None:
        """Before the sandbox runs its customers can write, but their pictures have no address."""
        customer = Sandbox().customer(IMMEDIATE)
        customer.says("早")
        with pytest.raises(SandboxError, match="with statement"):
            customer.says("看图", [b"a"])

    @pytest.mark.parametrize("wrong", ["nobody", None, 1])
    def test_unknown(self, sandbox: Sandbox, wrong: Any) -> None:
        """A complaint that there is not has no customer."""
        with pytest.raises(ValueError, match="there is no complaint"):
            sandbox.customer(wrong)

    def test_gone(self, sandbox: Sandbox) -> None:
        """A customer of before a reset whose complaint is gone says so."""
        customer = sandbox.customer(sandbox.complaint())
        sandbox.reset()
        with pytest.raises(ValueError, match="there is no complaint"):
            customer.says("在吗")
        with pytest.raises(ValueError, match="there is no complaint"):
            customer.taps("在")
        with pytest.raises(ValueError, match="there is no complaint"):
            customer.sees()
        with pytest.raises(ValueError, match="there is no complaint"):
            customer.notification()
        assert sandbox.pushes == ()


class TestTaps:
    """What a person can tap."""

    def test_entry(self, sandbox: Sandbox, merchant: Merchant, customer: Customer) -> None:
        """A tap is one entry, with what the action sends, its id, and the reply that has it; no other one beside it."""
        log_id = replied(merchant, block("BUTTON", button("人工", send("转人工", "human"))))
        entry = customer.taps("人工")
        assert entry is not None
        assert entry.operate_type == "USER_CLICK_RESPONSE"
        told = {"message_content": "转人工", "action_id": "human", "clicked_log_id": log_id}
        assert entry.click_message == told
        newest = merchant.history().json["data"][0]
        assert newest == entry.document
        assert json.dumps(newest).count("tapped") == 0
        types = [each.operate_type for each in sandbox.history(IMMEDIATE)]
        assert types == ["USER_CREATE_COMPLAINT", "MERCHANT_RESPONSE", "USER_CLICK_RESPONSE"]
        assert sandbox.complaints[IMMEDIATE].incoming_user_response

    def test_kinds(self, sandbox: Sandbox, merchant: Merchant, customer: Customer) -> None:
        """Buttons, those in groups, questions and links are tapped by their text or their ``action_id``."""
        replied(
            merchant,
            block("BUTTON", button("人工")),
            block("LINK", button("进度", send("查进度", "progress"))),
            block("FAQ_LIST", {"faqs": [{"faq_title": "多久到账？", "action": send("多久")}]}),
            group(button("满意"), button("不满意", send("不满意", "unhappy"))),
        )
        for what in ("人工", "progress", "多久到账？", "unhappy"):
            customer.taps(what)
        assert [click["message_content"] for click in clicks(sandbox)] == ["人工", "查进度", "多久", "不满意"]
        assert [click.get("action_id") for click in clicks(sandbox)] == [None, "progress", None, "unhappy"]

    def test_newest(self, sandbox: Sandbox, merchant: Merchant, customer: Customer) -> None:
        """Of several replies that have it the newest is meant, of several in one the first; older ones still count."""
        first = replied(merchant, block("BUTTON", button("人工", send("旧"))), block("BUTTON", button("只在旧的")))
        second = replied(
            merchant, block("BUTTON", button("人工", send("新"))), block("BUTTON", button("人工", send("新二")))
        )
        customer.taps("人工")
        customer.taps("只在旧的")
        found = [(click["message_content"], click["clicked_log_id"]) for click in clicks(sandbox)]
        assert found == [("新", second), ("只在旧的", first)]

    def test_jump(self, sandbox: Sandbox, merchant: Merchant, customer: Customer) -> None:
        """A tap on what opens a page or a mini program is told too, with no words; it can be had that it is not."""
        program = {
            "action_type": "ACTION_TYPE_JUMP_MINI_PROGRAM",
            "mini_program_jump_info": {"appid": "wx1", "path": "p"},
        }
        log_id = replied(
            merchant,
            block("LINK", button("订单", jump("https://shop.example/42", "order"))),
            block("BUTTON", button("小程序", program)),
        )
        customer.taps("订单")
        customer.taps("小程序")
        assert clicks(sandbox) == [{"action_id": "order", "clicked_log_id": log_id}, {"clicked_log_id": log_id}]
        sandbox.enable_jump_clicks(enabled=False)
        assert customer.taps("订单") is None
        assert len(clicks(sandbox)) == 2
        sandbox.reset()
        replied(merchant, block("LINK", button("订单", jump("https://shop.example/42"))))
        assert customer.taps("订单") is not None

    @pytest.mark.parametrize("info", [{}, {"multi_clickable": True}], ids=str)
    def test_again(self, sandbox: Sandbox, merchant: Merchant, customer: Customer, info: dict[str, Any]) -> None:
        """Where nothing else is said it can be tapped again and again."""
        replied(merchant, block("BUTTON", button("人工", **info)), group(button("好"), button("不好"), **info))
        for what in ("人工", "人工", "好", "不好", "好"):
            customer.taps(what)
        assert len(clicks(sandbox)) == 5


class TestCannot:
    """What a person cannot tap."""

    def test_not_there(self, merchant: Merchant, customer: Customer) -> None:
        """What no reply has cannot be tapped, and the error says what can be."""
        with pytest.raises(CannotTapError, match=r"^'人工' cannot be tapped: no reply has it. Nothing can be$"):
            customer.taps("人工")
        replied(
            merchant,
            block("BUTTON", button("转人工", send("转人工", "human"))),
            block("FAQ_LIST", {"faqs": [{"faq_title": "多久？", "action": send("多久")}]}),
            block("LINK", button("订单", jump("https://shop.example/42"))),
        )
        with pytest.raises(CannotTapError) as caught:
            customer.taps("人工")
        assert str(caught.value) == (
            "'人工' cannot be tapped: no reply has it. What can be: [转人工] (action_id 'human'), 1. 多久？, [订单 ↗]"
        )

    def test_is_a_failure(self, sandbox: Sandbox, customer: Customer) -> None:
        """The error fails a test as an assertion does, is one of the sandbox, and nothing was written."""
        with pytest.raises(AssertionError) as caught:
            customer.taps("人工")
        assert isinstance(caught.value, SandboxError)
        assert len(sandbox.history(IMMEDIATE)) == 1

    @pytest.mark.parametrize("kind", ["BUTTON", "LINK", "BUTTON_GROUP"])
    def test_expired(self, sandbox: Sandbox, merchant: Merchant, customer: Customer, kind: str) -> None:
        """What has expired by the sandbox's clock cannot be tapped, a group as a whole."""
        until = (sandbox.customer(IMMEDIATE).says("在吗").operate_time + timedelta(hours=24)).isoformat("T", "seconds")
        one = button("人工", expired_time=until)
        grouped = group(button("人工"), button("好"), expired_time=until)
        replied(merchant, grouped if kind == "BUTTON_GROUP" else block(kind, one))
        customer.taps("人工")
        sandbox.advance(timedelta(hours=25))
        with pytest.raises(CannotTapError, match=r"it expired at 20.*, and it is 20.*Nothing can be$"):
            customer.taps("人工")
        assert len(clicks(sandbox)) == 1

    @pytest.mark.parametrize("kind", ["BUTTON", "LINK"])
    def test_used_up(self, sandbox: Sandbox, merchant: Merchant, customer: Customer, kind: str) -> None:
        """What is for one tap is tapped once, in each reply that has it; what reads the same beside it still can be."""
        twin = block("BUTTON", button("另一个", send("人工")))
        replied(merchant, block(kind, button("人工", multi_clickable=False)), twin)
        customer.taps("另一个")
        customer.taps("人工")
        with pytest.raises(CannotTapError, match=r"was tapped already.*What can be: \[另一个\]$"):
            customer.taps("人工")
        replied(merchant, block(kind, button("人工", multi_clickable=False)))
        customer.taps("人工")
        assert len(clicks(sandbox)) == 3

    def test_group_as_a_whole(self, merchant: Merchant, customer: Customer) -> None:
        """A group that is for one tap is used up by any of its buttons."""
        replied(merchant, group(button("满意"), button("不满意"), multi_clickable=False))
        customer.taps("满意")
        for what in ("满意", "不满意"):
            with pytest.raises(CannotTapError, match="another button of its group, was tapped already"):
                customer.taps(what)

    def test_button_of_a_group(self, merchant: Merchant, customer: Customer) -> None:
        """A button of a group that is for one tap itself leaves the others."""
        replied(merchant, group(button("满意", multi_clickable=False), button("不满意")))
        customer.taps("满意")
        customer.taps("不满意")
        customer.taps("不满意")
        with pytest.raises(CannotTapError, match="was tapped already"):
            customer.taps("满意")

    def test_tap_by_hand(self, sandbox: Sandbox, merchant: Merchant, customer: Customer) -> None:
        """A tap that a test has written by hand uses up what it says."""
        log_id = replied(merchant, block("BUTTON", button("人工", send("转人工", "human"), multi_clickable=False)))
        click = {"message_content": "转人工", "clicked_log_id": log_id}
        sandbox.entry(IMMEDIATE, "USER_CLICK_RESPONSE", click_message=click)
        sandbox.entry(IMMEDIATE, "USER_CLICK_RESPONSE", click_message=click | {"action_id": "human"})
        with pytest.raises(CannotTapError, match="was tapped already"):
            customer.taps("human")

    def test_no_action(self, merchant: Merchant, customer: Customer) -> None:
        """What has no action does nothing."""
        replied(merchant, block("BUTTON", {"text": "人工"}))
        with pytest.raises(CannotTapError, match="no action"):
            customer.taps("人工")

    def test_another_complaint(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """What is in the replies to another complaint is not on this customer's screen."""
        replied(merchant, block("BUTTON", button("人工")))
        with pytest.raises(CannotTapError):
            sandbox.customer(ORDINARY).taps("人工")

    def test_wrong(self, customer: Customer) -> None:
        """What is tapped is named by a text."""
        wrong: Any = 1
        with pytest.raises(ValueError, match="what must be"):
            customer.taps(wrong)


class TestCustomers:
    """Whose conversations are worth a look."""

    def test_who(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """They are those who were asked for, and those with whose complaints something was done."""
        assert not sandbox.customers
        merchant.reply(merchant.plain())
        quiet = sandbox.complaint()
        sandbox.complaint()
        sandbox.customer(quiet)
        assert [each.complaint_id for each in sandbox.customers] == [IMMEDIATE, quiet.complaint_id]
        sandbox.reset()
        assert not sandbox.customers
