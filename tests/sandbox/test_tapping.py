"""Taps by place: what there is to tap in a reply, what each tap would come to, and exactly that one tapped."""

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from msgkit import Message
from msgkit.sandbox import CannotTapError, Customer, Sandbox
from msgkit.sandbox.tapping import TapState, spots
from msgkit.testing.strategies import messages

from .merchant import IMMEDIATE, ORDINARY, Merchant
from .test_customer import block, button, clicks, group, jump, replied, send

PROGRAM = {
    "action_type": "ACTION_TYPE_JUMP_MINI_PROGRAM",
    "mini_program_jump_info": {"appid": "wx1", "path": "pages/a"},
}


@pytest.fixture
def customer(sandbox: Sandbox) -> Customer:
    """The customer of the complaint that takes rich replies."""
    return sandbox.customer(IMMEDIATE)


def everything(merchant: Merchant) -> str:
    """Send a reply that has all there is, and return its ``log_id``."""
    return replied(
        merchant,
        block("TEXT", {"text": "您好"}),
        block("LINK", {"text": "看看", "action": jump("https://example.com/a")}),
        block("FAQ_LIST", {"faqs": [{"faq_title": "问", "action": send("一", "q1")}, {"faq_title": "问"}]}),
        block("BUTTON", button("打开", PROGRAM)),
        group(button("好"), button("好", send("第二个"))),
    )


def states(sandbox: Sandbox, log_id: str) -> list[TapState]:
    """What each tap on a reply would come to."""
    return [one.state for one in sandbox.tappables(log_id)]


class TestTappables:
    """What there is to tap."""

    def test_all(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Links, questions, buttons and those in groups have pointers, in order, and say what a tap on them does."""
        message, link, page = "ACTION_TYPE_SEND_MESSAGE", "ACTION_TYPE_JUMP_URL", "ACTION_TYPE_JUMP_MINI_PROGRAM"
        found = sandbox.tappables(everything(merchant))
        assert [(one.pointer, one.text, one.state, one.action_type, one.action_id, one.content) for one in found] == [
            ("/blocks/1/link", "看看", "open", link, None, None),
            ("/blocks/2/faq_list/faqs/0", "问", "open", message, "q1", "一"),
            ("/blocks/2/faq_list/faqs/1", "问", "inert", None, None, None),
            ("/blocks/3/button", "打开", "open", page, None, None),
            ("/blocks/4/button_group/buttons/0", "好", "open", message, None, "好"),
            ("/blocks/4/button_group/buttons/1", "好", "open", message, None, "第二个"),
        ]
        assert [(one.url, one.appid, one.path) for one in (found[0], found[3], found[4])] == [
            ("https://example.com/a", None, None),
            (None, "wx1", "pages/a"),
            (None, None, None),
        ]

    @given(messages())
    def test_pointers(self, message: Message) -> None:
        """The pointers are those of `Message.actions`, without the part that names the action."""
        pointers = [spot.pointer for spot in spots(message.to_dict()) if spot.action]
        assert pointers == [pointer.removesuffix("/action") for pointer, _ in message.actions()]

    @given(st.recursive(st.none() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
    def test_anything(self, message: Any) -> None:
        """Whatever a test has put in the place of a message, what can be tapped in it is found or there is nothing."""
        assert list(spots({"blocks": message})) == []

    def test_states(self, sandbox: Sandbox, merchant: Merchant, customer: Customer) -> None:
        """What was tapped and is for one tap is used, what is over by the sandbox's clock has expired."""
        until = (customer.says("在吗").operate_time + timedelta(hours=1)).isoformat("T", "seconds")
        log_id = replied(
            merchant,
            block("BUTTON", button("一次", multi_clickable=False)),
            group(button("甲"), button("乙"), multi_clickable=False),
            block("BUTTON", button("一时", expired_time=until)),
            block("BUTTON", button("常")),
        )
        for what in ("一次", "甲", "常"):
            customer.taps(what)
        assert states(sandbox, log_id) == ["used", "used", "used", "open", "open"]
        sandbox.advance(timedelta(hours=2))
        assert states(sandbox, log_id) == ["used", "used", "used", "expired", "open"]

    def test_by_entry(self, sandbox: Sandbox, merchant: Merchant, customer: Customer) -> None:
        """An entry serves as its ``log_id`` does; one without a message has nothing to tap."""
        log_id = everything(merchant)
        assert sandbox.tappables(sandbox.history(IMMEDIATE)[-1]) == sandbox.tappables(log_id)
        assert sandbox.tappables(customer.says("在吗")) == ()

    @pytest.mark.parametrize("wrong", ["1", "", None, 1])
    def test_no_entry(self, sandbox: Sandbox, wrong: Any) -> None:
        """An entry that there is not is an error, not one without anything to tap."""
        with pytest.raises(ValueError, match="there is no entry"):
            sandbox.tappables(wrong)

    def test_repr(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """What is shown of it has none of the words."""
        assert "看看" not in repr(sandbox.tappables(everything(merchant)))


class TestTapAt:
    """One of them tapped."""

    def test_each(self, sandbox: Sandbox, merchant: Merchant, customer: Customer) -> None:
        """Of two that read the same the one at the pointer is tapped, also in a reply that is not the newest."""
        first = everything(merchant)
        everything(merchant)
        entry = customer.tap_at(first, "/blocks/4/button_group/buttons/1")
        assert entry is not None
        assert entry.click_message == {"message_content": "第二个", "clicked_log_id": first}
        assert (entry.operate_type, clicks(sandbox)) == ("USER_CLICK_RESPONSE", [entry.click_message])

    def test_uses_up(self, sandbox: Sandbox, merchant: Merchant, customer: Customer) -> None:
        """It uses up what it taps on and not what reads the same, and is refused a second time."""
        once = block("BUTTON", button("人工", multi_clickable=False))
        log_id = replied(merchant, once, once)
        customer.tap_at(log_id, "/blocks/1/button")
        assert states(sandbox, log_id) == ["open", "used"]
        with pytest.raises(CannotTapError, match=r"was tapped already.*What can be: \[人工\]$"):
            customer.tap_at(log_id, "/blocks/1/button")

    def test_expired(self, sandbox: Sandbox, merchant: Merchant, customer: Customer) -> None:
        """What has expired is refused."""
        until = (customer.says("在吗").operate_time + timedelta(hours=1)).isoformat("T", "seconds")
        log_id = replied(merchant, block("LINK", button("看看", expired_time=until)))
        sandbox.advance(timedelta(hours=2))
        with pytest.raises(CannotTapError, match="it expired at 20"):
            customer.tap_at(log_id, "/blocks/0/link")

    def test_jump(self, sandbox: Sandbox, merchant: Merchant, customer: Customer) -> None:
        """A tap on what leads elsewhere is told, or not, as any other such tap is."""
        log_id = everything(merchant)
        assert customer.tap_at(log_id, "/blocks/1/link") is not None
        sandbox.enable_jump_clicks(enabled=False)
        assert customer.tap_at(log_id, "/blocks/1/link") is None
        assert len(clicks(sandbox)) == 1

    @pytest.mark.parametrize(
        ("pointer", "reason"),
        [
            ("", "there is nothing to tap"),
            ("/blocks/0", "there is nothing to tap"),
            ("/blocks/0/text", "there is nothing to tap"),
            ("/blocks/3/button/action", "there is nothing to tap"),
            ("/blocks/4/button_group/buttons/2", "there is nothing to tap"),
            ("/blocks/2/faq_list/faqs/1", "it has no action"),
        ],
    )
    def test_nothing_there(self, merchant: Merchant, customer: Customer, pointer: str, reason: str) -> None:
        """A place where there is nothing to tap is refused, and the error says what can be tapped."""
        with pytest.raises(CannotTapError, match=rf"cannot be tapped: {reason}.* What can be: \[看看 ↗\]"):
            customer.tap_at(everything(merchant), pointer)

    def test_another_complaint(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """What is in the replies to another complaint is not on this customer's screen."""
        with pytest.raises(CannotTapError, match="this complaint has no such entry"):
            sandbox.customer(ORDINARY).tap_at(everything(merchant), "/blocks/3/button")

    @pytest.mark.parametrize("wrong", [("1", 2), (1, "/blocks/0"), (None, None)])
    def test_wrong(self, customer: Customer, wrong: Any) -> None:
        """A place is named by two texts."""
        with pytest.raises(ValueError, match=r"(log_id|pointer) must be a str"):
            customer.tap_at(*wrong)

    def test_at_once(self, sandbox: Sandbox, merchant: Merchant, customer: Customer) -> None:
        """Of those who tap at once on what is for one tap, one has tapped."""
        log_id = replied(merchant, block("BUTTON", button("人工", multi_clickable=False)))
        refused: list[CannotTapError] = []
        together = threading.Barrier(8)

        def tap() -> None:
            together.wait()
            try:
                customer.tap_at(log_id, "/blocks/0/button")
            except CannotTapError as error:
                refused.append(error)

        threads = [threading.Thread(target=tap) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (len(refused), len(clicks(sandbox))) == (7, 1)
        assert json.dumps(clicks(sandbox)[0])
